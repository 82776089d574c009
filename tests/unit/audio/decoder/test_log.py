"""Facts and errors in the decoder's stderr, as ffmpeg 5.1 and 9.0 were seen to write it."""

from __future__ import annotations

from scribe_tui.audio.decoder.log import KEPT_LINES, MAX_LINE_BYTES, DecoderLog

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
TITLE = b"[http @ 0x564] [verbose] Metadata update for StreamTitle: "


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


def test_a_live_title_wins_and_changes() -> None:
    log = read(DUMP, TITLE + b"One\n")
    assert log.facts.title == "One"
    log.feed(TITLE + "Zwölf – 'x'; y=1\n".encode())
    assert log.facts.title == "Zwölf – 'x'; y=1"


def test_titles_in_windows_1252_and_escaped_for_html() -> None:
    assert read(TITLE + b"Caf\xe9 \x96 live\n").facts.title == "Café – live"
    assert read(TITLE + b"A &#8211; B &amp; C\n").facts.title == "A – B & C"


def test_a_title_cannot_act_on_the_terminal() -> None:
    assert read(TITLE + b"a\x1b[2J\x1b]0;x\x07b&#27;[2Jc\x00\n").facts.title == "ab[2Jc"
    assert len(read(TITLE + b"x" * 100_000 + b"\n").facts.title or "") == 500


def test_without_a_title_the_station_names_itself() -> None:
    dump = b"[info] Input #0, mp3, from 'x':\n[info]     icy-name        : Radio X\n"
    assert read(dump).facts.title == "Radio X"
    assert read(dump, TITLE + b"Song\n", TITLE + b"\n").facts.title == "Radio X"


def test_errors_are_kept_once_masked_and_bounded() -> None:
    log = read(b"[mp3float @ 0x1] [error] Header missing\n" * 1000)
    assert log.errors == ("Header missing",)
    log.feed(b"[error] http://ada:pw@host/x?token=abc: Connection refused\n")
    assert log.errors[-1] == "http://host/x?token=*** Connection refused"
    log.feed(b"".join(b"[error] number %d\n" % number for number in range(100)))
    assert len(log.errors) == KEPT_LINES


def test_nested_contexts() -> None:
    line = b"[aist#0:0/mp3 @ 0x5] [dec:mp3float @ 0x5] [error] Error submitting packet\n"
    assert read(line).errors == ("Error submitting packet",)


def test_a_line_without_end_does_not_fill_memory() -> None:
    log = DecoderLog()
    for _ in range(100):
        log.feed(b"x" * 65536)
    assert len(log._rest) <= MAX_LINE_BYTES
