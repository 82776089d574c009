"""How the session log is kept on disk."""

from __future__ import annotations

from dataclasses import dataclass

from scribe_tui.rules import check_rules, setting

JOURNAL = "Session log"
ARCHIVE = "Kept sound"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSettings:
    """When lines are synced to the disk, when a new file begins, and what is deleted."""

    log_sync_seconds: float = setting(
        0.5,
        JOURNAL,
        help="Longest time in seconds before a line is synced to the disk.",
        minimum=0.1,
        maximum=60.0,
    )
    log_rotate_mb: float | None = setting(
        None,
        JOURNAL,
        help="Begin new files (NAME.0001.jsonl keeps the old lines) at this many megabytes.",
        minimum=0.01,
    )
    log_rotate_daily: bool = setting(False, JOURNAL, help="Begin new files at midnight.")
    log_partials: bool = setting(
        False, JOURNAL, help="Write partial (grey) texts to the session log, too."
    )
    log_chain: bool = setting(
        False,
        JOURNAL,
        help="Number each line and add the SHA-256 of the line before, for scribe-tui verify.",
    )
    live: tuple[str, ...] = setting(
        (),
        JOURNAL,
        help="Write this export beside the session log while recording; repeatable.",
        choices=("srt", "vtt"),
        metavar="srt|vtt",
    )
    log_keep_days: float | None = setting(
        None,
        JOURNAL,
        help="Delete closed files of runs in this folder once they are this many days old.",
        minimum=0.01,
    )
    log_keep_runs: int | None = setting(
        None,
        JOURNAL,
        help="Keep the newest runs of this folder, this one included, and delete older ones.",
        minimum=1,
    )

    archive_max_gb: float = setting(
        50.0,
        ARCHIVE,
        help="Delete the oldest kept sound of all runs in the folder beyond this many gigabytes.",
        minimum=0.001,
    )
    archive_free_mb: float = setting(
        1000.0,
        ARCHIVE,
        help="Keep no sound while the disk has less than this many megabytes free, so that there "
        "is room for text.",
        minimum=0.0,
    )
    clip_format: str = setting(
        "wav",
        ARCHIVE,
        help="What the key x saves clips as.",
        choices=("wav", "mp3", "ogg"),
    )

    def __post_init__(self) -> None:
        """Raises UsageError if a value breaks the rule of its setting."""
        check_rules(self)
