"""`scribe-tui`: a group of commands whose unknown first word is a SOURCE to monitor."""

from __future__ import annotations

import difflib
import os
from typing import Any

import click

from scribe_tui import __version__
from scribe_tui.cli import INTERRUPTED
from scribe_tui.cli.options import (
    GroupedCommand,
    settings_options,
    source_arguments,
    write_options,
)
from scribe_tui.cli.past_runs.commands import COMMANDS as PAST_COMMANDS
from scribe_tui.errors import UsageError

_MONITOR = "monitor"
_OWN_OPTIONS = {"--help", "-h", "--version"}
_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

_SOURCES = """\b
SOURCE is one of
  https://radio.example/live.mp3   a stream: MP3, AAC, Ogg, FLAC, HLS, .pls, .m3u
  talk.wav                         a file: wav, mp3, flac, ogg, m4a, raw .pcm
  mic, mic:2, mic:NAME             a microphone (scribe-tui devices lists them)
  pulse:NAME                       a source or monitor of PulseAudio or PipeWire
each with a name of its own if you like: NAME=SOURCE."""

_EXAMPLES = """\b
Examples
  scribe-tui demo
  scribe-tui news=https://radio.example/news.mp3 https://radio.example/talk.aac mic
  scribe-tui --language de --keyterm Bundestag --log-dir ~/logs https://radio.example/dlf.mp3
  scribe-tui --config stations.toml
  scribe-tui record --seconds 60 mic | jq -r 'select(.type == "segment").text'
  scribe-tui doctor --config stations.toml"""

_SETTINGS = """\b
Every option is also a key in the TOML file (log_dir = "logs", no_timestamps = true) and a
variable with the prefix SCRIBE_ in the environment or .env (SCRIBE_LOG_DIR; lists with
commas). A flag wins over the environment, the environment over the file. The file names
its sources so, each with options of its own:
  [[source]]
  name = "news"
  source = "https://radio.example/news.mp3"
  language = "de"
The key of the speech service comes from ELEVENLABS_API_KEY in the environment or .env."""


def _print_version(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"scribe-tui {__version__}")
        ctx.exit()


class Program(click.Group):
    """Commands by name; anything else as the first word belongs to the monitor."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the monitor's name before arguments that begin with no command."""
        if args and args[0] not in self.commands:
            self._refuse_misspelt(args[0])
        if not args or (args[0] not in self.commands and args[0] not in _OWN_OPTIONS):
            args = [_MONITOR, *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. At Ctrl+C click would print an empty line: nothing is to be printed."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)

    def _refuse_misspelt(self, word: str) -> None:
        """Raise UsageError for a word that is nearly a command and no file."""
        if not word.isalpha() or os.path.lexists(word):
            return
        names = [name for name, command in self.commands.items() if not command.hidden]
        names += ["--help", "--version"]
        begun = [name for name in names if name.lstrip("-").startswith(word.lower())]
        close = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.7)
        if close := (begun if len(begun) == 1 and len(word) > 1 else close):
            raise UsageError(
                "no such command",
                f"There is no command and no file {word!r}: did you mean {close[0]}?",
                "Commands are listed by scribe-tui --help.",
            )

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write both forms of the command line."""
        formatter.write_usage("scribe-tui", "[SOURCE]... [OPTIONS]")
        formatter.write_usage("scribe-tui", "COMMAND [ARGUMENTS]...", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, then all options of the monitor: this page is enough to work from."""
        self.format_commands(ctx, formatter)
        write_options(self.commands[_MONITOR], ctx, formatter)


@click.group(
    cls=Program,
    context_settings=_CONTEXT,
    help=f"Watch many live sounds become text side by side, saved as they are heard.\n\n{_SOURCES}"
    f"\n\n{_EXAMPLES}\n\n{_SETTINGS}",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version and exit.",
)
def program() -> None:
    """Only a group: each command does its own work."""


class _Monitor(GroupedCommand):
    def get_help(self, ctx: click.Context) -> str:
        """Return the whole program's help: the monitor has no name of its own."""
        parent = ctx.parent
        return parent.command.get_help(parent) if parent is not None else super().get_help(ctx)


@program.command(_MONITOR, cls=_Monitor, context_settings=_CONTEXT, hidden=True)
@source_arguments
@settings_options()
def monitor(**given: Any) -> int:
    """Show the sources side by side."""
    from scribe_tui.cli.monitor import run_monitor
    from scribe_tui.cli.start import read_settings

    settings = read_settings(given)
    if not settings.sources and os.isatty(0) and os.isatty(1):
        from scribe_tui.cli.welcome import run_welcome

        return run_welcome(settings)
    return run_monitor(settings)


@program.command(
    cls=GroupedCommand,
    context_settings=_CONTEXT,
    short_help="The same without a screen, as JSON lines.",
)
@source_arguments
@settings_options()
def record(**given: Any) -> int:
    """Without a screen: one JSON event a line on stdout, the same files on disk.

    Ends with the sources, after --seconds, or in good order at the first Ctrl+C. The exit
    code is 1 if a source failed.
    """
    from scribe_tui.cli.record import run_record
    from scribe_tui.cli.start import read_settings

    return run_record(read_settings(given))


@program.command(
    cls=GroupedCommand,
    context_settings=_CONTEXT,
    short_help="See it run: four panes, no key, no network.",
)
@settings_options(
    (
        "seconds",
        "log_dir",
        "transport",
        "fps",
        "low_bandwidth",
        "layout",
        "order",
        "theme",
        "signs",
        "screen_reader",
        "mouse",
        "watch",
        "alert",
        "live",
        "commit",
        "archive",
        "clip_format",
    )
)
def demo(**given: Any) -> int:
    """Four panes of bundled speech on the offline endpoint: no key, no network."""
    from scribe_tui.cli.demo import run_demo
    from scribe_tui.cli.start import read_settings

    return run_demo(read_settings(given))


@program.command(context_settings=_CONTEXT, short_help="The offline endpoint alone.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="N",
    help="Listen on this port instead of any free one.",
)
def local(port: int) -> int:
    """The offline endpoint alone, on this machine only; prints its address.

    It speaks the same wire as the service and recognises English with Moonshine.
    """
    from scribe_tui.cli.memory import check_memory

    check_memory()
    from scribe_tui.cli.local import run_local

    return run_local(port)


@program.group(context_settings=_CONTEXT, short_help="Try watch words.")
def words() -> None:
    """Try watch words before a show."""


@words.command(name="test", context_settings=_CONTEXT)
@click.argument("word")
def words_test(word: str) -> int:
    """What offline voices and the offline recogniser make of WORD, and how it is found.

    The exit code is 1 if a voice's form is neither exact nor close.
    """
    from scribe_tui.cli.memory import check_memory

    check_memory()
    from scribe_tui.cli.words import run_words_test

    return run_words_test(word)


@program.command(context_settings=_CONTEXT, short_help="List the microphones.")
def devices() -> int:
    """List the microphones, with the number or name that mic: takes."""
    from scribe_tui.cli.devices import run_devices

    return run_devices()


@program.command(
    cls=GroupedCommand,
    context_settings=_CONTEXT,
    short_help="Check key, endpoint, decoder, sources, log folder.",
)
@source_arguments
@settings_options()
def doctor(**given: Any) -> int:
    """Check key, endpoint, decoder, sources, microphones and log folder.

    One line each; the exit code is 1 if anything failed.
    """
    from scribe_tui.cli.doctor import run_doctor
    from scribe_tui.cli.start import read_settings

    return run_doctor(read_settings(given))


for command in PAST_COMMANDS:
    program.add_command(command)
