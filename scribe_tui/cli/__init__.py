"""The command line: the only place that prints, decides exit codes and reads `.env`."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

FAILED = 1
WRONG_USE = 2
INTERRUPTED = 130

_NO_THREAD = "can't start new thread"

COLLECTED_AFTER = 5_000
"""So many new objects make the garbage collector look, not 700: a start makes hardly any garbage
and is looked through all the same. With 20 000 twelve panes take 6 MB more, with this none."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program and exit: 0 well, 1 something failed, 2 wrong use, 128+N signal N."""
    gc.set_threshold(COLLECTED_AFTER, *gc.get_threshold()[1:])
    try:
        with _quick_to_leave():
            from scribe_tui.cli.output import open_standard_descriptors

            open_standard_descriptors()
            can_load = _can_load()
        code = _flushed(_run(arguments)) if can_load else WRONG_USE
    except KeyboardInterrupt:  # in the moments between those that expect it
        code = INTERRUPTED
    raise SystemExit(code)


@contextmanager
def _quick_to_leave() -> Iterator[None]:
    """While the program is being loaded, Ctrl+C ends it without output: nothing has begun."""
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        yield
        return
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _run(arguments: Sequence[str] | None) -> int:
    with _quick_to_leave():
        import click

        from scribe_tui.cli.environment import right_time_zone
        from scribe_tui.cli.output import complain, discard_stdout
        from scribe_tui.cli.program import program
        from scribe_tui.errors import ScribeTuiError

    if (warning := right_time_zone()) is not None:
        complain(warning)
    try:
        code = program.main(args=arguments, prog_name="scribe-tui", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except ScribeTuiError as error:
        return _refuse(error.sentence)
    except click.ClickException as error:
        return _refuse(f"{_sentence(error.format_message())} See scribe-tui --help.")
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # The reader of the output has closed it. click makes an exit with 1 of it; nothing
        # else exits from inside.
        discard_stdout()
        return 0
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE):
            return _refuse(
                "This program may open no more files. Allow more (ulimit -n 4096), or name fewer "
                "sources."
            )
        return _unprinted(error) if _is_of_stdout(error) else _confess(error)
    except (MemoryError, RuntimeError) as error:
        if not _is_short_of_memory(error):
            return _confess(error)
        return _refuse(
            "This machine gives this program no more memory or threads. Allow more (ulimit -v, "
            "ulimit -u, the limits of a container), or name fewer sources."
        )
    except Exception as error:  # noqa: BLE001 - a bug: one sentence for people, the traceback in a file
        return _confess(error)


def _can_load() -> bool:
    """Whether there is memory for the program's modules; says so if not.

    Without, any import may fail, with errors of any class, also that of what reports faults.
    """
    from scribe_tui.cli.memory import LOADING_MEGABYTES, check_memory
    from scribe_tui.errors import UsageError

    try:
        check_memory(LOADING_MEGABYTES)
    except UsageError as error:
        _refuse(error.sentence)
        return False
    return True


def _flushed(code: int) -> int:
    """Flush stdout; returns `code`, or 1 after a sentence if the output cannot be written."""
    from scribe_tui.cli.output import discard_stdout

    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        discard_stdout()
    except OSError as error:
        return code or _unprinted(error)
    return code


def _is_of_stdout(error: OSError) -> bool:
    """Whether a write to stdout failed: the error names no file."""
    refused = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EAGAIN)
    return error.errno in refused and error.filename is None


def _is_short_of_memory(error: Exception) -> bool:
    """Python has no class of its own for a thread that the system refuses."""
    return isinstance(error, MemoryError) or str(error) == _NO_THREAD


def _unprinted(error: OSError) -> int:
    from scribe_tui.cli.output import complain, discard_stdout

    discard_stdout()
    complain(f"Standard output cannot be written: {error.strerror}.")
    return FAILED


def _refuse(sentence: str) -> int:
    from scribe_tui.cli.output import complain

    complain(sentence)
    return WRONG_USE


def _confess(error: Exception) -> int:
    from scribe_tui.cli.diagnostics import record_fault
    from scribe_tui.cli.output import complain
    from scribe_tui.errors import ScribeTuiError

    try:
        where = f"Please report it with the diagnostics file {record_fault(error)}."
    except (ScribeTuiError, OSError) as unwritten:
        where = f"No diagnostics could be kept: {_sentence(str(unwritten))}"
    complain(f"A fault in this program ended it ({type(error).__name__}). {where}")
    return FAILED


def _sentence(text: str) -> str:
    from scribe_tui.sanitize import harmless_line, mask_url

    line = harmless_line(mask_url(text)).rstrip(".")
    return f"{line}."
