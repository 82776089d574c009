"""Cookies that a server sets, sent back to it within one opening of a source.

Some servers set a cookie and redirect, even to the same address, or refuse the segments of an HLS
playlist without it. Cookies are forgotten after the opening. One is sent only to its own host, or
to its domain and the subdomains of that.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_COOKIES = 32
MAX_COOKIE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class _Cookie:
    """A cookie for `host`, with `below` also for its subdomains, and for `path` and below it."""

    name: str
    host: str
    path: str
    value: str = field(repr=False)
    below: bool = False
    is_secure: bool = False

    def fits(self, host: str, path: str, *, is_secure: bool) -> bool:
        """Whether the cookie is sent with a request for `path` at `host`."""
        own = host == self.host or (self.below and host.endswith(f".{self.host}"))
        inside = path == self.path or path.startswith(self.path.rstrip("/") + "/")
        return own and inside and (is_secure or not self.is_secure)


@dataclass
class Cookies:
    """Takes `Set-Cookie` values (RFC 6265) and gives the value of `Cookie`. Never show them."""

    _kept: dict[tuple[str, str, str], _Cookie] = field(default_factory=dict, repr=False)

    def take(self, line: str, host: str, target: str) -> bool:
        """Take a `Set-Cookie` value of `host` in answer to a request of `target`.

        Returns whether this changed anything.
        """
        pair, *attributes = line[:MAX_COOKIE_BYTES].split(";")
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or not name or not _is_plain(name) or not _is_plain(value):
            return False
        given = {
            key.strip().lower(): text.strip()
            for key, _, text in (attribute.partition("=") for attribute in attributes)
        }
        domain = given.get("domain", "").lower().lstrip(".")
        if domain and host != domain and not (host.endswith(f".{domain}") and "." in domain):
            return False
        path = given.get("path", "")
        cookie = _Cookie(
            name,
            domain or host,
            path if path.startswith("/") else _folder(target),
            value,
            below=bool(domain) and "." in domain,
            is_secure="secure" in given,
        )
        key = cookie.name, cookie.host, cookie.path
        if given.get("max-age", "").startswith(("0", "-")):
            return self._kept.pop(key, None) is not None
        is_new = self._kept.get(key) != cookie
        self._kept[key] = cookie
        while len(self._kept) > MAX_COOKIES:
            del self._kept[next(iter(self._kept))]
        return is_new

    def header(self, host: str, target: str, *, is_secure: bool) -> str:
        """The `Cookie` value for a request of `target`, empty for none; longer paths first."""
        path = target.partition("?")[0]
        fitting = [
            cookie for cookie in self._kept.values() if cookie.fits(host, path, is_secure=is_secure)
        ]
        fitting.sort(key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in fitting)


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _folder(target: str) -> str:
    """The path of a cookie that gives none (RFC 6265, 5.1.4)."""
    return target.partition("?")[0].rpartition("/")[0] or "/"
