"""Command-line options made from the settings, and help that shows them in groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click

from scribe_tui import settings
from scribe_tui.config.options import OPTIONS, Option, OptionKind
from scribe_tui.errors import UsageError
from scribe_tui.rules import Rule

_HELP_GROUP = "Other"


class GroupedOption(click.Option):
    """An option that knows the heading of the help it belongs to."""

    def __init__(self, *names: Any, group: str, **rest: Any) -> None:
        super().__init__(*names, **rest)
        self.group = group

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return a switch and its opposite in one short form, `--[no-]mouse`."""
        record = super().get_help_record(ctx)
        if record is None or not self.secondary_opts:
            return record
        name = self.opts[0].removeprefix("--")
        form = self.opts[0] if name.startswith("no-") else f"--[no-]{name}"
        return form, record[1]


class GroupedCommand(click.Command):
    """A command whose help lists the options under headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one block of options for each heading that has any."""
        write_options(self, ctx, formatter)


def write_options(
    command: click.Command, ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    """Write the options of `command` under their headings."""
    rows: dict[str, list[tuple[str, str]]] = {
        group: [] for group in (*settings.GROUPS, _HELP_GROUP)
    }
    for parameter in command.get_params(ctx):
        if not isinstance(parameter, click.Option):
            continue
        record = parameter.get_help_record(ctx)
        if record is not None:
            rows[getattr(parameter, "group", _HELP_GROUP)].append(record)
    for group, records in rows.items():
        if records:
            with formatter.section(group):
                formatter.write_dl(records, col_max=34)


def settings_options(names: Iterable[str] | None = None) -> Callable[[Any], Any]:
    """Return a decorator that adds the options of all settings, or of those in `names`."""
    wanted = None if names is None else frozenset(names)

    def decorate(function: Any) -> Any:
        for option in reversed(OPTIONS):
            if wanted is None or option.name in wanted:
                function = _as_click(option)(function)
        return function

    return decorate


def source_arguments(function: Any) -> Any:
    """Add to a command the arguments for sources: SOURCE..., --config and the trap for keys."""
    function = click.option(
        "--api-key",
        "api_key",
        hidden=True,
        expose_value=False,
        callback=_refuse_key,
        is_flag=False,
        flag_value="",
    )(function)
    function = click.option(
        "--config",
        "config",
        cls=GroupedOption,
        group=settings.PLAYBACK,
        metavar="FILE",
        help="TOML file of sources and settings (variable SCRIBE_CONFIG).",
    )(function)
    return click.argument("sources", nargs=-1, metavar="[SOURCE]...")(function)


def _refuse_key(ctx: click.Context, parameter: click.Parameter, value: object) -> None:
    """Refuse a key on the command line, where it is in the process list and the shell's history."""
    if value is not None:
        raise UsageError(
            "key as argument",
            "The key is never an argument: every user of this machine could read it.",
            "Put it into the environment or .env as ELEVENLABS_API_KEY.",
        )


def _as_click(option: Option) -> Callable[[Any], Any]:
    """Return the click option of a setting; values stay text: `config` converts and checks them."""
    rule = option.rule
    declaration = option.flag
    keywords: dict[str, Any] = {"metavar": _metavar(option)}
    if option.kind is OptionKind.SWITCH:
        name = option.flag.removeprefix("--")
        opposite = name.removeprefix("no-") if name.startswith("no-") else f"no-{name}"
        declaration = f"--{name}/--{opposite}"
        keywords = {"is_flag": True}
    return click.option(
        declaration,
        option.name,
        cls=GroupedOption,
        group=rule.group,
        default=None,
        multiple=option.repeatable,
        help=_help(option, rule),
        **keywords,
    )


def _metavar(option: Option) -> str:
    if option.rule.metavar:
        return option.rule.metavar
    if option.rule.choices:
        return "NAME" if len(option.rule.choices) > 3 else "|".join(option.rule.choices)
    return {OptionKind.INTEGER: "N", OptionKind.NUMBER: "N", OptionKind.PATH: "PATH"}.get(
        option.kind, "TEXT"
    )


def _help(option: Option, rule: Rule) -> str:
    facts = []
    if len(rule.choices) > 3:
        facts.append(", ".join(rule.choices))
    if rule.minimum is not None and rule.maximum is not None and not rule.shape:
        facts.append(f"{rule.minimum:g} to {rule.maximum:g}")
    if option.kind is OptionKind.SWITCH:
        if option.default is not None:
            facts.append(f"default: {'on' if option.default else 'off'}")
    elif option.default not in (None, ()):
        facts.append(f"default: {option.default}")
    return f"{rule.help} [{'; '.join(facts)}]" if facts else rule.help
