"""The command line: the only place that prints, decides exit codes and reads `.env`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

FAILED = 1
WRONG_USE = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program and exit: 0 well, 1 something failed, 2 wrong use, 128+N signal N."""
    from scribe_tui.cli.output import open_standard_descriptors

    open_standard_descriptors()
    raise SystemExit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    import click

    from scribe_tui.cli.output import discard_stdout
    from scribe_tui.cli.program import program
    from scribe_tui.errors import ScribeTuiError

    try:
        code = program.main(args=arguments, prog_name="scribe-tui", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except ScribeTuiError as error:
        return _refuse(error.sentence)
    except click.ClickException as error:
        return _refuse(f"{_sentence(error.format_message())} See scribe-tui --help.")
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        discard_stdout()
        return 0
    except Exception as error:  # noqa: BLE001 - a fault of ours: told in words, kept in full
        return _confess(error)


def _refuse(sentence: str) -> int:
    from scribe_tui.cli.output import complain

    complain(sentence)
    return WRONG_USE


def _confess(error: Exception) -> int:
    from scribe_tui.cli.diagnostics import record_fault
    from scribe_tui.cli.output import complain

    complain(
        f"A fault in this program ended it ({type(error).__name__}). "
        f"Please report it with the diagnostics file {record_fault(error)}."
    )
    return FAILED


def _sentence(text: str) -> str:
    from scribe_tui.sanitize import harmless_line, mask_url

    line = harmless_line(mask_url(text)).rstrip(".")
    return f"{line}."
