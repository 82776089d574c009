"""The first signal asks, the second leaves at once and takes every child along."""

import os
import signal
import subprocess
import sys
import time

import psutil

from scribe_tui.cli.signals import ONE_WISH_SECONDS, SIGNALS
from tests.support.waiting import PATIENCE, wait_until

ASKED = """
import asyncio, subprocess, sys
from scribe_tui.cli.signals import Signals
async def main():
    child = subprocess.Popen(["sleep", "240"])
    with Signals(lambda: print("asked", flush=True), at_once=lambda: print("last", flush=True)):
        print(child.pid, flush=True)
        await asyncio.sleep(120)
asyncio.run(main())
"""


def test_a_second_signal_leaves_at_once_without_an_orphan():
    with subprocess.Popen(
        [sys.executable, "-c", ASKED], stdout=subprocess.PIPE, text=True
    ) as asked:
        child = psutil.Process(int(asked.stdout.readline()))
        asked.send_signal(signal.SIGTERM)
        assert asked.stdout.readline() == "asked\n"
        asked.send_signal(signal.SIGINT)
        assert asked.stdout.readline() == "last\n"
        assert asked.wait(PATIENCE) == 128 + signal.SIGINT
    _, alive = psutil.wait_procs([child], timeout=PATIENCE)
    assert alive == []


def test_the_same_signal_again_is_a_second_wish_once_a_moment_has_passed():
    with subprocess.Popen(
        [sys.executable, "-c", ASKED], stdout=subprocess.PIPE, text=True
    ) as asked:
        asked.stdout.readline()
        asked.send_signal(signal.SIGTERM)
        assert asked.stdout.readline() == "asked\n"
        heard_at = time.monotonic()
        wait_until(lambda: time.monotonic() > heard_at + ONE_WISH_SECONDS)
        asked.send_signal(signal.SIGTERM)
        assert asked.stdout.readline() == "last\n"
        assert asked.wait(PATIENCE) == 128 + signal.SIGTERM


def test_a_signal_that_is_ignored_from_the_start_stays_ignored():
    with subprocess.Popen(
        ["nohup", sys.executable, "-c", ASKED],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as asked:
        child = int(asked.stdout.readline())
        asked.send_signal(signal.SIGHUP)
        asked.send_signal(signal.SIGTERM)
        assert asked.stdout.readline() == "asked\n"
        asked.kill()
    os.kill(child, signal.SIGKILL)


def test_no_other_signal_is_left_to_kill_it_and_none_but_a_persons_cuts_the_end_short():
    with subprocess.Popen(
        [sys.executable, "-c", ASKED], stdout=subprocess.PIPE, text=True
    ) as asked:
        asked.stdout.readline()
        for number in SIGNALS:
            if number not in {signal.SIGINT, signal.SIGTERM, signal.SIGQUIT}:
                asked.send_signal(number)
        assert asked.stdout.readline() == "asked\n"
        asked.send_signal(signal.SIGQUIT)
        assert asked.stdout.readline() == "last\n"
        assert asked.wait(PATIENCE) == 128 + signal.SIGQUIT
