"""WatchStage: a stage of the engine that derives hits from the text of all sessions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from scribe_tui.corrections import Corrections, corrected_segment, corrections_of
from scribe_tui.errors import UsageError
from scribe_tui.events import (
    CommittedSegment,
    Event,
    Noticed,
    PartialChanged,
    Publish,
    RecognitionChanged,
    SegmentCommitted,
    SegmentEdited,
    SegmentRedacted,
    SessionClosed,
    SessionOpened,
    SessionRemoved,
    SessionRenamed,
    WatchHit,
)
from scribe_tui.settings.watch import FLAG_WATCH, WatchSettings
from scribe_tui.watchwords.finder import MAX_PARTIAL_CHARS, Find, Finder, PartialFinder
from scribe_tui.watchwords.folding import raw_tokens
from scribe_tui.watchwords.hits import Said, SessionHits

MAX_NOTICES = 20
LEAST_WAIT_SECONDS = 0.1
"""Least interval between searches of unchanged texts, for all sessions together."""

BORDER_SECONDS = 2.5
"""Longest pause after which a phrase may continue in the next segment."""
LAG_SECONDS = 3.0
"""Usual delay of text after its sound was sent, for estimates before a commit gives the times."""
MAX_TAIL_CHARS = 400

Position = Callable[[str], float]
"""Gives how far a session's sound has been sent, in source seconds; for estimates only."""


@dataclass(slots=True)
class _Watched:
    """One watched session and its open `text`, which came at `at` (wall clock).

    `began` is where that text began in source seconds, None if it is empty; `before` is the end of
    the text just before it. `tail` is the end of the latest committed text, up to `tail_end`
    (source seconds). Words are searched in texts corrected by `corrections`, as on the screen.
    """

    name: str
    finder: Finder
    partial: PartialFinder
    hits: SessionHits
    language: str | None = None
    began: float | None = None
    text: str = ""
    at: float = 0.0
    before: str = ""
    tail: str = ""
    tail_end: float = 0.0
    corrections: Corrections = field(default_factory=Corrections)

    @property
    def by_sound(self) -> bool:
        """Whether words may be compared by their English sound."""
        return self.language is None or self.language.lower() in ("en", "eng")

    def clear(self) -> None:
        """Forget the open text."""
        self.began, self.before = None, ""
        self.partial.clear()

    def forget_tail(self) -> None:
        """Forget the text before, since it was rewritten: no find may begin in it."""
        self.tail = self.before = ""

    def begin(self, here: float) -> None:
        """Begin an open text at about `here` (source seconds), unless one is open."""
        if self.began is None:
            self.began = here
            is_next = here - self.tail_end <= BORDER_SECONDS + LAG_SECONDS
            self.before = self.tail if is_next else ""

    def take_tail(self, segment: CommittedSegment) -> str:
        """Remember the end of a committed text; returns the end of the text just before it."""
        times = [word for word in segment.words if word.text.strip()]
        begins = times[0].start_seconds if times else segment.start_seconds
        before = self.tail if begins - self.tail_end <= BORDER_SECONDS else ""
        said = f"{before}{segment.text.strip()} "[-MAX_TAIL_CHARS:]
        last = raw_tokens(said)[-self.finder.reach :]
        self.tail = said[last[0].start :] if last else ""
        if segment.text.strip():
            self.tail_end = times[-1].end_seconds if times else segment.end_seconds
        return before


class WatchStage:
    """Derives `WatchHit` events. For the event loop's thread alone.

    Similar words are searched twice a second at most; `run` publishes the hits of searches that
    become due without further text.
    """

    def __init__(
        self,
        watches: Iterable[WatchSettings] = (),
        *,
        position: Position = lambda _: 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises UsageError for an invalid expression, or two lists with the same name."""
        self._lists: dict[str, WatchSettings] = {}
        for watch in watches:
            if watch.name in self._lists:
                raise UsageError("wrong watch list", f"There are two watch lists {watch.name!r}.")
            self._lists[watch.name] = watch
        self._position = position
        self._clock = clock
        self._sessions: dict[str, _Watched] = {}
        self._finders: dict[tuple[str, ...], Finder] = {}
        self._notices: list[str] = []
        self._come = asyncio.Event()
        Finder(self._lists.values())

    @property
    def lists(self) -> tuple[WatchSettings, ...]:
        """The present lists."""
        return tuple(self._lists.values())

    def set_list(self, watch: WatchSettings) -> None:
        """Add a list, or replace the one with its name. Raises UsageError."""
        Finder([watch])
        self._lists[watch.name] = watch
        self._rebuild()

    def remove_list(self, name: str) -> None:
        """Remove the list; nothing happens if there is none."""
        self._lists.pop(name, None)
        self._rebuild()

    def add_word(self, word: str, name: str = FLAG_WATCH) -> None:
        """Listen for `word` from now on, in the list `name`. Raises UsageError."""
        watch = self._lists.get(name)
        if watch is None:
            self.set_list(WatchSettings(name=name, words=(word,)))
        elif word not in watch.words:
            self.set_list(replace(watch, words=(*watch.words, word)))

    def remove_word(self, word: str, name: str = FLAG_WATCH) -> None:
        """Remove `word`; a list that is empty then is removed, too."""
        watch = self._lists.get(name)
        if watch is None:
            return
        words = tuple(other for other in watch.words if other != word)
        if not words and not watch.regex:
            self.remove_list(name)
        else:
            heard_as = tuple(pair for pair in watch.heard_as if pair[0] != word)
            self.set_list(replace(watch, words=words, heard_as=heard_as))

    def add_heard_form(self, name: str, word: str, heard: str) -> None:
        """Count `heard` as `word` in the list `name`. Raises UsageError."""
        watch = self._lists.get(name)
        if watch is not None and (word, heard) not in watch.heard_as:
            self.set_list(replace(watch, heard_as=(*watch.heard_as, (word, heard))))

    def add_exception(self, name: str, phrase: str) -> None:
        """Ignore finds of the list `name` within `phrase`. Raises UsageError."""
        watch = self._lists.get(name)
        if watch is not None and phrase not in watch.excepted:
            self.set_list(replace(watch, excepted=(*watch.excepted, phrase)))

    def derive(self, event: Event) -> Iterable[Event]:
        """The hits and notices that follow from `event`; none for most events."""
        if isinstance(event, PartialChanged) and not self._lists:
            return ()
        hits: list[Event] = []
        match event:
            case PartialChanged(session=session, text=text):
                hits.extend(self._partial(self._watched(session), text, event.at))
            case SegmentCommitted():
                hits.extend(self._committed(event))
            case SessionOpened(session=session, name=name, language=language):
                pairs = tuple((item.heard, item.right) for item in event.corrections)
                self._watch(session, name, language).corrections = corrections_of(pairs)
            case SessionRenamed(session=session, name=name):
                self._watch(session, name, self._watched(session).language)
            case RecognitionChanged(session=session, language=language):
                self._watched(session).language = language
            case (
                SegmentRedacted(session=session, text=old, redacted_text=new)
                | SegmentEdited(session=session, text=old, edited_text=new)
            ) if old != new:
                self._watched(session).forget_tail()
            case SessionClosed(session=session):
                hits.extend(self._closed(self._watched(session), event.at))
            case SessionRemoved(session=session):
                self._sessions.pop(session, None)
        if self._notices:
            notices, self._notices = self._notices, []
            hits += [Noticed(session=event.session, at=event.at, text=text) for text in notices]
        return hits

    @property
    def next_at(self) -> float | None:
        """When to call `due`, on the stage's clock; None: not before more text comes."""
        times = [watched.partial.due_at for watched in self._sessions.values()]
        return min((at for at in times if at is not None), default=None)

    def due(self) -> list[WatchHit]:
        """The hits of searches that are due in texts that came before."""
        now = self._clock()
        found: list[WatchHit] = []
        for watched in self._sessions.values():
            due_at = watched.partial.due_at
            if due_at is not None and due_at <= now:
                finds = watched.partial.look_again(now, by_sound=watched.by_sound)
                found += self._hits_of(watched, finds, now)
        return found

    async def run(self, publish: Publish) -> None:
        """Publish hits of due searches, until cancelled."""
        while True:
            await self._come.wait()
            self._come.clear()
            while (next_at := self.next_at) is not None:
                await asyncio.sleep(max(LEAST_WAIT_SECONDS, next_at - self._clock()))
                for hit in self.due():
                    publish(hit)

    def _partial(self, watched: _Watched, text: str, at: float) -> Iterable[WatchHit]:
        if not watched.hits.watches:
            return ()
        text = watched.corrections.apply(text)
        if not text:
            watched.clear()
            watched.hits.taken_back()
            return ()
        watched.text, watched.at = text[-MAX_PARTIAL_CHARS:], at
        watched.begin(self._position(watched.hits.session))
        if len(text) > MAX_PARTIAL_CHARS:
            watched.before = ""
        now = self._clock()
        finds = watched.partial.update(
            watched.text, now, by_sound=watched.by_sound, before=watched.before
        )
        if watched.partial.due_at is not None:
            self._come.set()
        return self._hits_of(watched, finds, now)

    def _hits_of(self, watched: _Watched, finds: Sequence[Find], now: float) -> Iterator[WatchHit]:
        """The hits for the finds in a session's open text."""
        here = self._position(watched.hits.session)
        span = min(here if watched.began is None else watched.began, here), here
        said = Said(watched.text, watched.before)
        return watched.hits.partial(said, finds, span, watched.at, now)

    def _committed(self, event: SegmentCommitted) -> Iterator[WatchHit]:
        watched = self._watched(event.session)
        segment = corrected_segment(watched.corrections, event.segment)
        watched.language = segment.language or watched.language
        watched.clear()
        finds: list[Find] = []
        before = ""
        if watched.hits.watches:
            before = watched.take_tail(segment)
            finds = watched.finder.find(segment.text, by_sound=watched.by_sound, before=before)
        yield from watched.hits.committed(segment, finds, event.at, self._clock(), before)

    def _closed(self, watched: _Watched, at: float) -> Iterator[WatchHit]:
        watched.clear()
        watched.forget_tail()
        yield from watched.hits.closed(at)

    def _watched(self, session: str) -> _Watched:
        return self._sessions.get(session) or self._watch(session, session, None)

    def _watch(self, session: str, name: str, language: str | None) -> _Watched:
        """Watch a session, or continue to, with the lists that apply to it."""
        finder = self._finder(session, name)
        watches = finder.index.watches
        known = self._sessions.get(session)
        hits = known.hits if known else SessionHits(session, watches)
        hits.watches = watches
        watched = _Watched(name, finder, PartialFinder(finder), hits, language)
        if known is not None:
            watched.tail, watched.tail_end = known.tail, known.tail_end
            watched.corrections = known.corrections
        self._sessions[session] = watched
        return watched

    def _finder(self, session: str, name: str) -> Finder:
        """The finder for a session; sessions with the same lists share one."""
        wanted = [
            watch
            for watch in self._lists.values()
            if watch.applies_to(session) or watch.applies_to(name)
        ]
        key = tuple(watch.name for watch in wanted)
        if key not in self._finders:
            self._finders[key] = Finder(wanted, self._notice)
        return self._finders[key]

    def _rebuild(self) -> None:
        self._finders.clear()
        for session, watched in list(self._sessions.items()):
            self._watch(session, watched.name, watched.language)

    def _notice(self, sentence: str) -> None:
        if len(self._notices) < MAX_NOTICES:
            self._notices.append(sentence)
