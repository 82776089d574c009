"""What a client may send by the documentation, and errors for anything else."""

from __future__ import annotations

import binascii
import json
from dataclasses import dataclass

FIELDS = {"message_type", "audio_base_64", "commit", "sample_rate", "previous_text"}
NEEDED = FIELDS - {"previous_text"}


class WrongMessageError(Exception):
    """The service would answer `input_error`."""


@dataclass(frozen=True, slots=True)
class AudioMessage:
    """One `input_audio_chunk`; `fields` are those other than the sound."""

    audio: bytes
    commit: bool
    previous_text: str | None
    fields: dict[str, object]


def read_message(
    frame: str | bytes, rate: int, sample_bytes: int, *, first: bool = False
) -> AudioMessage:
    """Parse one frame. Raises `WrongMessageError`. `first`: it is the connection's first."""
    try:
        message = json.loads(frame) if isinstance(frame, str) else None
    except ValueError:
        message = None
    if not isinstance(message, dict):
        raise WrongMessageError("Message must be a valid protocol message")
    kind = message.get("message_type")
    if kind != "input_audio_chunk":
        raise WrongMessageError(f"Unexpected message type: {kind}")
    if not NEEDED <= message.keys() <= FIELDS:
        raise WrongMessageError(f"Unexpected fields: {sorted(message)}")
    if message["sample_rate"] != rate or not isinstance(message["commit"], bool):
        raise WrongMessageError("Wrong sample_rate or commit")
    previous_text = message.get("previous_text")
    if previous_text and not first:
        raise WrongMessageError("previous_text is for the first chunk only")
    try:
        audio = binascii.a2b_base64(message.pop("audio_base_64"), strict_mode=True)
    except (binascii.Error, TypeError, ValueError):
        raise WrongMessageError("Audio is not base64") from None
    if len(audio) % sample_bytes:
        raise WrongMessageError("Half a sample")
    return AudioMessage(audio, message["commit"], previous_text, message)
