"""The monitor as plain lines: what each key says and does, over scripted controls."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.events import (
    HitStatus,
    ScheduleChanged,
    State,
    Tier,
    WatchHit,
)
from scribe_tui.session.buffer.recent_sound import RecentSound
from scribe_tui.tui.app import ScreenEnding
from scribe_tui.tui.lines import typed
from scribe_tui.tui.lines.welcome import LineWelcome
from scribe_tui.tui.welcome import Choice, Start
from tests.support.plain_lines import NOON, Lines, Said, make
from tests.support.waiting import PATIENCE


async def test_a_cursor_reads_line_by_line_and_leads_back_to_the_end(lines: Lines) -> None:
    assert lines.press("k")[0].endswith("news: Prices fell.")
    assert lines.press("k")[0].endswith("news: The bridge is closed.")
    assert lines.press("k")[0].endswith("news: Good evening.")
    assert lines.press("k")[0] == "This is the oldest line that is held."
    assert lines.press("j")[0].endswith("news: The bridge is closed.")
    assert lines.press("\x1b[H")[0].endswith("news: Good evening.")
    assert lines.press("\x1b[6~")[0] == "The end: what is said now follows."
    assert lines.press("\x1b[F")[0].endswith("news: Prices fell.")


async def test_found_lines_are_read_one_by_one(lines: Lines) -> None:
    assert lines.press("n") == ["Nothing is looked for here; the find key asks."]
    said = lines.press("/", "The\r")
    assert said[1] == "1 line of news."
    assert said[2].endswith("The bridge is closed.")
    assert lines.press("n")[0].endswith("The bridge is closed.")
    lines.commit("harbor", "Small boats near the bridge.", 9)
    found = lines.press("f", "bridge\r")
    assert [line.split(": ", 1)[1] for line in found[1:3]] == [
        "The bridge is closed.", "Small boats near the bridge.",
    ]  # fmt: skip
    assert found[3] == "2 lines in all sources."


async def test_a_range_is_copied_as_a_quote_into_the_file_and_to_the_terminal(
    lines: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
    lines.press("k", "v", "k")
    lines.press("y")
    said = await lines.said.later("2 lines sent to the terminal")
    assert str(tmp_path / "copied.md") in said
    assert lines.said.written.startswith(b"\x1b]52;c;")
    text = (tmp_path / "copied.md").read_text()
    assert "The bridge is closed." in text
    assert "Good evening." not in text
    assert "-- news" in text


async def test_nothing_to_copy_clip_or_export_is_said(tmp_path: Path) -> None:
    lines = Lines(tmp_path, "news")
    assert lines.press("y") == ["There is no line to copy yet."]
    assert lines.press("x") == ["Nothing is saved here that could be taken along."]
    said = lines.press("e", "docx\r")
    assert said[0].startswith("Export news as what? txt, srt")
    assert said[1].startswith("docx is no form")


async def test_watch_words_are_said_put_in_and_taken_out(lines: Lines) -> None:
    said = lines.press("w", "storm\r")
    assert said[0] == "words: fire"
    assert said[-1] == "listening for storm"
    assert lines.watch.lists[0].words == ("fire", "storm")
    assert lines.press("w", "-Fire\r")[-1] == "listening for fire no more"
    assert lines.press("w", "-fire\r")[-1] == "No list has that word."
    assert lines.press("w", "\x1b")[-1] == "The watch words stay."
    assert lines.watch.lists[0].words == ("storm",)


async def test_settings_are_asked_for_one_by_one(lines: Lines) -> None:
    said = lines.press("S", "de\r", "\r", "bridge, river\r", "\r")
    assert said[0].startswith("Language, such as en")
    assert "It is vad: enter keeps it" in said[1]
    assert said[-1].startswith("changed news")
    source = lines.controls.settings_of("news")
    assert source.speech.language == "de"
    assert source.speech.commit == "vad"
    assert source.watch == ("bridge", "river")
    assert lines.press("S", "\r", "sometimes\r", "\r", "\r")[-1].endswith("Nothing is changed.")
    assert lines.press("S", "\x1b")[-1] == "Nothing is changed."


async def test_a_source_is_found_by_letters_and_by_news(lines: Lines) -> None:
    assert lines.press("g", "harb\r")[1].startswith("2 harbor: live")
    assert lines.press("g", "zz\r")[1] == "No source is called so."
    lines.press("1")
    assert lines.press("u") == ["No other source has news."]
    lines.commit("harbor", "A boat.")
    assert lines.press("u")[0].endswith("1 new line")
    lines.press("1")
    hit = WatchHit(
        session="harbor", at=NOON, hit=1, watch="words", word="fire", heard="fire",
        tier=Tier.EXACT, status=HitStatus.CONFIRMED, segment_number=1, source_seconds=0.0,
        quote="the fire",
    )  # fmt: skip
    lines.app.bridge.receive(hit)
    assert lines.press("u")[0].startswith("2 harbor: ")
    assert lines.press("h")[0].endswith("harbor: hit fire: the fire")


async def test_a_source_that_waits_by_its_plan_is_said_to_wait(tmp_path: Path) -> None:
    lines = Lines(tmp_path, "news", state=State.ENDED)
    off = ScheduleChanged(session="news", at=NOON, on=False, reason="waits for its time")
    lines.app.bridge.receive(off)
    assert lines.press("1")[0].startswith("1 news: waiting")


async def test_several_addresses_are_added_after_a_question(lines: Lines) -> None:
    said = lines.press("a", "http://a.example/1 http://b.example/2\r")
    assert said[0].startswith("Address of a station")
    assert (await lines.said.later("Add 2 sources")).endswith("y or n.")
    lines.press("y")
    await lines.said.later("added a.example, b.example")
    assert len(lines.controls.sessions) == 4
    lines.press("a", "nonsense\r")
    await lines.said.later("There is no file nonsense")


async def test_the_present_set_is_saved_and_a_file_replaced_after_a_question(
    lines: Lines, tmp_path: Path
) -> None:
    file = tmp_path / "set.toml"
    lines.press("W", f"{file}\r")
    await lines.said.later(f"saved in {file}")
    file.write_text("")
    lines.press("W", f"{file}\r")
    await lines.said.later("Replace it? y or n.")
    assert lines.press("n") == ["Nothing was saved."]
    lines.press("W", f"{file}\r")
    await lines.said.later("Replace it? y or n.")
    lines.press("y")
    await lines.said.later(f"saved in {file}")
    assert [replacing for _, _, replacing in lines.saved] == [False, True]
    assert [source.name for source in lines.saved[0][1].sources] == ["news", "harbor"]


async def test_a_question_that_comes_while_another_is_open_waits(lines: Lines) -> None:
    answers: list[str | None] = []
    lines.app.ask("First?", answers.append)
    lines.app.ask_yes("Second?", lambda: answers.append("yes"), lambda: None)
    assert len(lines.said.lines) == 1
    said = lines.press("one\r")
    assert said == ["Second? y or n."]
    lines.press("y")
    assert answers == ["one", "yes"]


async def test_what_keys_do_here_is_said_once_each(lines: Lines) -> None:
    said = lines.press("?")
    assert "k, j: Read the line before, or the next one." in said
    assert any(line.startswith("y: Copy") for line in said)
    assert len(said) == len(set(said))


async def test_the_welcome_leads_to_a_source_the_key_and_its_keeping(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(typed, "ANSWER_SECONDS", 0.0)
    kept: list[str] = []
    app = LineWelcome(Start(make, needs_key=True, keep_key=kept.append))
    said = Said()
    app.terminal = said  # type: ignore[assignment]
    run = asyncio.create_task(app.run_async())
    await asyncio.sleep(0)
    assert any(line.startswith("d: the demo") for line in said.lines)
    for keys in ("a", "http://a.example/live\r"):
        app.typed(keys)
    await said.later("key of the speech service")
    app.typed("sk_12345678\r")
    assert "sk_1" not in said.echoed, "a key is not shown"
    app.typed("y")
    choice = await asyncio.wait_for(run, PATIENCE)
    assert kept == ["sk_12345678"]
    assert choice is not None
    assert (choice.sources[0].address, choice.key) == ("http://a.example/live", "sk_12345678")


@pytest.mark.parametrize(("key", "choice", "code"), [("d", Choice(), 0), ("\x03", None, 130)])
async def test_the_demo_and_the_way_out_are_one_key(
    key: str, choice: Choice | None, code: int
) -> None:
    app = LineWelcome(Start(make))
    app.terminal = Said()  # type: ignore[assignment]
    run = asyncio.create_task(app.run_async())
    await asyncio.sleep(0)
    app.typed(key)
    assert await asyncio.wait_for(run, PATIENCE) == choice
    assert app.return_code == code


async def test_what_an_answer_says_begins_on_a_line_of_its_own(lines: Lines) -> None:
    lines.press("w")
    lines.said.whole = ""
    lines.press(*"storm", "\r")
    assert lines.said.whole == "storm\nlistening for storm\n"


async def leaving(lines: Lines) -> asyncio.Task[ScreenEnding]:
    """The app while its sources drain, which was asked for by ctrl+c."""
    lines.controls.drain_finishes.clear()
    run = asyncio.create_task(lines.app.run_async())
    await asyncio.sleep(0)
    lines.app.typed("\x03")
    await lines.said.later("Stopping")
    return run


@pytest.mark.parametrize("how", ["leave", "gone"])
async def test_a_timer_a_signal_or_a_lost_terminal_never_hurries_a_drain(
    lines: Lines, how: str
) -> None:
    run = await leaving(lines)
    getattr(lines.app, how)()
    getattr(lines.app, how)()
    await asyncio.sleep(0)
    assert not run.done()
    lines.controls.drain_finishes.set()
    assert await asyncio.wait_for(run, PATIENCE) is ScreenEnding.LEFT


async def test_a_second_ctrl_c_does(lines: Lines) -> None:
    run = await leaving(lines)
    lines.app.typed("\x03")
    assert await asyncio.wait_for(run, PATIENCE) is ScreenEnding.AT_ONCE


async def test_a_signal_before_the_first_line_counts(lines: Lines) -> None:
    lines.app.leave(ScreenEnding.HUNG_UP)
    assert await asyncio.wait_for(lines.app.run_async(), PATIENCE) is ScreenEnding.HUNG_UP
    assert ("drain", "*") in lines.controls.calls


async def test_the_sound_of_a_hit_is_saved_and_heard(
    lines: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SSH_CLIENT", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
    known: dict[str, Any] = {
        "session": "news", "at": NOON, "watch": "words", "word": "fire", "heard": "fire",
        "tier": Tier.EXACT, "source_seconds": 0.0, "quote": "the fire",
    }  # fmt: skip
    lines.app.bridge.receive(
        WatchHit(hit=1, status=HitStatus.CONFIRMED, segment_number=99, **known)
    )
    lines.press("h", "x 1\r")
    assert "The line of that hit is not saved" in await lines.said.later("to cut")
    recent = lines.controls.recents["news"] = RecentSound(AudioFormat.parse("pcm_16000"))
    recent.add(0.0, NOON, bytes(3200))
    lines.app.bridge.receive(
        WatchHit(hit=2, status=HitStatus.UNCONFIRMED, segment_number=100, **known)
    )
    lines.press("h", "x 1\r")
    assert f"saved {tmp_path}/news" in await lines.said.later("the text beside it")
    assert "clip (x)" in lines.press("h", "o 1\r")[-1]
