"""The top row of a replay: its clock, its speed, and its position in the run."""

from __future__ import annotations

import time
from dataclasses import dataclass

from scribe_tui.replay.player import Player
from scribe_tui.replay.timeline_marks import MarkKind, TimelineMarks
from scribe_tui.tui.rendering import signs
from scribe_tui.tui.rendering.rows_widget import RowsWidget
from scribe_tui.tui.rendering.styled_rows import Piece, Row, width_of
from scribe_tui.tui.text import count_of, short_duration

SIGNS: dict[MarkKind, str] = {
    MarkKind.GAP: signs.GAP,
    MarkKind.HIT: signs.STRIP_HIT,
    MarkKind.ERROR: signs.WRONG,
}
MIN_TRACK = 12


@dataclass(frozen=True, slots=True)
class ReplayPosition:
    """The position of a replay: wall-clock instants of the run, speed, whether paused or over.

    `grows`: the run is still being recorded, so that its end moves.
    """

    now: float
    begun_at: float
    ended_at: float
    speed: float
    paused: bool
    over: bool
    grows: bool = False

    @classmethod
    def of(cls, player: Player) -> ReplayPosition:
        """Return the present position of `player`."""
        return cls(
            player.now(),
            player.recording.begun_at,
            player.recording.ended_at,
            player.speed,
            player.paused,
            player.is_over,
            player.recording.grows,
        )


class ReplayBar(RowsWidget):
    """One row at the top of the screen."""

    STYLE = "replay-bar"
    PARTS = ("replay", "clock", "pace", "played", "ahead", "gap", "hit", "error", "length")
    WHAT = "the replay's clock"

    def show_position(self, position: ReplayPosition, marks: TimelineMarks) -> None:
        """Show the position of the replay."""
        self.show([replay_row(self.outer_size.width, position, marks)])


def replay_row(width: int, position: ReplayPosition, marks: TimelineMarks) -> Row:
    """Return the row: `REPLAY`, clock and pace always; if they fit, track, length and counts."""
    left: Row = (
        Piece("replay", " REPLAY "),
        Piece("clock", time.strftime(" %a %d %b %H:%M:%S ", time.localtime(position.now))),
        Piece("pace", _pace(position)),
    )
    if width_of(left) > width:
        left = (left[0], Piece("clock", time.strftime(" %H:%M:%S ", time.localtime(position.now))),
                left[2])  # fmt: skip
    played = position.now - position.begun_at
    whole = position.ended_at - position.begun_at
    length: Row = (Piece("length", f" {short_duration(played)} of {short_duration(whole)} "),)
    for right in ((*length, *_counts(marks)), length, ()):
        track = width - width_of(left) - width_of(right) - 2
        if track >= MIN_TRACK:
            return (*left, *_track(track, position, marks), *right)
    return left


def _pace(position: ReplayPosition) -> str:
    if position.over:
        return f"{signs.PLAYS} live  " if position.grows else f"{signs.ENDED} end   "
    return (
        f"{signs.PAUSED} paused " if position.paused else f"{signs.PLAYS} "
    ) + f"{position.speed:g}x".ljust(6)


def _counts(marks: TimelineMarks) -> Row:
    return tuple(
        Piece(kind.word, f"{SIGNS[kind]} {count_of(marks.counts[kind], kind.word)}  ")
        for kind in MarkKind
        if marks.counts[kind]
    )


def _track(cells: int, position: ReplayPosition, marks: TimelineMarks) -> Row:
    """Return the run as a track: the played part is heavy, marks are where they happened."""
    span = max(position.ended_at - position.begun_at, 1e-3)
    here = min(cells - 1, int((position.now - position.begun_at) / span * cells))
    pieces: list[Piece] = []
    for cell in range(cells):
        start = position.begun_at + span * cell / cells
        kind = marks.between(start, start + span / cells + (1e-3 if cell == cells - 1 else 0))
        part = "played" if cell <= here else "ahead"
        sign = signs.HEAVY_RULE if cell <= here else signs.RULE
        if cell == here:
            piece = Piece("clock", signs.LIT)
        elif kind is None:
            piece = Piece(part, sign)
        else:
            piece = Piece(kind.word, SIGNS[kind])
        if pieces and pieces[-1].part == piece.part:
            pieces[-1] = Piece(piece.part, pieces[-1].text + piece.text)
        else:
            pieces.append(piece)
    return tuple(pieces)
