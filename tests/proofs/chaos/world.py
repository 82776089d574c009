"""The environment of a chaos run in another process: stations and a speech service that fail.

`python -m tests.proofs.chaos.world --panes N --every SECONDS --seed N` prints the stations' port
and answers commands line by line (see `support.side`): the speech port, and what it did.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections import Counter
from collections.abc import Callable

from tests.proofs.chaos.fates import Fates
from tests.proofs.chaos.stations import Stations
from tests.support.endpoint import StrictEndpoint
from tests.support.side import answer_commands

RESTART_EVERY = 12
"""One fault in this many is a restart of the whole service."""


async def main(panes: int, every: float, seed: int) -> None:
    dice = random.Random(seed)
    done: Counter[str] = Counter()
    names = [f"pane{number}" for number in range(1, panes + 1)]
    # Half of the faults are the sources', half the service's; each pane gets its share.
    share = 2 * every * panes
    fates = Fates(share, dice, done)
    async with (
        Stations(names, share, dice, done) as stations,
        StrictEndpoint(keeps=False, next_script=fates.next) as service,
    ):
        restarts = asyncio.create_task(_restarts(service, every, dice, done))
        commands: dict[str, Callable[[], object]] = {
            "speech port": lambda: service.port,
            "faults": lambda: done,
            "violations": lambda: service.forgotten_violations,
            "billed": lambda: service.billed_seconds,
        }
        await answer_commands(stations.port, commands)
        restarts.cancel()
        await asyncio.gather(restarts, return_exceptions=True)


async def _restarts(
    service: StrictEndpoint, every: float, dice: random.Random, done: Counter[str]
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
