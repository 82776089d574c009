"""Rules that every module keeps, and the order of the layers. See README, "Developing"."""

import ast
import importlib.util
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from importlinter import configuration
from importlinter.application import use_cases

from scribe_tui.sanitize import HIDDEN
from scribe_tui.scribe import wire

pytestmark = pytest.mark.early(1)  # all of one process, which reads the modules once

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "scribe_tui"
MODULES = sorted(PACKAGE.rglob("*.py"))

ROOMS = {
    "elevenlabs": {"scribe/sdk.py", "scribe/batch.py"},
    "sounddevice": {"audio/microphone/portaudio.py"},
    "pydub": {"audio/clips.py"},
    "moonshine_voice": {"local/recognition/moonshine.py"},
    "imageio_ffmpeg": {"audio/decoder/program.py"},
    "websockets": {
        "scribe/websocket.py",
        "scribe/sdk.py",  # the SDK lets the library's own exceptions through
        "scribe/opening.py",
        "scribe/proxy_end.py",
        "scribe/handshake.py",
        "scribe/answers.py",
        "local/",
    },
    "jellyfish": {"watchwords/phrases.py"},
    "metaphone": {"watchwords/phrases.py"},
    "rapidfuzz": {"watchwords/matcher.py"},
    "regex": {"watchwords/expressions.py"},
    "textual": {"tui/"},
    "rich": {"tui/"},
    "click": {"cli/"},
    "srt": {"journal/export/subtitles.py"},
    "webvtt": {"journal/export/subtitles.py"},
    "dotenv": {"cli/"},
    "platformdirs": {"cli/"},
}
"""The only modules, or folders, that may import each third-party library."""

MODULES_AT_START = 261
"""The most of the package's modules that an open screen may have loaded without a source."""

PLAIN_WORDS = {"sample_rate", "text", "error", "commit", "warning", "vad", "manual"}
"""Names on the wire that are also everyday words of the program."""


def name_of(path: Path) -> str:
    """`scribe/codec.py` for a module's file."""
    return path.relative_to(PACKAGE).as_posix()


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All nodes of a module's syntax tree but the marks of use, which are half of them."""
    found = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return tuple(node for node in found if not isinstance(node, ast.expr_context))


def imports(path: Path) -> set[str]:
    """Top-level packages a module imports, wherever in it."""
    found = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def wire_names() -> set[str]:
    """Message types, error types, path and header of the wire, plain words apart."""
    names = {value for value in vars(wire).values() if isinstance(value, str)}
    constants = {
        value
        for name, value in vars(wire).items()
        if name.isupper() and isinstance(value, str) and value in names
    }
    return (constants | wire.INFORMATIONAL | set(wire.ErrorKind)) - PLAIN_WORDS


def printed_by(code: str) -> str:
    """What a fresh interpreter prints that runs `code`, which must end well."""
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@cache
def loaded_at_start() -> list[str]:
    """The modules that are loaded when the screen opens."""
    modules = "scribe_tui.cli.monitor, scribe_tui.cli.start, scribe_tui.tui.app"
    return printed_by(f"import sys, {modules}\nprint(*sys.modules)").split()


def test_each_layer_imports_only_from_those_below() -> None:
    configuration.configure()
    assert use_cases.lint_imports(str(ROOT / "pyproject.toml"), cache_dir=None, no_logo=True)


def test_only_the_screen_and_the_command_line_know_textual() -> None:
    """Law 1, as imports do it: every other module loads where `textual` cannot be imported."""
    others = [
        "scribe_tui."
        + name_of(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for path in MODULES
        if not name_of(path).startswith(("tui/", "local/__main__", "__"))
    ]
    code = (
        "import importlib, sys\n"
        "for name in ('textual', 'rich'): sys.modules[name] = None\n"
        f"for name in {others!r}: importlib.import_module(name)\n"
    )
    assert printed_by(code) == ""


def test_a_start_does_not_pay_for_what_it_does_not_use() -> None:
    """Law 2: heavy libraries are imported where they are first used."""
    parts = ("events", "settings", "session.supervisor", "journal.writer", "cli.record")
    heavy = ("textual", "elevenlabs", "sounddevice", "pydub", "moonshine_voice", "imageio_ffmpeg")
    code = (
        "import importlib, sys\n"
        f"for name in {(*parts, 'audio.open')!r}:\n"
        "    importlib.import_module('scribe_tui.' + name)\n"
        f"    loaded = [each for each in {heavy!r} if each in sys.modules]\n"
        "    if loaded: print(name, loaded)"
    )
    assert printed_by(code) == ""


def test_a_screen_opens_without_what_only_some_keys_and_settings_need() -> None:
    """Law 2 within the house: forms, lists, the index, exports, clips and alerts load when asked
    for, and what a kind of source needs with the first address of that kind.
    """
    later = ["sqlite3", "zoneinfo", "scribe_tui.alerts", "scribe_tui.journal.reading"]
    later += ["scribe_tui.journal.export", "scribe_tui.journal.search.index"]
    later += ["scribe_tui.archive.keeper", "scribe_tui.archive.clip", "scribe_tui.audio.speakers"]
    later += [f"scribe_tui.audio.{name}" for name in ("file.file_source", "web.opening", "decoder")]
    dialogs = ("add", "form", "help", "words", "pick_list", "jump", "prompt")
    later += [f"scribe_tui.tui.screens.{name}" for name in dialogs]
    assert [name for name in later if name in loaded_at_start()] == []


def test_a_screen_opens_with_few_modules_of_ours() -> None:
    """What every start loads is felt: who needs more than this asks first what can wait."""
    ours = [name for name in loaded_at_start() if name.startswith("scribe_tui")]
    assert len(ours) <= MODULES_AT_START


def test_a_third_party_library_has_one_room() -> None:
    """Law 2."""
    trespasses = [
        f"{name_of(path)} imports {library}"
        for path in MODULES
        for library in sorted(imports(path) & ROOMS.keys())
        if not name_of(path).startswith(tuple(ROOMS[library]))
    ]
    assert trespasses == []


def test_the_engine_knows_no_widget_and_widgets_no_engine() -> None:
    """Law 3: the screen is given controls, snapshots and events, never a session."""
    allowed = {f"scribe_tui.session.{name}" for name in ("controls", "state", "status.snapshot")}
    trespasses = [
        f"{name_of(path)} imports {node.module}"
        for path in MODULES
        if name_of(path).startswith("tui/")
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("scribe_tui.session")
        and node.module not in allowed
    ]
    assert trespasses == []


def test_no_part_of_the_engine_reads_what_it_shows_of_itself() -> None:
    """Reports go into a session's status; only the supervisor takes snapshots, for others."""
    allowed = {"session/supervisor.py", "session/status/status.py"}
    reads = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        if name_of(path).startswith("session/") and name_of(path) not in allowed
        for node in nodes(path)
        if isinstance(node, ast.Attribute) and node.attr == "snapshot"
    ]
    assert reads == []


def test_names_of_the_wire_stand_in_one_module() -> None:
    """Law 4."""
    names = wire_names()
    assert {"session_started", "input_audio_chunk", "auth_error"} <= names
    trespasses = [
        f"{name_of(path)}:{node.lineno} {node.value}"
        for path in MODULES
        if name_of(path) != "scribe/wire.py"
        for node in nodes(path)
        if isinstance(node, ast.Constant) and node.value in names
    ]
    assert trespasses == []


def test_what_hides_a_secret_stands_in_one_module() -> None:
    """Others take `HIDDEN` from there, and nearly always `mask_url` or `without`, which use it."""
    found = [
        name_of(path)
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.Constant) and node.value == HIDDEN
    ]
    assert found == ["secret_paths.py"]


def test_colours_stand_in_the_style_sheet_and_in_themes() -> None:
    """Law 4."""
    colour = re.compile(
        r"#(?:[0-9a-f]{3}|[0-9a-f]{6})|(?:bright_|on )?"
        r"(?:black|red|green|yellow|blue|magenta|cyan|white|gr[ae]y\d*)|rgb\(.*\)",
        re.IGNORECASE,
    )
    trespasses = [
        f"{name_of(path)}:{node.lineno} {node.value}"
        for path in MODULES
        if path.name != "themes.py"
        for node in nodes(path)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and colour.fullmatch(node.value.strip())
    ]
    assert trespasses == []


def test_only_the_command_line_prints_exits_and_reads_dot_env() -> None:
    """Law 4; the recognition process ends itself."""
    trespasses = [
        f"{name_of(path)}:{getattr(node, 'lineno', 0)} {_called(node)}"
        for path in MODULES
        if not name_of(path).startswith(("cli/", "local/recognition/worker"))
        for node in nodes(path)
        if _called(node) in {"print", "exit", "quit", "sys.exit", "os._exit", "load_dotenv"}
    ]
    assert trespasses == []


def _called(node: ast.AST) -> str:
    """`print` or `sys.exit` for a call of it, SystemExit for raising it, else empty."""
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return f"{function.value.id}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else ""


def classes_in(library: str) -> set[str]:
    """Names of all classes of an installed library."""
    found = importlib.util.find_spec(library)
    assert found is not None and found.origin is not None
    return {
        name
        for path in Path(found.origin).parent.rglob("*.py")
        for name in re.findall(r"^class (\w+)", path.read_text("utf-8"), re.MULTILINE)
    }


def screen_classes() -> dict[str, str]:
    """Our classes of the screen by name, and where they are."""
    return {
        node.name: name_of(path)
        for path in (PACKAGE / "tui").rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.ClassDef)
    }


@pytest.mark.parametrize("library", ["textual", "rich"])
def test_the_screen_uses_no_name_of_a_class_of_the_library_for_its_own(library: str) -> None:
    theirs, ours = classes_in(library), screen_classes()
    assert len(theirs) > 50 and len(ours) > 50
    assert {name: where for name, where in ours.items() if name in theirs} == {}


def test_the_style_sheet_speaks_of_classes_that_there_are() -> None:
    """One that is renamed would lose its place and its colours, and nothing would fail."""
    sheet = (PACKAGE / "tui/app.tcss").read_text(encoding="utf-8")
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    named = set(re.findall(r"(?<![\w.#$:-])[A-Z]\w+", sheet))
    assert "PaneGrid" in named
    assert named <= screen_classes().keys() | classes_in("textual")


def test_modules_and_functions_keep_their_size() -> None:
    """No module of 400 lines, no function of more than 50."""
    long = []
    for path in MODULES:
        if path.read_text(encoding="utf-8").count("\n") > 400:
            long.append(name_of(path))
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                lines = node.end_lineno - node.lineno + 1
                if lines > 50:
                    long.append(f"{name_of(path)} {node.name}: {lines}")
    assert long == []
