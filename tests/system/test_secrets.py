"""The key, URL passwords and what is said: none of it where it does not belong.

The real program runs well, is refused, is not let in, and breaks by a bug of its own, with
a key and a password that are nowhere else; then all it left behind is searched for them.
"""

import json
import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from scribe_tui.local.demo.clips import FOLDER
from tests.support.background import InBackground
from tests.support.endpoint import StrictEndpoint
from tests.support.numbered import numbered_pcm
from tests.support.processes import descendants
from tests.support.recording import record_until
from tests.support.requirements import IN_CI
from tests.support.script import Fault, Script
from tests.support.terminal import Terminal
from tests.support.web import Web

ROOT = Path(__file__).parents[2]
KEY = "sk_8d1fDISTINCTIVEa7c2e4b9"
PASSWORD = "hunter2DISTINCTIVE"
TOKEN = "tok3nDISTINCTIVE"
SECRETS = (KEY, PASSWORD, TOKEN)
SPOKEN = "kumquatDISTINCTIVE"
FORGED = f'{SPOKEN}\n{{"type": "segment", "forged": 1}}\r\u2028[00:00:00 ended]\x1b]0;x\x07\u202e'

LIKE_OTHERS = ("sdk", "not let in", "bug at the start")

A_BUG = f"""
import os, {{module}}
def bug(*_, **__):
    raise RuntimeError("a bug near {KEY} of http://ada:{PASSWORD}@radio.example")
{{module}}.{{function}} = bug
"""
IN_A_SESSION = A_BUG.format(module="scribe_tui.scribe.codec", function="decode")
IN_THE_PROGRAM = A_BUG.format(module="scribe_tui.cli.engine", function="any_failed")
AT_THE_START = A_BUG.format(module="scribe_tui.cli.start", function="check")


@dataclass
class Trail:
    """All that a run left behind and showed to other processes."""

    home: Path
    shown: dict[str, str] = field(default_factory=dict)
    processes: dict[int, str] = field(default_factory=dict)
    code: int = 0

    @property
    def files(self):
        """Contents of all files below the home, but for those the test put there."""
        mine = ("stations.toml", "sitecustomize.py", "talk.pcm")
        paths = (path for path in self.home.rglob("*") if path.is_file())
        return {
            str(path): path.read_text(errors="replace") for path in paths if path.name not in mine
        }

    @property
    def diagnostics(self):
        return "".join(text for path, text in self.files.items() if "diagnostics" in path)

    @property
    def records(self):
        return [json.loads(line) for line in self.shown["stdout"].splitlines()]

    def everything(self):
        processes = {f"process {pid}": text for pid, text in self.processes.items()}
        return self.files | self.shown | processes

    def watch(self, process, stop):
        """Note what `ps` shows of the program, and what its children inherit."""
        while not stop.wait(0.02):
            with suppress(psutil.Error):
                self.processes[process.pid] = " ".join(process.cmdline())
                for child in map(psutil.Process, descendants(process.pid)):
                    with suppress(psutil.Error):
                        command = child.cmdline()
                        if command == process.cmdline():  # forked, and not yet another program
                            continue
                        seen = f"{command} {child.environ()}"
                        self.processes[child.pid] = self.processes.get(child.pid, "") + seen


def environment(home, url):
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return kept | {
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "PYTHONPATH": f"{home}:{ROOT}",
        "PYTHONASYNCIODEBUG": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "ELEVENLABS_API_KEY": KEY,
        "SCRIBE_ENDPOINT": url,
    }


def heard_and_refused(records):
    """Whether one of two stations was heard, and the other is known to be a web page."""
    kinds = {(item["type"], item.get("half")) for item in records}
    return {("segment", None), ("error", "source")} <= kinds


def run(home, url, *arguments, bug="", enough=lambda records: False):
    """Run `record` on what `stations.toml` in `home` names, to its end or until it told enough."""
    (home / "sitecustomize.py").write_text(bug)
    trail = Trail(home)
    stop = threading.Event()
    with subprocess.Popen(
        [*(sys.executable, "-m", "scribe_tui", "record", "--config", "stations.toml"), *arguments],
        env=environment(home, url),
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        watcher = threading.Thread(target=trail.watch, args=(psutil.Process(process.pid), stop))
        watcher.start()
        try:
            out, err = record_until(process, enough)
        finally:
            process.kill()
            stop.set()
            watcher.join()
    trail.shown = {"stdout": out, "stderr": err}
    trail.code = process.returncode
    return trail


def talk(home):
    """A file as the source."""
    (home / "talk.pcm").write_bytes(b"".join(numbered_pcm(3)))
    (home / "stations.toml").write_text('speed = 4\n[[source]]\nsource = "talk.pcm"\n')


def station(home, web):
    """A station behind a password and a token as the source, and one that is refused."""
    address = web.url(f"/live?token={TOKEN}", f"ada:{PASSWORD}")
    refused = web.url(f"/html?key={TOKEN}", f"ada:{PASSWORD}")
    (home / "stations.toml").write_text(
        f'[[source]]\nname = "radio"\nsource = "{address}"\n[[source]]\nsource = "{refused}"\n'
    )


def frame(kind, **rest):
    return json.dumps({"message_type": kind, **rest})


HOSTILE = (
    frame("committed_transcript", text=FORGED),
    frame("committed_transcript_with_timestamps", text=FORGED, words=[]),
    frame("partial_transcript", text=FORGED),
    frame("unheard_of", text=FORGED, key=KEY),
    frame("warning", warning=f"{KEY} {FORGED}"),
    f'{{"message_type": "committed_transcript", "text": "{SPOKEN}',
    f"{SPOKEN}",
)


@pytest.fixture(scope="module")
def trails(tmp_path_factory):
    """All runs, side by side, by name; without CI those of which no other is much like."""
    homes = {}

    def home(name):
        homes[name] = tmp_path_factory.mktemp(name)
        return homes[name]

    echo = Fault(before_start=True, error="auth_error", text=f"Invalid API key {KEY}")
    services = {
        "well": StrictEndpoint(Script(frames=HOSTILE), key=KEY),
        "refused": StrictEndpoint(Script(fault=echo), key=KEY),
        "not let in": StrictEndpoint(Script(http_status=401), key=KEY),
    }
    clip = next(FOLDER.glob("*.mp3")).read_bytes()
    with ExitStack() as stack:
        web = stack.enter_context(InBackground(Web(clip, byte_rate=8000)))
        urls = [stack.enter_context(InBackground(each)).url() for each in services.values()]
        pool = stack.enter_context(ThreadPoolExecutor(3))
        well, refused, not_let_in = urls
        jobs = {}
        for name, url, arguments, bug in (
            ("well", well, ("--transport", "websocket"), ""),
            ("sdk", well, (), ""),
            ("refused", refused, (), ""),
            ("not let in", not_let_in, ("--transport", "websocket"), ""),
            ("bug in a session", well, ("--transport", "websocket"), IN_A_SESSION),
            ("bug in the program", well, ("--transport", "websocket"), IN_THE_PROGRAM),
            ("bug at the start", well, (), AT_THE_START),
        ):
            if name in LIKE_OTHERS and not IN_CI:
                continue
            folder = home(name.replace(" ", "-"))
            options: dict[str, Any] = {"bug": bug}
            if name in ("well", "sdk"):
                station(folder, web)
                options["enough"] = heard_and_refused
            else:
                talk(folder)
            jobs[name] = pool.submit(run, folder, url, *arguments, **options)
        return {name: job.result() for name, job in jobs.items()}


@pytest.mark.early(2)
def test_every_run_ended_as_it_was_meant_to(trails):
    codes = {name: trail.code for name, trail in trails.items()}
    assert set(codes.values()) == {1}, "of the stations, one is a web page"
    for name in trails.keys() & {"well", "sdk"}:
        assert [item for item in trails[name].records if item["type"] == "segment"]
        assert len(trails[name].processes) > 1, "a decoder was seen"
    for name in trails.keys() & {"refused", "not let in", "bug in a session"}:
        assert [item for item in trails[name].records if item["type"] == "error"], name
    for name in trails.keys() & {"bug in a session", "bug in the program", "bug at the start"}:
        assert "RuntimeError\n" in trails[name].diagnostics, "where and which kind, no more"


@pytest.mark.early(2)
def test_no_run_leaves_a_secret_anywhere(trails):
    found = [
        f"{name}: {place}: {secret}"
        for name, trail in trails.items()
        for place, text in trail.everything().items()
        for secret in SECRETS
        if secret in text
    ]
    assert found == []


@pytest.mark.early(2)
def test_no_run_shows_a_traceback(trails):
    for name, trail in trails.items():
        assert "Traceback" not in trail.shown["stdout"] + trail.shown["stderr"], name


@pytest.mark.early(2)
def test_diagnostics_hold_nothing_of_what_was_said(trails):
    for name, trail in trails.items():
        assert SPOKEN not in trail.diagnostics, name
        assert not re.search(r"\bw1\b", trail.diagnostics), name


@pytest.mark.early(2)
def test_text_cannot_forge_a_line_or_act_on_a_terminal(trails):
    trail = trails["well"]
    (journal,) = (text for path, text in trail.files.items() if path.endswith("radio.jsonl"))
    assert SPOKEN in journal
    for line in journal.splitlines():
        record = json.loads(line)
        assert record["session"] == "radio"
        assert "forged" not in record
    (readable,) = (text for path, text in trail.files.items() if path.endswith("radio.txt"))
    assert all(re.match(r"\[?\d\d:\d\d:\d\d ", line) for line in readable.splitlines())
    assert not re.search(r"^\[00:00:00", readable, re.MULTILINE)
    shown = journal + readable + trail.shown["stdout"]
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


@pytest.mark.early(10)
def test_the_screen_shows_no_secret(tmp_path):
    clip = next(FOLDER.glob("*.mp3")).read_bytes()
    service = StrictEndpoint(Script(frames=HOSTILE), key=KEY)
    with InBackground(Web(clip, byte_rate=8000)) as web, InBackground(service) as strict:
        station(tmp_path, web)
        arguments = ("--config", "stations.toml", "--transport", "websocket")
        env = environment(tmp_path, strict.url())
        with Terminal(arguments, env=env, cwd=tmp_path) as terminal:
            terminal.until_text("web page")
            terminal.until_text(SPOKEN[:7])
            assert terminal.quit() == 0
            assert not [secret for secret in SECRETS if secret in terminal.text]
            assert "]0;" not in terminal.text
    assert not [
        secret for secret in SECRETS for text in Trail(tmp_path).files.values() if secret in text
    ]


@pytest.mark.some(1)
@pytest.mark.parametrize("url", ["ws://192.0.2.1:9", "http://192.0.2.1:9"])
def test_a_key_leaves_the_machine_in_the_clear_only_if_that_is_asked_for(tmp_path, url):
    talk(tmp_path)
    refused = run(tmp_path, url)
    assert refused.code == 2
    assert "--insecure" in refused.shown["stderr"]
    assert KEY not in refused.shown["stderr"]
