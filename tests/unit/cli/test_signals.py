"""The first signal asks, the second leaves at once and takes every child along."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

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


BUSY = """
import asyncio, os, signal, time
from scribe_tui.cli.signals import Signals
async def main():
    gone = asyncio.Event()
    def leave():
        gone.set()
        time.sleep(0.1)
        os.kill(0, signal.SIGTERM)
    with Signals(leave):
        os.kill(os.getpid(), signal.SIGTERM)
        await gone.wait()
        await asyncio.sleep(0.05)
asyncio.run(main())
print("saved", flush=True)
"""


def test_a_signal_sent_twice_is_one_wish_of_a_program_that_was_busy_in_between():
    """As `timeout` does it: to the program, then to its group."""
    with subprocess.Popen(
        [sys.executable, "-c", BUSY], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as busy:
        assert busy.stdout.readline() == "saved\n"
        assert busy.wait(PATIENCE) == 0


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
        assert asked.stdout.readline() == "last\n", asked.wait(PATIENCE)
        assert asked.wait(PATIENCE) == 128 + signal.SIGQUIT


LEAVING = """
import asyncio, time
from scribe_tui.cli.signals import Signals
async def main():
    gone = asyncio.Event()
    with Signals(gone.set):
        print("ready", flush=True)
        await gone.wait()
asyncio.run(main())
print("saved", flush=True)
time.sleep(5)
"""


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGUSR1, signal.SIGALRM])
def test_what_follows_while_the_program_ends_changes_nothing(number):
    """As systemd's SIGHUP, or a terminal that closes: the end is counted as it was."""
    with subprocess.Popen(
        [sys.executable, "-c", LEAVING.replace("sleep(5)", "sleep(0.1)")],
        stdout=subprocess.PIPE, text=True,
    ) as leaving:  # fmt: skip
        leaving.stdout.readline()
        leaving.send_signal(signal.SIGTERM)
        assert leaving.stdout.readline() == "saved\n"
        leaving.send_signal(number)
        assert leaving.wait(PATIENCE) == 0


def test_a_person_may_still_hurry_it_and_sees_no_traceback():
    with subprocess.Popen(
        [sys.executable, "-c", LEAVING.replace("sleep(5)", "sleep(60)")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as leaving:  # fmt: skip
        leaving.stdout.readline()
        leaving.send_signal(signal.SIGINT)
        assert leaving.stdout.readline() == "saved\n"
        leaving.send_signal(signal.SIGINT)
        assert leaving.wait(PATIENCE) == -signal.SIGINT
        assert leaving.stderr.read() == ""
