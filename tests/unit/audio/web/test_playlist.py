"""Playlists from strangers: the right entries, and never anything but http(s)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.audio.web.playlist import (
    MAX_ENTRIES,
    is_feed,
    is_hls,
    looks_like_playlist,
    parse_playlist,
)
from scribe_tui.network.http_head import ascii_url

URL = "http://radio.example/lists/all"
ONE, TWO = "http://a.example/1", "http://radio.example/lists/2"

LISTS = {
    "pls": f"[playlist]\r\nNumberOfEntries=2\r\nFile1={ONE}\r\nTitle1=x\r\nfile2=2\r\n",
    "m3u": f"#EXTM3U\n#EXTINF:-1,Name\n{ONE}\n\n2\n",
    "xspf": f'<?xml version="1.0"?>\n<playlist xmlns="http://xspf.org/ns/0/"><trackList><track>'
    f"<location> {ONE} </location></track><track><location>2</location></track></trackList>",
    "asx": f'<ASX version="3"><entry><Ref HREF="{ONE}" /></entry><entry><ref href=\'2\'/></entry>',
}


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("start", ["", "\ufeff", "\n  "])
def test_each_kind_is_known_by_its_text(kind: str, start: str) -> None:
    assert parse_playlist(start + LISTS[kind], URL) == [ONE, TWO]


def test_a_bare_list_is_known_by_its_name_or_type() -> None:
    assert parse_playlist(ONE, "http://x/a.m3u") == [ONE]
    assert parse_playlist(ONE, URL, "audio/x-mpegurl; charset=utf-8") == [ONE]
    assert parse_playlist(f"{ONE}\n{TWO}", URL, "text/html") == [ONE, TWO]
    assert parse_playlist(f"see {ONE}", URL) is None


@pytest.mark.parametrize(
    "entry",
    [
        "file:///etc/passwd",
        "concat:/etc/passwd|x",
        "data:audio/wav;base64,x",
        "ftp://a/b",
        "pipe:0",
        "rtmp://a/b",
        "http://[::1/x",
        "http://a/\x1b[2J",
    ],
)
def test_only_http_leaves(entry: str) -> None:
    assert parse_playlist(f"[playlist]\nFile1={entry}\nFile2={ONE}", URL) == [ONE]


def test_an_absolute_path_stays_on_its_server() -> None:
    assert parse_playlist("#EXTM3U\n/etc/passwd", URL) == ["http://radio.example/etc/passwd"]


def test_escaped_ampersands_and_repeats_and_crowds() -> None:
    text = LISTS["xspf"].replace(ONE, "http://a.example/?x=1&amp;y=2")
    assert parse_playlist(text, URL) == ["http://a.example/?x=1&y=2", TWO]
    assert parse_playlist(f"#EXTM3U\n{ONE}\n{ONE}", URL) == [ONE]
    many = "\n".join(f"http://a/{number}" for number in range(100))
    assert len(parse_playlist("#EXTM3U\n" + many, URL) or []) == MAX_ENTRIES


@pytest.mark.parametrize(
    "text",
    [
        f"; made by a program\r\n\r\n[playlist]\r\nFile1={ONE}\r\n",
        f"# made by a program\n[Playlist]\nFILE1 = {ONE}\n",
        f"NumberOfEntries=1\nFile1={ONE}\n",
    ],
)
def test_a_pls_file_may_begin_otherwise(text: str) -> None:
    assert parse_playlist(text, "http://x/a.pls") == [ONE]


def test_names_with_blanks_and_quotes() -> None:
    text = '#EXTM3U\nmy talk.mp3\n"2"\n'
    assert parse_playlist(text, URL) == ["http://radio.example/lists/my%20talk.mp3", TWO]


def test_a_podcast_feed_is_known_as_one() -> None:
    assert is_feed('<?xml version="1.0"?>\n<rss version="2.0"><channel/></rss>')
    assert is_feed('\ufeff<feed xmlns="http://www.w3.org/2005/Atom"/>')
    assert not is_feed("<!doctype html><p>rss")


def test_web_pages_and_sound_are_no_playlists() -> None:
    assert parse_playlist("<!doctype html><a href=x>", "http://x/a.m3u") is None
    assert parse_playlist("\0\1\2", "http://x/a.m3u") is None


@pytest.mark.parametrize(
    ("url", "wire"),
    [
        (
            "http://radio.example:8000/a%20b?x=1&y=[2];",
            "http://radio.example:8000/a%20b?x=1&y=[2];",
        ),
        ("http://bücher.example/ä b;#top", "http://xn--bcher-kva.example/%C3%A4%20b;"),
        ("http://ü:p@h/;stream.mp3", "http://%C3%BC:p@h/;stream.mp3"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
    ],
)
def test_addresses_become_ascii(url: str, wire: str) -> None:
    assert ascii_url(url) == wire


def test_names_and_hls() -> None:
    assert looks_like_playlist("http://x/LISTEN.PLS?sid=1")
    assert not looks_like_playlist("http://x/live?a=b.pls")
    assert is_hls("#EXTM3U\n#EXT-X-VERSION:3\n")
    assert not is_hls("#EXTM3U\n#EXTINF:1,x\n")


@given(st.text(), st.sampled_from(["", "audio/x-mpegurl", "audio/x-scpls"]), st.text(max_size=20))
def test_any_text_is_survived(text: str, content_type: str, path: str) -> None:
    for start in ("", "[playlist]\nFile1=", "#EXTM3U\n"):
        found = parse_playlist(start + text, f"http://x/{path}", content_type) or []
        assert all(entry.startswith(("http://", "https://")) for entry in found)


AT = "http://host/list"


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("[playlist]\nFile3=/c\nFile1=/a\nFile2=/b\n", ["a", "b", "c"]),
        ("[Reference]\r\nRef1=http://host/a\r\nRef2=http://host/b\r\n", ["a", "b"]),
        ('<ASX><ENTRYREF HREF="/a"/><entry><ref\nhref="/b"/></entry></ASX>', ["a", "b"]),
        ("#EXTM3U\nicy://host/a\nICYX://host/b\n", ["a", "b"]),
        ("#EXTM3U\nhttp://host/a|User-Agent=x\n", ["a"]),
        (
            "<x:playlist xmlns:x='http://xspf.org/ns/0/'><x:track><x:location>/a</x:location>"
            "</x:track></x:playlist>",
            ["a"],
        ),
        ("<asx>" + "< " * 50 + "<", []),
        ('<?wpl version="1.0"?><smil><body><media src="/a"/><media\nSRC = "/b"/>', ["a", "b"]),
        ('<?xml version="1.0"?><WinampXML><entry Playstring="http://host/a"><Name>', ["a"]),
        ('<?quicktime type="x"?><embed autoplay="true" src="/a"/>', ["a"]),
        ("rtsp://host/x\nhttp://host/a\n", ["a"]),
        ("#EXTM3U\n<http://host/a>\n", ["a"]),
    ],
    ids=[
        "order",
        "old asx",
        "entryref",
        "icy",
        "options",
        "prefix",
        "cut",
        "wpl",
        "b4s",
        "qtl",
        "ram",
        "brackets",
    ],
)
def test_odd_lists_are_read_as_players_read_them(text: str, entries: list[str]) -> None:
    assert parse_playlist(text, AT) == [f"http://host/{each}" for each in entries]
