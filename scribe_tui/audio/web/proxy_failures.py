"""Errors for failures of a proxy on the way to a source."""

from __future__ import annotations

from scribe_tui.audio.failures import CHECK, StatusError
from scribe_tui.errors import SourceError


def proxy_refused(status: int | None, proxy: str, where: str) -> SourceError:
    """A proxy refused the tunnel; `status` None: its answer was not that of a proxy."""
    message = f"{proxy} did not let us through to {where}"
    if status is None:
        remedy = "Check the variable; is there a proxy at all?"
        return SourceError("proxy", _capital(f"{message}: it does not answer as one."), remedy)
    if status == 407:
        remedy = "Put user and password into the variable: http://user:password@proxy:port."
        return StatusError(407, "proxy", _capital(f"{message}: it wants a password (407)."), remedy)
    remedy = "Ask who runs the proxy, or name the host in NO_PROXY."
    return StatusError(status, "proxy", _capital(f"{message}: {status} from the proxy."), remedy)


def proxy_login(proxy: str, where: str, *, had_password: bool) -> SourceError:
    """A SOCKS proxy rejected the user; `had_password`: a password was sent."""
    wants = "does not take the user and password given" if had_password else "wants a user name"
    message = f"{proxy} did not let us through to {where}: it {wants}."
    remedy = "Put user and password into the variable: socks5://user:password@proxy:port."
    return SourceError("proxy", _capital(message), remedy)


def proxy_silent(proxy: str, where: str) -> SourceError:
    """A proxy closed the connection."""
    message = _capital(f"{proxy} closed the connection instead of opening the way to {where}.")
    return SourceError("proxy", message, "Check the variable; is there a proxy at all?")


def proxy_unreached(reply: int, proxy: str, where: str) -> SourceError:
    """A SOCKS proxy could not reach the host; `reply` as in RFC 1928."""
    message = _capital(f"{proxy} could not reach {where} (SOCKS reply {reply}).")
    return SourceError("proxy", message, CHECK)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
