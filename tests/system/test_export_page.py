"""The html export in a real browser: it opens, shows, finds and plays, and runs nothing foreign."""

import re
from dataclasses import replace

import pytest
from click.testing import CliRunner

from scribe_tui.cli.program import program
from scribe_tui.events import HitStatus, SoundKept, Tier, WatchHit
from scribe_tui.journal.export.documents import ExportedSession
from scribe_tui.journal.export.page import to_html
from scribe_tui.journal.reading import journals_of, read
from tests.support.browser import Browser
from tests.support.journals import START, missed, opened, said, write
from tests.support.kept import coded, known_sound
from tests.support.requirements import IN_CI, need
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.system, pytest.mark.early(10)]

HOSTILE = [
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=document.title='owned'>",
    "<!-- & \u2028 ]]> \\u003c",
    "日本語 bridge",
]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A run of two sources, hostile text, a gap, a hit, and sound for one of them."""
    run = tmp_path_factory.mktemp("logs") / "2026-11-24T12-00-00"
    hit = WatchHit(
        session="news", at=START + 41, hit=1, watch="w", word="bridge", heard="bridge",
        tier=Tier.EXACT, status=HitStatus.CONFIRMED, segment_number=4, source_seconds=40.0,
        quote="bridge",
    )  # fmt: skip
    texts = [said(number, text) for number, text in enumerate(HOSTILE, 1)]
    write(run, [opened(), *texts, hit, missed(60, 74.2, "dropped <b>")])
    later = (said(n, f"bridge {n}", "talk", at=60.0 * n) for n in range(1, 400))
    write(run, [opened("talk"), *later])
    sessions = [
        ExportedSession(
            run.name,
            journal,
            read(journal),
            sound=(lambda _, seconds: ("news.wav", seconds)) if journal.stem == "news" else None,
        )
        for journal in journals_of(run)
    ]
    path = run / "page.html"
    path.write_bytes(b"".join(to_html(run.name, sessions)))
    return path


@pytest.fixture(scope="module")
def chromium():
    with Browser() as chromium:
        yield chromium


@pytest.fixture
def browser(chromium, page):
    chromium.open(page)
    return chromium


def test_nothing_foreign_runs_and_nothing_of_ours_is_refused(browser, page):
    assert "owned" not in browser.run("return document.title")
    assert browser.complaints() == []
    assert (
        browser.run("return document.querySelectorAll('#day img, #day script, #day b').length") == 0
    )
    policy = re.search(r'content="(default-src[^"]*)"', page.read_text(encoding="utf-8"))[1]
    assert "unsafe" not in policy
    assert "http" not in policy


def test_sources_stand_side_by_side_with_gaps_and_hits(browser):
    names = "return [...document.querySelectorAll('#names span')].map((x) => x.textContent)"
    assert browser.run(names) == ["", "news", "talk"]
    lines = browser.run("return [...document.querySelectorAll('.said')].map((x) => x.textContent)")
    for text in HOSTILE:
        assert any(" ".join(text.split()) in " ".join(line.split()) for line in lines), text
    gap = browser.run("return document.querySelector('.gap').textContent")
    assert "(14.2 s): dropped <b>" in gap
    assert "日本語" in browser.run("return document.querySelector('.hit').textContent")
    assert browser.run("return document.querySelectorAll('.strip canvas').length") == 2
    assert len(lines) < 300, "only what is near the window has lines"


def test_a_search_leads_to_the_line(browser):
    browser.run("const s = document.getElementById('search'); s.value = 'BRIDGE 390'; s.oninput()")
    counted = "return document.getElementById('count').textContent"
    wait_until(lambda: browser.run(counted) == "1 lines")
    browser.run("document.querySelector('.found').click()")
    here = "const h = document.querySelector('.here'); return h && h.textContent"
    wait_until(lambda: "bridge 390" in (browser.run(here) or ""))


def test_a_line_with_sound_is_heard_at_a_click(browser):
    browser.run("document.querySelector('main').scrollTop = 0")
    one = "return document.querySelectorAll('.said[role=button]').length"
    wait_until(lambda: browser.run(one))
    browser.run("document.querySelectorAll('.said[role=button]')[1].click()")
    source = browser.run("return document.getElementById('player').src")
    assert source.endswith("/news.wav#t=20")
    assert not browser.run("return document.getElementById('player').hidden")
    refused = [text for text in browser.complaints() if "Content Security Policy" in text]
    assert refused == []


SOUND_SECONDS = 30.0
SOUNDS = {
    "mp3": ("-b:a", "64k", "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3"),
    "aac": ("-b:a", "64k", "-f", "adts"),
    "ogg": ("-c:a", "libvorbis", "-f", "ogg"),
    "opus": ("-c:a", "libopus", "-ar", "48000", "-f", "ogg"),
    "oga": ("-c:a", "flac", "-f", "ogg"),
}


@pytest.fixture(scope="module")
def heard_page(tmp_path_factory):
    """The export, as the command makes it, of a run that kept the sound of a source a codec."""
    ffmpeg = need("ffmpeg")
    logs = tmp_path_factory.mktemp("heard")
    run = logs / "2026-11-24T12-00-00"
    run.mkdir()
    for suffix, options in list(SOUNDS.items())[: None if IN_CI else 1]:
        file = f"{suffix}.sound.0001.{suffix}"
        (run / file).write_bytes(coded(ffmpeg, known_sound(SOUND_SECONDS), *options))
        kept = SoundKept(
            session=suffix, at=START, file=file, offset_seconds=2.0, start_seconds=0.0,
            started_at=START,
        )  # fmt: skip
        lines = [said(n, f"line {n}", suffix, at=10.0 * n) for n in (1, 2)]
        again = replace(opened(suffix), at=START + 500)
        late = replace(said(3, "unkept", suffix, at=505.0), at=START + 510)
        write(run, [opened(suffix), kept, *lines, again, late])
    done = CliRunner().invoke(program, ["export", str(run), "--format", "html"])
    assert done.exit_code == 0, (done.output, done.exception)
    (page,) = run.glob("*.html")
    return page


@pytest.fixture
def heard_browser(chromium, heard_page):
    chromium.open(heard_page)
    return chromium


LINES = """
const names = [...document.querySelectorAll('#names span')].map((x) => x.textContent);
const place = names.indexOf('NAME');
const cells = [...document.querySelectorAll('.block')].map((block) => block.children[place]);
const lines = cells.flatMap((cell) => [...cell.querySelectorAll('.said')]);
"""
PLAYER = "const player = document.getElementById('player');"


@pytest.mark.some(1)
@pytest.mark.parametrize("suffix", SOUNDS)
def test_kept_sound_is_loaded_and_sought_by_the_browser(heard_browser, suffix):
    run = heard_browser.run
    lines = LINES.replace("NAME", suffix)
    said = run(lines + "return lines.map((x) => [x.lastChild.textContent, x.tabIndex])")
    assert said == [["line 1", 0], ["line 2", 0], ["unkept", -1]]
    run(lines + "lines[1].click()")
    wait_until(lambda: run(PLAYER + "return player.readyState >= 2 && !player.seeking"))
    assert run(PLAYER + "return player.error") is None
    assert run(PLAYER + "return player.currentTime") == pytest.approx(22.0, abs=2.0)
    assert run(PLAYER + "return player.duration") == pytest.approx(SOUND_SECONDS, abs=1.0)
    run(PLAYER + "player.pause(); player.currentTime = 7")
    there = "return !player.seeking && Math.abs(player.currentTime - 7) < 0.1"
    wait_until(lambda: run(PLAYER + there))
    refused = [text for text in heard_browser.complaints() if "Content Security Policy" in text]
    assert refused == []


def test_a_file_that_is_gone_is_said(chromium, heard_page, tmp_path):
    page = tmp_path / "moved.html"
    page.write_bytes(heard_page.read_bytes())
    chromium.open(page)
    wait_until(lambda: chromium.run("return document.querySelectorAll('.said').length"))
    chromium.run("document.querySelector('.said[role=button]').click()")
    counted = "return document.getElementById('count').textContent"
    wait_until(lambda: "cannot play" in chromium.run(counted))


@pytest.mark.parametrize(("suffix", "is_known"), [("spx", False), ("mp3", True)])
def test_sound_of_a_kind_that_the_browser_does_not_know_is_said(
    chromium, tmp_path, suffix, is_known
):
    """Its lines are no links that would do nothing; the page says how else to hear them."""
    run = tmp_path / "2026-11-24T12-00-00"
    write(run, [opened(), said(1, "speech")])
    (journal,) = journals_of(run)
    session = ExportedSession(
        run.name, journal, read(journal), sound=lambda _, seconds: (f"news.{suffix}", seconds)
    )
    page = run / "page.html"
    page.write_bytes(b"".join(to_html(run.name, [session])))
    chromium.open(page)
    wait_until(lambda: chromium.run("return document.querySelectorAll('.said').length"))
    note = chromium.run(
        "const note = document.getElementById('note');return note.hidden ? '' : note.textContent"
    )
    links = chromium.run("return document.querySelectorAll('.said[role=button]').length")
    assert ("plays no spx" in note and "scribe-tui clip" in note) is not is_known
    assert links == is_known
