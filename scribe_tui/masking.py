"""Hides the secrets in addresses and texts before they are shown, saved, logged or passed on.

This module decides which parts of an address or an error text are secret:

- everything before the last `@` of an address (user names are secret too);
- every query value, path parameter and fragment, unless the parameter's name is known to
  be harmless and its value is a plain short word;
- in a path: the part after one called `token` or alike, the value of `name=value`, and parts that
  look random;
- what looks like a key or token of the service, and the values of headers with credentials.

Text around an address is kept, so that whole lines of a decoder or a server can be passed. The
time is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote_plus, urlsplit

from scribe_tui.secret_paths import HIDDEN, hidden_parts, mask_path

HARMLESS_PARAMETERS = frozenset(
    {
        *("aformat", "audio_format", "bitrate", "br", "channel", "channels"),
        *("codec", "ext", "format", "kbps", "lang", "language", "model_id", "page", "quality"),
        *("rate", "sample_rate", "samplerate", "stereo", "type", "v", "ver", "version"),
    }
)
"""Query parameters whose values are shown; the value of any other one may be a secret."""

SHORTEST_SECRET = 3
"""Least length in characters of a secret that is searched in texts: shorter ones are everywhere."""
_SHORTEST_IN_WORDS = 4
"""From this length on a secret is also found inside words; `ada` is not hidden in "Canada"."""

_SPAN = 300
"""How many characters after `scheme://` are searched for the `@` of a password with spaces."""

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\xad"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_BLANK = re.compile(r"\s")
_SLASHES = re.compile(r"[\\/]{2,}|(?:[\\/]|%(?:25){0,3}(?:2f|5c)){2,}", re.IGNORECASE)
_AT = re.compile(r"@|%(?:25){0,3}40|[\uff20\ufe6b]", re.IGNORECASE)
_END_OF_HOST = re.compile(r"[\\/?#]")
_END_OF_PATH = re.compile(r"[?#]")
_HOST = re.compile(r"(?:\[[^\[\]]*\]|[^:@\[\]]*)(?::\d{0,5})?[^\w\[\]@]{0,3}")
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9._-]{0,24}")
_QUERY = re.compile(r"\?|%(?:25){0,3}3f", re.IGNORECASE)
_BETWEEN = re.compile(r"(&amp;|&|;)")
_BETWEEN_ESCAPED = re.compile(r"(&amp;|&|;|%(?:25){0,3}(?:26|3b))", re.IGNORECASE)
_RELATIVE_QUERY = re.compile(r"(?<=\?)(?=[\w.\[\]-]{1,60}=)\S+")
_EQUALS = re.compile(r"=|%(?:25){0,3}3d", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]{0,30}:)?//")
_WORD = re.compile(r"\S+")

_KEY = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:sk|sutkn|xi)(?:_|%5f)[A-Za-z0-9_-]{6,}|sk-[A-Za-z0-9_-]{16,})",
    re.IGNORECASE,
)
_WEB_TOKEN = re.compile(r"\beyJ[\w.-]{10,}")
_BEARER = re.compile(r"\b(bearer)\s+[^\s\"',;]{4,}", re.IGNORECASE)
_HEADERS = (
    r"\b((?:proxy-)?authorization|(?:set-)?cookie|xi-api-key|x-[a-z-]{0,30}(?:key|token|secret))"
)
_QUOTED_HEADER = re.compile(
    _HEADERS + r"([\"']?\s{0,3}[:=]\s{0,3}[\"']|[\"'],\s{0,3}b?[\"'])[^\"'\r\n]+", re.IGNORECASE
)
_HEADER = re.compile(_HEADERS + r"([\"']?\s{0,3}[:=]\s{0,3})[^\"'\s][^\r\n]*", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"(token|api[_-]?key|secret|passw(?:or)?d|passphrase|pwd)"
    r"([\"']?(?:=|%(?:25){0,3}3d)[\"']?|[\"']\s{0,3}:\s{0,3}[\"'])[^\s\"'&,;]+",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b((?:[a-z]{1,20}[_-])?(?:token:\s{0,3}(?=[^\s\d]{0,40}\d)"
    r"|(?:api[_-]?key|secret|passw(?:or)?d|passphrase|pwd):\s{0,3}))[^\s\"'&,;*][^\s\"'&,;]{3,}",
    re.IGNORECASE,
)
"""`password: ...` in sentences. After `token:` a digit is needed, because a parser may write
"unexpected token: word"."""


def mask_url(text: str) -> str:
    """`text` without the secrets of the addresses in it, and without keys.

    Text without secrets is returned unchanged, except for invisible characters. An address ends at
    a space; for one that may contain spaces see `mask_address`.
    """
    if not (text.isascii() and text.isprintable()):
        text = _INVISIBLE.sub("", text)
    return _mask_keys("".join(_pieces(text)))


def mask_address(address: str) -> str:
    """`mask_url` for a text that is one address as a whole, including its spaces."""
    return mask_url("%20".join(address.split()) if _ADDRESS.match(address) else address)


def secrets_in(address: str) -> tuple[str, ...]:
    """The secrets in `address`, which a server might repeat in its texts; for `without`.

    These are user, password, query values and parts of the path, as written and decoded.
    """
    try:
        parts = urlsplit(address)
        found = {parts.username or "", parts.password or ""}
    except ValueError:
        return ()
    if _mask_items(parts.query) != parts.query:
        found.add(parts.query)
    for item in _BETWEEN.split(f"{parts.query};{parts.path.partition(';')[2]};{parts.fragment}"):
        value = _EQUALS.split(item, maxsplit=1)[-1]
        if _mask_item(item) != item and len(value) >= SHORTEST_SECRET:
            found |= {item, value}
    found.update(hidden_parts(parts.path))
    found |= {unquote_plus(text) for text in found}
    return tuple(text for text in found if len(text) >= SHORTEST_SECRET)


def without(text: str, secrets: Iterable[str | None]) -> str:
    """`text` with `secrets` replaced by `HIDDEN`, both as they are and percent-encoded."""
    forms = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""))}
    for form in sorted(forms, key=len, reverse=True):
        if len(form) < _SHORTEST_IN_WORDS:
            text = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", HIDDEN, text)
        else:
            text = text.replace(form, HIDDEN)
    return text


def host_of(url: str) -> str:
    """The host (and port) of `url` without user, password, path or query.

    A text that is not an address is returned masked.
    """
    masked = mask_address(url)
    try:
        parts = urlsplit(masked)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return masked
    return f"{host}{port}" if host else masked


def _mask_keys(text: str) -> str:
    text = _ASSIGNED.sub(rf"\1\2{HIDDEN}", text)
    text = _TOLD.sub(rf"\1{HIDDEN}", text)
    text = _KEY.sub(HIDDEN, text)
    text = _WEB_TOKEN.sub(HIDDEN, text)
    text = _QUOTED_HEADER.sub(rf"\1\2{HIDDEN}", text)
    text = _HEADER.sub(rf"\1\2{HIDDEN}", text)
    return _BEARER.sub(rf"\1 {HIDDEN}", text)


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces, with each address masked."""
    position = 0
    while (slashes := _SLASHES.search(text, position)) is not None:
        yield _mask_words(text[position : slashes.start()])
        yield slashes[0]
        shown, position = _mask_from(text, slashes)
        yield shown
    yield _mask_words(text[position:])


def _mask_from(text: str, slashes: re.Match[str]) -> tuple[str, int]:
    """The address after `slashes`, masked, and where it ends in `text`."""
    start = slashes.end()
    end = _end_of_address(text, start)
    if "%" in slashes[0]:  # its delimiters are escaped too: its parts cannot be distinguished
        return HIDDEN if end > start else "", end
    token = text[start:end]
    stop = _END_OF_HOST.search(token)
    host = token[: stop.start()] if stop else token
    if _AT.search(host):
        return _without_user(text, start, host)
    schemed = text[slashes.start() - 1 : slashes.start()] == ":"
    reach = text[start : start + _SPAN]
    if not _is_host(host, reach.split(maxsplit=1)[0] if token else ""):
        # This is `user:password`, whose `@` comes after a slash or a space.
        last = _last_at(reach if schemed else token)
        if last:
            end = max(end, _end_of_address(text, start + last))
            return _mask_rest(text[start + last : end]), end
    return _mask_rest(token), end


def _end_of_address(text: str, start: int) -> int:
    """Where the address whose host begins at `start` ends: at a space, or at another address."""
    inner = _SLASHES.search(text, start)
    end = inner.start() if inner is not None else len(text)
    blank = _BLANK.search(text, start, end)
    return blank.start() if blank is not None else end


def _without_user(text: str, start: int, host: str) -> tuple[str, int]:
    """The masked address at `start` and its end, if the part before its first slash has an `@`.

    That part is `host`. The last `@` before a space ends the user information.
    """
    blank = _BLANK.search(text, start)
    word = text[start : blank.start() if blank else len(text)]
    last = max(_last_at(host), word.rfind("@") + 1)
    query = _END_OF_PATH.search(word, 0, last)
    if query is not None and "=" in word[query.start() : last]:
        return HIDDEN, start + len(word)  # a query with an `@`, or a password that holds all this
    end = _end_of_address(text, start + last)
    return _mask_rest(text[start + last : end]), end


def _last_at(text: str) -> int:
    """The position after the last `@`, 0 if there is none."""
    last = 0
    for found in _AT.finditer(text):
        last = found.end()
    return last


def _is_host(host: str, word: str) -> bool:
    """Whether `host` is a host and port, rather than the beginning of `user:password@`.

    `word` is all text up to the next space. If an `@` follows in it, `host` counts as a host only
    if it has a dot and no colon, and there is no colon before the `@`.
    """
    if not _HOST.fullmatch(host):
        return False
    if ":" in host:
        return "@" not in word
    path, at, _ = word[len(host) :].rpartition("@")
    return not at or (":" not in path and "." in host)


def _mask_rest(rest: str) -> str:
    """The part after the user information, masked: host, path, query, fragment."""
    rest, hash_sign, fragment = rest.partition("#")
    stop = _END_OF_HOST.search(rest)
    host = rest[: stop.start()] if stop else rest
    path = rest[len(host) :]
    if not _HOST.fullmatch(host):
        host = f"{host.partition(':')[0]}:{HIDDEN}"
    question = _QUERY.search(path)
    query = ""
    if question is not None:
        escaped = question[0] != "?"
        query = question[0] + _mask_items(path[question.end() :], escaped=escaped)
        path = path[: question.start()]
    first, semicolon, parameters = path.partition(";")
    if semicolon:
        parameters = f";{_mask_items(parameters)}"
    return f"{host}{mask_path(first)}{parameters}{query}{hash_sign}{HIDDEN if fragment else ''}"


def _mask_items(items: str, *, escaped: bool = False) -> str:
    """`a=b&c=d` with values hidden that may be secret."""
    if "@" in items:
        return HIDDEN
    parts = (_BETWEEN_ESCAPED if escaped else _BETWEEN).split(items)
    return "".join(part if number % 2 else _mask_item(part) for number, part in enumerate(parts))


def _mask_item(item: str) -> str:
    equals = _EQUALS.search(item)
    if equals is None:
        return HIDDEN if item else ""
    name, value = item[: equals.start()], item[equals.end() :]
    if name.lower() in HARMLESS_PARAMETERS and _PLAIN_VALUE.fullmatch(value):
        return item
    return f"{name}{equals[0]}{HIDDEN}" if value else item


def _mask_words(text: str) -> str:
    """Text without `//`, with any `user:password@host` and query of a relative address masked."""
    if "?" in text:
        text = _RELATIVE_QUERY.sub(lambda query: _mask_items(query[0]), text)
    if "@" not in text or ":" not in text:
        return text
    return _WORD.sub(lambda word: _mask_word(word[0]), text)


def _mask_word(word: str) -> str:
    user, at, host = word.rpartition("@")
    return f"{HIDDEN}@{_mask_rest(host)}" if at and ":" in user else word
