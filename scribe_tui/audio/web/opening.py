"""From an address to a decoder that plays: through playlists, to the first entry with sound."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from scribe_tui.audio import failures
from scribe_tui.audio.decoder.command import USER_AGENT, url_input
from scribe_tui.audio.decoder.process import STALL_SECONDS, Decoder
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.web.http_get import fetch
from scribe_tui.audio.web.playlist import ascii_url, is_hls, looks_like_playlist, parse_playlist
from scribe_tui.errors import Retry, SourceError
from scribe_tui.sanitize import host_of

CUSHION_SECONDS = 60.0
"""Most sound held back for pacing; three HLS segments are 30 s."""
MAX_DEPTH = 4
"""How deep playlists may lead to playlists."""
MAX_TRIES = 24
"""How many addresses are tried in one opening, however the playlists branch."""


@dataclass(frozen=True, slots=True)
class WebOptions:
    """How addresses are asked, and how long they may be silent."""

    user_agent: str = USER_AGENT
    stall_seconds: float = STALL_SECONDS


class Opening:
    """One attempt to get sound from an address. `play` is called once."""

    def __init__(
        self,
        audio_format: AudioFormat,
        options: WebOptions,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._format = audio_format
        self._options = options
        self._now = now
        self._tries = 0

    async def play(self, url: str) -> Decoder:
        """A running decoder with its first sound ready; the caller stops it.

        Raises SourceError, NEVER or BACKOFF, without leaving a process behind.
        """
        return await self._play(url, depth=0)

    async def _play(self, url: str, depth: int) -> Decoder:
        self._tries += 1
        url = ascii_url(url)
        if looks_like_playlist(url):
            answer = await fetch(url, user_agent=self._options.user_agent)
            if answer.is_web_page:
                raise failures.web_page(host_of(url))
            entries = parse_playlist(answer.text, answer.url, answer.content_type)
            if entries is not None and not is_hls(answer.text):
                return await self._play_first(entries, host_of(url), depth + 1)
        return await self._decode(url, depth)

    async def _decode(self, url: str, depth: int) -> Decoder:
        where = host_of(url)
        options = self._options
        decoder = Decoder(
            url_input(url, user_agent=options.user_agent),
            self._format,
            where,
            capacity_seconds=CUSHION_SECONDS,
            is_live=True,
            stall_seconds=options.stall_seconds,
            now=self._now,
        )
        try:
            await decoder.start()
            await decoder.wait_for(self._format.chunk_bytes)
            if decoder.buffered_bytes:
                return decoder
            await decoder.wait_exit()
        except BaseException:
            await decoder.stop()
            raise
        await decoder.stop()
        problem = failures.explain(decoder.errors, where)
        if problem is not None:
            raise problem
        return await self._look_closer(url, depth, decoder.errors)

    async def _look_closer(self, url: str, depth: int, errors: tuple[str, ...]) -> Decoder:
        """The decoder knew nothing better than "invalid data": see what the address answers."""
        where = host_of(url)
        answer = await fetch(url, user_agent=self._options.user_agent)
        if answer.is_web_page:
            raise failures.web_page(where)
        if not answer.body:
            raise failures.no_sound(where)
        entries = parse_playlist(answer.text, answer.url, answer.content_type)
        if entries is not None and not is_hls(answer.text) and not looks_like_playlist(url):
            return await self._play_first(entries, where, depth + 1)
        if any(sign in line for line in errors for sign in failures.NOT_SOUND):
            raise failures.not_sound(where)
        raise failures.unplayable(where, errors[-1] if errors else "")

    async def _play_first(self, entries: list[str], where: str, depth: int) -> Decoder:
        """The first entry that plays; else the most hopeful of their errors."""
        if not entries:
            raise failures.empty_playlist(where)
        problems: list[SourceError] = []
        for entry in entries:
            if depth > MAX_DEPTH or self._tries >= MAX_TRIES:
                problems.append(failures.endless_playlist(where))
                break
            try:
                return await self._play(entry, depth)
            except SourceError as problem:
                problems.append(problem)
        hopeful = (problem for problem in problems if problem.retry is Retry.BACKOFF)
        raise next(hopeful, problems[0])
