"""Errors of sockets, servers and the decoder become sentences, in one place."""

from __future__ import annotations

import errno
import ssl

import pytest

from scribe_tui.audio.failures import (
    explain,
    from_error,
    http_status,
    status_of,
)
from scribe_tui.audio.file.failures import explain_file, unreadable_file
from scribe_tui.audio.tls_failures import bad_certificate, no_tls
from scribe_tui.audio.web.proxy_failures import proxy_refused
from scribe_tui.errors import Retry

HOST = "radio.example"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ConnectionRefusedError(), "radio.example refused the connection."),
        (OSError(errno.ENETUNREACH, "x"), "radio.example cannot be reached: the network is down."),
        (OSError(errno.EHOSTUNREACH, "x"), "radio.example cannot be reached: the network is down."),
        (ConnectionResetError(), "radio.example broke the connection."),
        (ssl.SSLError(1, "wrong version"), "radio.example broke the connection."),
        (EOFError(), "radio.example closed the connection without an answer."),
        (ValueError(), "radio.example does not answer in HTTP."),
        (
            OSError(errno.EMFILE, "x"),
            "radio.example cannot be opened: this program has no file descriptors left.",
        ),
    ],
)
def test_errors_become_sentences(error: Exception, message: str) -> None:
    found = from_error(error, HOST)
    assert (found.message, found.retry) == (message, Retry.BACKOFF)


@pytest.mark.parametrize(
    ("lines", "message", "retry"),
    [
        (
            ["Could not find codec parameters: unspecified sample rate", "Invalid data found"],
            "The decoder could not find its way into the stream of radio.example.",
            Retry.BACKOFF,
        ),
        (
            ["Invalid data found when processing input"],
            "What radio.example sends is not sound that the decoder knows.",
            Retry.NEVER,
        ),
        ([], "radio.example ended the stream before any sound came.", Retry.BACKOFF),
        (["odd"], "The decoder could not play radio.example: odd.", Retry.BACKOFF),
    ],
)
def test_lines_become_sentences(lines: list[str], message: str, retry: Retry) -> None:
    error = explain(lines, HOST)
    assert (error.message, error.retry) == (message, retry)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410, 429, 500, 503, 599])
def test_a_status_may_pass(code: int) -> None:
    error = http_status(code, HOST)
    assert (error.retry, status_of(error)) == (Retry.BACKOFF, code)
    assert error.message.startswith(str(code))


def test_certificates_are_refused_for_a_reason() -> None:
    sentences = {bad_certificate(HOST, code).sentence for code in (0, 9, 10, 18, 20, 62, 66)}
    assert len(sentences) == 7
    assert "has expired" in bad_certificate(HOST, 10).message
    assert "another host" in bad_certificate(HOST, 62).message


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("TLSV1_ALERT_PROTOCOL_VERSION", "speaks only versions of TLS that are not safe any more."),
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "lets in only who shows a certificate"),
        ("TLSV1_UNRECOGNIZED_NAME", "knows no such host."),
        ("WRONG_VERSION_NUMBER", "does not speak TLS there."),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", "failed: sslv3 alert handshake failure."),
    ],
)
def test_how_a_station_speaks_tls(reason: str, told: str) -> None:
    assert told in no_tls(HOST, reason).message


def test_a_proxy_is_named() -> None:
    for status in (None, 403, 407, 502):
        sentence = proxy_refused(status, "the proxy p:3128 (http_proxy)", HOST).sentence
        assert sentence.startswith("The proxy p:3128 (http_proxy) did not let us through to radio")
    assert "password" in proxy_refused(407, "the proxy p", HOST).sentence


def test_what_is_wrong_with_a_file_is_a_sentence() -> None:
    moov = explain_file(["moov atom not found", "Invalid data found"], "a.m4a")
    assert moov.message == "a.m4a is cut short: its index, at the end, is missing."
    assert explain_file([], "a.wav").message == "a.wav holds no sound."
    assert moov.retry is Retry.NEVER
    assert "no file descriptors" in unreadable_file("a.wav", OSError(errno.EMFILE, "x")).message
