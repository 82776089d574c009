"""Numbers of bytes as people read them."""

import pytest

from scribe_tui.sizes import size_text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (300_000, "300.0 kB"),
        (43_500_000, "43.5 MB"),
        (2_000_000_000, "2.0 GB"),
        (3_000_000_000_000, "3000.0 GB"),
    ],
)
def test_a_size_keeps_its_digits_in_its_unit(size, text):
    assert size_text(size) == text
