"""Why no connection was opened, in words."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import (
    InvalidMessage,
    InvalidProxy,
    InvalidProxyStatus,
    InvalidStatus,
    ProxyError,
)
from websockets.http11 import Response

from scribe_tui.errors import Retry
from scribe_tui.network import proxies
from scribe_tui.scribe.connection import CloseInfo, Endpoint
from scribe_tui.scribe.handshake import close_info, handshake_error, proxy_of, secrets_of
from scribe_tui.scribe.transports import connector
from scribe_tui.settings import SpeechSettings

ENDPOINT = Endpoint("https://speech.example:444/gate", "secret-key")


REFUSED = f"[Errno {errno.ECONNREFUSED}]"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "did not answer within 10 seconds."),
        (socket.gaierror(-2, "Name or service not known"), "is not known."),
        (
            ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed"),
            "Nothing takes connections at",
        ),
        (OSError(f"Multiple exceptions: {REFUSED} a, {REFUSED} b"), "Nothing takes"),
        (ssl.SSLCertVerificationError(1, "self-signed"), "is not trusted by this machine."),
        (ssl.SSLError(1, "WRONG_VERSION_NUMBER"), "No encrypted connection to"),
        (InvalidMessage("no HTTP"), "does not answer as a speech service."),
        (EOFError(), "does not answer as a speech service."),
        (ProxyError("x"), "The proxy on the way to"),
        (InvalidProxy("http://user:secret-key@p", "x"), "The proxy on the way to"),
        (OSError(101, "Network is unreachable"), "cannot be reached: "),
        (ImportError("requires python-socks with secret-key"), "requires python-socks"),
    ],
)
def test_a_failed_handshake_is_a_sentence_without_the_key(error: Exception, words: str) -> None:
    found = handshake_error(error, ENDPOINT)
    assert words in found.message
    assert "speech.example:444" in found.message
    assert found.retry is Retry.BACKOFF
    assert found.remedy == "Check the network and --endpoint."
    assert "secret-key" not in found.sentence


def _caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


PROXY = "the proxy proxy.example:1 (https_proxy)"
ANSWER = Headers()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), f"could not be reached through {PROXY} within 10 seconds."),
        (socket.gaierror(-2, "unknown"), f"The host name of {PROXY} is not known."),
        (ConnectionRefusedError(errno.ECONNREFUSED, "no"), f"Nothing takes connections at {PROXY}"),
        (ProxyError("x"), f"{PROXY} failed."),
        (_caused(ProxyError("x"), ValueError("login refused")), f"{PROXY} failed: login refused."),
        (InvalidProxyStatus(Response(407, "", ANSWER)), "wants a user name and a password (407"),
        (InvalidProxyStatus(Response(403, "", ANSWER)), f"is forbidden by {PROXY} (403 Forbidden)"),
        (InvalidProxyStatus(Response(502, "", ANSWER)), f"{PROXY} answered 502 Bad Gateway."),
        (OSError(101, "Network is unreachable"), f"cannot be reached through {PROXY}: "),
    ],
)
def test_a_proxy_on_the_way_is_named(
    monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    monkeypatch.setenv("https_proxy", "http://user:hunter2@proxy.example:1")
    found = handshake_error(error, ENDPOINT)
    assert words in found.message
    assert "speech.example:444" in found.message or "proxy.example:1" in found.message
    assert "hunter2" not in found.sentence
    assert found.retry is Retry.BACKOFF


def test_a_variable_that_names_no_proxy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://proxy.example")
    with pytest.raises(proxies.ProxyError) as caught:
        proxy_of("wss://speech.example")
    found = handshake_error(caught.value, ENDPOINT)
    assert "HTTPS_PROXY" in found.sentence
    assert found.retry is Retry.NEVER


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (10, "The certificate of speech.example:444 has expired."),
        (9, "The certificate of speech.example:444 is not valid yet."),
        (62, "The certificate shown by speech.example:444 is another host's."),
        (64, "The certificate shown by speech.example:444 is another host's."),
        (18, "The certificate of speech.example:444 is not trusted by this machine."),
    ],
)
def test_what_is_wrong_with_a_certificate(code: int, words: str) -> None:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    assert handshake_error(error, ENDPOINT).message == words


def answer(status: int, body: bytes = b"", **headers: str) -> InvalidStatus:
    named = Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return InvalidStatus(Response(status, "", named, body))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"detail": {"status": "x", "message": "no such plan"}}', ": no such plan."),
        (b'{"detail": "not here"}', ": not here."),
        (b'{"error": "why"}', ": why."),
        (b'{"message": ["first", "second"]}', ": first."),
        (b'{"detail": [{"loc": ["a"], "msg": "bad field"}]}', ": bad field."),
        (b"come back later\n", ": come back later."),
        (b'{"message": "key secret-key is bad"}', ": key *** is bad."),
        (b"<html>login</html>", "instead of opening a connection."),
        (b'{"a": 1}', "instead of opening a connection."),
        (b"\xff\xfe" * 1000, "instead of opening a connection."),
        (b"\x1f\x8b\x08\x00\x00\xc8", "instead of opening a connection."),
        (b"[" * 30_000, "instead of opening a connection."),
        (b'{"message": "a\\u001b[2Jb"}', ": ab."),
    ],
)
def test_the_reason_in_an_answer_is_shown(body: bytes, words: str) -> None:
    error = handshake_error(answer(503, body), ENDPOINT)
    assert error.message.startswith("speech.example:444 answered 503 Service Unavailable ")
    assert error.message.endswith(words)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, b'{"detail": {"status": "quota_exceeded", "message": "0 left"}}', "quota_exceeded"),
        (401, b'{"detail": {"status": "invalid_api_key", "message": "no"}}', "auth_error"),
        (400, b'{"message_type": "invalid_request", "error": "no"}', "invalid_request"),
        (429, b'{"detail": "many"}', "rate_limited"),
        (407, b"", "unreachable"),
    ],
)
def test_the_kind_in_an_answer_decides(status: int, body: bytes, kind: str) -> None:
    assert handshake_error(answer(status, body), ENDPOINT).kind == kind


@pytest.mark.parametrize(
    "status", [400, 405, 406, 410, 411, 413, 414, 415, 417, 422, 426, 431, 451, 501, 505]
)
def test_a_status_about_the_request_itself_is_final(status: int) -> None:
    error = handshake_error(answer(status, b"no"), ENDPOINT)
    assert (error.kind, error.retry) == ("request_refused", Retry.NEVER)
    assert f"answered {status} " in error.message
    assert error.message.endswith(": no.")
    assert "start again" in error.remedy


@pytest.mark.parametrize(
    "status",
    [200, 204, 301, 302, 307, 308, 404, 407, 408, 409, 418, 421, 425, 500, 502, 503, 504, 511, 530],
)
def test_a_status_that_may_pass_is_tried_again(status: int) -> None:
    error = handshake_error(answer(status), ENDPOINT)
    assert (error.kind, error.retry) == ("unreachable", Retry.BACKOFF)


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        ("30", 30, 30),
        ("0", 0, 0),
        ("99999999999", 3600, 3600),
        (None, 1000, 3000),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
        ("\u00b230", 0, 0),
        ("-5", 0, 0),
        ("soon", 0, 0),
        ("Mon, 99 Foo 99999999 99:99:99", 0, 0),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_wished_wait_is_honoured(
    status: int, value: str | None, least: float, most: float
) -> None:
    if value is None:  # as a date
        value = format_datetime(datetime.now(UTC) + timedelta(seconds=3000), usegmt=True)
    error = handshake_error(answer(status, Retry_After=value), ENDPOINT)
    assert least <= error.retry_after_seconds <= most
    assert ("asks to wait" in error.message) == (least > 0)


def test_a_redirect_says_where_to_and_why_it_is_not_followed() -> None:
    error = handshake_error(answer(302, Location="https://u:hunter2@other.example/x"), ENDPOINT)
    assert "302 Found" in error.message
    assert error.message.endswith("points to other.example.")
    assert "Redirects are not followed" in error.remedy
    assert handshake_error(answer(302, Location="http://["), ENDPOINT).message.endswith("tion.")


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE])
def test_a_lack_of_descriptors_is_not_the_network(number: int) -> None:
    error = handshake_error(OSError(number, "Too many open files"), ENDPOINT)
    assert "no more files and connections left to open" in error.message
    assert "network" not in error.sentence


@pytest.mark.parametrize(
    ("code", "reason", "found"),
    [
        (1000, "", CloseInfo(1000, "")),
        (1008, "no secret-key\n", CloseInfo(1008, "no ***")),
        (1006, "", CloseInfo(None, "why")),
        (None, None, CloseInfo(None, "why")),
    ],
)
def test_code_and_reason_say_how_a_connection_ended(
    code: int | None, reason: str | None, found: CloseInfo
) -> None:
    assert close_info(code, reason, "why", ("secret-key",)) == found


def test_this_machine_is_reached_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "http://proxy.example:1")
    assert proxy_of("ws://127.0.0.1:8000") is None
    found = proxy_of("wss://speech.example")
    assert found is not None
    assert found.host == "proxy.example"


def test_what_the_service_might_repeat_is_known() -> None:
    speech = SpeechSettings(extra=(("tenant", "hunter2"), ("beta", "1")))
    assert secrets_of(ENDPOINT, speech) == ("secret-key", "hunter2")
    behind_a_gate = replace(ENDPOINT, url="wss://gate.example/token/swordfish")
    assert secrets_of(behind_a_gate, speech) == ("secret-key", "hunter2", "swordfish")


def test_the_key_is_not_in_the_endpoint_s_repr() -> None:
    assert "secret-key" not in repr(ENDPOINT)


def test_an_unknown_transport_is_refused() -> None:
    with pytest.raises(Exception, match="There is no transport 'pigeon'"):
        connector("pigeon")
