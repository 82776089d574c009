"""Stations that become silent or unavailable on request: `/1`, `/2`, ... on one server."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Collection

from tests.support.http_server import HttpServer, send_head, send_status
from tests.support.numbered import numbered_chunk

ENDLESS = b"RIFF\xff\xff\xff\xffWAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 16000, 32000, 2, 16)
LOUD_FROM = 3000
"""First number of numbered sound that is as loud as speech."""


class Stations(HttpServer):
    """All stations sound alike: `mode` is loud, silent or off; those in `off` are always away."""

    mode = "loud"
    off: Collection[str] = ()

    async def answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        if self._is_off(path):
            await send_status(writer, "404 Not Found")
            return
        await send_head(writer, "audio/wav")
        writer.write(ENDLESS + b"data\xff\xff\xff\xff")
        number = 0
        while not self._is_off(path):
            number += 1
            chunk = numbered_chunk(LOUD_FROM + number)
            writer.write(chunk if self.mode == "loud" else bytes(len(chunk)))
            await writer.drain()
            await asyncio.sleep(0.1)

    def _is_off(self, path: str) -> bool:
        return self.mode == "off" or path in self.off
