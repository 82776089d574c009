"""A decoder, and sound made with it."""

import pytest

from scribe_tui.audio.decoder.program import find_decoder
from scribe_tui.errors import SourceError
from tests.support.kept import coded, known_sound
from tests.support.requirements import unavailable


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
