"""A process drawn: one call from a process to a picture, for Python and for notebooks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from salesfsm.errors import MapError, UnknownNameError
from salesfsm.maps.diagram import Diagram, Direction
from salesfsm.maps.formats import FORMATS
from salesfsm.maps.output import write_map
from salesfsm.maps.selecting import only as part_of, stages_told
from salesfsm.maps.style import LIGHT, THEMES, Theme
from salesfsm.maps.svg import to_svg
from salesfsm.process.process import Process


@dataclass(frozen=True)
class Drawing:
    """A diagram with the theme in which it is drawn. Notebooks show it as a picture."""

    diagram: Diagram
    theme: Theme = LIGHT

    @cached_property
    def svg(self) -> str:
        """The picture as an SVG document."""
        return to_svg(self.diagram, self.theme)

    def save(self, path: str | Path) -> Path:
        """Draws into the file ``path``, whose suffix says how; see :func:`write_map`."""
        return write_map(self.diagram, path, self.theme)

    def _repr_svg_(self) -> str:
        return self.svg


def draw(
    process: Process,
    *,
    format: str = "flowchart",  # noqa: A002 - what it is called on the command line too
    language: str = "en",
    theme: str = "light",
    only: str | Iterable[str] | None = None,
    direction: Direction | None = None,
) -> Drawing:
    """``process`` as a map of one of the :data:`FORMATS`, with texts in ``language``.

    ``theme`` is a name of :data:`THEMES`. ``only`` are the stages to show: their names, or a text
    such as ``"qualification..closing"``. ``direction`` is that of a flowchart.

    Raises :class:`~salesfsm.errors.UnknownNameError` for a format, theme or stage that there is
    not, and :class:`~salesfsm.errors.MapError` for what the format cannot show.
    """
    if theme not in THEMES:
        raise UnknownNameError("theme", theme, THEMES)
    diagram = diagram_of(process, format=format, language=language, direction=direction)
    if only is not None:
        diagram = part_of(
            diagram,
            stages_told(only, list(process.stage_by_name)) if isinstance(only, str) else only,
        )
    return Drawing(diagram, THEMES[theme])


def diagram_of(
    process: Process,
    *,
    format: str = "flowchart",  # noqa: A002 - as above
    language: str = "en",
    direction: Direction | None = None,
) -> Diagram:
    """The diagram that :func:`draw` draws of the whole process, for what is laid over it."""
    if format not in FORMATS:
        raise UnknownNameError("format", format, FORMATS)
    diagram = FORMATS[format](process, language=language)
    if direction is None:
        return diagram
    if diagram.layout != "flow":
        raise MapError(
            f"{format!r} is always laid out the same way: leave the direction out, "
            "or draw a flowchart"
        )
    return replace(diagram, direction=direction)
