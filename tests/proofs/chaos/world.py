"""The outside of a chaos run, in a process of its own: stations and a speech service that fail.

`python -m tests.proofs.chaos.world --panes N --every SECONDS --seed N` writes one JSON line with
its two ports and goes on until its stdin ends; then one JSON line tells what it did.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
from collections import Counter

from tests.proofs.chaos.service import ChaoticEndpoint
from tests.proofs.chaos.stations import Stations

RESTART_EVERY = 12
"""One fault in so many is a restart of the whole service instead."""


async def main(panes: int, every: float, seed: int) -> None:
    dice = random.Random(seed)
    done: Counter[str] = Counter()
    names = [f"pane{number}" for number in range(1, panes + 1)]
    # Half of the faults are the sources', half the service's; each pane gets its share.
    share = 2 * every * panes
    async with Stations(names, share, dice, done) as stations:
        async with ChaoticEndpoint(share, dice, done) as service:
            print(json.dumps({"radio": stations.port, "speech": service.port}), flush=True)
            restarts = asyncio.create_task(_restarts(service, every, dice, done))
            await asyncio.to_thread(sys.stdin.read)
            restarts.cancel()
            await asyncio.gather(restarts, return_exceptions=True)
            print(
                json.dumps({"faults": done, "violations": service.forgotten_violations}), flush=True
            )


async def _restarts(
    service: ChaoticEndpoint, every: float, dice: random.Random, done: Counter[str]
) -> None:
    while True:
        await asyncio.sleep(dice.expovariate(1 / (every * RESTART_EVERY)))
        done["service restarts"] += 1
        await service.stop()
        await asyncio.sleep(dice.uniform(0.1, 6))
        await service.start(service.port)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--panes", type=int, required=True)
    parser.add_argument("--every", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    asyncio.run(main(options.panes, options.every, options.seed))
