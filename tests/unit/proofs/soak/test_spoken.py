"""What was heard against what was spoken: the ends are free, every change counts."""

import pytest

from tests.proofs.soak.spoken import Comparison, compare, words

LOOP = words("One two, three. Four five six!")


@pytest.mark.parametrize(
    ("heard", "spoken", "wrong"),
    [
        ("four five six one two three four", 7, 0),
        ("two three", 2, 0),
        ("two tree four", 3, 1),
        ("two four five", 4, 1),
        ("two three and four", 3, 1),
        ("", 0, 0),
    ],
)
def test_changed_lost_and_added_words(heard: str, spoken: int, wrong: int) -> None:
    assert compare(words(heard), LOOP) == Comparison(spoken, wrong)
