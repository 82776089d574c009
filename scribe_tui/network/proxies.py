"""Which proxy a connection goes through: one rule for stations, playlists and the speech service.

The usual environment variables decide, lower case before upper case: `http_proxy` for http and
ws addresses, `https_proxy` for https and wss, `all_proxy` where that variable is not set.
`no_proxy` lists hosts that are reached directly. Other proxy settings of the machine are not read.
"""

from __future__ import annotations

import base64
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, unquote, urlsplit

from scribe_tui.errors import Retry, ScribeTuiError
from scribe_tui.sanitize import harmless_line

_VARIABLES = {
    "http": ("http_proxy", "all_proxy"),
    "ws": ("http_proxy", "all_proxy"),
    "https": ("https_proxy", "all_proxy"),
    "wss": ("https_proxy", "all_proxy"),
}
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443, "socks5": 1080, "socks5h": 1080}
_own_servers: set[tuple[str, int]] = set()
SCHEMES = ("http", "https", "socks5", "socks5h")
"""The supported kinds of proxy; with each of them the proxy looks the host name up."""


class ProxyError(ScribeTuiError):
    """An environment variable holds an unusable proxy address. The message names the variable."""

    retry = Retry.NEVER


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy and the environment variable that named it; never show `user` or `password`."""

    scheme: str
    host: str
    port: int
    variable: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """The proxy for use in a sentence: `the proxy proxy.example:3128 (http_proxy)`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return harmless_line(f"the proxy {host}:{self.port} ({self.variable})")

    @property
    def url(self) -> str:
        """The proxy's address for a library. It includes user and password: never show it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        scheme = "socks5h" if self.scheme == "socks5" else self.scheme  # the proxy looks names up
        return f"{scheme}://{self._user_info}{host}:{self.port}"

    @property
    def authorization(self) -> str:
        """The value of the header `Proxy-Authorization`; empty if there is no user."""
        if not self.user:
            return ""
        pair = f"{self.user}:{self.password}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"

    @property
    def _user_info(self) -> str:
        return f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.user else ""


def reach_directly(host: str, port: int) -> None:
    """Use no proxy for `host` and `port`, where a server of this process listens."""
    _own_servers.add((host, port))


def proxy_for(url: str, environment: Mapping[str, str] | None = None) -> Proxy | None:
    """The proxy for `url`, or None to connect directly.

    `environment` None means the process's own. Raises ProxyError if the variable that decides
    holds no usable proxy address.
    """
    values = os.environ if environment is None else environment
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    if (host, port) in _own_servers:
        return None
    for variable in _VARIABLES.get(parts.scheme, ()):
        name, value = _value(values, variable)
        if value:
            excepted = _value(values, "no_proxy")[1]
            return None if _is_excepted(host, port, excepted) else _parse(name, value)
    return None


def _value(values: Mapping[str, str], variable: str) -> tuple[str, str]:
    """The variable's name as it is set (lower or upper case) and its value; "" if not set.

    `HTTP_PROXY` is ignored in a CGI program, where it holds a header of the client's request.
    """
    for name in (variable, variable.upper()):
        if name == "HTTP_PROXY" and "REQUEST_METHOD" in values:
            continue
        if value := values.get(name, "").strip():
            return name, value
    return variable, ""


def _parse(variable: str, value: str) -> Proxy:
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        scheme = {"socks": "socks5"}.get(parts.scheme, parts.scheme)
        port = parts.port or (80 if scheme == "http" else _PORTS.get(scheme, 0))
        host = parts.hostname or ""
    except ValueError:
        raise _unusable(variable) from None
    if scheme not in SCHEMES or not host or not host.isprintable():
        raise _unusable(variable)
    return Proxy(scheme, host, port, variable, *_user_of(parts))


def _user_of(parts: SplitResult) -> tuple[str, str]:
    return unquote(parts.username or ""), unquote(parts.password or "")


def _unusable(variable: str) -> ProxyError:
    return ProxyError(
        "wrong proxy",
        f"What {variable} holds is not the address of a proxy that can be used.",
        f"Write it like {variable}=http://proxy.example:3128, or unset it.",
    )


def _is_excepted(host: str, port: int, excepted: str) -> bool:
    """Whether `excepted` (`no_proxy`) lists the host: by name, domain, address, network or `*`."""
    return any(
        _matches(host, port, entry)
        for part in excepted.lower().split(",")
        for entry in part.split()
    )


def _matches(host: str, port: int, entry: str) -> bool:
    if entry == "*":
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry.strip("[]"), strict=False)
    except ValueError:  # the host or the entry is a name, not an address
        pass
    name, colon, wanted_port = entry.rpartition(":")
    if colon and wanted_port.isascii() and wanted_port.isdigit():
        if wanted_port.lstrip("0") != str(port):
            return False
        entry = name
    entry = entry.strip("[]").removeprefix("*").lstrip(".")
    return bool(entry) and (host == entry or host.endswith(f".{entry}"))
