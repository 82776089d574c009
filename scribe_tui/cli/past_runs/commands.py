"""The commands for past runs: their options and help; the work is done in other modules."""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from scribe_tui.cli.options import settings_options

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_TIMES = "10:30, 2026-11-26T10:30, +90 (source seconds) or -2h"


def _ended_in_order(function: Callable[..., int]) -> Callable[..., int]:
    """Return the function, handling SIGTERM and SIGHUP like Ctrl+C: no unfinished file remains."""

    @wraps(function)
    def run(*arguments: Any, **named: Any) -> int:
        came: list[int] = []

        def end(number: int, _frame: object) -> None:
            came.append(number)
            raise KeyboardInterrupt

        handled = [
            number
            for number in (signal.SIGTERM, signal.SIGHUP)
            if threading.current_thread() is threading.main_thread()
            and signal.getsignal(number) is signal.SIG_DFL
        ]
        for number in handled:
            signal.signal(number, end)
        try:
            return function(*arguments, **named)
        except KeyboardInterrupt:
            if not came:
                raise
            return 128 + came[0]
        finally:
            for number in handled:
                signal.signal(number, signal.SIG_DFL)

    return run


def _command(short_help: str, *settings: str) -> Callable[[Callable[..., int]], click.Command]:
    """Return a decorator for a command that also takes --log-dir (where runs are) and settings."""

    def decorate(function: Callable[..., int]) -> click.Command:
        with_options = settings_options(("log_dir", *settings))(_ended_in_order(function))
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


class _Number(click.FloatRange):
    """A number within bounds; click's own type accepts `nan` within any bounds."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is no number.", param, ctx)
        return number


def _more_sound(flag: str, text: str) -> Callable[[Any], Any]:
    return click.option(flag, type=_Number(0, 600), default=0.0, metavar="SECONDS", help=text)


def _folder(log_dir: str | None) -> Path:
    """Return the folder of all runs, by the option or other settings. Raises UsageError."""
    from scribe_tui.cli.folders import sessions_folder
    from scribe_tui.cli.start import read_settings

    settings = read_settings({"log_dir": log_dir, "config": None})
    return sessions_folder(settings.log_dir)


_RUN = click.argument("run", metavar="RUN")
_LOOKS = ("mouse", "theme", "signs", "fps", "low_bandwidth", "layout", "order", "clip_format")
_NAME = click.argument("name", metavar="[NAME]", required=False)
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@_command("List the runs that were saved.")
@click.option("--all", "every", is_flag=True, help="All of them instead of the newest 50.")
@_JSON
def runs(every: bool, as_json: bool, log_dir: str | None) -> int:
    """List the runs: when, how long, sources, segments, gaps, hits, size. Newest first."""
    from scribe_tui.cli.past_runs.runs import list_runs

    return list_runs(_folder(log_dir), every=every, as_json=as_json)


@_command("Print what was said in a run.")
@_RUN
@_NAME
@_window_options
@click.option("--follow", is_flag=True, help="Go on while the run is being recorded.")
@_JSON
def show(run: str, name: str | None, log_dir: str | None, **given: Any) -> int:
    """Print a run as people read it; RUN is its folder, its name, or last."""
    from scribe_tui.cli.past_runs.show import ShowOptions, show_run

    return show_run(_folder(log_dir), run, name, ShowOptions(**given))


@_command("Play a run again on the same screen.", *_LOOKS)
@_RUN
@click.option("--from", "from_", metavar="TIME", help=f"Begin at this time: {_TIMES}.")
@click.option(
    "--speed",
    type=_Number(0.1, 1000),
    default=1.0,
    metavar="N",
    show_default=True,
    help="Times as fast as it happened; + and - change it.",
)
@click.option("--config", metavar="FILE", help="A file of settings whose [keys] count here, too.")
def replay(run: str, from_: str | None, speed: float, config: str | None, **given: Any) -> int:
    """Play a run again: pause, faster, jumps to gaps, hits, errors and clock times.

    RUN is its folder, its name, or last; one that is still being recorded is followed on from
    its present end. Nothing is sent, recorded or billed.
    """
    from scribe_tui.cli.past_runs.replay import ReplayOptions, replay_run
    from scribe_tui.cli.start import read_settings

    settings = read_settings({**given, "config": config})
    return replay_run(_folder(given["log_dir"]), run, ReplayOptions(from_, speed, settings))


@_command("Write what was said as txt, srt, vtt, json, csv or html.")
@_RUN
@_NAME
@_window_options
@click.option(
    "--format",
    "formats",
    default="txt",
    metavar="FORMAT",
    show_default=True,
    help="txt, srt, vtt, json, csv or html; several with commas.",
)
@click.option(
    "--output", metavar="DIR|-", help="Folder for the files, or - for stdout (default: the run's)."
)
@click.option(
    "--times",
    type=click.Choice(("source", "clock")),
    default="source",
    show_default=True,
    help="What srt and vtt count from: the source's first sound, or midnight.",
)
def export(run: str, name: str | None, log_dir: str | None, **given: Any) -> int:
    """Write what was said in a run, a file for each source; html is one page for all."""
    from scribe_tui.cli.past_runs.export import ExportOptions, export_run

    return export_run(_folder(log_dir), run, name, ExportOptions(**given))


@_command("Check that a run's numbered lines were not changed.")
@_RUN
@_JSON
def verify(run: str, as_json: bool, log_dir: str | None) -> int:
    """Check that no line of a run that was recorded with --log-chain was changed or cut.

    The exit code is 1 if one was, or if the run has no numbered lines.
    """
    from scribe_tui.cli.past_runs.verify import verify_run

    return verify_run(_folder(log_dir), run, as_json=as_json)


@_command("Search all runs.")
@click.argument("query", metavar="QUERY")
@click.option("--since", metavar="TIME", help="Only since then: 3d, 12h, 2026-11-26T10:30, 10:30.")
@click.option("--source", metavar="NAME", help="Only this source.")
@click.option(
    "--context",
    type=click.IntRange(0, 100),
    default=0,
    metavar="N",
    help="Also N lines before and after of the same source.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000_000),
    default=100,
    metavar="N",
    show_default=True,
    help="At most so many, the newest.",
)
@click.option("--regex", is_flag=True, help="QUERY is a regular expression, in any case.")
@_JSON
def search(query: str, log_dir: str | None, **given: Any) -> int:
    """Search what was said, in all runs, newest first.

    QUERY is words (all must occur), "a phrase", clos* for any ending, AND, OR, NOT and
    brackets. The exit code is 1 if nothing is found.
    """
    from scribe_tui.cli.past_runs.search import SearchOptions, run_search

    return run_search(_folder(log_dir), SearchOptions(query, **given))


@_command("Save some seconds of kept sound, and their text.")
@_RUN
@click.argument("name", metavar="NAME")
@_window_options
@_more_sound("--before", "So much more before --from.")
@_more_sound("--after", "So much more after --to.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(("wav", "mp3", "ogg")),
    default="wav",
    show_default=True,
    help="What the sound is saved as.",
)
@click.option("--output", metavar="DIR", help="Folder for the files (default: the present one).")
def clip(run: str, name: str, log_dir: str | None, **given: Any) -> int:
    """Save the sound of a source from --from to --to, with its text as txt, srt and json.

    The run must have been recorded with --archive.
    """
    from scribe_tui.cli.past_runs.clip import ClipOptions, clip_run

    return clip_run(_folder(log_dir), run, name, ClipOptions(**given))


@click.command(context_settings=_CONTEXT, short_help="Read kept sound again, with the batch model.")
@_RUN
@click.argument("name", metavar="NAME")
@_window_options
@click.option("--yes", is_flag=True, help="Agree to the price.")
@click.option("--diff", is_flag=True, help="Print where both readings differ.")
@settings_options(("log_dir", "endpoint", "language"))
@click.option(
    "--keyterm",
    "keyterms",
    multiple=True,
    metavar="TERM",
    help="A word or name to listen for; repeatable, at most 1000 of 50 characters and 5 words.",
)
def reread(run: str, name: str, **given: Any) -> int:
    """Read the kept sound of a source again with scribe_v2, which tells speakers apart.

    What it hears goes to a file of its own beside the first; a reading that was stopped goes on
    where it stopped. What it costs is said before. It is read in parts of half an hour, cut in
    pauses; speakers are told apart within a part, their labels do not go on in the next.
    """
    from scribe_tui.cli.folders import sessions_folder
    from scribe_tui.cli.past_runs.reread import RereadOptions, reread_run
    from scribe_tui.cli.start import read_settings
    from scribe_tui.scribe.batch import BatchSettings

    shared = {key: given[key] for key in ("log_dir", "endpoint")}
    settings = read_settings({**shared, "config": None})
    batch = BatchSettings(given["language"], given["keyterms"])
    options = RereadOptions(given["from_"], given["to"], batch, given["yes"], given["diff"])
    return reread_run(settings, sessions_folder(settings.log_dir), run, name, options)


COMMANDS = (runs, show, replay, search, export, verify, clip, reread)
