"""What is found in a text, and in which tier."""

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from scribe_tui.errors import UsageError
from scribe_tui.events import Tier
from scribe_tui.settings.watch import WatchSettings
from scribe_tui.watchwords.finder import Finder, PartialFinder
from tests.support.finders import finder

MISHEARD: dict[str, str] = tomllib.loads(
    Path(__file__).with_name("misheard.toml").read_text(encoding="utf-8")
)["forms"]


def found(text: str, *words: str, by_sound: bool = True, **more: Any) -> list[tuple[str, Tier]]:
    finds = finder(*words, **more).find(text, by_sound=by_sound)
    return [(text[find.start : find.end], find.tier) for find in finds]


@pytest.mark.parametrize(
    ("text", "word", "heard"),
    [
        ("There is a Fire in the hall.", "fire", "Fire"),
        ("the fire's out", "fire", "fire's"),
        ("it is on highway forty two now", "highway 42", "highway forty two"),
        ("call nine one one now", "911", "nine one one"),
        ("dial 9-1-1!", "911", "9-1-1"),
        ("le président parle", "President", "président"),
        ("昨日東京で地震があった", "東京", "東京"),
        ("the prime minister, of course", "Prime Minister", "prime minister"),
        ("call 911 now", "nine one one", "911"),
        ("in 1942 it began", "nineteen forty-two", "1942"),
        ("in nineteen forty two it began", "1942", "nineteen forty two"),
        ("since nineteen oh five", "1905", "nineteen oh five"),
        ("agent double oh seven is", "007", "double oh seven"),
        ("agent 007 is", "double oh seven", "007"),
        ("agent double O seven is", "007", "double O seven"),
        ("call triple nine", "999", "triple nine"),
        ("dial nine double nine", "999", "nine double nine"),
        ("room one oh one", "101", "one oh one"),
        ("flight four two is", "42", "four two"),
        (
            "on five five five one two three four five six seven",
            "555 123 4567",
            "five five five one two three four five six seven",
        ),
        ("on forty second street", "42nd Street", "forty second street"),
        ("on 42nd street", "Forty-Second Street", "42nd street"),
        ("the one hundred eleventh time", "111th", "one hundred eleventh"),
        ("on 5th avenue", "Fifth Avenue", "5th avenue"),
        ("since world war two", "World War II", "world war two"),
        ("since World War II", "World War Two", "World War II"),
        ("at 9.30 sharp", "9:30", "9.30"),
        ("at nine thirty sharp", "9.30", "nine thirty"),
        ("on the twentieth of May", "20th", "twentieth"),
        ("à cause de l'incendie d’hier", "incendie", "incendie"),
        ("jusqu'Orléans", "orleans", "Orléans"),
        ("vittime dell'incendio", "Incendio", "incendio"),
        ("chez L'Oréal", "l’Oreal", "L'Oréal"),
        ("all's well", "all", "all's"),
        ("the B.B.C. said", "BBC", "B.B.C"),
        ("the B B C said", "BBC", "B B C"),
        ("the BBC said", "B.B.C.", "BBC"),
        ("the U.S. said", "US", "U.S"),
        ("दिल्ली में आग लगी", "आग", "आग"),
        ("서울에서 화재가 났다", "화재", "화재"),
        ("กรุงเทพไฟไหม้ที่", "ไฟไหม้", "ไฟไหม้"),
        ("اندلع حَرِيق في", "حريق", "حَرِيق"),
    ],
)
def test_an_exact_find(text: str, word: str, heard: str) -> None:
    assert found(text, word) == [(heard, Tier.EXACT)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("they set fires everywhere and hire people", "fir"),
        ("it was 1943", "1942"),
        ("room 421", "42"),
        ("the hall was wired", "fire"),
        ("about 142 people, 1,042 in all", "42"),
        ("one hundred forty two of four hundred twenty", "42"),
        ("they won 4, 2 and 3", "42"),
        ("room four two one", "42"),
        ("nine one double", "911"),
        ("3 o 4 personas", "304"),
        ("tell us", "U.S."),
        ("की बात", "क"),
    ],
)
def test_what_is_no_find(text: str, word: str) -> None:
    assert found(text, word) == []


def test_a_close_form_and_the_words_it_was_heard_as() -> None:
    assert found("the bridge at Suthark will close", "Southwark") == [("Suthark", Tier.CLOSE)]
    assert found("talks with tyssen Krupp today", "Thyssenkrupp") == [("tyssen Krupp", Tier.CLOSE)]


def test_sound_is_a_guide_in_english_alone() -> None:
    assert found("in Carnarvon", "Caernarfon") == [("Carnarvon", Tier.CLOSE)]
    assert found("in Carnarvon", "Caernarfon", by_sound=False) == [("Carnarvon", Tier.SOUNDS_LIKE)]


def test_a_listed_heard_form_is_exact() -> None:
    more: dict[str, Any] = {"heard_as": (("Cholmondeley", "Chumley"),)}
    assert found("Lord chumley said", "Cholmondeley", **more) == [("chumley", Tier.EXACT)]


def test_an_exception_covers_what_lies_within_it() -> None:
    more: dict[str, Any] = {"excepted": ("fire sale", "cease fire")}
    assert found("a fire sale after the fire", "fire", **more) == [("fire", Tier.EXACT)]
    assert found("the Cease-Fire holds", "fire", **more) == []


def test_the_longest_of_several_finds_counts() -> None:
    text = "the fire brigade came"
    assert found(text, "fire", "fire brigade", "brigade") == [("fire brigade", Tier.EXACT)]


def test_expressions_find_what_words_cannot_say() -> None:
    listed = Finder([WatchSettings(name="w", regex=(r"\bM\d{1,2}\b",))])
    assert [(f.word, f.start, f.end) for f in listed.find("on the m25 today", by_sound=True)] == [
        (r"\bM\d{1,2}\b", 7, 10)
    ]


def test_an_exception_covers_what_an_expression_finds_within_it() -> None:
    more: dict[str, Any] = {"regex": (r"fire\w*",), "excepted": ("fireworks", "fire sale")}
    assert found("fireworks, a fire sale and a fire", **more) == [("fire", Tier.EXACT)]
    partial = PartialFinder(finder(**more))
    assert partial.update("the fireworks", 0.0, by_sound=True) == []


@pytest.mark.parametrize("word", ["!!!", "🔥", "...", "_"])
def test_a_word_in_which_nothing_can_be_heard_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="no letter and no digit"):
        finder(word)


@pytest.mark.parametrize(
    "text", ["(?:(?:(?:a{1000}){1000}){1000})", "(a{1,900}){1,900}", "((a{,99}){99}){99}"]
)
def test_an_expression_that_takes_gigabytes_is_refused_at_once(text: str) -> None:
    with pytest.raises(UsageError, match="repeats too much"):
        Finder([WatchSettings(name="w", regex=(text,))])


def test_one_slow_moment_of_a_machine_does_not_count_for_ever() -> None:
    told: list[str] = []
    listed = Finder([WatchSettings(name="w", regex=(r"(a|aa|a?)+$",))], told.append)
    for _ in range(4):
        listed.find("a" * 200 + "!", by_sound=True)
        for _ in range(1000):
            listed.find("b", by_sound=True)
    assert told == []


def test_a_wrong_expression_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="no regular expression"):
        Finder([WatchSettings(name="w", regex=("(fire",))])


def test_an_expression_that_runs_away_is_stopped_and_put_aside() -> None:
    told: list[str] = []
    listed = Finder(
        [WatchSettings(name="w", words=("fire",), regex=(r"(a|aa|a?)+$",))], told.append
    )
    text = "a" * 200 + " fire!"
    begun = time.thread_time()
    for _ in range(5):
        assert [f.word for f in listed.find(text, by_sound=True)] == ["fire"]
    assert time.thread_time() - begun < 2
    assert len(told) == 1
    assert "takes too long" in told[0]


def test_misheard_forms_are_found_as_close() -> None:
    """29 of 33 forms; each list entry alone, in a sentence."""
    tiers = {
        word: [find.tier for find in finder(*MISHEARD).find(_said(heard), by_sound=True)
               if find.word == word]
        for word, heard in MISHEARD.items()
    }  # fmt: skip
    close = [word for word, here in tiers.items() if here == [Tier.CLOSE]]
    assert len(MISHEARD) == 33
    assert len(close) >= 28, sorted(set(tiers) - set(close))


@pytest.mark.long
def test_ordinary_prose_is_hardly_ever_taken_for_a_watch_word() -> None:
    """Python's own manual is there on every machine: thousands of English words."""
    from pydoc_data.topics import topics

    from scribe_tui.watchwords.folding import tokens

    listed = finder(*MISHEARD)
    words = false = 0
    for text in list(topics.values())[:60]:
        for paragraph in text.split("\n\n"):
            line = paragraph.replace("valuat", "")  # its own subject, one letter off "evacuation"
            words += len(tokens(line))
            false += sum(f.tier is Tier.CLOSE for f in listed.find(line, by_sound=True))
    assert words > 20_000
    assert false / words * 10_000 < 1.5, f"{false} in {words} words"


def _said(heard: str) -> str:
    return f"we were told about {heard} this morning"


@pytest.mark.parametrize("text", ["747s", "the 747's wing", "the 42s", "Highway 42's end"])
def test_a_number_in_the_plural_is_still_that_number(text: str) -> None:
    assert finder("747", "42").find(text, by_sound=True)
