"""Facts and errors in the decoder's stderr, as ffmpeg 5.1 and 9.0 were seen to write it."""

from __future__ import annotations

import pytest

from scribe_tui.audio.decoder.log import KEPT_LINES, MAX_LINE_BYTES, DecoderLog
from scribe_tui.audio.titles import tidy_title
from tests.support.memory import held_bytes

DUMP = b"""\
[mp3 @ 0x563] [verbose] Skipping 0 bytes of junk at 293.
[info] Input #0, mp3, from 'file:a.mp3':
[info]   Metadata:
[info]     title           : Song
[info]     artist          : Singer
[info]   Duration: 01:02:03.50, start: 0.025057, bitrate: 64 kb/s
[info]   Stream #0:0[0x1](und): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, mono
[info] Stream mapping:
[info] Output #0, s16le, to 'pipe:1':
[info]     title           : not this one
"""


def read(*pieces: bytes) -> DecoderLog:
    log = DecoderLog()
    for piece in pieces:
        log.feed(piece)
    return log


def test_tags_codec_and_duration() -> None:
    facts = read(DUMP).facts
    assert facts.title == "Singer - Song"
    assert facts.codec == "aac"
    assert facts.duration_seconds == 3723.5


def test_lines_may_be_cut_anywhere() -> None:
    assert read(*(bytes([byte]) for byte in DUMP)).facts == read(DUMP).facts


FILM = b"""\
[info] Input #0, matroska,webm, from 'file:a.mkv':
[info]   Metadata:
[info]     ENCODER         : Lavf
[info]   Duration: 00:00:09.00, start: 0.000000, bitrate: 64 kb/s
[info]   Chapters:
[info]     Chapter #0:0: start 0.000000, end 1.000000
[info]       Metadata:
[info]         title           : The first chapter
[info]   Stream #0:0: Video: h264 (High), yuv420p(progressive), 64x64, 25 fps
[info]     Metadata:
[info]       title           : A picture
[info]   Stream #0:1(eng): Audio: aac (LC), 48000 Hz, stereo, fltp
[info]     Metadata:
[info]       title           : Comments
[info]   Stream #0:2(ger): Audio: opus, 48000 Hz, mono, fltp (default)
[info]   Stream #0:3: Audio: mp3, 48000 Hz, mono, fltp
[info] Stream mapping:
[info] Output #0, s16le, to 'pipe:1':
[info]   Stream #0:0: Audio: pcm_s16le, 16000 Hz, 5.1(side), s16, 1536 kb/s
"""


def test_titles_of_chapters_pictures_and_tracks_are_no_title_of_the_whole() -> None:
    log = read(FILM)
    assert log.facts.title is None
    assert [track.name for track in log.facts.tracks] == ["Comments (eng)", "ger", "mp3"]
    assert [track.stream for track in log.facts.tracks] == [1, 2, 3]
    assert [track.is_default for track in log.facts.tracks] == [False, True, False]
    assert log.facts.container == "matroska,webm"
    assert log.channels == 6


def test_ogg_has_its_tags_with_its_track() -> None:
    dump = (
        b"[info] Input #0, ogg, from 'x':\n[info]   Stream #0:0: Audio: opus, 48000 Hz, mono\n"
        b"[info]     Metadata:\n[info]       TITLE           : Song\n"
    )
    assert read(dump).facts.title == "Song"


@pytest.mark.parametrize(
    ("rate", "kbps", "channels"),
    [(16000, 256, 1), (22050, 352, 1), (44100, 1411, 2), (16000, 3072, 12), (8000, 128, 1)],
)
def test_the_bit_rate_of_pcm_tells_its_channels(rate: int, kbps: int, channels: int) -> None:
    line = f"[info]   Stream #0:0: Audio: pcm_s16le, {rate} Hz, odd, s16, {kbps} kb/s\n"
    assert read(b"[info] Output #0, s16le, to 'pipe:1':\n", line.encode()).channels == channels


def title(raw: bytes, charset: str | None = None) -> str | None:
    log = DecoderLog(charset)
    log.feed(b"[info] Input #0, mp3, from 'x':\n[info]     title           : " + raw + b"\n")
    return log.facts.title


def test_titles_in_every_encoding_and_escaped_for_html() -> None:
    assert title(b"Caf\xe9 \x96 live") == "Café – live"
    assert title(b"A &#8211; B &amp; C") == "A – B & C"
    assert title("Привет".encode("koi8-r"), "koi8-r") == "Привет"
    assert title("Zwölf".encode()[:3]) == "Zw"


def test_a_title_cannot_act_on_the_terminal() -> None:
    assert title(b"a\x1b[2J\x1b]0;x\x07b&#27;[2Jc\x00") == "ab[2Jc"
    assert len(title(b"x" * 100_000) or "") == 500


def test_errors_are_kept_once_masked_and_bounded() -> None:
    log = read(b"[mp3float @ 0x1] [error] Header missing\n" * 1000)
    assert log.errors == ("Header missing",)
    log.feed(b"[error] http://ada:pw@host/x?token=abc: Connection refused\n")
    assert log.errors[-1] == "http://host/x?token=*** Connection refused"
    log.feed(b"".join(b"[error] number %d\n" % number for number in range(100)))
    assert len(log.errors) == KEPT_LINES


def test_a_line_may_have_several_contexts() -> None:
    line = b"[aist#0:0/mp3 @ 0x5] [dec:mp3float @ 0x5] [error] Error submitting packet\n"
    assert read(line).errors == ("Error submitting packet",)


def test_a_line_without_end_does_not_fill_memory() -> None:
    log = DecoderLog()
    for _ in range(100):
        log.feed(b"x" * 65536)
    assert held_bytes(log) <= 2 * MAX_LINE_BYTES


def test_a_title_shows_no_password_of_an_address_in_it() -> None:
    assert tidy_title(b"http://ada:s3cret@host/?token=abc") == "http://host/?token=***"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"[mpegts @ 0x1] [verbose] Correcting start time by 3976778\n", 3.976778),
        (b"[verbose] Correcting start time of Input #0 by 9223372036853335807 us.\n", 9.2e12),
        (b"[info] Duration: 00:00:01.00\n", 0.0),
    ],
)
def test_a_decoder_says_how_much_too_early_its_sound_is(line: bytes, expected: float) -> None:
    assert read(line).moved_seconds == pytest.approx(expected, rel=0.01)
