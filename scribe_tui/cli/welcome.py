"""`scribe-tui` alone in a terminal: the welcome, then the demo or the sources that were chosen."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scribe_tui.cli import event_loop
from scribe_tui.cli.diagnostics import (
    Diagnostics,
    keep_out,
    start_diagnostics,
    stop_diagnostics,
)
from scribe_tui.cli.folders import recent_file
from scribe_tui.cli.looks import looks_of
from scribe_tui.cli.monitor import need_terminal, run_monitor
from scribe_tui.cli.output import complain
from scribe_tui.cli.signals import Signals
from scribe_tui.cli.start import check_speech
from scribe_tui.config.load import KEY_VARIABLE
from scribe_tui.config.new_source import new_source
from scribe_tui.config.recent import RecentSources
from scribe_tui.errors import UsageError
from scribe_tui.settings import LOCAL_ENDPOINT, Settings, SourceSettings
from scribe_tui.tui.terminal.guard import ScreenGuard

if TYPE_CHECKING:
    from scribe_tui.tui.lines.welcome import LineWelcome
    from scribe_tui.tui.looks import Looks
    from scribe_tui.tui.welcome import Choice, Start, WelcomeApp

MAX_ENV_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was chosen; None: nothing, and `exit_code` says how the welcome ended."""

    choice: Choice | None
    exit_code: int


def run_welcome(settings: Settings) -> int:
    """Ask what to listen to and run it; return the exit code, 0 if the user just leaves."""
    need_terminal(settings.screen_reader)
    looks = looks_of(settings)
    diagnostics = start_diagnostics(settings.api_key, on_stderr=False)
    outcome = event_loop.run(_ask(_welcome(settings, looks), diagnostics))
    stop_diagnostics(diagnostics)
    choice = outcome.choice
    if choice is None:
        if outcome.exit_code == 1:
            complain(f"A fault in this program ended it. Diagnostics: {diagnostics.path}")
        return outcome.exit_code
    if not choice.sources:
        from scribe_tui.cli.demo import run_demo

        return run_demo(settings)
    endpoint = LOCAL_ENDPOINT if choice.offline else settings.endpoint
    key = choice.key or settings.api_key
    return run_monitor(replace(settings, sources=choice.sources, endpoint=endpoint, api_key=key))


def _start(settings: Settings) -> Start:
    """Return the inputs of the welcome screen."""
    from scribe_tui.tui.welcome import Start

    defaults = settings.defaults or SourceSettings(name="new", address="mic")

    def make(name: str, address: str, taken: Collection[str]) -> SourceSettings:
        return new_source(defaults, name, address, taken)

    return Start(
        make,
        RecentSources(recent_file()).read(),
        needs_key=_needs_key(settings),
        check_key=check_key,
        keep_key=partial(keep_key, Path(".env")),
    )


def _welcome(settings: Settings, looks: Looks) -> WelcomeApp | LineWelcome:
    """Return the screen, or plain lines, as set."""
    if settings.screen_reader:
        from scribe_tui.tui.lines.welcome import LineWelcome

        return LineWelcome(_start(settings), ascii_only=looks.ascii_only)
    from scribe_tui.tui.welcome import WelcomeApp

    return WelcomeApp(_start(settings), looks)


async def _ask(app: WelcomeApp | LineWelcome, diagnostics: Diagnostics) -> _Answer:
    """Show the welcome; the terminal is restored whatever ends it."""
    guard = ScreenGuard(diagnostics)

    def leave() -> None:
        app.call_later(app.exit)

    with Signals(leave, at_once=guard.restore_terminal) as signals:
        with guard:
            choice = await app.run_async()
        code = signals.exit_code
    if code or app.failed:
        return _Answer(None, 1 if app.failed else code)
    return _Answer(choice, app.return_code or 0)


def _needs_key(settings: Settings) -> bool:
    try:
        check_speech(settings)
    except UsageError as error:
        if error.title == "no key":
            return True
        raise
    return False


def check_key(key: str) -> None:
    """Raise UsageError for a text that cannot be a key; any other is masked from now on."""
    keep_out(key)
    if not key.isascii() or not key.isprintable() or any(char in key for char in " '\"\\#"):
        raise UsageError("broken key", "A key has no such characters.", "Copy it again.")


def keep_key(file: Path, key: str) -> None:
    """Write the key to `file`, replacing an existing one; only this user may read the file.

    Everything else in the file stays. Raises UsageError.
    """
    part = file.with_name(f"{file.name}.part")
    try:
        old = _read(file)
        lines = [line for line in old.splitlines() if not line.startswith(f"{KEY_VARIABLE}=")]
        content = "\n".join([*lines, f"{KEY_VARIABLE}={key}"]) + "\n"
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as target:
            target.write(content)
        part.replace(file)
    except (OSError, UnicodeDecodeError) as error:
        with suppress(OSError):  # what a full disk took of it
            part.unlink(missing_ok=True)
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError(
            "key not kept",
            f"The key cannot be kept in {file}: {reason}.",
            f"Set {KEY_VARIABLE} in the environment.",
        ) from None


def _read(file: Path) -> str:
    """Return the file's text, "" without one. Raises OSError unless it is the user's plain file."""
    try:
        status = file.lstat()
    except FileNotFoundError:
        return ""
    if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
        raise OSError(0, "it is not a plain file of yours")
    if status.st_size > MAX_ENV_BYTES:
        raise OSError(0, "it is too large")
    return file.read_text(encoding="utf-8")
