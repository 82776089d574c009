"""The speech service in a process of its own, in one of several profiles.

`python -m tests.support.profiles PROFILE [--host H]` prints its port and then answers commands
line by line (see `side`): `busy` and `report` of a load, `violations` and `billed` of any.

- `plain` is strict and without faults;
- `dropping` tells a segment a word and cuts each connection after 90 s of sound;
- `load` talks by the clock, whatever the sound, and notes when; `silent` finds no words.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from typing import Any

from tests.support.endpoint import StrictEndpoint
from tests.support.script import Fault, Script
from tests.support.side import Side, answer_commands
from tests.support.timed_speech import TimedSpeech

DROP_AFTER_SECONDS = 90.0

Commands = dict[str, Callable[[], Any]]
Profile = Callable[[str], tuple[StrictEndpoint, Commands]]


def _plain(host: str) -> tuple[StrictEndpoint, Commands]:
    return StrictEndpoint(host=host, keeps=False), {}


def _dropping(host: str) -> tuple[StrictEndpoint, Commands]:
    drop = Fault(at_seconds=DROP_AFTER_SECONDS, ending="drop")
    return StrictEndpoint(Script(fault=drop, vad_words=1), host=host, keeps=False), {}


def _load(host: str) -> tuple[StrictEndpoint, Commands]:
    return _talking(host, silent=False)


def _silent(host: str) -> tuple[StrictEndpoint, Commands]:
    return _talking(host, silent=True)


def _talking(host: str, *, silent: bool) -> tuple[StrictEndpoint, Commands]:
    talk = TimedSpeech(silent=silent)
    endpoint = StrictEndpoint(
        Script(throttles=False),  # it commits by the clock, which no client can foresee
        host=host,
        key=None,
        keeps=False,
        voice=talk.voice,
        compresses=False,
    )
    return endpoint, {"busy": talk.busy, "report": talk.report}


PROFILES: dict[str, Profile] = {
    "plain": _plain,
    "dropping": _dropping,
    "load": _load,
    "silent": _silent,
}


def speech_side(profile: str, *, host: str = "127.0.0.1", within: tuple[str, ...] = ()) -> Side:
    """Start a service with that profile; `within`: a command that runs it, like `ip netns exec`."""
    return Side("tests.support.profiles", profile, "--host", host, within=within)


async def _main(profile: str, host: str) -> None:
    endpoint, commands = PROFILES[profile](host)
    async with endpoint:
        common: Commands = {
            "violations": lambda: endpoint.forgotten_violations,
            "billed": lambda: endpoint.billed_seconds,
        }
        await answer_commands(endpoint.port, common | commands)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.support.profiles", description=__doc__)
    parser.add_argument("profile", choices=PROFILES)
    parser.add_argument("--host", default="127.0.0.1")
    options = parser.parse_args()
    asyncio.run(_main(options.profile, options.host))
