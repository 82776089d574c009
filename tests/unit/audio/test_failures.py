"""Error lines become sentences, and whether to try again is decided in one place."""

from __future__ import annotations

import pytest

from scribe_tui.audio.failures import explain, explain_file, http_status
from scribe_tui.errors import Retry

HOST = "radio.example"
EOF_51 = "Stream ends prematurely at 8000, should be 18446744073709551615"


@pytest.mark.parametrize(
    ("lines", "message", "retry"),
    [
        (
            ["HTTP error 404 StandingError", "http://x: Server returned 404 Not Found"],
            "404 Not Found from radio.example.",
            Retry.NEVER,
        ),
        (
            ["Server returned 401 Unauthorized (authorization failed)"],
            "401 Unauthorized from radio.example.",
            Retry.NEVER,
        ),
        (
            [
                "HTTP error 410 X",
                "Server returned 4XX Client Error, but not one of 40{0,1,3,4}",
            ],
            "410 Gone from radio.example.",
            Retry.NEVER,
        ),
        (
            ["HTTP error 503 X", "Server returned 5XX Server Error reply"],
            "503 Service Unavailable from radio.example.",
            Retry.BACKOFF,
        ),
        (
            ["Failed to resolve hostname a.invalid: Name or service not known"],
            "There is no host called radio.example.",
            Retry.NEVER,
        ),
        (
            ["Failed to resolve hostname a.b: Temporary failure in name resolution"],
            "The name server did not answer for radio.example.",
            Retry.BACKOFF,
        ),
        (
            ["Connection to tcp://127.0.0.1:9 failed: Connection refused"],
            "radio.example refused the connection.",
            Retry.BACKOFF,
        ),
        (
            ["http://x: Connection timed out"],
            "No answer from radio.example: the connection timed out.",
            Retry.BACKOFF,
        ),
        (["x: Connection reset by peer"], "radio.example broke the connection.", Retry.BACKOFF),
        (
            ["Could not find codec parameters: unspecified sample rate", "Invalid data found"],
            "The decoder could not find its way into the stream of radio.example.",
            Retry.BACKOFF,
        ),
        (
            ["Protocol 'file' not on whitelist 'http'!"],
            "radio.example leads to an address that is not http or https, and such are not opened.",
            Retry.NEVER,
        ),
    ],
)
def test_lines_become_sentences(lines: list[str], message: str, retry: Retry) -> None:
    error = explain(lines, HOST)
    assert error is not None
    assert (error.message, error.retry) == (message, retry)


@pytest.mark.parametrize(
    "lines", [[], ["http://x: Input/output error"], [EOF_51], ["Invalid data found"]]
)
def test_generic_lines_explain_nothing(lines: list[str]) -> None:
    assert explain(lines, HOST) is None


@pytest.mark.parametrize(
    ("code", "retry"),
    [(400, "never"), (403, "never"), (408, "backoff"), (429, "backoff"), (502, "backoff")],
)
def test_which_statuses_pass(code: int, retry: str) -> None:
    assert http_status(code, HOST).retry == retry


def test_files() -> None:
    moov = explain_file(["moov atom not found", "Invalid data found"], "a.m4a")
    assert moov.message == "a.m4a is cut short: its index, at the end, is missing."
    assert explain_file([], "a.wav").message == "a.wav holds no sound."
    assert moov.retry is Retry.NEVER
