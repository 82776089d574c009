"""The html export in a real browser: it opens, shows, finds and plays, and runs nothing foreign."""

import re

import pytest

from scribe_tui.events import HitStatus, Tier, WatchHit
from scribe_tui.journal.export.documents import Session
from scribe_tui.journal.export.page import to_html
from scribe_tui.journal.reading import journals_of, read
from tests.support.browser import Browser
from tests.support.journals import START, missed, opened, said, write
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
        Session(
            run.name,
            journal,
            read(journal),
            sound=(lambda seconds: ("news.wav", seconds)) if journal.stem == "news" else None,
        )
        for journal in journals_of(run)
    ]
    path = run / "page.html"
    path.write_bytes(b"".join(to_html(run.name, sessions)))
    return path


@pytest.fixture(scope="module")
def browser(page):
    with Browser() as browser:
        browser.open(page)
        yield browser


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
