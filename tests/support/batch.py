"""BatchEndpoint: the batch endpoint on loopback: POST /v1/speech-to-text as in the API reference.

What the reference does not know or forbids is answered with 422 and noted in `faults`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self, cast

KEY = "key-of-the-tests-0123456789"
PATH = "/v1/speech-to-text"
FIELDS = {
    "model_id", "language_code", "tag_audio_events", "num_speakers", "timestamps_granularity",
    "diarize", "diarization_threshold", "file_format", "cloud_storage_url", "source_url",
    "webhook", "webhook_id", "temperature", "seed", "use_multi_channel", "webhook_metadata",
    "entity_detection", "entity_redaction", "entity_redaction_mode", "no_verbatim", "keyterms",
    "multichannel_output_style", "transcript_edit", "numbers_format", "detect_speaker_roles",
    "secondary_language_codes", "use_speaker_library", "additional_formats", "file",
}  # fmt: skip


class BatchEndpoint:
    """`hear` returns words for PCM; `requests` has the fields of each request.

    `status`, if set, is the HTTP status that refuses every request; after `fail_after` requests the
    answer is 503.
    """

    def __init__(self, hear: Callable[[bytes], list[dict[str, Any]]], *, key: str = KEY):
        self.requests: list[dict[str, list[bytes]]] = []
        self.faults: list[str] = []
        self.status: int | None = None
        self.fail_after: int | None = None
        self._hear = hear
        self._key = key
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, answer = endpoint.answer(self.path, dict(self.headers), body)
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        lower = {name.lower(): value for name, value in headers.items()}
        if path.partition("?")[0] != PATH:
            return self._refuse(404, f"no such path {path}")
        if lower.get("xi-api-key") != self._key:
            return 401, {"detail": {"status": "invalid_api_key", "message": "Invalid API key"}}
        if self.status is not None:
            return self.status, {"detail": {"message": f"not now, {self._key}"}}
        if self.fail_after is not None and len(self.requests) >= self.fail_after:
            return 503, {"detail": "overloaded"}
        fields = _fields(lower.get("content-type", ""), body)
        fault = _fault(fields)
        if fault:
            return self._refuse(422, fault)
        self.requests.append(fields)
        words = self._hear(fields["file"][0])
        text = "".join(word["text"] for word in words)
        return 200, {
            "language_code": "eng",
            "language_probability": 0.98,
            "text": text,
            "words": words,
        }

    def _refuse(self, status: int, fault: str) -> tuple[int, Any]:
        self.faults.append(fault)
        return status, {"detail": {"message": fault}}


def _fields(content_type: str, body: bytes) -> dict[str, list[bytes]]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    fields: dict[str, list[bytes]] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        fields.setdefault(str(name), []).append(cast(bytes, part.get_payload(decode=True)))
    return fields


def _fault(fields: dict[str, list[bytes]]) -> str:
    """Return what is wrong with a request by the reference; empty if nothing is."""
    if unknown := fields.keys() - FIELDS:
        return f"unknown fields {unknown}"
    if fields.get("model_id") != [b"scribe_v2"]:
        return f"model_id {fields.get('model_id')}"
    if len(fields.get("file", [])) != 1:
        return "exactly one of file, cloud_storage_url, source_url"
    if fields.get("file_format") == [b"pcm_s16le_16"] and len(fields["file"][0]) % 2:
        return "half a sample"
    if fields.get("diarize") not in ([b"true"], [b"false"], None):
        return f"diarize {fields['diarize']}"
    if fields.get("timestamps_granularity", [b"word"])[0] not in (b"none", b"word", b"character"):
        return "timestamps_granularity"
    terms = [term.decode() for term in fields.get("keyterms", [])]
    if len(terms) > 1000 or any(
        len(term) > 50 or len(term.split()) > 5 or set(term) & set("<>{}[]\\") for term in terms
    ):
        return "keyterms"
    return ""
