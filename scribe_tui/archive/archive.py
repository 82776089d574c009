"""Archive: the kept sound of one run of the program; it creates each session's keeper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scribe_tui.archive.kept_file import FILE_SECONDS, sound_path
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.open import SourceKind, kind_of, path_of
from scribe_tui.journal.file_names import Stems
from scribe_tui.settings import SourceSettings

if TYPE_CHECKING:
    from scribe_tui.archive.keeper import Keeper
    from scribe_tui.archive.writer import ArchiveWriter

_UNITS = {"h": 3600.0, "d": 86400.0, "w": 604800.0}


def keep_seconds(archive: str | None) -> float | None:
    """Return the seconds that the setting `archive` means, such as `7d`; None: keep no sound."""
    if archive is None or archive == "off":
        return None
    return float(archive[:-1]) * _UNITS[archive[-1]]


class Archive:
    """Keeps the sound of the sources that are set to it, in the run's folder. A `KeeperOf`.

    It keeps at most `max_bytes` in all runs of the folder, and leaves `free_bytes` of the disk
    free.
    """

    def __init__(
        self, run: Path, *, max_bytes: float, free_bytes: float, file_seconds: float = FILE_SECONDS
    ) -> None:
        self._file_seconds = file_seconds
        self._run = run
        self._max_bytes = max_bytes
        self._free_bytes = free_bytes
        self._writer: ArchiveWriter | None = None
        self._stems = Stems()
        self._numbers: dict[str, int] = {}

    def __call__(self, session: str, source: SourceSettings) -> Keeper | None:
        """Return a keeper for one run of `session`, None if its sound is not to be kept."""
        stem = self._stems.of(session)
        seconds = keep_seconds(source.archive)
        if seconds is None:
            return None
        from scribe_tui.archive.keeper import Keeper, Kept
        from scribe_tui.archive.writer import ArchiveWriter

        if self._writer is None:
            self._writer = ArchiveWriter(
                self._run, max_bytes=self._max_bytes, free_bytes=self._free_bytes
            )
        kind = kind_of(source.address)
        path = path_of(source.address).absolute() if kind is SourceKind.FILE else None
        audio_format = AudioFormat.parse(source.speech.audio_format)
        kept = Kept(kind, audio_format, seconds, path, self._file_seconds)
        return Keeper(kept, self._writer, lambda suffix: self._new_path(stem, suffix))

    def close(self) -> None:
        """Write what waits, and end. Blocks for a few seconds at most."""
        if self._writer is not None:
            self._writer.close()

    def _new_path(self, stem: str, suffix: str) -> Path:
        number = self._numbers.get(stem, 0) + 1
        self._numbers[stem] = number
        return sound_path(self._run, stem, number, suffix)
