"""The SVG of a map: drawn by Graphviz, then made accessible and independent of installed fonts."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from xml.etree import ElementTree as ET

from salesfsm.errors import MapError, MissingExtraError
from salesfsm.maps.diagram import Diagram
from salesfsm.maps.dot import to_dot
from salesfsm.maps.style import LIGHT, Theme
from salesfsm.maps.text import clean, covered, width

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
SVG = "http://www.w3.org/2000/svg"
LONGEST = 120
"""Seconds after which a drawing is given up; a map of a thousand edges takes a few."""

ET.register_namespace("", SVG)


def to_svg(diagram: Diagram, theme: Theme = LIGHT) -> str:
    """The diagram as an SVG document, the same text each time.

    Raises :class:`~salesfsm.errors.MissingExtraError` if there is no Graphviz, and
    :class:`~salesfsm.errors.MapError` if it cannot draw the diagram.
    """
    root = ET.fromstring(draw(to_dot(diagram, theme)))  # noqa: S314 - Graphviz wrote it, not a stranger
    _describe(root, diagram)
    _name_parts(root, diagram)
    for text in root.iter(f"{{{SVG}}}text"):
        _hold_width(text)
    return ET.tostring(root, encoding="unicode") + "\n"


def draw(source: str) -> str:
    """What Graphviz makes of a DOT source, as SVG."""
    command = [graphviz_program(), "-Kdot", "-Tsvg"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command, the source goes to its input
            command,
            input=source,
            capture_output=True,
            encoding="utf-8",
            timeout=LONGEST,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise MapError(
            f"Graphviz took longer than {LONGEST} seconds; draw fewer nodes and edges at once"
        ) from error
    except subprocess.CalledProcessError as error:
        told = [line for line in error.stderr.splitlines() if line.startswith("Error")]
        raise MapError(f"{command[0]} cannot draw the map: {' '.join(told) or error}") from error
    except OSError as error:
        raise MapError(f"{command[0]} cannot be run: {error.strerror}") from error
    return done.stdout


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


def _describe(root: ET.Element, diagram: Diagram) -> None:
    """Title, description and language for screen readers."""
    root.set("role", "img")
    root.set(LANGUAGE, diagram.language)
    title, description = ET.Element(f"{{{SVG}}}title"), ET.Element(f"{{{SVG}}}desc")
    title.text = clean(diagram.title)
    description.text = clean("; ".join(_in_words(diagram).values()))
    root[:0] = [title, description]


def _in_words(diagram: Diagram) -> dict[str, str]:
    """What Graphviz names each part, and its name for people: first the nodes, then the edges."""
    titles = {node.id: node.title for node in diagram.nodes}
    arrows = {
        f"{edge.source}->{edge.target}": f"{titles[edge.source]} → {titles[edge.target]}"
        for edge in diagram.edges
    }
    return titles | arrows


def _name_parts(root: ET.Element, diagram: Diagram) -> None:
    """Puts names for people where Graphviz has its own, which browsers show as a tooltip."""
    names = _in_words(diagram)
    for part in root.iter(f"{{{SVG}}}g"):
        title = part.find(f"{{{SVG}}}title")
        if title is None:
            continue
        if (name := names.get(title.text or "")) is not None:
            title.text = clean(name)
        else:
            part.remove(title)


def _hold_width(text: ET.Element) -> None:
    """Tells browsers without the font to draw the text as wide as it was measured."""
    content = text.text or ""
    if not covered(content):
        return
    bold = text.get("font-weight") == "bold"
    measured = width(content, float(text.get("font-size", "0")), bold=bold)
    text.set("textLength", f"{measured:.2f}")
    text.set("lengthAdjust", "spacingAndGlyphs")
