"""What a clip's --from and --to mean: over files, runs, clocks that are set, sound that is gone."""

from __future__ import annotations

import os
import time
import wave
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from scribe_tui.archive.instants import Instants
from scribe_tui.cli.program import program
from scribe_tui.errors import UsageError
from scribe_tui.event_records import to_line, to_record
from scribe_tui.events import (
    CommittedSegment,
    Event,
    Gap,
    GapRecorded,
    SegmentCommitted,
    SessionOpened,
    SoundKept,
)
from tests.support.kept import coded, known_sound

AT = 1_794_995_200.0
"""09:46:40 UTC."""
FILE_SECONDS = 10.0


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(scope="module")
def mp3(ffmpeg: str) -> bytes:
    bare = ("-b:a", "64k", "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3")
    return coded(ffmpeg, known_sound(FILE_SECONDS), *bare)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "logs" / "2026-11-18T09-46-40"
    folder.mkdir(parents=True)
    return folder


def opened(at: float = AT) -> Event:
    return SessionOpened(
        session="news", at=at, name="news", source="x", audio_format="pcm_16000", commit="vad"
    )


def kept(number: int, start: float, at: float) -> Event:
    file = f"news.sound.{number:04}.mp3"
    return SoundKept(
        session="news", at=at, file=file, offset_seconds=0.0, start_seconds=start, started_at=at
    )


def said(number: int, start: float, at: float) -> Event:
    segment = CommittedSegment(number, f"line {number}", at, start, start + 1.0, ())
    return SegmentCommitted(session="news", at=at + 1, segment=segment)


def journal(run: Path, mp3: bytes, *events: Event) -> None:
    lines = [to_line(to_record(event)) for event in events]
    (run / "news.jsonl").write_bytes(b"".join(lines))
    for event in events:
        if isinstance(event, SoundKept):
            (run / event.file).write_bytes(mp3)


def clip(run: Path, *window: str) -> tuple[float, str, str]:
    """How long the clip is, what was said on stderr, and the text beside it."""
    out = run / f"out{len(list(run.glob('out*')))}"
    said = StringIO()
    with redirect_stderr(said), redirect_stdout(StringIO()):
        argv = ["clip", str(run), "news", *window, "--output", str(out)]
        assert not program.main(argv, standalone_mode=False)
    (sound,) = out.glob("*.wav")
    with wave.open(str(sound)) as read:
        return (
            read.getnframes() / read.getframerate(),
            said.getvalue(),
            sound.with_suffix(".srt").read_text(),
        )


def test_over_the_edge_of_a_file_nothing_is_lost_and_nothing_need_be_said(run, mp3, utc):
    journal(run, mp3, opened(), kept(1, 0.0, AT), kept(2, FILE_SECONDS, AT + FILE_SECONDS))
    assert clip(run, "--from", "09:46:45", "--to", "09:46:55")[:2] == (pytest.approx(10.0), "")


def test_of_two_runs_in_the_window_the_last_is_cut_and_that_is_said(run, mp3, utc):
    journal(run, mp3, opened(), kept(1, 0.0, AT), opened(AT + 60), kept(2, 0.0, AT + 60))
    seconds, told, _ = clip(run, "--from", "09:46:42", "--to", "09:47:45")
    assert seconds == pytest.approx(5.0, abs=0.1)
    assert "started anew at 09:47:40" in told
    assert clip(run, "--from", "09:46:42", "--to", "09:46:45")[:2] == (pytest.approx(3.0), "")


def test_time_without_kept_sound_is_said(run, mp3, utc):
    journal(run, mp3, opened(), kept(1, 20.0, AT + 20))
    seconds, told, _ = clip(run, "--from", "09:46:41", "--to", "09:47:50")
    assert seconds == pytest.approx(10.0, abs=0.2)
    assert "before 09:47:00" in told
    assert "after 09:47:10" in told
    assert "before 09:47:00" in clip(run, "--from", "+1", "--to", "+25")[1]
    assert clip(run)[1] == ""


def test_what_retention_deleted_is_said_and_the_rest_is_cut(run, mp3, utc):
    journal(run, mp3, opened(), *(kept(1 + n, 10.0 * n, AT + 10 * n) for n in range(3)))
    (run / "news.sound.0001.mp3").unlink()
    seconds, told, _ = clip(run, "--from", "09:46:42", "--to", "09:47:05")
    assert seconds == pytest.approx(15.0, abs=0.1)
    assert "before 09:46:50" in told
    (run / "news.sound.0003.mp3").unlink()
    assert "after 09:47:00" in clip(run, "--from", "09:46:52", "--to", "09:47:05")[1]


@pytest.mark.parametrize("set_by", [-7200.0, 7200.0])
def test_clock_times_are_those_that_the_lines_have_also_where_the_clock_was_set(
    run, mp3, utc, set_by
):
    """In the middle of a file, whose record has the clock of its beginning."""
    after = AT + 5.0 + set_by
    lines = [said(1, 1.0, AT + 1), said(2, 5.0, after), said(3, 8.0, after + 3)]
    journal(run, mp3, opened(), kept(1, 0.0, AT), *lines)
    begin, end = (_clock(after + n) for n in (2, 5))
    seconds, _, text = clip(run, "--from", begin, "--to", end)
    assert seconds == pytest.approx(3.0, abs=0.1)
    assert "line 3" in text
    assert "line 1" not in text


def _clock(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(at))


def test_the_hour_that_comes_twice_is_found_by_its_offset(run, mp3, monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    run = run.rename(run.with_name("2026-10-25T02-59-55"))
    try:
        at = 1_792_889_995.0  # 2026-10-25T02:59:55+02:00: five seconds later it is 02:00:00+01:00
        journal(run, mp3, opened(at), kept(1, 0.0, at), said(1, 1.0, at + 1), said(2, 6.0, at + 6))
        seconds, _, text = clip(
            run, "--from", "2026-10-25T02:59:58+02:00", "--to", "2026-10-25T02:00:03+01:00"
        )
        assert seconds == pytest.approx(5.0, abs=0.1)
        assert "line 2" in text
        seconds, told, text = clip(run, "--from", "02:59:57", "--to", "02:00:02")
        assert (seconds, told) == (pytest.approx(5.0, abs=0.1), "")
        assert "line 2" in text
    finally:
        monkeypatch.undo()
        time.tzset()


def test_of_a_local_file_that_was_written_to_since_nothing_is_cut(run, mp3, tmp_path, utc):
    """Also where the recording was over before its digest was known."""
    file = tmp_path / "talk.mp3"
    file.write_bytes(mp3)
    os.utime(file, (AT - 100, AT - 100))
    at = SoundKept(
        session="news", at=AT, file=str(file), offset_seconds=0.0, start_seconds=0.0, started_at=AT
    )
    journal(run, mp3, opened())
    with (run / "news.jsonl").open("ab") as stream:
        stream.write(to_line(to_record(at)))
    window = ("--from", "+2", "--to", "+5")
    assert clip(run, *window)[:2] == (pytest.approx(3.0, abs=0.1), "")
    file.write_bytes(mp3[1000:])
    done = CliRunner().invoke(program, ["clip", str(run), "news", *window])
    assert isinstance(done.exception, UsageError)
    assert "not the file any more" in done.exception.message


def test_instants_follow_files_that_wait_and_files_that_are_read_quickly():
    waits = Instants([opened(), said(1, 0.0, AT), said(2, 10.0, AT + 100), said(3, 12.0, AT + 102)])
    assert waits.seconds(1, AT + 5) == 5.0
    assert waits.seconds(1, AT + 50) == 10.0
    assert waits.seconds(1, AT + 101) == 11.0
    quick = Instants([opened(), said(1, 0.0, AT), said(2, 40.0, AT + 10)])
    assert quick.seconds(1, AT + 5) == 20.0
    assert quick.seconds(2, AT) is None
    assert quick.seconds(1, AT - 3) == -3.0
    gap = GapRecorded(session="news", at=AT, gap=Gap(10.0, 20.0, AT + 10, AT + 20, "x"))
    assert Instants([opened(), gap]).seconds(1, AT + 25) == 25.0
