"""A real Icecast: MP3, AAC and Ogg heard at once, titles live, a killed mount noticed."""

from __future__ import annotations

import asyncio
import base64
import getpass
import itertools
import os
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.url import UrlSource
from scribe_tui.errors import SourceError
from tests.requirements import need

pytestmark = [pytest.mark.system, pytest.mark.early(4)]

MOUNTS = {
    "mp3": ("audio/mpeg", ["-c:a", "libmp3lame", "-b:a", "128k", "-f", "mp3"]),
    "aac": ("audio/aac", ["-c:a", "aac", "-b:a", "128k", "-f", "adts"]),
    "ogg": (
        "application/ogg",
        ["-c:a", "libvorbis", "-b:a", "128k", "-page_duration", "200000", "-f", "ogg"],
    ),
}
CONFIG = """
<icecast>
  <limits><burst-size>65535</burst-size></limits>
  <authentication>
    <source-password>{password}</source-password>
    <admin-user>admin</admin-user><admin-password>{password}</admin-password>
  </authentication>
  <hostname>localhost</hostname>
  <listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
  <paths>
    <logdir>{folder}</logdir><webroot>/usr/share/icecast2/web</webroot>
    <adminroot>/usr/share/icecast2/admin</adminroot><alias source="/" destination="/status.xsl"/>
  </paths>
  <security><chroot>0</chroot>{owner}</security>
</icecast>
"""
OWNER = "<changeowner><user>nobody</user><group>nogroup</group></changeowner>"


@dataclass
class Icecast:
    port: int
    password: str
    ffmpeg: str
    feeders: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def url(self, mount: str) -> str:
        return f"http://127.0.0.1:{self.port}/{mount}"

    def feed(self, mount: str) -> None:
        kind, codec = MOUNTS[mount]
        target = f"icecast://source:{self.password}@127.0.0.1:{self.port}/{mount}"
        argv = [self.ffmpeg, "-nostdin", "-loglevel", "error", "-re", "-f", "lavfi"]
        argv += ["-i", "sine=frequency=440:sample_rate=44100", *codec, "-content_type", kind]
        self.feeders[mount] = subprocess.Popen([*argv, target], start_new_session=True)

    def stop_feeding(self, mount: str) -> None:
        feeder = self.feeders.pop(mount)
        feeder.kill()
        feeder.wait()

    def set_title(self, mount: str, title: str) -> None:
        query = urllib.parse.urlencode(
            {"mount": f"/{mount}", "mode": "updinfo", "song": title, "charset": "UTF-8"}
        )
        self.ask(f"/admin/metadata?{query}")

    def ask(self, path: str) -> bytes:
        request = urllib.request.Request(self.url(path.lstrip("/")))
        pair = base64.b64encode(f"admin:{self.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {pair}")
        with urllib.request.urlopen(request, timeout=45) as answer:
            return bytes(answer.read())

    def is_up(self, mount: str) -> bool:
        try:
            return f'mount="/{mount}"'.encode() in self.ask("/admin/listmounts")
        except (OSError, urllib.error.URLError):
            return False


def wait_until(condition: Callable[[], bool], seconds: float = 45.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "never happened"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def icecast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Icecast]:
    program, ffmpeg = need("icecast2"), need("ffmpeg")
    folder = tmp_path_factory.mktemp("icecast")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    as_root = getpass.getuser() == "root"
    password = base64.b32encode(os.urandom(10)).decode()
    owner = OWNER if as_root else ""
    config = folder / "icecast.xml"
    config.write_text(CONFIG.format(port=port, folder=folder, password=password, owner=owner))
    for path in (folder, *folder.parents[:3]):
        if as_root and path != Path("/tmp"):
            path.chmod(path.stat().st_mode | 0o005)
    folder.chmod(0o777)
    server = subprocess.Popen(
        [program, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    icecast = Icecast(port, password, ffmpeg)
    try:
        for mount in MOUNTS:
            wait_until(lambda: server.poll() is not None or is_listening(port))
            assert server.poll() is None, "icecast2 did not start"
            icecast.feed(mount)
        for mount in MOUNTS:
            wait_until(lambda mount=mount: icecast.is_up(mount))
        yield icecast
    finally:
        for mount in tuple(icecast.feeders):
            icecast.stop_feeding(mount)
        server.terminate()
        server.wait()


def is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


async def test_three_codecs_at_once_at_real_time(icecast: Icecast) -> None:
    """After two seconds, or after as many more as a moment's delay needs to count for little."""
    audio_format = AudioFormat.parse("pcm_16000")
    loop = asyncio.get_running_loop()

    async def listen(mount: str) -> tuple[float, bytes, str | None]:
        async with UrlSource(icecast.url(mount), audio_format) as source:
            for _ in range(10):  # a mount that has only just begun has no burst to give yet
                await anext(source)
            began = loop.time()
            pcm, pace = b"", 0.0
            while len(pcm) < 2 * 32000 or (abs(pace - 1) > 0.05 and len(pcm) < 20 * 32000):
                pcm += (await anext(source)).pcm
                pace = len(pcm) / 32000 / (loop.time() - began)
            return pace, pcm, source.status.codec

    results = await asyncio.gather(*(listen(mount) for mount in MOUNTS))
    assert [codec for _, _, codec in results] == ["mp3", "aac", "vorbis"]
    for pace, pcm, _ in results:
        assert pace == pytest.approx(1.0, abs=0.05)
        assert tone_hz(pcm) == pytest.approx(440, abs=5)


async def test_the_title_appears_live(icecast: Icecast) -> None:
    async with UrlSource(icecast.url("mp3"), AudioFormat.parse("pcm_16000")) as source:
        await anext(source)
        await asyncio.to_thread(icecast.set_title, "mp3", "Zoë & <b>Co</b> – It's live")
        async with asyncio.timeout(45):
            while source.status.title != "Zoë & <b>Co</b> – It's live":
                await anext(source)


async def test_a_killed_mount_ends_the_sound_and_then_is_404(icecast: Icecast) -> None:
    audio_format = AudioFormat.parse("pcm_16000")
    async with UrlSource(icecast.url("mp3"), audio_format) as source:
        await anext(source)
        icecast.stop_feeding("mp3")
        async with asyncio.timeout(45):
            async for _ in source:
                pass
    with pytest.raises(SourceError, match=f"404 Not Found from 127.0.0.1:{icecast.port}"):
        async with UrlSource(icecast.url("mp3"), audio_format):
            pass


async def test_icecasts_own_playlist_leads_to_the_sound(icecast: Icecast) -> None:
    async with UrlSource(icecast.url("ogg.m3u"), AudioFormat.parse("pcm_16000")) as source:
        assert (await anext(source)).samples == 1600


def tone_hz(pcm: bytes) -> float:
    """Upward zero crossings a second."""
    samples = memoryview(pcm).cast("h")
    crossings = sum(a < 0 <= b for a, b in itertools.pairwise(samples))
    return crossings * 16000 / len(samples)
