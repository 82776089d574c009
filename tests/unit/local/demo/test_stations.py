"""Loopback radio: titles between the bytes, real-time pace, what players ask for."""

import asyncio
import json
import subprocess
import urllib.error
import urllib.request

import pytest

from scribe_tui.local.demo.clip_frames import read_recording
from scribe_tui.local.demo.clips import load_clips
from scribe_tui.local.demo.stations import META_INTERVAL, IcyTitles, StationServer
from tests.support.requirements import need

CLIPS = load_clips()


def test_a_title_comes_where_it_is_due_and_only_when_it_changed():
    weaver = IcyTitles()
    woven = weaver.weave(bytes(META_INTERVAL - 1), "one")
    assert woven == bytes(META_INTERVAL - 1)
    woven = weaver.weave(b"ab", "one")
    text = b"StreamTitle='one';"
    assert woven == b"a" + bytes([2]) + text.ljust(32, b"\0") + b"b"
    assert weaver.weave(bytes(META_INTERVAL - 1), "one")[-1:] == b"\0"
    assert b"two" in weaver.weave(bytes(META_INTERVAL), "two")


@pytest.mark.parametrize(
    "clip", [clip for station in CLIPS.stations for clip in station.clips] + [CLIPS.file]
)
def test_a_recording_is_cut_without_losing_a_byte(clip):
    recording = read_recording(clip.path)
    blocks = b"".join(block.data for block in recording.blocks)
    assert recording.preamble + blocks == clip.path.read_bytes()
    assert max(block.seconds for block in recording.blocks) < 0.5
    assert 6 < recording.seconds < 40


def test_all_clips_together_are_small():
    clips = [clip for station in CLIPS.stations for clip in station.clips] + [CLIPS.file]
    assert sum(clip.path.stat().st_size for clip in clips) < 1_500_000


@pytest.mark.parametrize("number", [0, 2])
async def test_players_understand_a_station_and_joining_it_brings_seconds_at_once(
    number, monkeypatch
):
    """No sound but that which is due at once is ever sent."""
    passes = asyncio.sleep

    async def sleep(seconds):
        await (passes(0) if seconds <= 0 else asyncio.Event().wait())

    monkeypatch.setattr(asyncio, "sleep", sleep)
    station = CLIPS.stations[number]
    async with StationServer([station]) as radio:
        probe = await asyncio.create_subprocess_exec(
            *(need("ffmpeg"), "-v", "error", "-probesize", "8192", "-formatprobesize", "8192"),
            *("-i", radio.urls[0], "-t", "2.5"),
            *("-f", "s16le", "-ac", "1", "-ar", "16000", "-"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        pcm, complaints = await probe.communicate()
    assert (len(pcm), complaints) == (80000, b"")


async def test_ogg_stations_carry_the_title_in_their_headers():
    async with StationServer([CLIPS.stations[2]]) as radio:
        probe = await asyncio.create_subprocess_exec(
            *(need("ffprobe"), "-v", "error", "-of", "json", "-show_streams", radio.urls[0]),
            stdout=subprocess.PIPE,
        )
        out, _ = await probe.communicate()
    tags = json.loads(out)["streams"][0]["tags"]
    assert CLIPS.stations[2].clips[0].title in tags.values()


async def test_what_is_not_a_station_is_not_found():
    async with StationServer(CLIPS.stations) as radio:
        url = radio.urls[0].rpartition("/")[0] + "/nothing"
        with pytest.raises(urllib.error.HTTPError, match="404"):
            await asyncio.to_thread(urllib.request.urlopen, url)
