"""The one small GET: bounds, redirects, and errors as sentences."""

from __future__ import annotations

import asyncio
import threading

import pytest

from scribe_tui.audio.web.http_get import MAX_BODY_BYTES, fetch
from scribe_tui.errors import SourceError
from tests.support.web import PASSWORD, Web
from tests.unit.audio.conftest import Eventually


async def test_a_body_is_cut(web: Web) -> None:
    web.playlists["/big"] = ("text/plain", "x" * (3 * MAX_BODY_BYTES))
    assert len((await fetch(web.url("/big"))).body) == MAX_BODY_BYTES


async def test_endless_sound_is_only_sniffed(web: Web) -> None:
    answer = await fetch(web.url("/live"))
    assert answer.content_type == "audio/mpeg"
    assert not answer.is_web_page
    assert len(answer.body) <= 4096


async def test_redirects_are_followed_and_icy_is_an_answer(web: Web) -> None:
    assert (await fetch(web.url("/moved"))).url == web.url("/tone.mp3")
    assert (await fetch(web.url("/icy"))).content_type == "audio/mpeg"


async def test_the_password_is_sent(web: Web) -> None:
    assert (await fetch(web.url("/private", PASSWORD))).body
    with pytest.raises(SourceError, match="401"):
        await fetch(web.url("/private"))


async def test_silence_is_bounded_and_a_cancel_is_immediate(
    web: Web, eventually: Eventually
) -> None:
    with pytest.raises(SourceError, match="timed out"):
        await fetch(web.url("/mute"), timeout_seconds=0.1)
    task = asyncio.create_task(fetch(web.url("/headers")))
    await eventually(lambda: "/headers" in web.requests)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lookup")]


async def test_something_that_is_not_http() -> None:
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(SourceError, match="does not answer in HTTP"):
            await fetch(f"http://127.0.0.1:{port}/")
