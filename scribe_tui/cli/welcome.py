"""`scribe-tui` alone in a terminal: the welcome, then the demo or the source that was chosen."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from scribe_tui.cli.diagnostics import keep_out
from scribe_tui.cli.folders import recent_file
from scribe_tui.cli.monitor import need_terminal, run_monitor
from scribe_tui.cli.start import check_speech
from scribe_tui.config.load import KEY_VARIABLE
from scribe_tui.config.new_source import new_source
from scribe_tui.config.recent import RecentSources
from scribe_tui.errors import UsageError
from scribe_tui.settings import LOCAL_ENDPOINT, Settings, SourceSettings

MAX_ENV_BYTES = 1_000_000


def run_welcome(settings: Settings) -> int:
    """Ask what to listen to and run it; the exit code, 0 if the person just leaves."""
    need_terminal()
    from scribe_tui.tui.welcome import Start, WelcomeApp

    defaults = settings.defaults or SourceSettings(name="new", address="mic")

    def make(name: str, address: str, taken: Collection[str]) -> SourceSettings:
        return new_source(defaults, name, address, taken)

    recent = RecentSources(recent_file()).read()
    start = Start(make, recent, needs_key=_needs_key(settings), check_key=check_key)
    choice = asyncio.run(WelcomeApp(start).run_async())
    if choice is None:
        return 0
    if choice.source is None:
        from scribe_tui.cli.demo import run_demo

        return run_demo(settings)
    if choice.key is not None:
        keep_out(choice.key)
        settings = replace(settings, api_key=choice.key)
        if choice.keep_key:
            keep_key(Path(".env"), choice.key)
    endpoint = LOCAL_ENDPOINT if choice.offline else settings.endpoint
    return run_monitor(replace(settings, sources=(choice.source,), endpoint=endpoint))


def _needs_key(settings: Settings) -> bool:
    try:
        check_speech(settings)
    except UsageError as error:
        if error.title == "no key":
            return True
        raise
    return False


def check_key(key: str) -> None:
    """Raise UsageError for what can be no key."""
    if not key.isascii() or not key.isprintable() or any(char in key for char in " '\"\\#"):
        raise UsageError("broken key", "A key has no such characters.", "Copy it again.")


def keep_key(file: Path, key: str) -> None:
    """Write the key into `file` in the place of one that is there, for this user alone.

    All else in the file stays. Raises UsageError.
    """
    try:
        old = _read(file)
        lines = [line for line in old.splitlines() if not line.startswith(f"{KEY_VARIABLE}=")]
        content = "\n".join([*lines, f"{KEY_VARIABLE}={key}"]) + "\n"
        part = file.with_name(f"{file.name}.part")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as target:
            target.write(content)
        part.replace(file)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError(
            "key not kept",
            f"The key cannot be kept in {file}: {reason}.",
            f"Set {KEY_VARIABLE} in the environment.",
        ) from None


def _read(file: Path) -> str:
    """What is in it, nothing if it is not there. Raises OSError for what is no file of ours."""
    try:
        status = file.lstat()
    except FileNotFoundError:
        return ""
    if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
        raise OSError(0, "it is not a plain file of yours")
    if status.st_size > MAX_ENV_BYTES:
        raise OSError(0, "it is too large")
    return file.read_text(encoding="utf-8")
