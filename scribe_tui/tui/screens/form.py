"""FormScreen: some lines to fill in, checked on enter; an error is shown below them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Input, OptionList, Static

from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line
from scribe_tui.tui.faults import faults_of, sentence
from scribe_tui.tui.rendering.frames import DialogScreen
from scribe_tui.tui.rendering.signs import WRONG
from scribe_tui.tui.widgets.line_input import LineInput

MAX_CHARS = 4000
"""Most characters of one line of input."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One line of a form: `hint` is shown while it is empty; a `secret` line shows dots."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    secret: bool = False


Values = Mapping[str, str]
Submit = Callable[[Values], Awaitable[str | None]]
"""Takes the values by name; returns a sentence for the key bar, which closes the form.

None keeps the form open, because it leads to another one. Raises UsageError, which the form shows.
"""


class FormScreen(DialogScreen[str], inherit_bindings=False):
    """A form; dismissed with a sentence for the key bar, which is empty after escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss('')", "Close"),
        Binding("tab,down", "app.focus_next", "Next line"),
        Binding("shift+tab,up", "app.focus_previous", "Line before"),
    ]

    def __init__(
        self,
        title: str,
        fields: Sequence[FormField],
        submit: Submit,
        does: str,
        takes: Callable[[str], bool] | None = None,
    ) -> None:
        """`does` says what enter does, such as `adds it`.

        `takes` is called with pasted text first, and returns whether it used it.
        """
        super().__init__()
        self._form_title = title
        self._fields = fields
        self._submit = submit
        self._does = does
        self._takes = takes
        self._wrong = Static(classes="wrong")

    def compose(self) -> ComposeResult:
        """Create the lines, then further widgets, then the error."""
        width = max(len(field.label) for field in self._fields) + 2
        with Vertical(classes="card form"), Vertical(classes="dialog") as box:
            box.border_title = self._form_title
            box.border_subtitle = f"enter {self._does}, esc closes"
            for field in self._fields:
                with Horizontal(classes="field"):
                    label = Static(Content(field.label), classes="label")
                    label.styles.width = width
                    yield label
                    line = LineInput(
                        field.value,
                        placeholder=field.hint,
                        password=field.secret,
                        id=f"field-{field.name}",
                        max_length=MAX_CHARS,
                        select_on_focus=False,
                        compact=True,
                    )
                    line.cursor_blink = False
                    line.takes = self._takes
                    yield line
            yield from self.compose_more()
            yield self._wrong

    def compose_more(self) -> ComposeResult:
        """Create the widgets below the lines; for subclasses."""
        yield from ()

    def line(self, name: str) -> Input:
        """Return the input of that field."""
        return self.query_one(f"#field-{name}", Input)

    def on_mount(self) -> None:
        """Hide the error line."""
        self._wrong.display = False

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Choose the first entry when a list gets the focus."""
        if isinstance(event.widget, OptionList) and event.widget.highlighted is None:
            event.widget.highlighted = 0 if event.widget.option_count else None

    def on_input_changed(self, _event: Input.Changed) -> None:
        """Hide the error while the user corrects it."""
        self._wrong.display = False

    def on_line_input_paste_cut(self, event: LineInput.PasteCut) -> None:
        """Say that only a part of the paste was taken."""
        self.refuse(event.sentence)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Submit the form on enter."""
        event.stop()
        self.submit()

    def submit(self) -> None:
        """Submit the present values in a worker: a disk or a name server may take time."""
        values = {field.name: self.line(field.name).value.strip() for field in self._fields}
        self.run_worker(self._try(values), exclusive=True, exit_on_error=False)

    def refuse(self, text: str) -> None:
        """Show what is wrong."""
        self._wrong.update(Content(f"{WRONG} {harmless_line(text)}"))
        self._wrong.display = True

    async def _try(self, values: Values) -> None:
        try:
            note = await self._submit(values)
        except UsageError as error:
            self.refuse(error.sentence)
        except Exception as error:  # noqa: BLE001 - a bug of this form is shown in it, and logged
            text = sentence("what was asked for", error, "failed")
            faults_of(self.app).log(text, error)
            self.refuse(text)
        else:
            if note is not None and self.is_current:
                self.dismiss(note)
