"""A desk at work: three stations of a real Icecast, a file and a microphone, against `local`.

The monitor runs in a pseudo-terminal. All five repeat the bundled clips, each from another clip on.
Then saved text is compared with spoken text, the screen with saved text, and the length of the
sound heard with the clock.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from scribe_tui.local.demo.clips import BundledClip, load_clips
from tests.proofs.bench.process_tree import pss_of, tree
from tests.proofs.soak.spoken import Comparison, compare, words
from tests.support import icecast, pulse
from tests.support.panes import pane_texts
from tests.support.terminal import Terminal

SOURCES = ("mp3", "aac", "ogg", "file", "microphone")
SPARE_SECONDS = 60.0
"""Seconds for which file and microphone continue after the end of the run."""
LOOK_SECONDS = 0.5
WARM_UP_SECONDS = 10.0
SHOWN_WITHIN_SECONDS = 5.0
COLUMNS, ROWS = 200, 50
MOST_WRONG = 0.02
"""Largest share of wrong words for the small recogniser in clear synthetic speech."""
CUT_WORDS = 4
"""Words cut in two where a station is joined and where the run ends."""
LATE_SECONDS = 1.0
"""Most seconds by which the sound heard may differ from the clock at the end."""
KINDS = ("program", "decoders", "recognisers")


@dataclass(frozen=True, slots=True)
class Programme:
    """The sound of all clips, beginning with one of them, and their words."""

    wav: Path
    words: list[str]


@dataclass
class Watchdog:
    """Observes the screen and the processes while the program runs."""

    seen: list[tuple[float, dict[str, str]]] = field(default_factory=list)
    cpu: list[tuple[float, dict[str, float]]] = field(default_factory=list)
    pss: dict[str, list[int]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    def look(self, terminal: Terminal) -> None:
        """Record screen and processes, at intervals."""
        now = time.time()
        if self.seen and now - self.seen[-1][0] < LOOK_SECONDS:
            return
        self.seen.append((now, pane_texts(terminal.screen)))
        if now - self.seen[0][0] > WARM_UP_SECONDS and len(self.seen) % 20 == 0:
            self._measure(now, terminal.pid)

    def shares(self) -> dict[str, float]:
        """CPU use by kind of process, as a share of one core."""
        (began, first), (ended, last) = self.cpu[0], self.cpu[-1]
        return {kind: (last[kind] - first[kind]) / (ended - began) for kind in KINDS}

    def _measure(self, now: float, root: int) -> None:
        cpu: dict[str, float] = dict.fromkeys(KINDS, 0.0)
        pss: Counter[str] = Counter()
        try:
            for process in tree([root]):
                kind = _kind(process, root)
                times = process.cpu_times()
                cpu[kind] += times.user + times.system
                pss[kind] += pss_of(process.pid)
        except (psutil.NoSuchProcess, FileNotFoundError):
            return  # it ends: a look at half of it would say nothing
        self.cpu.append((now, cpu))
        for kind in KINDS:
            self.pss[kind].append(pss[kind])


def _kind(process: psutil.Process, root: int) -> str:
    if process.pid == root:
        return "program"
    return "decoders" if "ffmpeg" in process.name() else "recognisers"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one source."""

    name: str
    comparison: Comparison
    heard_seconds: float
    passed_seconds: float
    """Seconds from the first sound to the stop, by the clock."""
    segments: int
    unseen: int
    troubles: Counter[str]

    @property
    def holds(self) -> bool:
        """Whether every word, and every second, is where it should be."""
        few = self.comparison.wrong <= MOST_WRONG * self.comparison.spoken + CUT_WORDS
        kept_pace = abs(self.heard_seconds - self.passed_seconds) <= LATE_SECONDS
        return bool(self.segments) and few and kept_pace and not self.unseen and not self.troubles


def _programmes(folder: Path) -> dict[str, Programme]:
    library = load_clips()
    clips = [clip for station in library.stations for clip in station.clips] + [library.file]
    found = {}
    for number, name in enumerate(SOURCES):
        first = number * len(clips) // len(SOURCES)
        turned = clips[first:] + clips[:first]
        spoken = words(" ".join(clip.text for clip in turned))
        found[name] = Programme(_joined(turned, folder / f"{name}-programme.wav"), spoken)
    return found


def _joined(clips: list[BundledClip], path: Path) -> Path:
    inputs = [argument for clip in clips for argument in ("-i", str(clip.path))]
    alike = [f"[{n}:a]aresample=44100,aformat=channel_layouts=mono[{n}]" for n in range(len(clips))]
    names = "".join(f"[{n}]" for n in range(len(clips)))
    graph = ";".join([*alike, f"{names}concat=n={len(clips)}:v=0:a=1"])
    _ffmpeg(*inputs, "-filter_complex", graph, str(path))
    return path


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments], check=True)


def _endless(programme: Programme) -> tuple[str, ...]:
    return ("-stream_loop", "-1", "-i", str(programme.wav))


@contextmanager
def _microphone(folder: Path, programme: Programme, seconds: float) -> Iterator[dict[str, str]]:
    long = folder / "microphone.wav"
    _ffmpeg(*_endless(programme), "-t", str(seconds), str(long))
    (folder / "pulse").mkdir()
    with pulse.running(folder / "pulse", _need("pulseaudio")) as (_, environ):
        player = subprocess.Popen([_need("paplay"), str(long)], env=environ)
        try:
            yield environ
        finally:
            player.kill()
            player.wait()


def _need(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise SystemExit(f"{program} is not installed")
    return path


def _run(folder: Path, seconds: float) -> tuple[dict[str, Programme], Watchdog, Path]:
    programmes = _programmes(folder)
    file = folder / "recording.mp3"
    _ffmpeg(*_endless(programmes["file"]), "-t", str(seconds + SPARE_SECONDS), str(file))
    sounds = {mount: _endless(programmes[mount]) for mount in icecast.MOUNTS}
    watch, logs = Watchdog(), folder / "logs"
    with (
        icecast.running(_need("icecast2"), _need("ffmpeg"), sounds=sounds) as radio,
        _microphone(folder, programmes["microphone"], seconds + SPARE_SECONDS) as environ,
    ):
        stations = [f"{mount}={radio.url(mount)}" for mount in icecast.MOUNTS]
        arguments = [*stations, f"file={file}", "microphone=mic", "--endpoint", "local"]
        arguments += ["--seconds", str(seconds), "--log-dir", str(logs)]
        with Terminal(arguments, columns=COLUMNS, rows=ROWS, env=environ) as terminal:
            code = terminal.leave(seconds + 60, lambda: watch.look(terminal))
    if code != 0:
        raise AssertionError(f"the program ended with {code}")
    return programmes, watch, logs


def _outcome(name: str, programme: Programme, watch: Watchdog, path: Path) -> Outcome:
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    segments = [record for record in records if record["type"] == "segment"]
    stopped = next(_at(r) for r in records if r["type"] == "state" and r["state"] == "draining")
    started = next(_at(r) for r in records if r["type"] == "source")
    (end,) = (record for record in records if record["type"] == "session_end")
    heard = words(" ".join(segment["text"] for segment in segments))
    unseen = [s for s in segments if _at(s) < stopped and not _was_seen(name, s, watch)]
    troubles = Counter(r["type"] for r in records if r["type"] in ("gap", "error", "notice"))
    return Outcome(
        name,
        compare(heard, programme.words),
        end["heard_seconds"],
        stopped - started,
        len(segments),
        len(unseen),
        troubles,
    )


def _at(record: dict[str, Any]) -> float:
    return datetime.fromisoformat(record["at"]).timestamp()


def _was_seen(name: str, segment: dict[str, Any], watch: Watchdog) -> bool:
    at, text = _at(segment), " ".join(segment["text"].split())
    looks = (seen for when, seen in watch.seen if at <= when <= at + SHOWN_WITHIN_SECONDS)
    return any(text in seen.get(name, "") for seen in looks)


def report(folder: Path, seconds: float) -> bool:
    """Run for `seconds`, print the results; return whether all promises held.

    Five recognisers and a terminal emulator need two cores for themselves.
    """
    folder.mkdir()
    programmes, watch, logs = _run(folder, seconds)
    (run,) = logs.iterdir()
    outcomes = [_outcome(name, programmes[name], watch, run / f"{name}.jsonl") for name in SOURCES]
    print(f"{seconds:.0f} s of {len(SOURCES)} sources on the offline endpoint:")
    for each in outcomes:
        print(
            f"  {each.name:11} {each.comparison.spoken} words spoken, {each.comparison.wrong} "
            f"wrong; {each.segments} segments, {each.unseen} not seen on the screen; "
            f"{each.heard_seconds:.1f} s heard in {each.passed_seconds:.1f} s; "
            f"{dict(each.troubles) or 'no trouble'}"
        )
    spoken = sum(each.comparison.spoken for each in outcomes)
    print(f"  all: {spoken} spoken, {sum(each.comparison.wrong for each in outcomes)} wrong")
    for kind, share in watch.shares().items():
        print(f"  {kind}: {100 * share:.1f} % of a core, {median(watch.pss[kind]) / 1e6:.0f} MB")
    for each in outcomes:
        if not each.holds:
            print(f"  BROKEN: {each.name}", file=sys.stderr)
    return all(each.holds for each in outcomes)
