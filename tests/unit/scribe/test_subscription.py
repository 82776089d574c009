"""The subscription as a line; and that asking for it leaks no key."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from scribe_tui.scribe.connection import Endpoint
from scribe_tui.scribe.subscription import describe_subscription, read_subscription

KEY = "key-of-the-tests-0123456789"
FULL = {
    "tier": "creator",
    "character_count": 12000,
    "character_limit": 100000,
    "can_extend_character_limit": True,
    "current_overage": {"amount": "1.20", "currency": "usd"},
    "has_open_invoices": True,
    "next_invoice": {"amount_due_cents": 2200, "next_payment_attempt_unix": 1764547200},
}
LINE = (
    "creator, 12,000 of 100,000 credits used, overage 1.20 usd, may go beyond its limit, "
    "has open invoices, next invoice 22.00 on 2025-12-01."
)


@pytest.mark.parametrize(
    ("fields", "text", "worrying"),
    [
        (FULL, LINE, True),
        ({"tier": "free"}, "free.", False),
        ({"character_count": 5, "character_limit": 5}, "5 of 5 credits used.", True),
        (
            {"character_count": 5, "character_limit": 5, "can_extend_character_limit": True},
            "5 of 5 credits used, may go beyond its limit.",
            False,
        ),
        ({"current_overage": 2.5}, "overage 2.50.", False),
        ({"tier": "x\x1b[2J", "next_invoice": {"amount_due_cents": 1e308}}, "x.", False),
        (
            {
                "next_invoice": {"amount_due_cents": 1, "next_payment_attempt_unix": 1e14},
            },
            "next invoice 0.01.",
            False,
        ),
    ],
)
def test_as_a_line(fields: dict[str, object], text: str, worrying: bool) -> None:
    found = describe_subscription(fields)
    assert found is not None
    assert (found.text, found.is_worrying) == (text, worrying)


@pytest.mark.parametrize("value", [None, "x", [], {}, -1, True, float("nan"), 10**400])
def test_what_is_of_another_shape_is_left_out(value: object) -> None:
    assert describe_subscription(dict.fromkeys(FULL, value)) is None or value in (True, "x")


@contextmanager
def service(
    status: int, body: bytes, **headers: str
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A loopback endpoint: its address, and the path and key of each request."""
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("xi-api-key", "")))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def test_it_is_asked_for_with_the_key() -> None:
    with service(200, json.dumps(FULL).encode()) as (url, asked):
        found = read_subscription(Endpoint(url, KEY))
    assert found is not None
    assert found.text == LINE
    assert asked == [("/v1/user/subscription", KEY)]


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, b"{}"), (401, b"{}"), (200, b"no json"), (200, b"[]"), (200, b"\xff" * 10), (500, b"")],
)
def test_an_endpoint_that_does_not_say_gives_no_line(status: int, body: bytes) -> None:
    with service(status, body) as (url, _):
        assert read_subscription(Endpoint(url, KEY)) is None


def test_the_key_follows_no_redirect() -> None:
    with service(200, json.dumps(FULL).encode()) as (other, elsewhere):
        target = other.replace("ws", "http", 1)
        with service(302, b"", Location=f"{target}/v1/user/subscription") as (url, asked):
            assert read_subscription(Endpoint(url, KEY)) is None
    assert len(asked) == 1
    assert elsewhere == []


def test_without_a_key_or_a_listener_nothing_is_asked() -> None:
    assert read_subscription(Endpoint("ws://127.0.0.1:9", None)) is None
    assert read_subscription(Endpoint("ws://127.0.0.1:9", KEY)) is None
