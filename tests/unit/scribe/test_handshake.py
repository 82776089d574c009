"""Why no connection was opened, in words; and which proxies are left aside."""

from __future__ import annotations

import errno
import os
import socket
import ssl

import pytest
from websockets.exceptions import InvalidMessage, InvalidProxy, ProxyError

from scribe_tui.errors import Retry
from scribe_tui.scribe.connection import CloseInfo, Endpoint, connector
from scribe_tui.scribe.handshake import close_info, exempt_from_proxy, handshake_error

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
def test_sentences(error: Exception, words: str) -> None:
    found = handshake_error(error, ENDPOINT)
    assert words in found.message
    assert "speech.example:444" in found.message
    assert found.retry is Retry.BACKOFF
    assert found.remedy == "Check the network and --endpoint."
    assert "secret-key" not in found.sentence


def test_where_a_proxy_is_set_the_remedy_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://user:pass@proxy.example:1")
    found = handshake_error(TimeoutError(), ENDPOINT)
    assert found.remedy == "Check the network, the proxy settings and --endpoint."


@pytest.mark.parametrize(
    ("code", "reason", "found"),
    [
        (1000, "", CloseInfo(1000, "")),
        (1008, "no secret-key\n", CloseInfo(1008, "no ***")),
        (1006, "", CloseInfo(None, "why")),
        (None, None, CloseInfo(None, "why")),
    ],
)
def test_close_info(code: int | None, reason: str | None, found: CloseInfo) -> None:
    assert close_info(code, reason, "why", ENDPOINT) == found


def test_this_machine_is_exempt_where_a_proxy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:1")
    monkeypatch.setenv("no_proxy", "intranet.example")
    for _ in range(2):
        exempt_from_proxy("ws://127.0.0.1:8000")
        assert os.environ["no_proxy"] == "intranet.example,127.0.0.1:8000"
    exempt_from_proxy("wss://speech.example")
    assert os.environ["no_proxy"] == "intranet.example,127.0.0.1:8000"


def test_without_named_proxies_the_environment_stays_as_it_is() -> None:
    exempt_from_proxy("ws://127.0.0.1:8000")
    assert "no_proxy" not in os.environ


def test_the_key_is_not_in_the_endpoint_s_repr() -> None:
    assert "secret-key" not in repr(ENDPOINT)


def test_an_unknown_transport_is_refused() -> None:
    with pytest.raises(Exception, match="There is no transport 'pigeon'"):
        connector("pigeon")
