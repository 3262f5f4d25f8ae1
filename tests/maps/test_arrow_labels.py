"""Whoever reads a label of a flowchart sees at once which arrow it belongs to."""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from itertools import combinations, pairwise
from math import hypot
from pathlib import Path

import pytest
from drawings import SVG, Box, outline, parts, texts

import salesfsm as sf
from salesfsm.maps import Diagram, Direction, Edge, Node, flowchart, to_dot, to_svg
from salesfsm.maps.overlays import with_difference
from salesfsm.maps.text import FONT_FILES

LIBRARY = sorted(
    path.name.removesuffix(".yaml")
    for path in files("salesfsm.library").joinpath("processes").iterdir()
    if path.name.endswith(".yaml")
)
LANGUAGES = ("en", "pl", "bg")
CLOSE = 7.0
"""How far from its label an arrow may end, in points: the space around the label, the rounding of
texts to whole points, and no more than half a line of text."""
APART = 2.0
"""The least space between a label and an arrow of another, in points."""
PILL = 5.0
"""The space between the text of a badge and the border of its ground, in points."""
STEP = 4.0
"""How far apart the points are at which a curve is looked at, in points."""


@dataclass
class Arrow:
    """An arrow as it is drawn: points of its line, and what stands on it."""

    name: str
    points: list[tuple[float, float]]
    lines: list[tuple[str, Box]]

    @cached_property
    def label(self) -> Box:
        return around([place for _, place in self.lines])

    @cached_property
    def reach(self) -> Box:
        xs, ys = [x for x, _ in self.points], [y for _, y in self.points]
        return Box(min(xs), min(ys), max(xs), max(ys))


def around(boxes: list[Box]) -> Box:
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def arrows(svg: str) -> list[Arrow]:
    return [
        Arrow(part.findtext(f"{SVG}title", ""), list(points(part)), list(texts(part)))
        for part in parts(svg, "edge")
    ]


def points(part) -> Iterator[tuple[float, float]]:
    """Points along the cubic curves of a part."""
    for path in part.findall(f"{SVG}path"):
        for piece in path.get("d").split("M")[1:]:
            numbers = [float(each) for each in re.findall(r"-?[\d.]+", piece)]
            knots = list(zip(numbers[::2], numbers[1::2], strict=True))
            for start in range(0, len(knots) - 1, 3):
                yield from curve(knots[start : start + 4])


def curve(knots: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    length = sum(hypot(a[0] - b[0], a[1] - b[1]) for a, b in pairwise(knots))
    count = max(1, round(length / STEP))
    for number in range(count + 1):
        t = number / count
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        yield (
            a * knots[0][0] + b * knots[1][0] + c * knots[2][0] + d * knots[3][0],
            a * knots[0][1] + b * knots[1][1] + c * knots[2][1] + d * knots[3][1],
        )


def distance(box: Box, x: float, y: float) -> float:
    return hypot(max(box.left - x, 0, x - box.right), max(box.top - y, 0, y - box.bottom))


def between(one: Box, other: Box) -> float:
    across = max(one.left - other.right, other.left - one.right, 0)
    return hypot(across, max(one.top - other.bottom, other.top - one.bottom, 0))


def to_arrow(label: Box, arrow: Arrow) -> float:
    return min(distance(label, x, y) for x, y in arrow.points)


def borders(box: Box) -> list[Box]:
    return [
        Box(box.left, box.top, box.right, box.top),
        Box(box.left, box.bottom, box.right, box.bottom),
        Box(box.left, box.top, box.left, box.bottom),
        Box(box.right, box.top, box.right, box.bottom),
    ]


def misplaced(svg: str) -> list[str]:
    """Everything that makes a label hard to tell whose it is, in words."""
    nodes = [outline(part) for part in parts(svg, "node")]
    frames = [
        line
        for part in parts(svg, "cluster")
        if part.findall(f"{SVG}path")
        for line in borders(outline(part))
    ]
    drawn = arrows(svg)
    labelled = [arrow for arrow in drawn if arrow.lines]
    found = []
    for arrow in labelled:
        found += [f"{arrow.name} on a node" for node in nodes if node.meets(arrow.label)]
        found += [f"{arrow.name} on a frame" for line in frames if not between(line, arrow.label)]
        own = to_arrow(arrow.label, arrow)
        if own > CLOSE:
            found.append(f"{arrow.name} {own:.1f} from its arrow")
        for other in drawn:
            least = max(own, APART)
            if other is arrow or between(other.reach, arrow.label) > least:
                continue
            if to_arrow(arrow.label, other) <= least:
                found.append(f"{arrow.name} beside {other.name}")
    for one, other in combinations(labelled, 2):
        if one.label.meets(other.label):
            found.append(f"{one.name} on the label of {other.name}")
    return found


@cache
def chart(name: str, language: str = "en") -> Diagram:
    return flowchart(sf.load(f"library:{name}"), language=language)


def boxes(svg: str) -> dict[str | None, Box]:
    return {part.get("id"): outline(part) for part in parts(svg, "node")}


@pytest.mark.usefixtures("installed_dot")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LIBRARY)
def test_each_label_stands_free_and_on_its_own_arrow(name: str, language: str) -> None:
    assert misplaced(to_svg(chart(name, language))) == []


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_both_programs_and_both_directions_place_labels_well(direction: Direction) -> None:
    for name in ("four_planes", "silence"):
        assert misplaced(to_svg(replace(chart(name), direction=direction))) == []


@pytest.mark.usefixtures("program")
def test_the_labels_of_a_comparison_stand_on_their_arrows() -> None:
    old, new = sf.load("library:complex_b2b"), sf.load("library:regulated")
    assert misplaced(to_svg(with_difference(flowchart(new), old, new))) == []


@pytest.mark.usefixtures("program")
def test_an_arrow_with_a_label_is_one_part_with_one_tip() -> None:
    diagram = chart("four_planes")
    drawn = parts(to_svg(diagram), "edge")
    assert len(drawn) == len(diagram.edges)
    for part in drawn:
        assert len(part.findall(f"{SVG}path")) == 1
        assert len(part.findall(f"{SVG}polygon")) + len(part.findall(f"{SVG}polyline")) >= 1
    told = Counter("".join("".join(text for text, _ in texts(part)).split()) for part in drawn)
    assert told == Counter("".join(edge.label.split()) for edge in diagram.edges)


@pytest.mark.usefixtures("program")
def test_the_label_of_a_way_back_stands_between_its_ends() -> None:
    edges = (Edge("a", "b", "there"), Edge("b", "a", "and back", "aside"), Edge("b", "c", "on"))
    nodes = (Node("a", "A"), Node("b", "B", "path"), Node("c", "C", "path"))
    svg = to_svg(Diagram("", nodes, (*edges, Edge("c", "a", "again", "lose"))))
    ends = boxes(svg)
    for arrow in arrows(svg):
        assert ends["a"].right < arrow.label.left
        assert arrow.label.right < ends["c"].left


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("name", ["crm_espo", "crm_pipedrive", "crm_salesforce"])
def test_the_stages_of_a_free_pipeline_stand_in_a_row_in_their_order(name: str) -> None:
    placed = boxes(to_svg(chart(name)))
    row = [placed[f"stage.{stage.name}"] for stage in sf.load(f"library:{name}").stages]
    assert [box.left for box in row] == sorted(box.left for box in row)
    middles = [(box.top + box.bottom) / 2 for box in row]
    assert max(middles) - min(middles) < 1
    assert row[0].left < placed["from.0"].left < placed["from.0"].right < row[-1].right


@pytest.mark.parametrize("language", LANGUAGES)
def test_graphviz_has_nothing_to_warn_of(language: str, installed_dot, tmp_path) -> None:
    """Where the font that the maps name is installed."""
    fonts = tmp_path / "fonts.conf"
    folder = FONT_FILES[0].parent
    fonts.write_text(f"<fontconfig><dir>{folder}</dir><cachedir>{tmp_path}</cachedir></fontconfig>")
    sources = "\n".join(to_dot(chart(name, language)) for name in LIBRARY)
    drawn = subprocess.run(
        [installed_dot, "-Kdot", "-Tsvg"],
        input=sources,
        env=os.environ | {"FONTCONFIG_FILE": str(fonts)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert drawn.stdout.count("</svg>") == len(LIBRARY)
    assert drawn.stderr == ""


@pytest.mark.usefixtures("program")
def test_a_badge_keeps_away_from_the_longest_title() -> None:
    roles = ("stage", "path", "won", "lost")
    nodes = tuple(
        Node(f"{role}.{length}", ("Wertanalyse mit Mehrwert " * 3)[:length], role, badge="100%")
        for role in roles
        for length in range(1, 60, 3)
    )
    for part in parts(to_svg(Diagram("", nodes)), "node"):
        said = list(texts(part))
        (badge,) = (place for text, place in said if text == "100%")
        beside = [place for text, place in said if text != "100%" and place.bottom > badge.top]
        first = min(beside, key=lambda place: place.top)
        assert badge.left - PILL - first.right >= 6


@pytest.mark.parametrize("name", ["tangled_planes", "tangled_planes_too"])
def test_graphviz_draws_what_it_once_failed_on(name: str) -> None:
    process = sf.load(Path(__file__).parent / "processes" / f"{name}.yaml")
    assert "<svg" in to_svg(flowchart(process))


def test_more_labels_than_graphviz_has_room_for_stand_beside_their_arrows() -> None:
    names = [f"s{number}" for number in range(45)]
    stages = [f"  - {name}" for name in names]
    ways = [
        f"  - {{trigger: go{step}, source: {one}, target: {other}}}"
        for step in (1, 2)
        for one, other in zip(names, names[step:], strict=False)
    ]
    text = "\n".join(["salesfsm: 1", "process: long", "stages:", *stages, "transitions:", *ways])
    diagram = flowchart(sf.loads(text))
    assert len(diagram.edges) > 80
    assert "label of arrow" not in to_dot(diagram)
    few = replace(diagram, edges=diagram.edges[:40])
    assert to_dot(few).count("label of arrow 0") > 0
