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
"""Number of new objects after which the garbage collector runs, instead of 700.

A start makes hardly any garbage but is examined all the same. With 20 000, twelve panes take 6 MB
more; with this value, none.
"""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program and exit: 0 success, 1 a failure, 2 wrong use, 128+N after signal N."""
    gc.set_threshold(COLLECTED_AFTER, *gc.get_threshold()[1:])
    try:
        with _quick_to_leave():
            from scribe_tui.cli.output import open_standard_descriptors

            open_standard_descriptors()
            can_load = _can_load()
        code = _flushed(_run(arguments)) if can_load else WRONG_USE
    except KeyboardInterrupt:  # between the places that handle it
        code = INTERRUPTED
    raise SystemExit(code)


@contextmanager
def _quick_to_leave() -> Iterator[None]:
    """Let Ctrl+C end the program without output while it is being loaded: nothing has begun."""
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
        # The reader of the output has closed it: click turns that into an exit with 1. Nothing else
        # exits from inside.
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
    """Return whether there is memory for the program's modules; if not, say so.

    Without it any import may fail, with any class of error, even imports needed to report faults.
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
    """Flush stdout; return `code`, or 1 after a sentence if the output cannot be written."""
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
    """Return whether a write to stdout failed: then the error names no file."""
    refused = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EAGAIN)
    return error.errno in refused and error.filename is None


def _is_short_of_memory(error: Exception) -> bool:
    """Return whether memory is short; Python has no class for a thread the system refuses."""
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
