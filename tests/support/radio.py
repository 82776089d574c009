"""Stations like Icecast's: `/1`, `/2`, ... repeat one MP3, each from a different place.

`python -m tests.support.radio FILE BYTES_PER_SECOND` prints its port (see `side`). A listener gets
64 kB at once, as Icecast sends by default, then real time; the stream has titles if they are
requested (`Icy-MetaData: 1`).
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
"""Seconds by which each station is ahead of the one before."""


class Radio(HttpServer):
    """The server of all stations."""

    def __init__(self, programme: Looped):
        super().__init__()
        self._programme = programme

    async def answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        """Serve one listener until it disconnects."""
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
