"""Maps as files: the suffix of the path chooses the output, and a file is whole or not there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

from salesfsm.errors import MapError, MissingExtraError, listed
from salesfsm.maps.diagram import Diagram
from salesfsm.maps.dot import to_dot
from salesfsm.maps.html import to_html
from salesfsm.maps.mermaid import to_mermaid
from salesfsm.maps.paper import paper
from salesfsm.maps.style import LIGHT, Theme
from salesfsm.maps.svg import to_svg
from salesfsm.maps.text import FAMILY, FONT_FILES, clean, covered

PIXELS_PER_INCH = 96
"""The resolution of a PNG, which is also the unit of a browser's pixel."""

_PAGE = """
#set document(title: sys.inputs.title, date: none)
#set page(width: auto, height: auto, margin: 0pt)
#set text(lang: sys.inputs.language)
#image(bytes(sys.inputs.svg), format: "svg", width: float(sys.inputs.width) * 1pt,
  alt: sys.inputs.title)
"""


def to_png(diagram: Diagram, theme: Theme = LIGHT) -> bytes:
    """The diagram as a PNG at 96 pixels to the inch.

    The text is drawn in the shipped font. Only where it lacks a character, such as an emoji, the
    fonts of the machine are asked too.
    """
    try:
        from resvg_py import svg_to_bytes  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError("drawing maps as PNG", "maps") from error
    svg = to_svg(diagram, theme)
    try:
        png: bytes = svg_to_bytes(
            svg_string=svg,
            dpi=PIXELS_PER_INCH,
            background=theme.paper,
            font_files=[str(file) for file in FONT_FILES],
            font_family=FAMILY,
            sans_serif_family=FAMILY,
            skip_system_fonts=covered(svg),
        )
    except ValueError as error:
        raise MapError(
            f"the map cannot be drawn as PNG ({error}); SVG has no such limit"
        ) from error
    return png


def to_pdf(diagram: Diagram, theme: Theme = LIGHT) -> bytes:
    """The diagram as a PDF; its text is text.

    A list stands on pages of A4, any other layout on one page that is as large as the picture.
    """
    try:
        import typst  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError("drawing maps as PDF", "pdf") from error
    source, inputs = (paper if diagram.layout == "list" else _picture)(diagram, theme)
    known = covered("".join(inputs.values()))
    fonts = typst.Fonts(include_system_fonts=not known, font_paths=[FONT_FILES[0].parent])
    try:
        pdf: bytes = typst.compile(source, format="pdf", sys_inputs=inputs, font_paths=fonts)
    except typst.TypstError as error:
        raise MapError(f"the map cannot be drawn as PDF: {error}") from error
    return pdf


def _picture(diagram: Diagram, theme: Theme) -> tuple[bytes, dict[str, str]]:
    """The typst source and its inputs for a page that holds the picture and nothing else."""
    svg = to_svg(diagram, theme)
    language = diagram.language.split("-", maxsplit=1)[0]
    inputs = {"svg": svg, "title": clean(diagram.title), "language": language}
    return _PAGE.encode(), inputs | {"width": _width(svg)}


OUTPUTS: Mapping[str, Callable[[Diagram, Theme], str | bytes]] = MappingProxyType(
    {
        ".svg": to_svg,
        ".png": to_png,
        ".pdf": to_pdf,
        ".dot": to_dot,
        ".mmd": to_mermaid,
        ".html": to_html,
    }
)
"""What makes the file of each suffix."""


def check_target(path: str | Path) -> Path:
    """The path of a map to be: its suffix says how it is drawn, and its folder is there.

    Raises :class:`~salesfsm.errors.MapError`. Long work asks before it begins.
    """
    target = Path(path)
    if target.suffix.lower() not in OUTPUTS:
        raise MapError(
            f"cannot draw {str(target)!r}: the suffix must say how {listed(OUTPUTS, 'suffix')}"
        )
    if not target.parent.is_dir():
        raise MapError(f"cannot write {str(target)!r}: there is no folder {str(target.parent)!r}")
    return target


def write_map(diagram: Diagram, path: str | Path, theme: Theme = LIGHT) -> Path:
    """Draws the diagram into the file ``path``, whose suffix says how, and returns the path.

    Raises :class:`~salesfsm.errors.MapError` if the suffix is not one of :data:`OUTPUTS` or the
    file cannot be written; what stood there before then stays as it was.
    """
    target = check_target(path)
    drawn = OUTPUTS[target.suffix.lower()](diagram, theme)
    try:
        _write_whole(target, drawn.encode() if isinstance(drawn, str) else drawn)
    except OSError as error:
        raise MapError(f"cannot write {str(target)!r}: {error.strerror or error}") from error
    return target


def _write_whole(target: Path, content: bytes) -> None:
    """Writes beside the target and then takes its place, so that nobody sees half a file."""
    beside = target.with_name(f".map-{uuid4().hex}")
    try:
        beside.write_bytes(content)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _width(svg: str) -> str:
    """The width of an SVG drawn by Graphviz, in points."""
    found = re.search(r'<svg[^>]* width="([\d.]+)pt"', svg)
    if found is None:
        raise MapError("Graphviz gave an SVG without a width; is another program named dot?")
    return found[1]
