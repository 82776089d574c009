"""The subscription of the API key: used and allowed credits, overage, invoices.

Only `doctor` asks for it. Fields that are missing or of another type are left out.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any

from scribe_tui.network.proxies import ProxyError
from scribe_tui.network.trust import tls_context
from scribe_tui.sanitize import harmless_line
from scribe_tui.scribe import wire
from scribe_tui.scribe.connection import Endpoint
from scribe_tui.scribe.handshake import prepare, proxy_of

ANSWER_SECONDS = 10.0
MAX_BYTES = 256 * 1024
_LAST_DATE = 32_503_680_000  # the year 3000


@dataclass(frozen=True, slots=True)
class Subscription:
    """One line for a person, and whether something in it needs attention."""

    text: str
    is_worrying: bool


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, whose target would get the key."""

    def redirect_request(self, *_: object) -> None:
        """Do not follow."""


def read_subscription(endpoint: Endpoint) -> Subscription | None:
    """The subscription of the endpoint's key; None without a key or a usable answer.

    Blocks for up to `ANSWER_SECONDS`. Raises UsageError and SpeechError as `prepare` does.
    """
    base = prepare(endpoint)
    if not endpoint.api_key:
        return None
    url = f"http{base.removeprefix('ws')}{wire.SUBSCRIPTION_PATH}"
    try:
        proxy = proxy_of(base)
        proxies = {} if proxy is None else {"http": proxy.url, "https": proxy.url}
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler(proxies),
            urllib.request.HTTPSHandler(context=tls_context()),
            _NoRedirect,
        )
        request = urllib.request.Request(url, headers={wire.KEY_HEADER: endpoint.api_key})
        with opener.open(request, timeout=ANSWER_SECONDS) as answer:
            value = json.loads(answer.read(MAX_BYTES))
    except (OSError, HTTPException, ProxyError, ValueError, RecursionError):
        return None
    return describe_subscription(value) if isinstance(value, dict) else None


def describe_subscription(fields: Mapping[str, Any]) -> Subscription | None:
    """The answer's fields as a line; None if none of them is known."""
    used, limit = _number(fields.get("character_count")), _number(fields.get("character_limit"))
    grows = fields.get("can_extend_character_limit") is True
    has_debts = fields.get("has_open_invoices") is True
    overage = _money(fields.get("current_overage"))
    facts = [harmless_line(tier)] if isinstance(tier := fields.get("tier"), str) else []
    if used is not None and limit is not None:
        facts.append(f"{used:,.0f} of {limit:,.0f} credits used")
    if overage:
        facts.append(f"overage {overage}")
    if grows:
        facts.append("may go beyond its limit")
    if has_debts:
        facts.append("has open invoices")
    invoice = fields.get("next_invoice")
    if isinstance(invoice, dict) and (due := _invoice(invoice)):
        facts.append(due)
    if not facts:
        return None
    is_full = used is not None and limit is not None and used >= limit and not grows
    return Subscription(f"{', '.join(facts)}.", is_worrying=has_debts or is_full)


def _invoice(invoice: Mapping[str, Any]) -> str:
    cents = _number(invoice.get("amount_due_cents"))
    at = _number(invoice.get("next_payment_attempt_unix"))
    day = f" on {datetime.fromtimestamp(at, UTC):%Y-%m-%d}" if at and at < _LAST_DATE else ""
    return f"next invoice {cents / 100:,.2f}{day}" if cents is not None else ""


def _money(value: object) -> str:
    """An amount in words, from a number, a text, or an object with currency; "" for zero."""
    currency = ""
    if isinstance(value, dict):
        name = value.get("currency")
        currency = f" {harmless_line(name)[:8]}" if isinstance(name, str) else ""
        value = value.get("amount")
    if isinstance(value, str):
        try:
            value = float(value[:40])
        except ValueError:
            return ""
    number = _number(value)
    return f"{number:,.2f}{currency}" if number else ""


def _number(value: object) -> float | None:
    """`value` if it is a number from 0 to below 10**15, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < 1e15 else None  # NaN is in no range
