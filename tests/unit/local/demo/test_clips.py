"""The bundled clips: the recogniser gets every word, and they are small and accounted for."""

import asyncio

import pytest

from scribe_tui.local.demo.clips import FOLDER, load_clips
from scribe_tui.local.demo.make_clips import decoded, segments
from scribe_tui.local.recognition.service import RecognitionService
from tests.support.offline import need_recogniser, words_of
from tests.support.requirements import need

CLIPS = load_clips()
PROGRAMMES = {
    **{station.name: station.clips for station in CLIPS.stations},
    CLIPS.file.path.stem: (CLIPS.file,),
}
MOST_BYTES = 2_000_000


@pytest.mark.long
@pytest.mark.early(15)
async def test_all_four_are_heard_word_for_word_at_once_a_line_a_segment():
    """As the demo plays them: beside each other, the clips of a station after one another."""
    need_recogniser()
    need("ffmpeg")
    sound = {name: b"".join(decoded(it.path) for it in said) for name, said in PROGRAMMES.items()}
    async with RecognitionService() as service:
        heard = await asyncio.gather(*(segments(pcm, service) for pcm in sound.values()))
    for (name, clips), texts in zip(PROGRAMMES.items(), heard, strict=True):
        lines = [words_of(line) for clip in clips for line in clip.lines]
        assert [words_of(text) for text in texts] == lines, name
        assert all(text[0].isupper() and text[-1] in ".?!" for text in texts), texts


def test_the_folder_is_small_and_holds_nothing_else():
    files = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    assert sum(files.values()) <= MOST_BYTES
    clips = {clip.path.name for said in PROGRAMMES.values() for clip in said}
    assert set(files) == clips | {"clips.toml", "NOTICE.md"}


def test_where_the_recordings_come_from_is_said_beside_them():
    notice = (FOLDER / "NOTICE.md").read_text(encoding="utf-8")
    for said in ("hibari-tts", "Kokoro-82M", "Apache License 2.0", "make_clips"):
        assert said in notice
