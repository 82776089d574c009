"""No secret of an address or of a header is left in what is shown, saved or logged."""

import re
import time
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scribe_tui.sanitize import (
    harmless_line,
    host_of,
    mask_address,
    mask_url,
    secrets_in,
    without,
)

UUID = "https://radio.example/123e4567-e89b-12d3-a456-426614174000/live.mp3"
SCHEMES = ["http", "https", "ws", "wss", "rtsp", "rtmp", "icecast", "HTTP", "srt", "ftp"]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://user:pass@radio.example/a", "http://radio.example/a"),
        ("http://user:p@ss@radio.example/a", "http://radio.example/a"),
        ("http://user@radio.example/a", "http://radio.example/a"),
        ("//user:pw@radio.example/a", "//radio.example/a"),
        ("http://user:p%40ss@radio.example:81/", "http://radio.example:81/"),
        ("http://user:pw%40radio.example/", "http://radio.example/"),
        ("http://user:p/ss@radio.example/a", "http://radio.example/a"),
        ("http://user:12/ss@radio.example/a", "http://radio.example/a"),
        ("http://user:p?ss@radio.example/a", "http://radio.example/a"),
        ("http://user:p#ss@radio.example/a", "http://radio.example/a"),
        ("http://user:p ss@radio.example/a", "http://radio.example/a"),
        ("http://user:p//ss@radio.example/a", "http://radio.example/a"),
        ("http:/user:pw@radio.example/a", "***@radio.example/a"),
        ("user:pw@radio.example", "***@radio.example"),
        (r"http:\\user:pw@radio.example\a", r"http:\\radio.example\a"),
        (r"http:\/\/user:pw@radio.example\/a", r"http:\/\/radio.example\/a"),
        ("http%3A%2F%2Fuser%3Apw%40radio.example%2Fa", "http%3A%2F%2F***"),
        ("http%253A%252F%252Fuser%253Apw%2540h", "http%253A%252F%252F***"),
        ("http:%2F%2Fuser:pw@radio.example/", "http:%2F%2F***"),
        ("http://us\u200ber:pw@radio.example/", "http://radio.example/"),
        ("https://p.example/http://u:pw@r.example/", "https://r.example/"),
        ("http://radio.example/a?token=abc&x=1", "http://radio.example/a?token=***&x=***"),
        ("http://radio.example/a?format=mp3&br=128", "http://radio.example/a?format=mp3&br=128"),
        ("http://radio.example/a?format=http://u:p@h", "http://h"),
        ("http://radio.example/a?secretword", "http://radio.example/a?***"),
        ("http://radio.example/a?", "http://radio.example/a?"),
        ("http://radio.example/a?a=1&amp;b=2;c=3", "http://radio.example/a?a=***&amp;b=***;c=***"),
        ("http://radio.example/a%3Ftoken%3Dabc", "http://radio.example/a%3Ftoken%3D***"),
        ("http://radio.example/a;jsessionid=1?b=2", "http://radio.example/a;jsessionid=***?b=***"),
        ("http://radio.example/a#access_token=1", "http://radio.example/a#***"),
        ("http://user:secretport", "http://user:***"),
        ("cannot open https://u:p@h/x?key=1: no", "cannot open https://h/x?key=*** no"),
        ("[https @ 0x5] https://h:443: refused", "[https @ 0x5] https://h:443: refused"),
        ("https://radio.example/@station/live", "https://radio.example/@station/live"),
        ("http://[::1]:80/a", "http://[::1]:80/a"),
        ("https://radio.example/token/4f7d/live.mp3", "https://radio.example/token/***/live.mp3"),
        ("https://radio.example/access_token/x.mp3", "https://radio.example/access_token/***"),
        ("https://radio.example/key%2F4f7d%2Fa", "https://radio.example/key%2F***%2Fa"),
        ("https://radio.example/hmac=4f7d/a", "https://radio.example/hmac=***/a"),
        (
            "https://radio.example/exp=1~acl=/*~hmac=4f7d/a",
            "https://radio.example/exp=***/*~hmac=***/a",
        ),
        (f"https://radio.example/{'9f8a7b6c' * 4}/a.m3u8", "https://radio.example/***/a.m3u8"),
        (f"https://radio.example/{'9f8a7b6c' * 4}.m3u8;x", "https://radio.example/***.m3u8;***"),
        ("https://radio.example/Xk3-f_9Qa7Lm2_pR-8tW1z-Vb6N_c4Yd5", "https://radio.example/***"),
        (UUID, UUID),
        ("https://radio.example/bbc_radio_4_longwave_2024.mp3",) * 2,
        ("https://radio.example/keys/tokens.mp3", "https://radio.example/keys/tokens.mp3"),
        ("GET ../live?sig=4f7d&br=128 failed", "GET ../live?sig=***&br=128 failed"),
        ("Why? a=b", "Why? a=b"),
        ("talk.wav", "talk.wav"),
        ("see a // b, and/or c", "see a // b, and/or c"),
    ],
)
def test_secrets_in_addresses_are_masked(url, shown):
    assert mask_url(url) == shown
    assert mask_url(mask_url(url)) == mask_url(url)


@pytest.mark.parametrize(
    "name",
    ["access_token", "X-Amz-Signature", "jwt", "sid", "hdnts", "e", "Policy", "%74oken", "u[]"],
)
def test_a_query_value_of_an_unknown_name_is_secret(name):
    assert "hunter2" not in mask_url(f"no luck with https://radio.example/x?{name}=hunter2&y")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bad key sk_0123456789abcdef!", "bad key ***!"),
        ("token sutkn_abcdefgh12 spent", "token *** spent"),
        ("xi-api-key: hunter2hunter2", "xi-api-key: ***"),
        ("{'xi-api-key': 'hunter2', 'a': 1}", "{'xi-api-key': '***', 'a': 1}"),
        ("Headers([('xi-api-key', 'hunter2')])", "Headers([('xi-api-key', '***')])"),
        ("Authorization: Basic dTpw\nHost: h", "Authorization: ***\nHost: h"),
        ("with Bearer abcd.efgh", "with Bearer ***"),
        ("Cookie: a=b; c=d", "Cookie: ***"),
        ("ELEVENLABS_API_KEY=hunter2 was read", "ELEVENLABS_API_KEY=*** was read"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2ln", "***"),
        ('Authorization: Digest username="u", response="hunter2"', "Authorization: ***"),
        ("X-Amz-Security-Token: hunter2", "X-Amz-Security-Token: ***"),
        ("x-auth-token=hunter2", "x-auth-token=***"),
        ('{"token": "hunter2", "a": 1}', '{"token": "***", "a": 1}'),
        ("{'api_key':'hunter2'}", "{'api_key':'***'}"),
        ("pwd=hunter2 is wrong", "pwd=*** is wrong"),
        ("bad key sk-proj-0123456789abcdef", "bad key ***"),
        ("Unexpected token: x", "Unexpected token: x"),
        ("Unexpected token: identifier", "Unexpected token: identifier"),
        ("bad token: hunter2", "bad token: ***"),
        ("wrong password: swordfish.", "wrong password: ***"),
        ("api-key: hunter2", "api-key: ***"),
        ("xi_api_key=hunter2", "***=***"),
        ("token%3Dhunter2", "token%3D***"),
        ("task-0123456789abcdef01 is late", "task-0123456789abcdef01 is late"),
        ("Cookie Monster sings", "Cookie Monster sings"),
        ("no authorization, sorry", "no authorization, sorry"),
    ],
)
def test_keys_and_the_headers_that_carry_them_are_masked(text, shown):
    assert mask_url(text) == shown


def test_an_address_as_a_whole_may_hold_blanks():
    assert mask_address("http://radio.example/a?token=ab cd") == (
        "http://radio.example/a?token=***"
    )
    assert mask_address("my  file.wav") == "my  file.wav"


ODD = st.text("abc:@/?#&=;%[]\\'\" .,+-é", max_size=12)


@given(st.sampled_from(SCHEMES), ODD, ODD, ODD)
@example("http", "", "@", "")
@example("http", "u", "a.b/", "?=@")
def test_whatever_stands_before_the_last_at_sign_is_gone(scheme, user, before, after):
    password = f"{before}hunter2{after}"
    url = f"{scheme}://{user}:{password}@radio.example/live.mp3"
    assert "hunter2" not in mask_address(url)
    assert "hunter2" not in harmless_line(mask_address(url))
    assert "hunter2" not in host_of(url)


@given(st.sampled_from(SCHEMES), st.text(min_size=1), st.text(), st.text(max_size=20))
def test_well_escaped_secrets_in_the_middle_of_any_text_are_gone(scheme, user, password, around):
    secret = f"hunter2{quote(password, safe='')}"
    url = f"{scheme}://{quote(user, safe='')}:{secret}@radio.example/a?x={secret}&format=mp3"
    shown = mask_url(f"{around} {url} {around}")
    assert "hunter2" not in shown
    if not re.search(r"[/\\\\]{2}", user + password):  # as in an address in an address
        assert "radio.example/a?x=***&format=mp3" in shown


@given(st.text() | st.text(alphabet="/\\:@?#&=;% ab\n"))
def test_masking_never_fails_and_is_stable(text):
    once = mask_url(text)
    assert mask_url(once) == once
    host_of(text)


@pytest.mark.some(1)
@pytest.mark.parametrize(
    "pattern",
    ["a", "//a", "//a:b ", "http://a:b/", "@", "a:b@", "%2f", "?a=b&", "sk_", "cookie: ", "u:p@h?"],
)
def test_the_time_is_linear(pattern):
    """A hundredfold text takes some hundred times as long, not ten thousand times."""

    def seconds(size):
        begun = time.process_time()
        mask_url(pattern * (size // len(pattern)))
        return time.process_time() - begun

    small = min(seconds(4_000) for _ in range(5))
    assert seconds(400_000) < max(small, 0.0005) * 3_000


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://u:p@radio.example:8000/x?token=1", "radio.example:8000"),
        ("https://radio.example/", "radio.example"),
        ("http://u:1/2@radio.example:8000/x", "radio.example:8000"),
        ("http://radio.example:notaport/", "http://radio.example:***/"),
    ],
)
def test_the_host_alone_names_a_source(url, host):
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("address", "secrets"),
    [
        ("http://ada:p%40ss@radio.example/a", {"ada", "p%40ss", "p@ss"}),
        ("http://radio.example/a?sid=4f7d&br=128&x=1", {"sid=4f7d&br=128&x=1", "sid=4f7d", "4f7d"}),
        ("http://radio.example/token/4f7d/a?format=mp3", {"4f7d"}),
        ("http://radio.example/a;s=4f7d#f=hunter2", {"s=4f7d", "4f7d", "f=hunter2", "hunter2"}),
        ("http://[radio.example", set()),
        ("talk.wav", set()),
    ],
)
def test_what_a_server_may_repeat_of_an_address(address, secrets):
    assert set(secrets_in(address)) == secrets


def test_known_secrets_are_hidden_in_any_text_the_longest_first():
    assert without("p@ss and p%40ss, pass", ["p@ss", None, ""]) == "*** and ***, pass"
    assert without("hunter22 hunter2", ["hunter2", "hunter22"]) == "*** ***"
    assert without("ada in Canada, ada:", ["ada"]) == "*** in Canada, ***:"
