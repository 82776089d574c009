"""The body of an HTTP answer, whatever way it is packed: by length, chunked, gzipped.

Sans-IO but for the reader that is given. Nothing a server can write makes a piece larger
than `PIECE_BYTES`.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Mapping

PIECE_BYTES = 64 * 1024
_MAX_SIZE_LINE = 1024
_NO_LENGTH = 1 << 50
"""A length of this or more is a station's word for endless."""
_ENDLESS = frozenset({0x7FFFFFFF, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF})


class BrokenBodyError(Exception):
    """It ended before its own end, or is packed in a way nobody understands."""


def length_of(headers: Mapping[str, str]) -> int | None:
    """The body's length in bytes where the answer tells a true one, else None."""
    text = headers.get("content-length", "")
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 20:
        return None
    length = int(text)
    return None if length >= _NO_LENGTH or length in _ENDLESS else length


async def body_of(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> AsyncIterator[bytes]:
    """The pieces of the body, unpacked. Raises BrokenBodyError, OSError, ValueError."""
    chunked = "chunked" in headers.get("transfer-encoding", "").lower()
    plain = _chunks(reader) if chunked else _plain(reader, length_of(headers))
    coding = headers.get("content-encoding", "").strip().lower()
    if coding in ("gzip", "x-gzip", "deflate"):
        plain = _inflated(plain, gzipped=coding != "deflate")
    async for piece in plain:
        yield piece


async def _plain(reader: asyncio.StreamReader, length: int | None) -> AsyncIterator[bytes]:
    left = length
    while left is None or left > 0:
        piece = await reader.read(PIECE_BYTES if left is None else min(PIECE_BYTES, left))
        if not piece:
            if left is None:
                return
            raise BrokenBodyError
        left = None if left is None else left - len(piece)
        yield piece


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """RFC 9112, 7.1."""
    while size := await _chunk_size(reader):
        while size:
            piece = await reader.read(min(PIECE_BYTES, size))
            if not piece:
                raise BrokenBodyError
            size -= len(piece)
            yield piece
        await reader.readline()


async def _chunk_size(reader: asyncio.StreamReader) -> int:
    line = await reader.readline()
    digits = line[:_MAX_SIZE_LINE].partition(b";")[0].strip().decode("latin-1")
    if not digits or len(digits) > 15 or not set(digits.lower()) <= set("0123456789abcdef"):
        raise BrokenBodyError
    return int(digits, 16)


async def _inflated(pieces: AsyncIterator[bytes], *, gzipped: bool) -> AsyncIterator[bytes]:
    unpack = zlib.decompressobj(31 if gzipped else 15)
    try:
        async for piece in pieces:
            rest = piece
            while rest:
                data = unpack.decompress(rest, PIECE_BYTES)
                rest = unpack.unconsumed_tail
                if data:
                    yield data
                elif unpack.eof:
                    return
    except zlib.error as error:
        raise BrokenBodyError from error
