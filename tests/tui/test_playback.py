"""`o` and `x` on the screen: what is heard, what is saved, and what is said where there is none."""

from __future__ import annotations

import asyncio
import json
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.errors import SourceError
from scribe_tui.events import (
    CommittedSegment,
    Event,
    Gap,
    GapRecorded,
    HitStatus,
    SegmentCommitted,
    SoundKept,
)
from scribe_tui.session.buffer.recent_sound import RecentSound
from scribe_tui.settings import SourceSettings
from scribe_tui.tui.monitor_context import MonitorContext
from tests.support.journals import opened, write
from tests.support.kept import coded, known_sound
from tests.support.numbered import numbered_pcm
from tests.support.requirements import need
from tests.tui.stage import NOW, Stage, settle
from tests.tui.test_hits import hit

FORMAT = AudioFormat.parse("pcm_16000")
SIZE = (150, 14)


class Loudspeaker:
    """In the place of the machine's: what was played, and whether it still plays."""

    made: list[Loudspeaker]
    refusal: SourceError | None = None

    def __init__(self, audio_format: AudioFormat) -> None:
        self.audio_format = audio_format
        self.pcm = b""
        self.open = False
        self.is_gone = False
        self.over = asyncio.Event()

    async def __aenter__(self) -> Self:
        if self.refusal is not None:
            raise self.refusal
        self.open = True
        self.made.append(self)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.open = False

    def play(self, pcm: bytes) -> bool:
        self.pcm += pcm
        return True

    def play_late(self, pcm: bytes, **_: float) -> None:
        self.pcm += pcm

    async def played(self) -> None:
        await self.over.wait()


@pytest.fixture
def speakers(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Loudspeaker]]:
    for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"):
        monkeypatch.delenv(name, raising=False)
    Loudspeaker.made = []
    Loudspeaker.refusal = None
    monkeypatch.setattr("scribe_tui.tui.actions.playback.Speakers", Loudspeaker)
    monkeypatch.setattr("scribe_tui.tui.actions.playback.LOOK_SECONDS", 0.01)
    yield Loudspeaker
    Loudspeaker.refusal = None


def hear(recent: RecentSound, seconds: float, since: float = 0.0) -> None:
    """So much sound came in, from `since` in source time on; chunk n holds the value n."""
    for number, pcm in enumerate(numbered_pcm(seconds), round(since * 10)):
        recent.add(number / 10, NOW + number / 10, pcm)


def stage_of(*names: str) -> tuple[Stage, RecentSound]:
    """Panes of which the first one has heard ten seconds."""
    stage = Stage(*names)
    recent = stage.controls.recents[names[0]] = RecentSound(FORMAT)
    hear(recent, 10.0)
    return stage, recent


def said(number: int, start: float, end: float) -> Event:
    segment = CommittedSegment(number, f"line {number}", NOW + start, start, end)
    return SegmentCommitted(session="one", at=NOW + end, segment=segment)


async def test_a_pane_is_heard_live_until_the_key_is_pressed_again(
    speakers: type[Loudspeaker],
) -> None:
    stage, recent = stage_of("one", "two")
    other = stage.controls.recents["two"] = RecentSound(FORMAT)
    async with stage.app.run_test(size=SIZE) as pilot:
        await pilot.press("o")
        await settle(pilot, lambda: len(speakers.made) == 1)
        (first,) = speakers.made
        cushion = len(first.pcm)
        assert 0 < cushion <= 32000, "a moment of the past, so that a late chunk is no hole"
        recent.add(10.0, NOW + 10.0, b"\1\1" * 1600)
        assert first.pcm[cushion:] == b"\1\1" * 1600
        await settle(pilot, lambda: "on your speakers" in stage.text())
        await pilot.press("2", "o")
        await settle(pilot, lambda: len(speakers.made) == 2 and not first.open)
        recent.add(10.1, NOW + 10.1, b"\2\2" * 1600)
        other.add(0.0, NOW, b"\3\3" * 1600)
        assert speakers.made[1].pcm == b"\3\3" * 1600
        assert stage.text().count("on your speakers") == 1
        await pilot.press("o")
        await settle(pilot, lambda: not speakers.made[1].open)
        await settle(pilot, lambda: "two is heard no more" in stage.text())
        assert "on your speakers" not in stage.text()


async def test_a_session_that_starts_again_is_heard_on_and_one_that_ends_is_said(
    speakers: type[Loudspeaker],
) -> None:
    stage, _ = stage_of("one")
    async with stage.app.run_test(size=SIZE) as pilot:
        await pilot.press("o")
        await settle(pilot, lambda: len(speakers.made) == 1)
        recent = stage.controls.recents["one"] = RecentSound(AudioFormat.parse("pcm_24000"))
        await settle(pilot, lambda: len(speakers.made) == 2 and not speakers.made[0].open)
        assert speakers.made[1].audio_format.rate == 24000
        recent.add(0.0, NOW, b"\4\4" * 2400)
        await settle(pilot, lambda: speakers.made[1].pcm == b"\4\4" * 2400)
        del stage.controls.recents["one"]
        await settle(pilot, lambda: "does not run any more" in stage.text())
        assert not speakers.made[1].open
        await pilot.press("o")
        await settle(pilot, lambda: "put the cursor on a line" in stage.text())


async def test_the_line_under_the_cursor_is_heard_from_memory(
    speakers: type[Loudspeaker],
) -> None:
    stage, _ = stage_of("one")
    async with stage.app.run_test(size=SIZE) as pilot:
        for event in (said(1, 2.0, 4.0), said(2, 5.0, 7.0)):
            stage.app.bridge.receive(event)
        await settle(pilot, lambda: "line 2" in stage.text())
        await pilot.press("k", "k", "o")
        await settle(pilot, lambda: len(speakers.made) == 1)
        (played,) = speakers.made
        numbers = memoryview(played.pcm).cast("h")[::1600].tolist()
        assert numbers[0] == pytest.approx(1 + 10 * (2.0 - 0.5), abs=1)
        assert numbers[-1] == pytest.approx(10 * (4.0 + 0.5), abs=1)
        await settle(pilot, lambda: "on your speakers" in stage.text())
        played.over.set()
        await settle(pilot, lambda: "on your speakers" not in stage.text())
        assert not played.open


async def test_what_cannot_be_heard_is_said_with_the_other_way(
    speakers: type[Loudspeaker], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, _ = stage_of("one")
    async with stage.app.run_test(size=SIZE) as pilot:
        stage.app.bridge.receive(said(1, 2.0, 4.0))
        gap = Gap(20.0, 25.0, NOW + 20, NOW + 25, "source dropped")
        stage.app.bridge.receive(GapRecorded(session="one", at=NOW + 25, gap=gap))
        stage.app.bridge.receive(said(2, 500.0, 501.0))
        await settle(pilot, lambda: "line 2" in stage.text())
        await pilot.press("k", "o")
        await settle(pilot, lambda: "No sound was kept of that time" in stage.text())
        assert "--archive 7d" in stage.text()
        await pilot.press("k", "o")
        await settle(pilot, lambda: "Nothing was heard there: source dropped." in stage.text())
        await pilot.press("end")
        speakers.refusal = SourceError("no speakers", "Nothing can be heard here.", "Press x.")
        await pilot.press("o")
        await settle(pilot, lambda: "Nothing can be heard here. Press x." in stage.text())
        assert "on your speakers" not in stage.text()
        monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
        await pilot.press("o")
        await settle(pilot, lambda: "Over SSH" in stage.text() and "(x)" in stage.text())
    assert speakers.made == []


async def test_a_clip_is_cut_from_memory_and_says_how_much_there_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = tmp_path / "run"
    write(run, [opened("one"), said(1, 2.0, 4.0), said(2, 8.0, 12.0)])
    stage, recent = stage_of("one")
    stage.app.context = MonitorContext(run=run)
    async with stage.app.run_test(size=(240, 14)) as pilot:
        for event in (said(1, 2.0, 4.0), said(2, 8.0, 12.0)):
            stage.app.bridge.receive(event)
        await settle(pilot, lambda: "line 2" in stage.text())
        await pilot.press("x")
        await settle(pilot, lambda: "saved" in stage.text())
        assert "10.0 s, memory held no more of 30 s" in stage.text()
        await pilot.press("k", "x")
        await settle(pilot, lambda: "4.0 s, memory held no more of 8 s" in stage.text())
        hear(recent, 40.0, since=10.0)
        await pilot.press("end", "x")
        await settle(pilot, lambda: "30.0 s, from memory" in stage.text())
        await pilot.press("k", "k", "x")
        await settle(pilot, lambda: "No sound was kept of that time" in stage.text())
        assert "Memory holds the last half minute" in stage.text()
    whole, line, half_minute = clips_in(tmp_path)
    assert [seconds_of(path) for path in (whole, line, half_minute)] == pytest.approx(
        [10.0, 4.0, 30.0], abs=0.11
    )
    texts = json.loads(whole.with_suffix(".json").read_text())["segments"]
    assert [item["text"] for item in texts] == ["line 1", "line 2"]
    assert texts[0]["start_seconds"] == pytest.approx(2.0, abs=0.1)
    assert "line 2" in line.with_suffix(".srt").read_text()


async def test_a_hit_in_the_list_is_saved_as_sound_and_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = tmp_path / "run"
    write(run, [opened("one"), *(said(n, 3.0 * n, 3.0 * n + 2) for n in (1, 2, 3))])
    stage, _ = stage_of("one")
    stage.app.context = MonitorContext(run=run)
    async with stage.app.run_test(size=(240, 14)) as pilot:
        stage.app.bridge.receive(said(3, 9.0, 11.0))  # earlier ones are in the journal alone
        for number in (2, 7):
            stage.app.bridge.receive(hit(number, segment=number, quote=f"line {number}"))
        await pilot.press("h")
        await settle(pilot, lambda: "Hits ─ 2" in stage.text())
        await pilot.press("x")
        await settle(pilot, lambda: "is not saved" in stage.text())
        await pilot.press("j", "x")
        await settle(pilot, lambda: "saved " in stage.text() and "Cutting" not in stage.text())
        await pilot.press("j", "escape")
        stage.app.bridge.receive(hit(8, HitStatus.UNCONFIRMED, segment=4, quote="line"))
        await pilot.press("h", "x", "escape")
        await settle(pilot, lambda: "memory held no more of 30 s" in stage.text())
    line, latest = clips_in(tmp_path)
    assert seconds_of(line) == pytest.approx(6.0, abs=0.11)
    assert "line 2" in line.with_suffix(".txt").read_text()
    assert seconds_of(latest) == pytest.approx(10.0, abs=0.11)


@pytest.fixture
def kept_run(tmp_path: Path) -> Path:
    """The run of a session whose sound is kept in a file, fifteen seconds of it, as it was sent."""
    run = tmp_path / "logs" / "run"
    kept = SoundKept(
        session="one", at=NOW, file="one.sound.0001.mp3", offset_seconds=0.0, start_seconds=0.0,
        started_at=NOW,
    )  # fmt: skip
    write(run, [opened("one"), kept, *(said(n, 3.0 * n, 3.0 * n + 2) for n in (1, 2, 3))])
    bare = ("-b:a", "64k", "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3")
    (run / kept.file).write_bytes(coded(need("ffmpeg"), known_sound(15.0), *bare))
    return run


async def test_a_hit_whose_sound_is_kept_is_saved_and_heard_from_its_file(
    kept_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, speakers: type[Loudspeaker]
) -> None:
    monkeypatch.chdir(tmp_path)
    stage = Stage("one")
    stage.app.context = MonitorContext(run=kept_run)
    async with stage.app.run_test(size=(240, 14)) as pilot:
        for number in (2, 7):
            stage.app.bridge.receive(hit(number, segment=number, quote=f"line {number}"))
        await pilot.press("h")
        await settle(pilot, lambda: "Hits ─ 2" in stage.text())
        await pilot.press("o")
        await settle(pilot, lambda: "is not saved, so there is nothing to hear" in stage.text())
        await pilot.press("j", "x")
        await settle(pilot, lambda: "the text beside it" in stage.text())
        await pilot.press("o")
        await settle(pilot, lambda: len(speakers.made) == 1 and "You hear 3 s" in stage.text())
        (played,) = speakers.made
        await pilot.press("o")
        await settle(pilot, lambda: "one is heard no more" in stage.text() and not played.open)
        await pilot.press("o")
        await settle(pilot, lambda: len(speakers.made) == 2)
        await pilot.press("escape")
        await settle(pilot, lambda: "on your speakers" in stage.text())
        speakers.made[1].over.set()
        await settle(pilot, lambda: "on your speakers" not in stage.text())
    (clip,) = clips_in(tmp_path)
    assert seconds_of(clip) == pytest.approx(6.0, abs=0.11), "two seconds of edge on both sides"
    assert [item["text"] for item in json.loads(clip.with_suffix(".json").read_text())["segments"]]
    rate = played.audio_format.rate
    assert len(played.pcm) / 2 / rate == pytest.approx(3.0, abs=0.11)
    assert played.pcm == speakers.made[1].pcm


async def test_a_hit_that_may_change_yet_is_heard_from_memory_and_over_ssh_a_clip_is_offered(
    speakers: type[Loudspeaker], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, _ = stage_of("one")
    stage.controls.remove(stage.controls.add(SourceSettings(name="gone", address="mic")))
    async with stage.app.run_test(size=SIZE) as pilot:
        stage.app.bridge.receive(hit(8, HitStatus.UNCONFIRMED, segment=4, quote="line"))
        stage.app.bridge.receive(hit(1, HitStatus.UNCONFIRMED, session="gone", quote="line"))
        await pilot.press("h", "o")
        await settle(pilot, lambda: "gone does not run" in stage.text())
        await pilot.press("j", "o")
        await settle(pilot, lambda: len(speakers.made) == 1)
        assert len(speakers.made[0].pcm) / 32000 == pytest.approx(10.0, abs=0.11)
        await pilot.press("o")
        await settle(pilot, lambda: not speakers.made[0].open)
        monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
        await pilot.press("o")
        await settle(pilot, lambda: "Over SSH" in stage.text() and "clip (x)" in stage.text())
    assert len(speakers.made) == 1


def clips_in(folder: Path) -> list[Path]:
    """In the order they were saved."""
    return sorted(folder.glob("one*.wav"), key=lambda path: path.stat().st_mtime_ns)


def seconds_of(path: Path) -> float:
    with wave.open(str(path)) as sound:
        return sound.getnframes() / sound.getframerate()


async def test_without_any_sound_the_key_says_so(tmp_path: Path) -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=SIZE) as pilot:
        await pilot.press("x")
        await settle(pilot, lambda: "Nothing is saved here" in stage.text())
