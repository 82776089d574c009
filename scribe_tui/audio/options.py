"""SourceOptions: how a source is requested and which part of its sound is used."""

from __future__ import annotations

from dataclasses import dataclass

from scribe_tui import __version__
from scribe_tui.settings import SourceSettings

USER_AGENT = f"scribe-tui/{__version__}"
STALL_SECONDS = 20.0
"""No sound for this long is a stall: longer than two or three HLS segments."""
CONNECT_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """What the user set for one source.

    `track` and `channel` count from 1, None: chosen by content. `speed` and `follow` are for files
    and recordings, `headers` are `NAME: VALUE` lines for the source's own server, `title_charset`
    is what its titles are written in.
    """

    speed: float = 1.0
    follow: bool = False
    track: int | None = None
    channel: int | None = None
    user_agent: str = USER_AGENT
    referer: str | None = None
    headers: tuple[str, ...] = ()
    connect_seconds: float = CONNECT_SECONDS
    stall_seconds: float = STALL_SECONDS
    title_charset: str | None = None

    @classmethod
    def of(cls, source: SourceSettings) -> SourceOptions:
        """The options in `source`."""
        return cls(
            speed=source.speed,
            follow=source.follow,
            track=source.track,
            channel=source.channel,
            user_agent=source.user_agent or USER_AGENT,
            referer=source.referer,
            headers=source.headers,
            connect_seconds=source.connect_seconds,
            title_charset=source.title_charset,
        )
