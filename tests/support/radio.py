"""Stations like Icecast's: `/1`, `/2`, ... play one MP3 for ever, from different places.

`python -m tests.support.radio FILE BYTES_PER_SECOND` prints its port (see `side`). A listener
gets 64 kB at once, as Icecast sends by default, then real time; titles come in the stream
where they are asked for (`Icy-MetaData: 1`).
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.support.broadcast import TITLE_INTERVAL, Looped, Titles, broadcast
from tests.support.http_server import HttpServer, send_head
from tests.support.side import answer_commands

BURST_BYTES = 65_534
STATION_GAP_SECONDS = 4.2
"""By how much one station is ahead of the one before."""


class Radio(HttpServer):
    """All stations."""

    def __init__(self, programme: Looped):
        super().__init__()
        self._programme = programme

    async def answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        """Serve one listener until they go."""
        station = int(path.strip("/"))
        titled = self.headers.get("Icy-MetaData") == "1"
        places = [f"icy-metaint: {TITLE_INTERVAL}"] if titled else []
        names = (f"icy-name: Station {station}", "icy-br: 64", *places)
        await send_head(writer, self._programme.kind, *names)
        await broadcast(
            writer,
            self._programme,
            start=int(station * STATION_GAP_SECONDS * self._programme.byte_rate),
            burst=BURST_BYTES,
            titles=Titles(f"Programme {station}") if titled else None,
        )


async def _main(programme: Looped) -> None:
    async with Radio(programme) as radio:
        await answer_commands(radio.port, {})


if __name__ == "__main__":
    asyncio.run(_main(Looped(Path(sys.argv[1]).read_bytes(), int(sys.argv[2]))))
