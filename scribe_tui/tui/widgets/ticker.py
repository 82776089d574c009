"""A pane as one line: state of the session, its last hour, news, and its latest words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scribe_tui.events import CommittedSegment, Gap
from scribe_tui.session.state import OVER
from scribe_tui.session.status.snapshot import SessionSnapshot, StandingError
from scribe_tui.transcript import Line, Transcript
from scribe_tui.tui.figures.display_status import DisplayStatus, words_of
from scribe_tui.tui.figures.hour import HIT, MISSED, SLOTS
from scribe_tui.tui.finding.decor import PLAIN, Decor, Decorations, highlights_of
from scribe_tui.tui.rendering.marked import marked_rows
from scribe_tui.tui.rendering.signs import PLAYS
from scribe_tui.tui.rendering.styled_rows import BLANK, Piece, Row, width_of
from scribe_tui.tui.rendering.wrap import GrowingRows, Span, cells_of, wrap
from scribe_tui.tui.text import cut_to_width, short_duration
from scribe_tui.tui.widgets.activity_lights import activity_lights
from scribe_tui.tui.widgets.pane_header import SIGNS
from scribe_tui.tui.widgets.pane_status import Offer, next_try

PARTS = (
    "name", "name-chosen", "lit", "unlit", "hour", "hour-missed", "hour-hit", "news", "new-hits",
    "committed", "partial", "gap", "hit", "hit-unconfirmed", "found", "error",
    *(f"is-{how.part}" for how in DisplayStatus),
)  # fmt: skip
"""Parts of the line besides those of the spine; they are styled as parts of the pane."""

MIN_NAME, MOST_NAME = 8, 28
HOUR_WIDTH = 76
"""Lines narrower than this many cells show the hour in half as many cells."""
MOST_NEW = 99
LEAST_HALF = 8


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What a line shows before the words; `unread`: number of unread lines.

    `hour` is the last hour as signs; `waits` says what a session waits for whose schedule keeps it
    off. `name_cells` is the room for a name, the same in all lines; `now` is an instant of the
    clock that snapshots use. `heard`: its sound is played on the speakers.
    """

    number: int
    snapshot: SessionSnapshot
    how: DisplayStatus
    chosen: bool
    unread: int
    new_hits: int
    hour: str
    waits: str
    name_cells: int
    now: float
    heard: bool = False


def hour_cells(width: int) -> int:
    """Return how many cells the last hour takes in a line of `width` cells."""
    return SLOTS if width >= HOUR_WIDTH else SLOTS // 2


def name_cells(width: int, names: list[str]) -> int:
    """Return the cells for names in lines of `width`: as the longest needs, at most a fifth."""
    most = max(MIN_NAME, min(MOST_NAME, width // 5))
    return min(most, max(map(cells_of, names), default=MIN_NAME))


def head_row(spine: Piece, facts: LineFacts) -> Row:
    """Return everything before the words, with columns of the same width in all lines."""
    mark = "-chosen" if facts.chosen else ""
    name = cut_to_width(f"{facts.number:>2} {facts.snapshot.name}", facts.name_cells + 3)
    sign, sign_part = SIGNS.get(facts.how, " "), f"is-{facts.how.part}"
    if facts.heard and sign == " ":
        sign, sign_part = PLAYS, f"name{mark}"
    lights = activity_lights(facts.snapshot.lights)
    if facts.snapshot.state in OVER:
        lights = (Piece(BLANK, " " * len(lights)),)
    blanks = facts.name_cells + 3 - cells_of(name)
    return (
        spine,
        Piece(f"name{mark}", name),
        Piece(BLANK, " " * blanks + " "),
        Piece(sign_part, sign),
        Piece(BLANK, " "),
        *lights,
        Piece(BLANK, " "),
        *_hour_pieces(facts.hour),
        *_news_pieces(facts),
    )


def line_row(head: Row, facts: LineFacts, words: Callable[[int], Row], width: int) -> Row:
    """Return the line: `head`, then the error, else the latest `words`, in `width` cells."""
    room = max(0, width - width_of(head))
    if (trouble := facts.snapshot.trouble) is not None:
        return (*head, Piece("error", _sentence(trouble, facts.now).within(room)))
    if facts.how is DisplayStatus.LIVE:
        return (*head, *words(room))
    said = cut_to_width(f"{words_of(facts.snapshot, facts.how)} {facts.waits}".strip(), room)
    state = (Piece(f"is-{facts.how.part}", said), Piece(BLANK, "  "))
    return (*head, *state, *words(max(0, room - width_of(state))))


def _sentence(trouble: StandingError, now: float) -> Offer:
    """Return the error and the time of the next try, the longest form first."""
    if trouble.retry_at is None:
        first = trouble.message.partition(". ")[0].rstrip(".")
        return Offer("error", (trouble.message, f"{first}.", trouble.title))
    tries = next_try(trouble, now)
    long = tries[0][:1].upper() + tries[0][1:]
    return Offer(
        "error",
        (
            f"{trouble.message} {long}",
            f"{trouble.message.partition('. ')[0].rstrip('.')}. {long}",
            f"{trouble.title}, {tries[0]}",
            f"{trouble.title}, {tries[-1]}",
            f"{tries[-1]}: {trouble.title}",
        ),
    )


@lru_cache(maxsize=128)
def _hour_pieces(hour: str) -> Row:
    """Return the signs, joined to pieces of one part."""
    pieces: list[Piece] = []
    for sign in hour:
        part = {HIT: "hour-hit", MISSED: "hour-missed"}.get(sign, "hour")
        if pieces and pieces[-1].part == part:
            pieces[-1] = Piece(part, pieces[-1].text + sign)
        else:
            pieces.append(Piece(part, sign))
    return tuple(pieces)


def _news_pieces(facts: LineFacts) -> Row:
    """Return the number of unread lines in five cells; new hits among them are highlighted."""
    unread = max(facts.unread, facts.new_hits)
    if facts.chosen or not unread:
        return (Piece(BLANK, " " * 5),)
    count = str(unread) if unread <= MOST_NEW else f"{MOST_NEW}+"
    part = "new-hits" if facts.new_hits else "news"
    return (Piece(BLANK, " " * (4 - len(count))), Piece(part, count), Piece(BLANK, " "))


class LatestWords:
    """The end of what a session has said, in a row that scrolls by half its width.

    Text is wrapped to half of the row; the last two half rows are shown. So words keep their place
    while more are added, and when the row is full its right half moves to the left.
    """

    def __init__(self) -> None:
        """Start with no words."""
        self._half = 0
        self._partial = GrowingRows(LEAST_HALF)
        self._known: tuple[Line, Decor, list[Row]] | None = None

    def row(self, transcript: Transcript, partial: str, marks: Decorations, width: int) -> Row:
        """Return the latest words in `width` cells; `partial` is the text that may still change."""
        half = (width - 1) // 2
        if half < LEAST_HALF:
            return ()
        if half != self._half:
            self._half, self._known = half, None
            self._partial = GrowingRows(half)
        self._partial.grow(partial)
        spans = self._partial.spans[-2:]
        found = _marked(partial, spans, "partial", marks.of_partial())
        number = transcript.end - 1
        if len(found) < 2 and number >= transcript.first:
            found = [*self._rows_of(number, transcript.line(number), marks), *found][-2:]
        if len(found) < 2:
            return found[0] if found else ()
        return (*found[0], Piece(BLANK, " "), *found[1])

    def _rows_of(self, number: int, line: Line, marks: Decorations) -> list[Row]:
        """Return the last two half rows of a line."""
        decor = marks.of(number, line)._replace(at_cursor=False, is_marked=False, in_range=False)
        if self._known is None or self._known[0] is not line or self._known[1] != decor:
            self._known = line, decor, self._laid_out(line, decor)
        return self._known[2]

    def _laid_out(self, line: Line, decor: Decor) -> list[Row]:
        if isinstance(line, CommittedSegment):
            spans = list(wrap(line.text, self._half))[-2:]
            return _marked(line.text, spans, "committed", decor)
        return [(Piece("gap", cut_to_width(missed_text(line), self._half)),)]


def missed_text(gap: Gap) -> str:
    """Return a text such as `not heard 0:14`."""
    return f"not heard {short_duration(gap.end_seconds - gap.start_seconds)}"


def _marked(text: str, spans: Sequence[Span], part: str, decor: Decor) -> list[Row]:
    hit_part = "hit-unconfirmed" if part == "partial" else "hit"
    marks = highlights_of(text, decor, hit_part, "found") if decor != PLAIN else []
    return list(marked_rows(text, spans, part, marks))


class Ticker:
    """The line of one pane; what precedes the words is rebuilt only with new facts."""

    def __init__(self) -> None:
        """Start without facts."""
        self.words = LatestWords()
        self._facts: LineFacts | None = None
        self._head: tuple[Piece, Row] | None = None

    @property
    def facts(self) -> LineFacts | None:
        """What the line shows before the words."""
        return self._facts

    @facts.setter
    def facts(self, facts: LineFacts) -> None:
        self._facts, self._head = facts, None

    def row(self, spine: Piece, words: Callable[[int], Row], width: int) -> Row:
        """Return the line in `width` cells; blank while there are no facts."""
        if self._facts is None:
            return ()
        if self._head is None or self._head[0] != spine:
            self._head = spine, head_row(spine, self._facts)
        return line_row(self._head[1], self._facts, words, width)
