"""The README shows the screen as it is."""

from tests.tui.picture import FILE, comparable, draw


async def test_the_picture_in_the_readme_is_up_to_date() -> None:
    svg = FILE.read_text(encoding="utf-8")
    assert comparable(svg) == comparable(await draw()), "run python -m tests.tui.picture"
