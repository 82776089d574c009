"""Clips: sound, and its text in the clip's own time, out of kept files and out of memory."""

from __future__ import annotations

import json
import wave
from concurrent.futures import ThreadPoolExecutor

import pydub
import pytest
from click.testing import CliRunner

from scribe_tui.archive.clip import from_memory, save_clip
from scribe_tui.archive.sound import Sound
from scribe_tui.audio.format import AudioFormat
from scribe_tui.cli.program import program
from scribe_tui.errors import SourceError, UsageError
from scribe_tui.event_records import to_line, to_record
from scribe_tui.events import CommittedSegment, SegmentCommitted, SessionOpened, SoundKept, Word
from scribe_tui.journal.reading.journals import Journal, journals_of
from scribe_tui.session.buffer.recent_sound import RecentSound
from tests.support.kept import coded, known_sound
from tests.support.numbered import numbered_pcm
from tests.support.small_disk import fill, small_disk

AT = 1_795_000_000.0
FORMAT = AudioFormat.parse("pcm_16000")


def opened(source="x"):
    return SessionOpened(
        session="news", at=AT, name="news", source=source, audio_format="pcm_16000", commit="vad"
    )


def segment(number, text, start, end):
    return SegmentCommitted(
        session="news",
        at=AT + end,
        segment=CommittedSegment(number, text, AT + start, start, end, (Word(text, start, end),)),
    )


@pytest.fixture
def run(tmp_path, ffmpeg):
    folder = tmp_path / "logs" / "2026-11-18T10-00-00"
    folder.mkdir(parents=True)
    bare = ("-b:a", "64k", "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3")
    (folder / "news.sound.0001.mp3").write_bytes(coded(ffmpeg, known_sound(20.0), *bare))
    events = [
        opened(),
        SoundKept(
            session="news",
            at=AT,
            file="news.sound.0001.mp3",
            offset_seconds=2.0,
            start_seconds=0.0,
            started_at=AT,
        ),
        segment(1, "before", 0.0, 2.0),
        segment(2, "inside", 6.0, 8.0),
        segment(3, "after", 14.0, 15.0),
    ]
    (folder / "news.jsonl").write_bytes(b"".join(to_line(to_record(event)) for event in events))
    return folder


@pytest.mark.some(1)
@pytest.mark.parametrize("kind", ["wav", "mp3", "ogg"])
def test_the_command_saves_sound_and_text(run, tmp_path, kind):
    argv = ["clip", str(run), "news", "--from", "+5", "--to", "+10", "--before", "1"]
    done = CliRunner().invoke(program, [*argv, "--format", kind, "--output", str(tmp_path / "out")])
    assert done.exit_code == 0, (done.output, done.exception)
    files = {path.suffix: path for path in (tmp_path / "out").iterdir()}
    assert files.keys() == {f".{kind}", ".txt", ".srt", ".json"}
    if kind == "wav":
        with wave.open(str(files[".wav"])) as sound:
            assert sound.getnframes() / sound.getframerate() == pytest.approx(6.0, abs=0.01)
    assert "00:00:02,000 --> 00:00:04,000\ninside" in files[".srt"].read_text()
    texts = [item["text"] for item in json.loads(files[".json"].read_text())["segments"]]
    assert texts == ["inside"]
    assert "inside" in files[".txt"].read_text()
    again = CliRunner().invoke(
        program, [*argv, "--format", kind, "--output", str(tmp_path / "out")]
    )
    assert again.exit_code == 0
    assert len(list((tmp_path / "out").iterdir())) == 8


def test_without_kept_sound_it_says_so(run):
    done = CliRunner().invoke(program, ["clip", str(run), "news", "--from", "+500"])
    assert isinstance(done.exception, UsageError)
    assert "not in the kept files" in done.exception.message


def test_sound_that_was_deleted_is_told(run):
    (run / "news.sound.0001.mp3").unlink()
    done = CliRunner().invoke(program, ["clip", str(run), "news", "--from", "+1"])
    assert isinstance(done.exception, UsageError)
    assert "not there any more" in done.exception.message


def test_memory_has_the_last_seconds_and_gaps_are_silence(tmp_path):
    recent = RecentSound(FORMAT, seconds=5.0)
    heard = []
    end = recent.listen(heard.append)
    for number, pcm in enumerate(numbered_pcm(10.0)):
        later = 2.0 if number >= 80 else 0.0
        recent.add(number / 10 + later, AT + number / 10 + later, pcm)
    end()
    assert len(heard) == 100
    sound = from_memory(recent.last(30.0), FORMAT)
    assert sound.seconds == pytest.approx(5.1, abs=0.11)
    assert sound.kept_seconds == pytest.approx(sound.seconds - 2.0)
    journal = Journal("news", "news", "news", ())
    clip = save_clip(sound, journal, [opened(), segment(1, "late", 10.5, 11.0)], tmp_path)
    assert clip.missing_seconds == pytest.approx(2.0, abs=0.01)
    assert "silence" in clip.sentence
    assert "late" in clip.texts[1].read_text()
    with pytest.raises(UsageError, match="no sound in memory"):
        from_memory([], FORMAT)


def test_a_clip_is_there_as_a_whole_or_not_at_all(run, tmp_path, monkeypatch):
    argv = ["clip", str(run), "news", "--from", "+5", "--to", "+10"]
    with small_disk(tmp_path / "full") as folder:
        filler = fill(folder)
        for kind in ("wav", "mp3"):
            done = CliRunner().invoke(program, [*argv, "--format", kind, "--output", str(folder)])
            assert isinstance(done.exception, UsageError | SourceError), done.output
            assert list(folder.iterdir()) == [filler]

    def cannot(*_, **__):
        raise pydub.exceptions.CouldntEncodeError

    monkeypatch.setattr(pydub.AudioSegment, "export", cannot)
    out = tmp_path / "out"
    done = CliRunner().invoke(program, [*argv, "--format", "ogg", "--output", str(out)])
    assert isinstance(done.exception, SourceError)
    assert "cannot write ogg here" in done.exception.message
    assert list(out.iterdir()) == []


def test_clips_that_are_saved_at_once_take_names_of_their_own(run, tmp_path):
    (journal,) = journals_of(run)
    sound = Sound(bytes(32000), FORMAT, 5.0, AT + 5, 1.0)
    with ThreadPoolExecutor(8) as pool:
        saving = [pool.submit(save_clip, sound, journal, (), tmp_path / "out") for _ in range(8)]
        clips = [each.result() for each in saving]
    assert len({clip.sound for clip in clips}) == 8
    assert len(list((tmp_path / "out").iterdir())) == 4 * 8
