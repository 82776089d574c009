"""Kept sound lies where the journal says, to a tenth of a second, whatever the source sends."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from scribe_tui.archive import keeper as keeper_module
from scribe_tui.archive.kept_spans import kept_spans
from scribe_tui.audio.decoder.encoder import Encoder
from scribe_tui.audio.format import AudioChunk
from scribe_tui.audio.source import SourceStatus
from scribe_tui.clock import seconds_since_boot
from scribe_tui.events import Noticed, SoundKept
from tests.support.http_server import HttpServer, send_body, send_head
from tests.support.kept import SPEED, KeptSource, coded, known_sound

pytestmark = pytest.mark.early(10)

BARE_MP3 = ("-b:a", "64k", "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3")
VORBIS = ("-c:a", "libvorbis", "-page_duration", "200000", "-f", "ogg")
CODECS = {
    "mp3": ("audio/mpeg", ".mp3", BARE_MP3),
    "aac": ("audio/aac", ".aac", ("-b:a", "64k", "-f", "adts")),
    "vorbis": ("application/ogg", ".ogg", VORBIS),
    "opus": ("application/ogg", ".opus", ("-c:a", "libopus", "-ar", "48000", "-f", "ogg")),
    "flac": ("audio/flac", ".mka", ("-c:a", "flac", "-f", "flac")),
    "oggflac": ("audio/ogg", ".oga", ("-c:a", "flac", "-f", "ogg")),
}
SOUND_SECONDS = 30.0


class Sounds(dict[str, bytes]):
    """The same sound in each codec, coded when it is asked for."""

    def __init__(self, ffmpeg: str):
        super().__init__()
        self._ffmpeg, self._pcm = ffmpeg, known_sound(SOUND_SECONDS)

    def __missing__(self, name: str) -> bytes:
        self[name] = coded(self._ffmpeg, self._pcm, *CODECS[name][2])
        return self[name]


@pytest.fixture(scope="session")
def sounds(ffmpeg: str) -> Sounds:
    return Sounds(ffmpeg)


class Station(HttpServer):
    """Each listener gets the next of `programmes`: (codec, from second, for seconds, wait)."""

    def __init__(self, sounds: dict[str, bytes], *programmes: tuple[str, float, float]):
        super().__init__()
        self._sounds = sounds
        self._programmes = programmes
        self.sent: list[bytes] = []

    async def answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        codec, begin, seconds = self._programmes[min(len(self.requests), len(self._programmes)) - 1]
        sound = self._sounds[codec]
        rate = len(sound) / SOUND_SECONDS
        at, end = int(begin * rate), int((begin + seconds) * rate)
        self.sent.append(sound[at:end])
        await send_head(writer, CODECS[codec][0], "icy-name: Known")
        loop = asyncio.get_running_loop()
        began, burst = loop.time(), 2.0
        while at < end:
            due = min(end, int((begin + burst + (loop.time() - began) * SPEED) * rate))
            writer.write(sound[at:due])
            await writer.drain()
            at = max(at, due)
            await asyncio.sleep(0.02)


def decoded_seconds(ffmpeg: str, path: Path) -> float:
    """How much any player gets out of a file."""
    argv = [ffmpeg, "-nostdin", "-loglevel", "error", "-i", str(path)]
    done = subprocess.run(
        [*argv, "-f", "s16le", "-ac", "1", "-ar", "16000", "-"], stdout=subprocess.PIPE, check=True
    )
    return len(done.stdout) / 32000


@pytest.mark.long
@pytest.mark.parametrize("codec", CODECS)
async def test_files_hold_what_was_sent_and_the_journal_says_where(codec, sounds, ffmpeg, tmp_path):
    """Several files one after the other; each plays by itself."""
    async with Station(sounds, (codec, 0.0, SOUND_SECONDS)) as station:
        kept = KeptSource(tmp_path, station.url("/live"), file_seconds=5.0)
        await kept.run(lambda: kept.heard_seconds >= 15.0)
        sent = station.sent[0]
    spans = kept_spans(kept.events)
    assert len(spans) >= 3
    errors = await kept.errors(spans)
    assert errors
    assert max(errors) < 0.1, errors
    files = sorted(tmp_path.glob("news.sound.*"))
    assert {path.suffix for path in files} == {CODECS[codec][1]}
    # The last one may just have been begun.
    assert all(decoded_seconds(ffmpeg, path) > 0.5 for path in files[:-1])
    # What the decoder copies comes in lumps of a second; the last one ends with it.
    assert sum(decoded_seconds(ffmpeg, path) for path in files) >= 13.0
    if codec in ("mp3", "aac"):
        assert sent.startswith(b"".join(path.read_bytes() for path in files))


async def test_source_time_holds_over_drops_and_a_change_of_codec(sounds, ffmpeg, tmp_path):
    """The second opening repeats two seconds, the third is another codec after a gap."""
    programmes = [("mp3", 0.0, 8.0), ("mp3", 6.0, 8.0), ("aac", 20.0, 8.0), ("vorbis", 0.0, 8.0)]
    async with Station(sounds, *programmes) as station:
        kept = KeptSource(tmp_path, station.url("/live"))
        await kept.run(lambda: len(station.requests) >= 5)
    spans = kept_spans(kept.events)
    assert len({span.file for span in spans}) >= 4
    assert {Path(span.file).suffix for span in spans} >= {".mp3", ".aac", ".ogg"}
    for span in spans[: len(programmes)]:
        errors = await kept.errors([span])
        assert errors, f"nothing to compare in {span.file}"
        assert max(errors) < 0.1, (span.file, errors)


@pytest.mark.long
async def test_a_chain_of_ogg_streams_is_one_file(ffmpeg, tmp_path, sounds):
    """Icecast's way to change a title: another stream, here at another quality and rate."""
    pcm = known_sound(20.0)
    first = coded(ffmpeg, pcm[: 32000 * 8], "-c:a", "libvorbis", "-q:a", "3", "-f", "ogg")
    rest = ("-c:a", "libvorbis", "-q:a", "7", "-serial_offset", "7", "-f", "ogg")
    second = coded(ffmpeg, pcm[32000 * 8 :], *rest)
    chain = {"vorbis": first + second}
    async with Station(chain, ("vorbis", 0.0, SOUND_SECONDS)) as station:
        kept = KeptSource(tmp_path, station.url("/live"))
        await kept.run(lambda: kept.heard_seconds >= 17.0)
    spans = kept_spans(kept.events)
    assert len(spans) == 1
    assert max(await kept.errors(spans)) < 0.1


@pytest.mark.parametrize("kind", ["mpegts", pytest.param("fmp4", marks=pytest.mark.long)])
async def test_hls_is_kept_without_its_segments(kind, ffmpeg, tmp_path):
    """What the decoder copies: bare sound, in whole files."""
    pcm = known_sound(16.0)
    folder = tmp_path / "hls"
    folder.mkdir()
    argv = ["-c:a", "aac", "-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod"]
    argv += ["-hls_segment_type", kind]
    coded_to(ffmpeg, pcm, *argv, str(folder / "list.m3u8"))

    class Files(HttpServer):
        async def answer(self, path: str, writer: asyncio.StreamWriter) -> None:
            await send_body(writer, "video/mp2t", (folder / path.strip("/")).read_bytes())

    run = tmp_path / "run"
    run.mkdir()
    async with Files() as server:
        kept = KeptSource(run, server.url("/list.m3u8"), file_seconds=6.0)
        await kept.run(lambda: False)
    spans = kept_spans(kept.events)
    assert len(spans) >= 2, kept.events
    assert max(await kept.errors(spans)) < 0.1
    assert all(decoded_seconds(ffmpeg, path) > 1 for path in run.glob("*.sound.*"))


def coded_to(ffmpeg: str, pcm: bytes, *options: str) -> None:
    argv = [ffmpeg, "-nostdin", "-loglevel", "error", "-f", "s16le", "-ar", "16000", "-ac", "1"]
    subprocess.run([*argv, "-i", "pipe:0", *options], input=pcm, check=True)


@pytest.mark.long
async def test_of_a_local_file_path_and_digest_are_noted(ffmpeg, tmp_path):
    file = tmp_path / "talk.wav"
    file.write_bytes(coded(ffmpeg, known_sound(6.0), "-f", "wav"))
    run = tmp_path / "run"
    run.mkdir()
    kept = KeptSource(run, str(file))
    await kept.run(lambda: False)
    (span,) = kept_spans(kept.events)
    assert span.file == str(file)
    assert re.fullmatch("[0-9a-f]{64}", span.digest)
    assert max(await kept.errors([span])) < 0.1
    assert not list(run.glob("*.sound.*"))


class PcmStation:
    """A microphone: bare PCM at the pace of the clock, without a place of its own."""

    is_live = True
    status = SourceStatus()

    def __init__(self, pcm: bytes):
        self._pcm = pcm

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def __aiter__(self):
        for at in range(0, len(self._pcm), 3200):
            yield AudioChunk(self._pcm[at : at + 3200], seconds_since_boot() * SPEED)
            await asyncio.sleep(0.1 / SPEED / 2)
        await asyncio.Event().wait()


@pytest.mark.long
async def test_a_microphone_is_kept_as_flac(ffmpeg, tmp_path):
    kept = KeptSource(
        tmp_path, "mic", source=lambda: PcmStation(known_sound(12.0)), file_seconds=5.0
    )
    await kept.run(lambda: kept.heard_seconds >= 12.0)
    spans = kept_spans(kept.events)
    assert spans
    files = sorted(tmp_path.glob("news.sound.*"))
    assert [path.suffix for path in files] == [".oga"] * len(files)
    assert sum(decoded_seconds(ffmpeg, path) for path in files) == pytest.approx(12.0, abs=0.2)
    assert max(await kept.errors(spans)) < 0.1


async def test_an_encoder_that_dies_is_begun_anew_and_what_it_missed_is_told(tmp_path, ffmpeg):
    """A microphone is kept by a process of its own, which may be killed, for want of memory."""
    del ffmpeg  # it is there
    encoders: list[int] = []

    class Spied(Encoder):
        async def _through(self, process):
            encoders.append(process.pid)
            await super()._through(process)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeper_module, "Encoder", Spied)
        kept = KeptSource(tmp_path, "mic", source=lambda: PcmStation(known_sound(24.0)))
        killed: list[int] = []

        def enough() -> bool:
            if kept.heard_seconds > 8.0 and not killed:
                killed.append(encoders[0])
                os.kill(encoders[0], signal.SIGKILL)
            return kept.heard_seconds > 22.0

        await kept.run(enough)
    assert len(encoders) == 2
    told = [event.text for event in kept.events if isinstance(event, Noticed)]
    assert told == [
        "the sound is not kept: the encoder ended; the text is",
        "the sound is kept again",
    ]
    files = [event.file for event in kept.events if isinstance(event, SoundKept)]
    assert len(set(files)) == 2
    assert len(files) <= 4, "one line a place, not one a chunk"
    spans = kept_spans(kept.events)
    errors = [error for error in await kept.errors([spans[-1]]) if error != float("inf")]
    assert errors
    assert max(errors) < 0.1
