"""Rules for the values of settings, and the error for a value that breaks its rule.

A dataclass field made with `setting` carries its `Rule`; everything that reads, documents
or checks settings works from these rules alone.
"""

from __future__ import annotations

import math
import re
from dataclasses import Field, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from scribe_tui.errors import UsageError
from scribe_tui.sanitize import HIDDEN, harmless_line, mask_url

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which values one setting may have.

    `pattern` must match the whole value; `minimum` and `maximum` also apply to a text that is
    a number. `shape` says in words what is allowed. `group` is the heading in the help, `flag` the
    command-line name if it differs from the field's. `forbidden` are characters that a text must
    not contain; a `secret` value is never shown.
    """

    help: str
    group: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    pattern: str | None = None
    shape: str = ""
    max_items: int | None = None
    max_chars: int | None = None
    max_words: int | None = None
    forbidden: str = ""
    secret: bool = False
    flag: str = ""
    metavar: str = ""


def setting(default: Any, group: str, **rule: Any) -> Any:
    """A dataclass field that is a flag, a TOML key and an environment variable."""
    made = Rule(group=group, **rule)
    return field(default=default, repr=not made.secret, metadata={"rule": made})


def rule_of(item: Field[Any]) -> Rule | None:
    """The rule of a field made with `setting`, None for any other field."""
    rule: Rule | None = item.metadata.get("rule")
    return rule


def check_rules(settings: DataclassInstance) -> None:
    """Raise UsageError at the first field whose value breaks its rule."""
    for item in fields(settings):
        rule = rule_of(item)
        value = getattr(settings, item.name)
        if rule is not None and value is not None:
            check_value(item.name, value, rule)


def check_value(label: str, value: Any, rule: Rule) -> None:
    """Raise UsageError, with `label` for the setting's name, if `value` breaks `rule`.

    A tuple is checked item by item.
    """
    values = value if isinstance(value, tuple) else (value,)
    if rule.max_items is not None and len(values) > rule.max_items:
        raise refused(label, f"{len(values)} values", f"at most {rule.max_items}")
    for single in values:
        allowed = _broken(single, rule)
        if allowed:
            raise refused(label, HIDDEN if rule.secret else single, allowed)


def refused(label: str, value: Any, allowed: str) -> UsageError:
    """The error for a wrong value; `allowed` says what is allowed. The value is shown masked."""
    shown = harmless_line(mask_url(str(value)))
    shown = shown if len(shown) <= 60 else f"{shown[:59]}…"
    return UsageError("wrong setting", f"{label} cannot be {shown!r}: it takes {allowed}.")


def _broken(value: Any, rule: Rule) -> str:
    """What is allowed, in words, if `value` breaks the rule; else ""."""
    if rule.choices and value not in rule.choices:
        return f"one of {', '.join(rule.choices)}"
    if isinstance(value, str):
        if not value.strip():
            return rule.shape or "a text that is not empty"
        if rule.pattern and not re.fullmatch(rule.pattern, value, re.ASCII):
            return rule.shape
        if rule.max_chars is not None and len(value) > rule.max_chars:
            return f"at most {rule.max_chars} characters, and it has {len(value)}"
        if any(char in value for char in rule.forbidden):
            return f"a text without {' '.join(rule.forbidden)}"
        if rule.max_words is not None and len(value.split()) > rule.max_words:
            return f"at most {rule.max_words} words, and it has {len(value.split())}"
    return _out_of_range(value, rule)


def _out_of_range(value: Any, rule: Rule) -> str:
    if rule.minimum is None:
        return ""
    try:
        number = float(value)
    except ValueError:  # a word instead of a number, such as commit = "vad"
        return ""
    high = math.inf if rule.maximum is None else rule.maximum
    if math.isfinite(number) and rule.minimum <= number <= high:
        return ""
    if rule.shape:
        return rule.shape
    if rule.maximum is None:
        return f"{rule.minimum:.10g} or more"
    return f"from {rule.minimum:.10g} to {rule.maximum:.10g}"
