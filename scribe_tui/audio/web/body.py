"""The body of an HTTP response: by length, chunked, compressed.

No I/O except for the given reader. No piece is larger than `PIECE_BYTES`, whatever the server
sends.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Mapping

PIECE_BYTES = 64 * 1024
_MAX_SIZE_LINE = 1024
_NO_LENGTH = 1 << 50
"""Lengths of this many bytes and more mean "endless"; some stations send them."""
_ENDLESS = frozenset({0x7FFFFFFF, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF})


KNOWN_CODINGS = frozenset({"", "identity", "none", "gzip", "x-gzip", "deflate"})
"""Supported content codings; no others are requested."""
_GZIP_SIGN = b"\x1f\x8b"


class BrokenBodyError(Exception):
    """The body ended early, or could not be decoded."""


def length_of(headers: Mapping[str, str]) -> int | None:
    """The body's length in bytes if the response gives a credible one, else None."""
    # The same number twice is one (RFC 9110, 8.6).
    text, *more = map(str.strip, headers.get("content-length", "").split(","))
    if (
        any(each != text for each in more)
        or "chunked" in headers.get("transfer-encoding", "").lower()
    ):
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 20:
        return None
    length = int(text)
    return None if length >= _NO_LENGTH or length in _ENDLESS else length


def has_two_lengths(headers: Mapping[str, str]) -> bool:
    """Whether the answer gives different lengths, and is not chunked.

    Such an answer must not be used, since a proxy on the way may have seen another end of it
    (RFC 9112, 6.3).
    """
    is_chunked = "chunked" in headers.get("transfer-encoding", "").lower()
    lengths = {each.strip() for each in headers.get("content-length", "").split(",")}
    return len(lengths) > 1 and not is_chunked


async def body_of(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> AsyncIterator[bytes]:
    """The decompressed body, in pieces. Raises BrokenBodyError, OSError, ValueError."""
    chunked = "chunked" in headers.get("transfer-encoding", "").lower()
    plain = _chunks(reader) if chunked else _plain(reader, length_of(headers))
    coding = headers.get("content-encoding", "").strip().lower()
    if "gzip" in headers.get("transfer-encoding", "").lower():
        plain = _inflated(plain, gzipped=True)
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
    """The content of a chunked body (RFC 9112, 7.1)."""
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
    """The decompressed pieces; unchanged if the body is not compressed despite its header."""
    first = await _first_two(pieces)
    bits = _window_bits(first, gzipped=gzipped)
    unpack = None if bits is None else zlib.decompressobj(bits)
    is_begun = False
    try:
        async for piece in _after(first, pieces):
            if bits is None or unpack is None:
                yield piece
                continue
            rest, is_begun = piece, True
            while rest:
                data = unpack.decompress(rest, PIECE_BYTES)
                rest = unpack.unconsumed_tail
                if data:
                    yield data
                if unpack.eof:  # another compressed part may follow; other bytes are padding
                    rest = unpack.unused_data
                    if rest and not (gzipped and rest.startswith(_GZIP_SIGN[:1])):
                        return
                    is_begun, unpack = bool(rest), zlib.decompressobj(bits)
    except zlib.error as error:
        raise BrokenBodyError from error
    if is_begun:
        raise BrokenBodyError


async def _first_two(pieces: AsyncIterator[bytes]) -> bytes:
    first = b""
    while len(first) < 2:
        piece = await anext(pieces, b"")
        if not piece:
            break
        first += piece
    return first


async def _after(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if first:
        yield first
    async for piece in pieces:
        yield piece


def _window_bits(first: bytes, *, gzipped: bool) -> int | None:
    """The `wbits` of zlib for a body that begins with `first`; None: it is not compressed."""
    if gzipped:
        return 31 if first[:2] == _GZIP_SIGN else None
    # `deflate` means zlib's format (RFC 9110), but some servers omit its header.
    has_head = len(first) > 1 and first[0] & 15 == 8 and int.from_bytes(first[:2], "big") % 31 == 0
    return 15 if has_head else -15
