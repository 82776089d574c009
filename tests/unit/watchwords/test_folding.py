"""Case, accents, apostrophes and numbers are folded; a token keeps its place in the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.watchwords.folding import fold, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Médecins Sans Frontières", "medecins sans frontieres"),
        ("FIRE", "fire"),
        ("Straße", "STRASSE"),
        ("O'Brien", "O’BRIEN"),
        ("the king's men", "the king men"),
        ("Łódź", "lodz"),
        ("Smørrebrød", "smorrebrod"),
        ("forty two", "42"),
        ("forty-two", "42"),
        ("the nineteen forties", "the 1940s"),
        ("the twenty-twenties", "the 2020s"),
        ("the eighteen hundreds", "the 1800s"),
        ("the forties", "the 40s"),
        ("Highway Forty-Two", "highway 42"),
        ("two hundred and six", "206"),
        ("one thousand two hundred", "1,200"),
        ("three million", "3 million"),
        ("nineteen", "19"),
        ("ＦＵＬＬ", "full"),
        ("٤٢", "42"),
        ("४२", "42"),
        ("๔๒", "42"),
        ("1\u202f042", "1,042"),
        ("1.042.300", "1,042,300"),
        ("a hundred and six", "106"),
        ("hundred and fifty", "150"),
        ("a million", "1,000,000"),
        ("three point one four", "3.14"),
        ("three point fourteen", "3.14"),
        ("nineteen point oh five", "19.05"),
        ("forty two per cent", "42%"),
        ("Marks & Spencer", "Marks and Spencer"),
        ("M25", "M twenty-five"),
        ("COVID19", "covid nineteen"),
        ("مُحَمَّد", "محمد"),
        ("أحمد", "احمد"),
        ("مـحـمـد", "محمد"),
        ("שָׁלוֹם", "שלום"),
        ("Hawaiʻi", "Hawaii"),
        ("Qur‘an", "Quran"),
        ("й", "Й"),
    ],
)
def test_what_is_the_same_word(one: str, other: str) -> None:
    assert fold(one) == fold(other) != ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("nine one one", "10"), ("007", "7"), ("が", "か"), ("2.5", "25"), ("fire", "fires")),
        *(
            ("की", "क"),
            ("मीत", "मोत"),
            ("at that point five", "at that .5"),
            ("few hundred", "few 100"),
            ("the forties", "the forty"),
            ("in the 1940s", "in 1940"),
        ),
    ],
)
def test_what_is_another_word(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_scripts_without_blanks_are_told_apart_sign_by_sign() -> None:
    assert fold("東京で地震") == ("東", "京", "で", "地", "震")
    assert fold("화재가") == ("화", "재", "가")


@pytest.mark.parametrize(
    "word", ["दिल्ली", "कर्नाटक", "தமிழ்நாடு", "ශ්‍රී", "বাংলাদেশ", "ತುಮಕೂರು", "بَيْرُوت", "ބ"]
)
def test_a_word_with_marks_is_one_word(word: str) -> None:
    (token,) = tokens(f"{word} 1")[:-1]
    assert (token.start, token.end) == (0, len(word))


@given(st.text(max_size=80))
def test_any_text_has_tokens_in_their_places(text: str) -> None:
    last = 0
    for token in tokens(text):
        assert token.folded
        assert last <= token.start < token.end <= len(text)
        last = token.end


@given(st.integers(1, 999_999))
def test_every_number_is_found_however_it_is_written(number: int) -> None:
    assert fold(spelled(number)) == fold(f"{number:,}") == (str(number),)


_SMALL = dict(enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight"]))
_SMALL |= {9: "nine", 10: "ten", 11: "eleven", 12: "twelve", 13: "thirteen", 14: "fourteen"}
_SMALL |= {15: "fifteen", 16: "sixteen", 17: "seventeen", 18: "eighteen", 19: "nineteen"}
_TENS = {2: "twenty", 3: "thirty", 4: "forty", 5: "fifty", 6: "sixty", 7: "seventy", 8: "eighty"}
_TENS[9] = "ninety"


def spelled(number: int) -> str:
    """A number below a million in English words."""
    if number >= 1000:
        rest = f" {spelled(number % 1000)}" if number % 1000 else ""
        return f"{spelled(number // 1000)} thousand{rest}"
    if number >= 100:
        rest = f" and {spelled(number % 100)}" if number % 100 else ""
        return f"{_SMALL[number // 100]} hundred{rest}"
    if number >= 20:
        rest = f"-{_SMALL[number % 10]}" if number % 10 else ""
        return f"{_TENS[number // 10]}{rest}"
    return _SMALL[number]
