"""Playback through this machine's speakers, one sound at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.speakers import Speakers
from scribe_tui.errors import Retry, SourceError, UsageError
from scribe_tui.events import CommittedSegment, Gap, HitStatus, WatchHit
from scribe_tui.session.controls import Controls
from scribe_tui.transcript import Line

if TYPE_CHECKING:
    from scribe_tui.tui.actions.clipping import WantedSound

LATE_SECONDS = 2.0
"""If more seconds of live sound than this wait, all but `CUSHION_SECONDS` are skipped."""
CUSHION_SECONDS = 0.4
OPEN_HIT_SECONDS = 10.0
"""Seconds of the latest sound played for a hit that is not committed yet."""
LOOK_SECONDS = 0.5
"""Seconds between checks that the session still runs."""


class LiveSound(Protocol):
    """The part of `session.buffer.recent_sound.RecentSound` that playback needs."""

    audio_format: AudioFormat

    def last(self, seconds: float) -> list[tuple[float, float, bytes]]:
        """Return the chunks of the last `seconds` that are kept, in order."""

    def listen(self, listener: Callable[[bytes], None]) -> Callable[[], None]:
        """Pass PCM to `listener` from now on; return a function that ends this."""


async def hear_live(find: Callable[[], LiveSound | None]) -> None:
    """Play a session's live sound, across its runs, until cancelled or until it no longer runs.

    `find` returns the sound of its present run, None while there is none. Raises SourceError.
    """
    while (sound := find()) is not None:
        async with Speakers(sound.audio_format) as speakers:
            for _, _, pcm in sound.last(CUSHION_SECONDS):
                speakers.play(pcm)
            play = partial(
                speakers.play_late, late_seconds=LATE_SECONDS, kept_seconds=CUSHION_SECONDS
            )
            end = sound.listen(play)
            try:
                while find() is sound:
                    await asyncio.sleep(LOOK_SECONDS)
                    if speakers.is_gone:
                        raise SourceError(
                            "speakers gone",
                            "The speakers went away: unplugged, or the sound server ended.",
                            retry=Retry.NEVER,
                        )
            finally:
                end()


async def hear_once(pcm: bytes, audio_format: AudioFormat) -> None:
    """Play PCM to its end. Raises SourceError."""
    async with Speakers(audio_format) as speakers:
        speakers.play(pcm)
        await speakers.played()


def hearing(
    controls: Controls,
    session: str,
    line: Line | None,
    run: Path | None,
    say: Callable[[str], None],
) -> Callable[[], Awaitable[None]]:
    """Return a function that plays a session's live sound, or `line` from memory or `run`.

    `say` is called with sentences on its progress. Raises UsageError if there is nothing to play;
    the returned function raises that, too, and SourceError.
    """
    name = controls.snapshot(session).name
    if line is None:
        return _live(partial(controls.recent_sound, session), name, say)
    if isinstance(line, Gap):
        raise UsageError("nothing heard", f"Nothing was heard there: {line.cause}.")
    from scribe_tui.tui.actions.clipping import lines_wanted

    return _cut_out(lines_wanted(controls, session, [line]), name, run, say)


def hearing_hit(
    controls: Controls,
    hit: WatchHit,
    line: CommittedSegment | None,
    run: Path | None,
    say: Callable[[str], None],
) -> Callable[[], Awaitable[None]]:
    """Return a function that plays a hit's `line`, or the latest sound if it is unconfirmed.

    Raises like `hearing`.
    """
    from scribe_tui.tui.actions.clipping import latest_wanted

    name = controls.snapshot(hit.session).name
    if hit.status is HitStatus.UNCONFIRMED:
        latest = latest_wanted(controls, hit.session, OPEN_HIT_SECONDS)
        if latest is None:
            raise UsageError("not running", f"{name} does not run, and its line is not saved.")
        return _cut_out(latest, name, run, say)
    if line is None:
        raise UsageError(
            "no line", "The line of that hit is not saved, so there is nothing to hear."
        )
    return hearing(controls, hit.session, line, run, say)


def _cut_out(
    wanted: WantedSound, name: str, run: Path | None, say: Callable[[str], None]
) -> Callable[[], Awaitable[None]]:
    from scribe_tui.tui.actions.clipping import cut

    async def hear() -> None:
        sound = (await asyncio.to_thread(cut, run, wanted)).sound
        say(f"You hear {sound.seconds:.0f} s of {name}. o: no more.")
        await hear_once(sound.pcm, sound.audio_format)

    return hear


def _live(
    find: Callable[[], LiveSound | None], name: str, say: Callable[[str], None]
) -> Callable[[], Awaitable[None]]:
    if find() is None:
        raise UsageError(
            "not running", f"{name} does not run: put the cursor on a line (k) to hear that."
        )
    say(f"{name} is heard live. o: no more; on a line (k): that line.")

    async def hear() -> None:
        await hear_live(find)
        say(f"{name} does not run any more: there is nothing to be heard.")

    return hear
