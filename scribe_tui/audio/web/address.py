"""Address: an http(s) address, parsed, checked and encoded for a request."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urljoin, urlsplit

from scribe_tui.audio import failures
from scribe_tui.audio.web.cookies import Cookies
from scribe_tui.errors import SourceError
from scribe_tui.network.http_head import ascii_url
from scribe_tui.sanitize import host_of

OLD_SCHEMES = ("icy://", "icyx://")
"""Schemes that some players use for SHOUTcast stations, which speak HTTP."""
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """One http(s) address. `url` may hold a password: show `where` instead.

    `target` is path and query; `authorization` the value of that header, or "". `cookies` are
    shared with all addresses that redirected or led to it.
    """

    url: str
    scheme: str
    host: str
    port: int
    target: str
    authorization: str = field(repr=False)
    cookies: Cookies = field(default_factory=Cookies, compare=False, repr=False)

    @classmethod
    def parse(cls, url: str) -> Address:
        """The address in `url`. Raises SourceError (NEVER) unless it is a valid http(s) address."""
        try:
            url = ascii_url(url)
            parts = urlsplit(url)
            host, port = _host(parts.hostname or ""), parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError:
            raise failures.bad_address(host_of(url)) from None
        if parts.scheme not in _PORTS:
            raise failures.forbidden_protocol(host_of(url))
        if not host or not port or not url.isascii() or not url.isprintable() or " " in url:
            raise failures.bad_address(host_of(url))
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(url, parts.scheme, host, port, target, _basic(parts.username, parts.password))

    @property
    def is_secure(self) -> bool:
        """Whether it is https."""
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """Host and, unless it is the default, port, as in the Host header."""
        # The zone of an address such as fe80::1%eth0 has a meaning on this machine alone.
        host = f"[{self.host.partition('%')[0]}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """(scheme, host, port): equal for two addresses of the same server."""
        return self.scheme, self.host, self.port

    @property
    def where(self) -> str:
        """The host, for display."""
        return host_of(self.url)

    def follow(self, location: str) -> Address:
        """The address that a redirect or a playlist entry names. Raises SourceError.

        User and password are kept for the same server, whose redirects seldom repeat them.
        """
        try:
            joined = urljoin(self.url, location)
        except ValueError:
            raise failures.bad_redirect(self.where) from None
        if joined.lower().startswith(OLD_SCHEMES):
            joined = f"http://{joined.partition('://')[2]}"
        if not joined.lower().startswith(("http://", "https://")):
            raise failures.forbidden_protocol(self.where)
        try:
            led = replace(Address.parse(joined), cookies=self.cookies)
        except SourceError:  # the server's mistake, not the user's: it may pass
            raise failures.bad_redirect(self.where) from None
        if led.origin == self.origin and not led.authorization:
            return replace(led, authorization=self.authorization)
        return led


def _host(name: str) -> str:
    """`name` with its zone (RFC 6874) in the system's form: `fe80::1%eth0`."""
    return name.replace("%25", "%", 1) if ":" in name else name


def _basic(user: str | None, password: str | None) -> str:
    if user is None:
        return ""
    pair = f"{unquote(user)}:{unquote(password or '')}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"
