"""`scribe-tui verify RUN`: whether any line of a run was changed, dropped or cut."""

from __future__ import annotations

import json
import os
from pathlib import Path

from scribe_tui.errors import UsageError
from scribe_tui.journal.chain import Verdict, verify_lines
from scribe_tui.journal.ownership import part_name
from scribe_tui.journal.reading import Journal, find_run, journals_of
from scribe_tui.journal.reading.journals import called_last, labels_of, strangers_in
from scribe_tui.journal.reading.parts import lines_in
from scribe_tui.journal.retention.locks import is_written
from scribe_tui.journal.run_files import deleted_parts
from scribe_tui.sanitize import harmless_line

CANNOT_PROVE = (
    "What this cannot prove: that nobody wrote all the lines of a source anew, changed its last "
    "one, cut off all that came after an end of the session, or took a whole source away, nor "
    "what stood in lines that retention deleted. Who "
    "notes the last digests elsewhere, on paper or by mail, can prove that, too."
)
_CLOSED = "NOT verified: it cannot be read"
_NO_JOURNAL = (
    "NOT a journal: no session's records begin it, or it has another source's name; "
    "if it was one, it is not as it was written"
)


def verify_run(log_dir: Path, run_text: str, *, as_json: bool) -> int:
    """Print a verdict for each source; return 1 if any is not as written. Raises UsageError."""
    run = find_run(run_text, log_dir)
    journals = journals_of(run)
    strangers = strangers_in(run, journals)
    if not journals and not strangers:
        raise UsageError("empty run", f"There is no journal in {harmless_line(run.name)}.")
    recording, labels = is_written(run), labels_of(journals)
    sound = True
    for journal in journals:
        deleted = {
            part.lines: part.last
            for part in deleted_parts(run)
            if part_name(Path(part.file)).stem == journal.stem
        }
        verdict = verify_lines(lines_in(journal, _unreadable), deleted)
        sound &= bool(verdict.chained) and not verdict.findings
        name = labels[journal.session]
        print(_record(journal, verdict) if as_json else _sentence(name, verdict, recording))
    for path in strangers:
        sound = False
        print(_stranger(path, as_json=as_json))
    if not as_json:
        print(CANNOT_PROVE)
    return 0 if sound else 1


def _unreadable(path: Path, error: OSError) -> None:
    raise UsageError(
        "unreadable run", f"{harmless_line(str(path))} cannot be read: {error.strerror}."
    ) from None


def _record(journal: Journal, verdict: Verdict) -> str:
    return json.dumps(
        {
            "session": journal.session,
            "name": called_last(journal).name,
            "lines": verdict.lines,
            "numbered": verdict.chained,
            "findings": verdict.findings,
            "lost": verdict.lost,
            "deleted": verdict.deleted,
            "torn": verdict.torn,
            "ended": verdict.ended,
            "last": verdict.last,
        },
        ensure_ascii=False,
    )


def _stranger(path: Path, *, as_json: bool) -> str:
    finding = _NO_JOURNAL if os.access(path, os.R_OK) else _CLOSED
    if as_json:
        return json.dumps({"file": path.name, "findings": [finding]}, ensure_ascii=False)
    return f"{harmless_line(path.name)}: {finding}."


def _sentence(name: str, verdict: Verdict, recording: bool) -> str:
    if not verdict.chained:
        return f"{name}: its {verdict.lines} lines are not numbered (log_chain was off)."
    if verdict.findings:
        return f"{name}: NOT as it was written: {'; '.join(verdict.findings)}."
    findings = [f"{name}: {verdict.lines} lines, none changed, dropped or cut inside"]
    if verdict.deleted:
        findings.append(f"lines 1 to {verdict.deleted} before them were deleted by retention")
    if verdict.lost:
        findings.append(f"{verdict.lost} lines were lost while the disk refused, as the log says")
    if verdict.torn:
        findings.append("the last line is torn, as after a crash: lines may be cut off there")
    elif not verdict.ended and not recording:
        findings.append("the end of the session is missing: lines may be cut off there")
    return f"{'; '.join(findings)}. Last digest {verdict.last}"
