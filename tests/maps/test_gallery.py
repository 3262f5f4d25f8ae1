"""The gallery of the documentation: its pictures are those that its page draws."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "gallery.md").read_text("utf-8")
PICTURES = sorted((ROOT / "docs" / "gallery").iterdir())


def test_the_pictures_are_those_that_the_page_draws_and_shows() -> None:
    """If not: make gallery."""
    drawn = re.findall(r"^\$ salesfsm (?:render|replay) .* -o (\S+)$", PAGE, re.MULTILINE)
    shown = re.findall(r"!\[.+\]\(gallery/(\S+)\)", PAGE)
    assert drawn == shown
    assert sorted(drawn) == [path.name for path in PICTURES]


def test_every_picture_says_what_it_is_and_all_together_are_small() -> None:
    for path in PICTURES:
        root = ET.parse(path).getroot()
        assert root.findtext("{http://www.w3.org/2000/svg}title")
    assert sum(path.stat().st_size for path in PICTURES) < 1_500_000
