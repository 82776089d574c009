"""Search over all runs. The journals are the truth; the index only makes searching fast.

If anything is wrong with the index (missing, outdated, locked, damaged, no disk space), the results
are those that the journals give, and a sentence reports the problem.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scribe_tui.journal.reading.find import known_runs
from scribe_tui.journal.retention.scan import run_folders
from scribe_tui.journal.search import INDEX_NAME
from scribe_tui.journal.search.block_sums import CHECKED_BYTES, BlockSums, plain_transaction
from scribe_tui.journal.search.catch_up import Transaction, catch_up, forget_others
from scribe_tui.journal.search.lines import AT, END, START, id_at
from scribe_tui.journal.search.pattern import candidates, compiled
from scribe_tui.journal.search.query import QueryPart, as_sql
from scribe_tui.journal.search.schema import IN_MEMORY, PASSING, delete, is_damage, open_index
from scribe_tui.sanitize import harmless, harmless_line

SCAN_SECONDS = 10.0
"""Longest time in seconds for matching lines one by one with a regular expression."""

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query. `since`: epoch seconds; `source`: a name, an id, or None for all.

    `context`: lines before and after each; `limit`: most results.
    """

    text: str
    is_regex: bool = False
    since: float | None = None
    source: str | None = None
    context: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A line of a transcript and where it is."""

    run: str
    session: str
    name: str
    number: int
    at: float
    start_seconds: float
    end_seconds: float
    text: str


@dataclass(frozen=True, slots=True)
class LineInContext:
    """A line that was found, with the lines around it."""

    line: SpokenLine
    before: tuple[SpokenLine, ...]
    after: tuple[SpokenLine, ...]


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What was found, newest first. `more`: there are older lines. `cut`: time ran out.

    `damaged`: number of lines that are no records and were not searched, by `RUN/FILE`.
    `knows_source`: False if no source has the requested name.
    """

    found: tuple[LineInContext, ...]
    more: bool = False
    cut: bool = False
    damaged: dict[str, int] = field(default_factory=dict)
    knows_source: bool = True


def search(log_dir: Path, asked: Asked, say: Say) -> SearchResults:
    """Find lines; `say` is called with a sentence for each fault of the index.

    Raises UsageError.
    """
    if asked.is_regex:
        compiled(asked.text)  # refused before anything is read
    known_runs(log_dir)  # a folder that cannot be read is no empty one
    path = log_dir / INDEX_NAME
    closed: dict[Path, None] = {}
    result = _search(path, log_dir, asked, say, closed)
    for each in closed:
        say(f"{harmless_line(str(each))} cannot be read: what is new in it was not searched.")
    return result


def _search(
    path: Path, log_dir: Path, asked: Asked, say: Say, closed: dict[Path, None]
) -> SearchResults:
    for attempt in (1, 2):
        try:
            return _ask(path, log_dir, asked, closed)
        except sqlite3.Error as error:
            if not is_damage(error) or attempt == 2:
                say(f"{_why_not(error)}: all journals were read instead.")
                break
            try:
                delete(path)
            except OSError as failure:
                say(f"The index is damaged and cannot be removed: {failure.strerror}.")
                break
            say("The index was damaged or from another version and was built anew.")
        except OSError as error:
            say(f"The index cannot be used ({error.strerror}): all journals were read instead.")
            break
    try:
        return _ask_journals(PASSING, log_dir, asked, closed)
    except sqlite3.OperationalError:  # no room in the folder for passing files, either
        return _ask_journals(IN_MEMORY, log_dir, asked, closed)


def _why_not(error: sqlite3.Error) -> str:
    if "locked" in str(error):
        return "Another search, or a recording, is writing the index (it is locked)"
    return f"The index cannot be used ({error})"


def _ask(path: Path, log_dir: Path, asked: Asked, closed: dict[Path, None]) -> SearchResults:
    known = run_folders(log_dir)
    if not known and not path.exists():
        return SearchResults(())
    sums = BlockSums(path)
    is_checked = sums.check()
    database = open_index(path)
    try:
        if not is_checked and path.stat().st_size <= CHECKED_BYTES:
            _check_shape(database)
        _read_new(database, known, closed, sums.transaction)
        result = search_index(database, asked)
    except BaseException:
        with suppress(sqlite3.Error, OSError):
            sums.close(database)
        raise
    sums.close(database)
    return result


def _ask_journals(
    where: str, log_dir: Path, asked: Asked, closed: dict[Path, None]
) -> SearchResults:
    """Search without the index, by indexing all journals in a temporary one."""
    with closing(open_index(where)) as database:
        _read_new(database, run_folders(log_dir), closed, plain_transaction)
        return search_index(database, asked)


def _read_new(
    database: sqlite3.Connection,
    known: list[Path],
    closed: dict[Path, None],
    transaction: Transaction,
) -> None:
    """Index what is new; files that cannot be read are added to `closed`."""
    forget_others(database, known, transaction)
    catch_up(
        database,
        known,
        stop=lambda: False,
        transaction=transaction,
        unreadable=closed.setdefault,
    )


def _check_shape(database: sqlite3.Connection) -> None:
    """Check the structure of the index: after a crash some blocks have no checksums."""
    verdict = database.execute("PRAGMA quick_check(1)").fetchone()
    if verdict is None or verdict[0] != "ok":
        raise sqlite3.DatabaseError("damaged")


def search_index(database: sqlite3.Connection, asked: Asked) -> SearchResults:
    """Search an index as it is, without updating it. Raises UsageError."""
    pattern = compiled(asked.text) if asked.is_regex else None
    chosen = as_sql(asked.text) if pattern is None else candidates(database, asked.text)
    found: list[tuple[int, SpokenLine]] = []
    give_up_at = time.monotonic() + SCAN_SECONDS
    cut = False
    for journal, *values in _rows(database, asked, chosen):
        if pattern is not None:
            if time.monotonic() > give_up_at:
                cut = True
                break
            try:
                if pattern.search(values[-1]) is None:
                    continue
            except TimeoutError:
                cut = True
                break
        found.append((journal, _line(values)))
        if len(found) > asked.limit:
            break
    shown = tuple(_found(database, *each, asked.context) for each in found[: asked.limit])
    damaged = database.execute("SELECT run || '/' || file, damaged FROM parts WHERE damaged > 0")
    known = database.execute(
        "SELECT 1 FROM journals WHERE ? IN (name, session, stem) LIMIT 1", (asked.source,)
    )
    knows_source = asked.source is None or known.fetchone() is not None
    return SearchResults(shown, len(found) > asked.limit, cut, dict(damaged), knows_source)


def _rows(
    database: sqlite3.Connection, asked: Asked, chosen: QueryPart | None
) -> Iterator[tuple[Any, ...]]:
    """Lines that may match, newest first: (journal, the values of a `SpokenLine`)."""
    id_, tables, conditions, values = "lines.id", "lines", list[str](), list[object]()
    if chosen is not None and chosen.match:
        id_, tables = "words.rowid", "words CROSS JOIN lines ON lines.id = words.rowid"
        conditions.append("words MATCH ?")
        values.append(chosen.match)
    elif chosen is not None:
        conditions.append(f"lines.id IN ({chosen.sql})")
        values += chosen.values
    if asked.since is not None:
        conditions.append(f"{id_} >= ?")
        values.append(id_at(asked.since))
    if asked.source is not None:
        conditions.append("? IN (journals.name, journals.session, journals.stem)")
        values.append(asked.source)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    sql = f"SELECT {_VALUES} FROM {tables} {_JOURNALS}{where} ORDER BY {id_} DESC"
    yield from database.execute(sql, values)


_VALUES = f"lines.journal, journals.run, session, name, number, {AT}, {START}, {END}, lines.text"
_JOURNALS = "CROSS JOIN journals ON journals.id = lines.journal"


def _line(values: Sequence[Any]) -> SpokenLine:
    """A line from the index; its values are not trusted more than a journal's."""
    line = SpokenLine(*values)
    return replace(
        line,
        session=harmless(line.session),
        name=harmless(line.name),
        text=harmless(line.text),
    )


def _found(
    database: sqlite3.Connection, journal: int, line: SpokenLine, context: int
) -> LineInContext:
    if not context:
        return LineInContext(line, (), ())
    near = database.execute(
        f"SELECT {_VALUES} FROM lines {_JOURNALS} "
        "WHERE lines.journal = ? AND number BETWEEN ? AND ? ORDER BY number",
        (journal, line.number - context, line.number + context),
    )
    lines = [_line(values) for _, *values in near]
    return LineInContext(
        line,
        tuple(each for each in lines if each.number < line.number),
        tuple(each for each in lines if each.number > line.number),
    )
