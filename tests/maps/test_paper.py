"""A checklist on paper: pages of A4 with all of its text, broken where it does not hurt."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pytest
from drawings import SENTENCE

import salesfsm as sf
from salesfsm.maps import Diagram, Group, Item, Node, Section, to_pdf
from salesfsm.maps.checklist import checklist
from salesfsm.maps.style import PRINT

pypdf = pytest.importorskip("pypdf")

A4 = (595.28, 841.89)
BOTTOM = 54.0
"""How far above the end of a page its text ends."""


def pages(diagram: Diagram) -> list[str]:
    """The text of each page, without white space."""
    reader = pypdf.PdfReader(BytesIO(to_pdf(diagram, PRINT)))
    for page in reader.pages:
        assert float(page.mediabox.width) == pytest.approx(A4[0], abs=0.1)
        assert float(page.mediabox.height) == pytest.approx(A4[1], abs=0.1)
    return [solid(page.extract_text()) for page in reader.pages]


def solid(text: str) -> str:
    return "".join(text.split())


SOLID = solid(SENTENCE)


def told(diagram: Diagram) -> list[str]:
    """Every text of the diagram."""
    found = [diagram.title, diagram.subtitle, *(group.title for group in diagram.groups)]
    for node in diagram.nodes:
        found += [node.title, node.badge, *node.lines]
        for section in node.sections:
            found.append(section.title)
            found += [text for item in section.items for text in (item.text, item.note)]
    return found


@pytest.mark.parametrize(
    ("name", "language", "least"),
    [("six_stage", "en", 2), ("silence", "bg", 2), ("complex_b2b", "pl", 5)],
)
def test_paper_holds_every_text_and_numbers_its_pages(name, language, least) -> None:
    diagram = checklist(sf.load(f"library:{name}"), language=language)
    found = pages(diagram)
    assert len(found) >= least
    of = {"en": "of", "bg": "от", "pl": "z"}[language]
    for number, page in enumerate(found, start=1):
        assert f"{number}{of}{len(found)}" in page
        assert solid(diagram.title) in page
        assert solid(" · ".join(diagram.subtitle.split(" · ")[:2])) in page
    everything = "".join(found)
    for text in told(diagram):
        for line in text.splitlines():
            assert everywhere(solid(line), everything), line


def everywhere(text: str, everything: str) -> bool:
    """Whether the words are there; a line may be broken, and its section's title come between."""
    return text in everything or all(piece in everything for piece in (text[:12], text[-12:]))


def card(number: int, items: int) -> Node:
    lines = tuple(Item(f"Item {number}.{item}", "open", SENTENCE) for item in range(items))
    return Node(
        f"stage.s{number}",
        f"Stage {number}",
        lines=(SENTENCE,),
        sections=(Section("Tasks", lines),),
    )


def listed(*nodes: Node, title: str = "Sale") -> Diagram:
    group = Group("all", "All stages", tuple(node.id for node in nodes))
    return Diagram(title, nodes, subtitle="Version 1", groups=(group,), layout="list")


def test_a_small_stage_is_not_cut_by_the_end_of_a_page() -> None:
    found = pages(listed(*(card(number, 3) for number in range(1, 20))))
    assert len(found) > 2
    assert not any("(continued)" in page for page in found)
    for number in range(1, 20):
        (own,) = [page for page in found if f"Stage{number}Tasks" in page.replace(SOLID, "")]
        assert all(f"Item{number}.{item}" in own for item in range(3))


def test_a_stage_that_would_leave_much_of_a_page_empty_goes_on_on_the_next_under_its_name() -> None:
    nodes = [card(number, 14) for number in range(1, 8)]
    found = pages(listed(*nodes))
    cut = [number for number in range(1, 8) if any(f"Stage{number}(con" in page for page in found)]
    assert cut
    for number in cut:
        before, after = [page for page in found if f"Stage{number}" in page]
        assert f"Stage{number}(continued)Tasks" in after
        for side in (before, after):
            assert side.count(f"Item{number}.") >= 2


@pytest.mark.parametrize("language", ["en", "bg"])
def test_the_pages_of_a_long_list_are_full(language) -> None:
    diagram = checklist(sf.load("library:four_planes"), language=language)
    reader = pypdf.PdfReader(BytesIO(to_pdf(diagram, PRINT)))
    for page in list(reader.pages)[:-1]:
        lowest = sorted(heights(page))[1]  # under it stands the number of the page
        assert lowest - BOTTOM < (A4[1] - 2 * BOTTOM) / 3


def heights(page: pypdf.PageObject) -> list[float]:
    """How far above the lower edge each text of a page stands."""
    found: list[float] = []

    def visit(text: str, within: list[float], at: list[float], *_: object) -> None:
        if text.strip():
            found.append(at[4] * within[1] + at[5] * within[3] + within[5])

    page.extract_text(visitor_text=visit)
    return found


def test_what_heads_other_items_does_not_end_a_page() -> None:
    parts = tuple(
        Item(f"Part {number}", "open", SENTENCE, depth=int(number % 3 != 0)) for number in range(60)
    )
    node = Node("stage.s", "Stage", sections=(Section("Tasks", parts),))
    for page in pages(listed(node))[:-1]:
        last = max(int(each) for each in re.findall(r"Part(\d+)The", page))
        assert last % 3 != 0


def test_a_stage_longer_than_a_page_is_split_between_its_items() -> None:
    found = pages(listed(card(1, 60), card(2, 3)))
    assert len(found) >= 3
    item = "Item1.{}" + SOLID
    for number in range(60):
        assert sum(item.format(number) in page for page in found) == 1
    assert "Item1.0" in next(page for page in found if "Stage1" in page)
    assert all("Stage1(continued)" in page for page in found[1:] if "Item1." in page)


def test_a_heading_stands_on_the_page_of_the_first_stage_below_it() -> None:
    first, second = card(1, 16), card(2, 16)
    diagram = listed(first, second)
    groups = (Group("a", "Open", (first.id,)), Group("b", "Closed", (second.id,)))
    found = pages(replace(diagram, groups=groups))
    assert len(found) == 2
    assert "Closed" in found[1]


@pytest.mark.parametrize(
    "text",
    [
        '#set page("a1") $x$ *bold* _it_ `raw` @ref <label> \\ // /* {"json": [1]} </script>',
        "x" * 500,
        SENTENCE * 60,
        "two\nlines",
    ],
    ids=["markup", "one word", "a page and more", "lines"],
)
def test_hostile_text_stands_on_paper_whole_and_is_never_markup(text: str) -> None:
    section = Section(text[:500], (Item(text, "done", text), Item(text[:500]), Item("after")))
    roles = ("stage", "path", "won", "lost")
    nodes = tuple(
        Node(role, text[:500], role, (text, text), text[:40], (section,))  # type: ignore[arg-type]
        for role in roles
    )
    diagram = listed(*nodes, title=text[:500])
    everything = "".join(pages(diagram))
    assert everything.count("after") >= len(roles)
    letters = solid(text)
    for letter in set(letters):
        assert everything.count(letter) >= letters.count(letter) * 3 * len(roles)


def test_a_definition_longer_than_a_page_runs_on() -> None:
    found = pages(listed(card(1, 1), Node("a", "A", lines=(SENTENCE * 120,)), card(2, 1)))
    assert "".join(found).count("buyer") == 120 + 4
    assert "Stage2" in found[-1]


def test_what_the_shipped_font_lacks_does_not_stop_the_printer() -> None:
    assert len(pages(listed(Node("a", "🚀 Launch שלום", lines=("漢字",), badge="🔥")))) == 1


def test_paper_is_the_same_each_time_and_in_the_shipped_font() -> None:
    diagram = listed(card(1, 2))
    assert to_pdf(diagram) == to_pdf(diagram)
    assert b"SalesfsmSans-Bold" in to_pdf(diagram)


def test_stages_are_headings_that_a_reader_can_jump_to() -> None:
    reader = pypdf.PdfReader(BytesIO(to_pdf(listed(card(1, 2), card(2, 1)))))
    outline = [each for each in reader.outline if not isinstance(each, list)]
    below = [each.title for each in reader.outline[1]]
    assert [each.title for each in outline] == ["All stages"]
    assert below == ["Stage 1", "Stage 2"]
