"""StandingErrors: the present errors of a session, at most one for each half."""

from __future__ import annotations

from scribe_tui.events import Half
from scribe_tui.session.status.snapshot import StandingError

_WORST_FIRST = (Half.PROGRAM, Half.JOURNAL, Half.SPEECH, Half.SOURCE)


class StandingErrors:
    """The errors that a pane shows until they are over."""

    def __init__(self) -> None:
        self._standing: dict[Half, StandingError] = {}

    def copy(self) -> StandingErrors:
        """An independent copy."""
        same = StandingErrors()
        same._standing = dict(self._standing)
        return same

    def begin_run(self) -> None:
        """Forget the errors of the previous run, except the journal's, which outlive a run."""
        journal = self._standing.get(Half.JOURNAL)
        self._standing = {} if journal is None else {Half.JOURNAL: journal}

    def stand(self, error: StandingError) -> None:
        """Show `error` until `over` is called for its half, or another error replaces it."""
        self._standing[error.half] = error

    def over(self, half: Half) -> bool:
        """Clear the errors of `half`; returns whether there was one."""
        return self._standing.pop(half, None) is not None

    def __contains__(self, half: Half) -> bool:
        """Whether an error stands in `half`."""
        return half in self._standing

    @property
    def worst(self) -> StandingError | None:
        """The one to show first."""
        return next((self._standing[half] for half in _WORST_FIRST if half in self._standing), None)
