"""The SVG of a map: a flow by Graphviz, made accessible and independent of installed fonts; other
layouts by ``grid``."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from xml.etree import ElementTree as ET

from salesfsm.errors import MapError, MissingExtraError
from salesfsm.maps.arrow_labels import TURNED, join_arrows
from salesfsm.maps.diagram import Diagram
from salesfsm.maps.dot import to_dot
from salesfsm.maps.grid import drawing
from salesfsm.maps.markup import SVG, describe, hold_width, in_words
from salesfsm.maps.style import LIGHT, Theme
from salesfsm.maps.text import clean

LONGEST = 120
"""Seconds after which a drawing is given up; a map of a thousand edges takes a few."""


def to_svg(diagram: Diagram, theme: Theme = LIGHT) -> str:
    """The diagram as an SVG document, the same text each time.

    Raises :class:`~salesfsm.errors.MissingExtraError` if there is no Graphviz, and
    :class:`~salesfsm.errors.MapError` if it cannot draw the diagram.
    """
    root = _flow(diagram, theme) if diagram.layout == "flow" else drawing.draw_grid(diagram, theme)
    return ET.tostring(root, encoding="unicode") + "\n"


def _flow(diagram: Diagram, theme: Theme) -> ET.Element:
    """The diagram as Graphviz lays it out."""
    root = ET.fromstring(_drawn(lambda: to_dot(diagram, theme)))  # noqa: S314 - Graphviz wrote it, not a stranger
    join_arrows(root)
    describe(root, diagram)
    _name_parts(root, diagram)
    for text in root.iter(f"{{{SVG}}}text"):
        hold_width(text)
    return root


def draw(source: str) -> str:
    """What Graphviz makes of a DOT source, as SVG."""
    return _drawn(lambda: source)


def _drawn(write: Callable[[], str]) -> str:
    """What Graphviz makes of the source, written while it starts, so that both are done at once."""
    command = [graphviz_program(), "-Kdot", "-Tsvg"]
    try:
        program = subprocess.Popen(  # noqa: S603 - a fixed command, the source goes to its input
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
    except OSError as error:
        raise MapError(f"{command[0]} cannot be run: {error.strerror}") from error
    with program:
        try:
            svg, told = program.communicate(write(), timeout=LONGEST)
        except subprocess.TimeoutExpired as error:
            raise MapError(
                f"Graphviz took longer than {LONGEST} seconds; draw fewer nodes and edges at once"
            ) from error
        finally:
            program.kill()
    if program.returncode:
        lines = [line for line in told.splitlines() if line.startswith("Error")]
        what = " ".join(lines) or f"it ended with {program.returncode}"
        raise MapError(f"{command[0]} cannot draw the map: {what}")
    return svg


def graphviz_program() -> str:
    """The installed ``dot``, else the one that the wheel ``graphviz-pure`` brings."""
    found = (
        shutil.which("dot")
        or shutil.which("graphviz-pure", path=sysconfig.get_path("scripts"))
        or shutil.which("graphviz-pure")
    )
    if found is None:
        raise MissingExtraError("drawing maps", "maps")
    return found


def _name_parts(root: ET.Element, diagram: Diagram) -> None:
    """Puts names for people where Graphviz has its own, which browsers show as a tooltip.

    A node keeps its id, so that a page can tell which one was asked about.
    """
    names = in_words(diagram)
    nodes = {node.id for node in diagram.nodes}
    for part in root.iter(f"{{{SVG}}}g"):
        title = part.find(f"{{{SVG}}}title")
        if title is None:
            continue
        if title.text in nodes:
            part.set("id", title.text)
        if TURNED in part.get("class", "").split():
            title.text = "->".join(reversed((title.text or "").split("->")))
        if (name := names.get(title.text or "")) is not None:
            title.text = clean(name)
        else:
            part.remove(title)
