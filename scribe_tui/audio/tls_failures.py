"""Sentences for stations behind TLS that is refused: their certificates, and how they speak it."""

from __future__ import annotations

from scribe_tui.errors import SourceError
from scribe_tui.sanitize import harmless_line

_CHECK = "Check the address."
_ANOTHER = "Look for another address of it."
_OLD_TLS = frozenset(
    {
        "NO_PROTOCOLS_AVAILABLE",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "UNSUPPORTED_PROTOCOL",
        "VERSION_TOO_LOW",
    }
)
_WANTS_CERTIFICATE = frozenset({"TLSV13_ALERT_CERTIFICATE_REQUIRED"})
_CERTIFICATE_CAUSES = {
    9: ("is not valid yet", "Check the date of this machine."),
    10: ("has expired", "Check the date of this machine, or wait until its owner renews it."),
    18: ("is signed by nobody but itself", "Add its authority to this machine's trusted ones."),
    19: ("is signed by an unknown authority", "Add that authority to this machine's trusted ones."),
    20: ("is signed by an unknown authority", "Add that authority to this machine's trusted ones."),
    66: ("has a key that is too weak", _CHECK),
    67: ("is signed with a key that is too weak", _CHECK),
    68: ("is signed in a way that is too weak", _CHECK),
    62: ("belongs to another host", _CHECK),
    64: ("belongs to another host", _CHECK),
}


def bad_certificate(where: str, code: int = 0) -> SourceError:
    """TLS: the server cannot prove who it is; `code` as OpenSSL counts the reasons."""
    cause, remedy = _CERTIFICATE_CAUSES.get(
        code, ("is not valid", "Check the address and the date of this machine.")
    )
    message = f"The certificate of {where} {cause}, so it is not listened to."
    return SourceError("bad certificate", message, remedy)


def no_tls(where: str, reason: str) -> SourceError:
    """The server does not speak TLS, or no version that we accept; `reason`: OpenSSL's name."""
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"):
        message = f"{where} does not speak TLS there."
        return SourceError("no TLS", message, "Try the address with http:// instead of https://.")
    if reason in _OLD_TLS:
        message = f"{where} speaks only versions of TLS that are not safe any more."
        return SourceError("old TLS", message, _ANOTHER)
    if reason in _WANTS_CERTIFICATE:
        message = f"{where} lets in only who shows a certificate, and this program has none."
        return SourceError("certificate wanted", message, _ANOTHER)
    if reason == "TLSV1_UNRECOGNIZED_NAME":
        return SourceError("TLS failed", f"What answers at {where} knows no such host.", _CHECK)
    said = harmless_line(reason.replace("_", " ").lower())
    return SourceError("TLS failed", f"TLS with {where} failed: {said}.")
