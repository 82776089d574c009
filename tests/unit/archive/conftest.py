"""A decoder, and sound made with it."""

from __future__ import annotations

import os
from typing import Any

import pytest

from scribe_tui.audio.decoder.program import find_decoder
from scribe_tui.errors import SourceError
from scribe_tui.event_records import to_line, to_record
from scribe_tui.events import (
    CommittedSegment,
    SegmentCommitted,
    SessionClosed,
    SessionOpened,
    SoundKept,
    State,
)
from tests.support.batch import BatchEndpoint
from tests.support.kept import coded, known_sound
from tests.support.numbered import numbered_pcm
from tests.support.requirements import unavailable
from tests.support.reread import AT, SECONDS, hear


@pytest.fixture(scope="session")
def ffmpeg():
    try:
        return find_decoder()
    except SourceError as error:
        unavailable(error.sentence)


@pytest.fixture(scope="session")
def make_mp3(ffmpeg):
    """Ten seconds of it."""
    bare = ("-b:a", "64k", "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3")
    return coded(ffmpeg, known_sound(10.0), *bare)


@pytest.fixture
def service():
    with BatchEndpoint(hear) as service:
        yield service


@pytest.fixture
def run(tmp_path):
    """A run whose source was a local file of raw numbered sound, heard as `w1 w2 WRONG w4 ...`."""
    sound = tmp_path / "talk.pcm"
    sound.write_bytes(b"".join(numbered_pcm(SECONDS)))
    os.utime(sound, (AT - 60, AT - 60))  # it was there before it was recorded from
    folder = tmp_path / "logs" / "2026-11-18T10-00-00"
    folder.mkdir(parents=True)
    words = [f"w{number}" for number in range(1, 2 * SECONDS + 1)]
    words[2] = "WRONG"
    base: dict[str, Any] = {"session": "talk"}
    events = [
        SessionOpened(
            **base, at=AT, name="talk", source=str(sound), audio_format="pcm_16000", commit="vad"
        ),
        SoundKept(
            **base, at=AT, file=str(sound), offset_seconds=0.0, start_seconds=0.0, started_at=AT
        ),
        SegmentCommitted(
            **base,
            at=AT + SECONDS,
            segment=CommittedSegment(1, " ".join(words), AT, 0.0, float(SECONDS)),
        ),
        SessionClosed(
            **base,
            at=AT + SECONDS,
            state=State.ENDED,
            heard_seconds=float(SECONDS),
            sent_seconds=float(SECONDS),
            segments=1,
        ),
    ]
    journal = folder / "talk.jsonl"
    journal.write_bytes(b"".join(to_line(to_record(event)) for event in events))
    return folder
