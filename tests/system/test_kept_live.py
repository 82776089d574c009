"""Sound kept of a real Icecast and of a sliding HLS list, over a reconnect of each.

A known sound is played at real time, dies, and comes again at another place: what the journal
says of the files is right to a tenth of a second, for every part of it.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scribe_tui.archive.kept_spans import kept_spans
from scribe_tui.events import GapRecorded, SoundKept
from tests.support.http_server import HttpServer, send_body, send_status
from tests.support.icecast import MOUNTS, Icecast, running
from tests.support.kept import KeptSource, coded, known_sound
from tests.support.requirements import need
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.long, pytest.mark.system, pytest.mark.early(30)]
SOUND_SECONDS = 120.0
EXACT_SECONDS = 0.1


@pytest.fixture(scope="module")
def wave(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("known") / "known.wav"
    path.write_bytes(coded(need("ffmpeg"), known_sound(SOUND_SECONDS), "-ar", "44100", "-f", "wav"))
    return path


def played(wave: Path, since: float = 0.0) -> tuple[str, ...]:
    """ffmpeg's options to play the known sound from there on."""
    return ("-ss", str(since), "-i", str(wave))


@pytest.fixture(scope="module")
def icecast(wave: Path) -> Iterator[Icecast]:
    sounds = dict.fromkeys(MOUNTS, played(wave))
    with running(need("icecast2"), need("ffmpeg"), sounds=sounds) as icecast:
        yield icecast


@pytest.mark.parametrize("mount", MOUNTS)
async def test_a_mount_that_dies_and_comes_again(
    icecast: Icecast, wave: Path, tmp_path: Path, mount: str
) -> None:
    kept = KeptSource(tmp_path, icecast.url(mount), speed=1.0)
    done: list[str] = []

    def enough() -> bool:
        """Killed after five seconds, fed anew once it is gone, five seconds of that."""
        if not done and kept.heard_seconds >= 5.0:
            icecast.stop_feeding(mount)
            done.append("killed")
        elif done == ["killed"] and not icecast.is_up(mount):
            icecast.feed(mount, played(wave, since=60.0))
            done.append("fed")
        return "fed" in done and again(kept, 5.0)

    await kept.run(enough, patience=150.0)
    await check(kept, openings=2)


class SlidingList(HttpServer):
    """Serves the folder of a list whose oldest segments go; `down`: nothing is there."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.down = False
        self.refused = 0

    async def answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        file = self._folder / Path(path).name
        if self.down or not file.exists():
            self.refused += 1
            await send_status(writer, "404 Not Found")
            return
        await send_body(writer, "application/octet-stream", file.read_bytes())


@contextmanager
def sliding(folder: Path, wave: Path) -> Iterator[None]:
    """The known sound as segments of a second, of which the newest are listed, at real time."""
    argv = [need("ffmpeg"), "-nostdin", "-loglevel", "error", "-re", *played(wave)]
    argv += ["-c:a", "aac", "-b:a", "96k", "-f", "hls", "-hls_time", "1", "-hls_list_size", "5"]
    argv += ["-hls_flags", "delete_segments+omit_endlist", str(folder / "list.m3u8")]
    player = subprocess.Popen(argv)
    try:
        yield
    finally:
        player.kill()
        player.wait()


async def test_a_sliding_list_that_goes_away_and_comes_again(wave: Path, tmp_path: Path) -> None:
    folder, run = tmp_path / "hls", tmp_path / "run"
    folder.mkdir()
    run.mkdir()
    with sliding(folder, wave):
        async with asyncio.timeout(60), SlidingList(folder) as server:
            await asyncio.to_thread(wait_until, (folder / "list.m3u8").exists)
            kept = KeptSource(run, server.url("/list.m3u8"), speed=1.0)
            went: list[int] = []

            def enough() -> bool:
                if not server.down and not went and kept.heard_seconds >= 6.0:
                    server.down = True
                    went.append(server.refused)
                elif server.down and server.refused > went[0] + 12:
                    server.down = False
                return bool(went) and not server.down and again(kept, 5.0)

            await kept.run(enough, patience=60.0)
    await check(kept, openings=2)


def again(kept: KeptSource, seconds: float) -> bool:
    """Whether the source was opened once more and so much was heard of that."""
    kept_from = [event for event in kept.events if isinstance(event, SoundKept)]
    files = {event.file for event in kept_from}
    if len(files) < 2 or not kept.heard:
        return False
    return kept.heard[-1][0] >= kept_from[-1].start_seconds + seconds


async def check(kept: KeptSource, openings: int) -> None:
    """What the journal says of the files is where the sound is."""
    spans = kept_spans(kept.events)
    assert len({span.file for span in spans}) >= openings, kept.events
    assert any(isinstance(event, GapRecorded) for event in kept.events)
    errors = await kept.errors(spans)
    assert len(errors) >= 2 * openings, errors  # some places may lie in the gap
    assert max(errors) < EXACT_SECONDS, errors
