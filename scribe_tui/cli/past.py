"""The commands that read what earlier runs saved: runs, show, export, search, verify."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from scribe_tui.cli.options import settings_options

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_TIMES = "10:30, 2026-11-26T10:30, +90 (source seconds) or -2h"


def _command(short_help: str) -> Callable[[Callable[..., int]], click.Command]:
    """A command that also takes --log-dir, which says where the runs are."""

    def decorate(function: Callable[..., int]) -> click.Command:
        with_options = settings_options(("log_dir",))(function)
        made: click.Command = click.command(context_settings=_CONTEXT, short_help=short_help)(
            with_options
        )
        return made

    return decorate


def _window_options(function: Any) -> Any:
    function = click.option("--to", metavar="TIME", help=f"Up to this time: {_TIMES}.")(function)
    return click.option("--from", "from_", metavar="TIME", help=f"From this time on: {_TIMES}.")(
        function
    )


def _log_dir(given: dict[str, Any]) -> Path:
    from scribe_tui.cli.folders import sessions_folder
    from scribe_tui.cli.start import read_settings

    settings = read_settings({"log_dir": given["log_dir"], "config": None})
    return sessions_folder(settings.log_dir)


_RUN = click.argument("run", metavar="RUN")
_NAME = click.argument("name", metavar="[NAME]", required=False)
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@_command("List the runs that were saved.")
@click.option("--all", "every", is_flag=True, help="All of them instead of the newest 50.")
@_JSON
def runs(every: bool, as_json: bool, **given: Any) -> int:
    """List the runs: when, how long, sources, segments, gaps, hits, size. Newest first."""
    from scribe_tui.cli.runs import list_runs

    return list_runs(_log_dir(given), every=every, as_json=as_json)


@_command("Print what was said in a run.")
@_RUN
@_NAME
@_window_options
@click.option("--follow", is_flag=True, help="Go on while the run is being recorded.")
@_JSON
def show(run: str, name: str | None, **given: Any) -> int:
    """Print a run as people read it; RUN is its folder, its name, or last."""
    from scribe_tui.cli.show import Shown, show_run

    window = Shown(given["from_"], given["to"], given["follow"], given["as_json"])
    return show_run(_log_dir(given), run, name, window)


COMMANDS = (runs, show)
