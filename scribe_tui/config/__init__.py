"""From flags, environment and a TOML file to `Settings`: flag over environment over file."""

from scribe_tui.config.load import load
from scribe_tui.config.options import OPTIONS, Option, OptionKind

__all__ = ["OPTIONS", "Option", "OptionKind", "load"]
