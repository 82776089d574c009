"""A text that grows is found in as a whole one is, over the border to the one before, too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.events import Tier
from scribe_tui.watchwords.finder import STANDING_SECONDS, Find, PartialFinder
from tests.support.finders import finder

WORDS = ("fire", "fire brigade", "Southwark", "42", "prime minister")
LISTED = finder(*WORDS, regex=(r"m\d+",), excepted=("fire sale",))
spoken = st.lists(
    st.sampled_from(
        [
            *[
                "the",
                "fire",
                "brigade",
                "at",
                "Suthark",
                "forty",
                "two",
                "prime",
                "minister",
                "m25",
                "a",
                "sale",
                "four",
            ],
            "fires",
        ]
    ),
    max_size=14,
)


@given(st.lists(spoken, min_size=1, max_size=6))
def test_a_growing_text_is_found_in_as_a_whole_one_is(versions: list[list[str]]) -> None:
    """Whatever the revisions were, and with the time between them that close finds take."""
    partial = PartialFinder(LISTED)
    for number, words in enumerate(versions):
        text = " ".join(words)
        partial.update(text, 2.0 * number, by_sound=True)
        stands = partial.look_again(2.0 * number + 1, by_sound=True)
        assert stands == LISTED.find(text, by_sound=True)


@pytest.mark.parametrize(
    ("before", "text", "word", "heard"),
    [
        ("near the Tower ", "Bridge is closed", "Tower Bridge", ["Tower Bridge"]),
        ("the Tower ", "bridge, Tower Bridge", "Tower Bridge", ["Tower bridge", "Tower Bridge"]),
        ("in nineteen ", "forty two it began", "1942", ["nineteen forty two"]),
        ("on highway forty ", "two now", "highway 42", ["highway forty two"]),
        ("talks with tyssen ", "Krupp today", "Thyssenkrupp", ["tyssen Krupp"]),
        ("昨日東 ", "京で", "東京", ["東 京"]),
        ("the bridge at Suthark ", "a few", "Southwark", []),
        ("the fire ", "sale", "fire", []),
        ("the fire ", "fire", "fire", ["fire"]),
        ("the prime ", "number", "prime minister", []),
    ],
)  # fmt: skip
def test_a_phrase_over_a_border(before: str, text: str, word: str, heard: list[str]) -> None:
    listed = finder(word)
    whole = before + text

    def said(finds: list[Find]) -> list[str]:
        return [whole[len(before) + f.start : len(before) + f.end] for f in finds]

    assert said(listed.find(text, by_sound=True, before=before)) == heard
    partial = PartialFinder(listed)
    grown = [text[: n + 1] for n in range(len(text))]
    for second, part in enumerate(grown):
        partial.update(part, float(second), by_sound=True, before=before)
    assert said(partial.look_again(len(grown), by_sound=True)) == heard
    partial.clear()
    assert partial.update("Bridge", 99.0, by_sound=True) == []


def test_a_number_that_goes_on_behind_a_comma_is_one_number() -> None:
    partial = PartialFinder(finder("042", "1"))
    for second, text in enumerate(["1", "1,", "1,042", "1,042 men"]):
        found = partial.update(text, float(second), by_sound=True)
    assert found == []


def test_within_half_a_second_only_exact_finds_come() -> None:
    partial = PartialFinder(finder("fire", "Southwark"))
    assert partial.update("we", 0.0, by_sound=True) == []
    assert partial.update("we at Suthark", 0.1, by_sound=True) == []
    exact = partial.update("we at Suthark fire ", 0.2, by_sound=True)
    assert [find.tier for find in exact] == [Tier.EXACT]
    later = partial.update("we at Suthark fire now", 0.6, by_sound=True)
    assert later == [Find("w", "Southwark", Tier.CLOSE, 6, 13, later[0].ratio), exact[0]]


@pytest.mark.parametrize(
    ("said", "goes_on", "word"),
    [
        ("a fire", " in", "fire"),
        ("a cease", ".", "cease"),
        ("forty two", " men are", "42"),
        ("forty two and", " men are", "42"),
        ("a cease", " now", "cease"),
        ("the fire", " engine", "fire"),
        ("in fire s", "t", "fire"),
        ("it'", " is", "it"),
    ],
)
def test_a_word_whose_end_may_be_open_is_found_when_it_goes_on_or_has_stood(
    said: str, goes_on: str, word: str
) -> None:
    listed = finder("fire", "42", "cease", "it", "fire brigade", excepted=("fire sale",))
    partial = PartialFinder(listed)
    assert partial.update(said, 1.0, by_sound=True) == []
    assert [find.word for find in partial.update(said + goes_on, 1.2, by_sound=True)] == [word]
    partial.clear()
    partial.update(said, 2.0, by_sound=True)
    assert partial.due_at == 2.0 + STANDING_SECONDS
    assert partial.look_again(2.1, by_sound=True) == []
    stood = partial.look_again(2.0 + STANDING_SECONDS, by_sound=True)
    assert [find.word for find in stood] == [word]
    assert partial.due_at is None


@pytest.mark.parametrize(
    ("said", "goes_on", "words"),
    [
        ("a fire", "work", []),
        ("the fire", " sale", []),
        ("the fire s", "ale", []),
        ("the fire", " brigade ", ["fire brigade"]),
        ("forty two", " thousand men", []),
        ("forty two", " point five men", []),
        ("42", ",000 men", []),
        ("at South", "wark now", ["Southwark"]),
    ],
)
def test_a_word_that_goes_on_as_another_one_is_never_found(
    said: str, goes_on: str, words: list[str]
) -> None:
    """Letter by letter, as a text may grow."""
    listed = finder("fire", "42", "Southwark", "fire brigade", excepted=("fire sale",))
    partial = PartialFinder(listed)
    found: set[str] = set()
    text = said + goes_on
    for number in range(len(text)):
        finds = partial.update(text[: number + 1], 0.2 * number, by_sound=True)
        found |= {find.word for find in finds if find.tier is Tier.EXACT}
    assert found == set(words)


@pytest.mark.parametrize(
    ("before", "text", "heard"),
    [
        ("Near the Tower. ", "Bridge is closed.", ["Tower. Bridge"]),
        ("a fire in the hall ", "and the bridge", ["fire in the hall and the bridge"]),
        ("the Tower ", "of bridges", []),
        ("a tower bridge. ", "Fine.", []),
        ("the tower ", "tower bridge", ["tower bridge"]),
    ],
)
def test_an_expression_finds_over_a_border_what_neither_text_holds(
    before: str, text: str, heard: list[str]
) -> None:
    listed = finder(regex=(r"tower\s+bridge", r"fire.{0,40}bridge"))
    whole = before + text

    def said(finds: list[Find]) -> list[str]:
        return [whole[len(before) + f.start : len(before) + f.end] for f in finds]

    assert said(listed.find(text, by_sound=True, before=before)) == heard
    partial = PartialFinder(listed)
    for number in range(len(text)):
        partial.update(text[: number + 1], float(number), by_sound=True, before=before)
    assert said(partial.look_again(999.0, by_sound=True)) == heard


def test_an_expression_does_not_find_the_same_again_over_the_border() -> None:
    listed = finder(regex=(".*fire.*",))
    assert listed.find("Now the weather.", by_sound=True, before="There is a fire. ") == []
    (own,) = listed.find("A fire.", by_sound=True, before="Now the weather. ")
    assert (own.start, own.end) == (0, 7)
    excused = finder(regex=("cease.fire",), excepted=("cease fire",))
    assert excused.find("fire now", by_sound=True, before="they cease ") == []
