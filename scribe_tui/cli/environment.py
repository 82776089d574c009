"""The environment, complemented by `.env` in the working folder as far as it is trusted.

Nothing in `.env` prevents a start: what cannot be read or understood is ignored with a warning. A
file owned by another user is not read at all. A file that others may write to cannot decide where
any key is sent. A file that may come from a stranger (an unpacked archive, a cloned repository)
must not send the user's own key to an address of its choice: if the key comes from the environment,
such settings of the file are ignored.
"""

from __future__ import annotations

import difflib
import logging
import os
import stat
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from io import StringIO
from pathlib import Path

from scribe_tui.config.load import KEY_VARIABLE
from scribe_tui.config.options import OPTIONS, PREFIX
from scribe_tui.sanitize import harmless_line

CONFIG_VARIABLE = "SCRIBE_CONFIG"
MAX_BYTES = 1_000_000
"""Most bytes read of a `.env`."""

_WHERE_THE_KEY_GOES = frozenset({"SCRIBE_ENDPOINT", CONFIG_VARIABLE, "SCRIBE_INSECURE"})
_LEADS_NOWHERE = frozenset({("SCRIBE_ENDPOINT", "local")})
_NOT_SETTINGS = "SCRIBE_ALERT_"
"""Prefix of variables that pass facts to alert commands; such a command may run this program."""


def read_environment(own: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the effective variables, and warnings about ignored ones.

    `own` is the process's environment; it takes precedence over the file. An empty value in it
    counts as not set if the variable is one of ours.
    """
    above = {name: value for name, value in own.items() if value.strip() or not _is_ours(name)}
    below, warnings, is_shared = _read_file(Path(".env"))
    for name in sorted(_WHERE_THE_KEY_GOES & below.keys() if is_shared else ()):
        if (name, below.pop(name).strip()) not in _LEADS_NOWHERE:
            warnings.append(
                f"{name} in .env is ignored, because it says where the key goes and other users "
                "may write into that file. Take that from them: chmod go-w .env."
            )
    for name in sorted(_WHERE_THE_KEY_GOES & below.keys() - above.keys()):
        if KEY_VARIABLE in above and (name, below[name].strip()) not in _LEADS_NOWHERE:
            del below[name]
            warnings.append(
                f"{name} in .env is ignored, because it says where the key goes and the key "
                f"is not from that file. Set {name} or the key in the same place."
            )
    found = below | above
    return found, warnings + list(_misspelt(found))


def key_in_file() -> str | None:
    """Return the service's key that `.env` holds now, None without one."""
    return _read_file(Path(".env"))[0].get(KEY_VARIABLE, "").strip() or None


def right_time_zone() -> str | None:
    """Return a warning if TZ has an impossible offset from UTC; UTC is used then."""
    try:
        datetime.now().astimezone()
    except ValueError:
        wrong, os.environ["TZ"] = os.environ.get("TZ", ""), "UTC"
        time.tzset()
        return f"TZ={harmless_line(wrong)} is no time zone; times are given in UTC."
    return None


def _is_ours(name: str) -> bool:
    return name == KEY_VARIABLE or name.startswith(PREFIX)


def _misspelt(found: Mapping[str, str]) -> Iterator[str]:
    """Yield a warning for each variable with our prefix that is not a setting."""
    known = {PREFIX + key.upper() for option in OPTIONS for key in option.keys | option.opposites}
    known.add(CONFIG_VARIABLE)
    for name in sorted(found):
        if name.startswith(PREFIX) and name not in known and not name.startswith(_NOT_SETTINGS):
            close = difflib.get_close_matches(name, known, n=1)
            guess = f" Did you mean {close[0]}?" if close else ""
            yield f"There is no setting {harmless_line(name)}, it is ignored.{guess}"


def _read_file(file: Path) -> tuple[dict[str, str], list[str], bool]:
    """Return values of `file` (no empty or unreadable ones), warnings, whether others may write."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return {}, [], False
    except OSError as error:
        return {}, [f".env cannot be read and is ignored: {error.strerror}."], False
    try:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):  # some name the folder of a Python environment so
            return {}, [], False
        if not stat.S_ISREG(status.st_mode):
            return {}, [".env is no file and is ignored."], False
        if status.st_uid not in (os.geteuid(), 0):
            return {}, [".env belongs to another user and is ignored."], False
        content = os.read(descriptor, MAX_BYTES)
    except OSError as error:
        return {}, [f".env cannot be read and is ignored: {error.strerror}."], False
    finally:
        os.close(descriptor)
    warnings = []
    if len(content) < status.st_size:
        content = content[: content.rfind(b"\n") + 1]  # half a line would be half a value
        warnings = [f".env is larger than {MAX_BYTES / 1e6:g} MB, the rest of it is ignored."]
    text, undecoded = _decoded(content)
    values, wrong = _parsed(text)
    return values, warnings + undecoded + wrong, _is_shared(status)


def _is_shared(status: os.stat_result) -> bool:
    """Return whether other users may write; a group of the user's own has no other member."""
    is_own_group = status.st_gid == os.getegid()
    return bool(status.st_mode & (stat.S_IWOTH | (0 if is_own_group else stat.S_IWGRP)))


def _decoded(content: bytes) -> tuple[str, list[str]]:
    """Return the text, with lines that are not UTF-8 left empty."""
    lines, warnings = [], []
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append("")
            warnings.append(f".env, line {number}: this is not UTF-8 text, the line is ignored.")
    return "\n".join(lines).replace("\0", ""), warnings[:_MOST_WARNINGS]


_MOST_WARNINGS = 5


def _parsed(text: str) -> tuple[dict[str, str], list[str]]:
    """Return literal values (`${X}` is not expanded), and warnings about malformed lines."""
    from dotenv import dotenv_values

    unread = _Unread()
    log = logging.getLogger("dotenv")
    propagates, log.propagate = log.propagate, False
    log.addHandler(unread)
    try:
        values = dotenv_values(stream=StringIO(text), interpolate=False)
    finally:
        log.removeHandler(unread)
        log.propagate = propagates
    warnings = [f".env, line {line}: this is not NAME=VALUE, it is ignored." for line in unread.at]
    found = {name: value for name, value in values.items() if value and value.strip()}
    return found, warnings[:_MOST_WARNINGS]


class _Unread(logging.Handler):
    """Collects the numbers of lines that the library does not understand; prints nothing."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.at: list[object] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Record the line's number, the only argument of that message."""
        if isinstance(record.args, tuple):
            self.at += record.args[:1]
