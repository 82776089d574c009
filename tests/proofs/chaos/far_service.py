"""A strict speech service without faults; `... chaos.far_service HOST` tells its port.

It goes on until its stdin ends, then one JSON line tells what was against the documentation.
"""

from __future__ import annotations

import asyncio
import json
import sys

from tests.support.endpoint import StrictEndpoint


async def main(host: str) -> None:
    async with StrictEndpoint(host=host, keeps=False) as service:
        print(json.dumps({"port": service.port}), flush=True)
        await asyncio.to_thread(sys.stdin.read)
        print(json.dumps({"violations": service.forgotten_violations}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
