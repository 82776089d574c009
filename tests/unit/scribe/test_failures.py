"""Each error's class, and sentences a person can act on without seeing a key."""

from __future__ import annotations

import pytest

from scribe_tui.errors import Retry
from scribe_tui.scribe.connection import CloseInfo
from scribe_tui.scribe.failures import closed_error, speech_error, without_secrets
from scribe_tui.scribe.wire import ErrorKind

CLASSES = {
    "auth_error": Retry.NEVER,
    "quota_exceeded": Retry.NEVER,
    "unaccepted_terms": Retry.NEVER,
    "invalid_request": Retry.NEVER,
    "session_time_limit_exceeded": Retry.NOW,
    "commit_throttled": Retry.NOW,
    "chunk_size_exceeded": Retry.NOW,
    "insufficient_audio_activity": Retry.NOW,
    "input_error": Retry.IGNORE,
    "rate_limited": Retry.SLOW_BACKOFF,
    "resource_exhausted": Retry.SLOW_BACKOFF,
    "error": Retry.BACKOFF,
    "transcriber_error": Retry.BACKOFF,
    "queue_overflow": Retry.BACKOFF,
}


def test_the_table_has_all_fourteen() -> None:
    assert CLASSES.keys() == {kind.value for kind in ErrorKind}


@pytest.mark.parametrize(("kind", "retry"), CLASSES.items())
def test_class_and_sentence(kind: str, retry: Retry) -> None:
    error = speech_error(kind, "the service's words.")
    assert (error.kind, error.retry) == (kind, retry)
    assert error.message.endswith(": the service's words.")
    assert 0 < len(error.title.split()) <= 4
    assert bool(error.remedy) or retry is not Retry.NEVER
    assert speech_error(kind).message[-2:] != ".."


def test_an_unknown_kind_is_tried_again_and_named() -> None:
    error = speech_error("of_the_future\x1b[2J", "why")
    assert error.retry is Retry.BACKOFF
    assert error.message == "The speech service reported of_the_future: why."


def test_the_older_name_for_terms() -> None:
    assert speech_error("unaccepted_terms_error").kind == "unaccepted_terms"


@pytest.mark.parametrize(
    ("close", "kind", "retry"),
    [
        (CloseInfo(1000, ""), "closed", Retry.BACKOFF),
        (CloseInfo(1000, "commit_throttled"), "commit_throttled", Retry.NOW),
        (CloseInfo(1008, "invalid_request"), "invalid_request", Retry.NEVER),
        (CloseInfo(1008, "other"), "closed", Retry.BACKOFF),
        (CloseInfo(1008, '{"error": "invalid_request"}'), "invalid_request", Retry.NEVER),
        (CloseInfo(1000, "input_error"), "closed", Retry.BACKOFF),
        (CloseInfo(1001, ""), "closed", Retry.BACKOFF),
        (CloseInfo(1011, "boom"), "closed", Retry.BACKOFF),
        (CloseInfo(1013, ""), "closed", Retry.SLOW_BACKOFF),
        (CloseInfo(4000, ""), "closed", Retry.BACKOFF),
        (CloseInfo(None, "keepalive ping timeout"), "closed", Retry.BACKOFF),
        (CloseInfo(None, ""), "closed", Retry.BACKOFF),
    ],
)
def test_a_close_is_an_error_with_code_and_reason(
    close: CloseInfo, kind: str, retry: Retry
) -> None:
    error = closed_error(close)
    assert (error.kind, error.retry) == (kind, retry)
    assert error.message.endswith(".")
    if kind == "closed":
        assert close.reason in error.message
        assert close.code is None or str(close.code) in error.message


@pytest.mark.parametrize(
    "text",
    ["bad key sk_0123456789abcdef", "token sutkn_abcdefgh12 spent", "xi_abcdef012345 unknown"],
)
def test_what_looks_like_a_key_is_hidden(text: str) -> None:
    for error in (speech_error("auth_error", text), closed_error(CloseInfo(1000, text))):
        assert "***" in error.message
        assert "abcdef" not in error.sentence + repr(error)


def test_a_given_key_is_hidden_whatever_its_shape() -> None:
    assert without_secrets("key open sesame is wrong\n", "open sesame") == "key *** is wrong"


def test_a_long_text_is_cut() -> None:
    assert len(speech_error("error", "x" * 10_000).message) < 600


def test_a_close_reason_in_json_is_read() -> None:
    error = closed_error(CloseInfo(1008, '{"detail": {"message": "too many"}}'))
    assert error.message == "The speech service closed the connection (code 1008): too many."
