"""Every format draws every process; ``draw`` is the way there for Python and for notebooks."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import salesfsm as sf
from salesfsm.maps import FORMATS, OUTPUTS, THEMES, Diagram, Drawing, draw, flowchart, to_svg
from salesfsm.maps.text import clean

LAYOUTS = {"map": "columns", "checklist": "list", "flowchart": "flow", "buyer": "lanes"}
PHASES = """
salesfsm: 1
process: mirrored
label: {en: Mirrored, pl: Odzwierciedlony, bg: Огледален}
buyer: {phases: [{name: looking, label: {en: Looking, pl: Szuka, bg: Търси}}, choosing]}
stages:
  - name: talk
    label: {en: Talk, pl: Rozmowa, bg: Разговор}
    mirrors: looking
    tasks: [{name: call, label: {en: Call them, pl: Zadzwoń, bg: Обадете се}}]
  - {name: offer, mirrors: choosing}
  - {name: won, outcome: won}
  - {name: lost, outcome: lost}
transitions:
  - {trigger: propose, source: talk, target: offer}
  - {trigger: win, source: offer, target: won}
  - {trigger: lose, source: open, target: lost}
"""


@pytest.fixture(scope="module")
def process() -> sf.Process:
    return sf.loads(PHASES)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_shows_every_stage_once(process: sf.Process, name: str) -> None:
    diagram = FORMATS[name](process)
    assert diagram.layout == LAYOUTS[name]
    shown = [node.id for node in diagram.nodes if node.id.startswith("stage.")]
    assert sorted(shown) == sorted(f"stage.{stage.name}" for stage in process.stages)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(("language", "label"), [("en", "Talk"), ("pl", "Rozmowa"), ("bg", "Раз")])
def test_every_format_speaks_the_language(
    process: sf.Process, name: str, language: str, label: str
) -> None:
    drawing = draw(process, format=name, language=language)
    assert drawing.diagram.language == language
    root = ET.fromstring(drawing.svg)
    assert label in "".join(root.itertext())


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_its_tasks_where_a_reader_asks_for_them(
    process: sf.Process, name: str
) -> None:
    (talk,) = [node for node in FORMATS[name](process).nodes if node.id == "stage.talk"]
    items = [item for section in (*talk.sections, *talk.details) for item in section.items]
    assert "task.call" in {item.id for item in items}


@pytest.mark.parametrize("suffix", OUTPUTS)
def test_a_drawing_is_saved_in_every_kind_of_file(
    process: sf.Process, suffix: str, tmp_path: Path
) -> None:
    written = draw(process, format="map").save(tmp_path / f"map{suffix}")
    assert written.stat().st_size > 500


def test_a_notebook_shows_a_drawing_as_svg(process: sf.Process) -> None:
    drawing = draw(process)
    assert drawing._repr_svg_() == drawing.svg == to_svg(flowchart(process))


def test_a_drawing_is_of_one_theme(process: sf.Process) -> None:
    dark = draw(process, theme="dark")
    assert dark == Drawing(flowchart(process), THEMES["dark"])
    assert THEMES["dark"].paper in dark.svg


def test_a_direction_turns_a_flowchart_and_no_other_format(process: sf.Process) -> None:
    assert draw(process, direction="TB").diagram.direction == "TB"
    with pytest.raises(sf.MapError, match="'checklist' is always laid out the same way"):
        draw(process, format="checklist", direction="TB")
    with pytest.raises(sf.MapError, match="unknown direction 'up'"):
        draw(process, direction="up")  # type: ignore[arg-type]


def test_only_takes_names_or_a_range(process: sf.Process) -> None:
    by_range, by_name = draw(process, only="talk..offer"), draw(process, only=["talk", "offer"])
    assert by_range == by_name
    assert stage_titles(by_range.diagram) == ["Talk", "Offer"]


def stage_titles(diagram: Diagram) -> list[str]:
    return [clean(node.title) for node in diagram.nodes if node.role == "stage"]


def test_what_there_is_not_is_named_with_the_nearest(process: sf.Process) -> None:
    with pytest.raises(sf.UnknownNameError, match=r"unknown format 'flowchrt'.*'flowchart'"):
        draw(process, format="flowchrt")
    with pytest.raises(sf.UnknownNameError, match=r"unknown theme 'drak'.*'dark'"):
        draw(process, theme="drak")
    with pytest.raises(sf.UnknownNameError, match=r"unknown stage 'tlak'.*'talk'"):
        draw(process, only=["tlak"])


def test_a_process_without_phases_has_no_buyer_aligned_map() -> None:
    with pytest.raises(sf.MapError, match="no phases of the buyer"):
        draw(sf.load("library:six_stage"), format="buyer")
