"""Options that say how a map is drawn, for every command that draws one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path

import click

from salesfsm.cli.output import say
from salesfsm.maps import FORMATS, THEMES, Diagram, Direction, write_map
from salesfsm.maps.drawing import diagram_of
from salesfsm.maps.selecting import only as part_of, stages_told
from salesfsm.messages import LANGUAGES
from salesfsm.process.process import Process


def map_options(function: Callable[..., None]) -> Callable[..., None]:
    """Options that describe a map; the command gets them as one ``look``."""

    @click.option(
        "--as",
        "format_",
        type=click.Choice(list(FORMATS), case_sensitive=False),
        default="flowchart",
        show_default=True,
        help="The format of the map.",
    )
    @click.option(
        "--theme",
        type=click.Choice(list(THEMES), case_sensitive=False),
        default="light",
        show_default=True,
        help="Its colours; print needs none.",
    )
    @click.option(
        "--only", metavar="STAGES", help="The stages to show: a..d, a.. or ..d for a range, a,b,c."
    )
    @click.option(
        "--direction",
        type=click.Choice(["LR", "TB"], case_sensitive=False),
        help="Of a flowchart: left to right, or top to bottom.",
    )
    @wraps(function)
    def command(
        *,
        format_: str,
        theme: str,
        only: str | None,
        direction: Direction | None,
        **others: object,
    ) -> None:
        function(look=Look(format_, theme, only, direction), **others)

    return command


@dataclass(frozen=True, slots=True)
class Look:
    """How the options of a command say that a map is drawn."""

    format: str
    theme: str
    only: str | None
    direction: Direction | None

    def diagram(self, process: Process, language: str) -> Diagram:
        """The map of the whole process, for what is laid over it.

        Tells on standard error if nobody speaks the language that was asked for.
        """
        if not _is_spoken(process, language):
            say(
                f"note: neither salesfsm nor the labels of {process.name} know the language "
                f"{language!r}: the map is in English",
                err=True,
            )
        return diagram_of(process, format=self.format, language=language, direction=self.direction)

    def part(self, diagram: Diagram, process: Process) -> Diagram:
        """What is shown of a map: after overlays, which know the whole of it."""
        if self.only is None:
            return diagram
        return part_of(diagram, stages_told(self.only, list(process.stage_by_name)))

    def write(self, diagram: Diagram, target: Path) -> Path:
        """Draws into the file ``target``; see :func:`~salesfsm.maps.write_map`."""
        return write_map(diagram, target, THEMES[self.theme])


def _is_spoken(process: Process, language: str) -> bool:
    """Whether anything on a map would be in the language."""
    wanted = {language, language.partition("-")[0]}
    labels = (process.label, *(stage.label for stage in process.stages))
    spoken = {each for label in labels if isinstance(label, Mapping) for each in label}
    return bool(wanted & {*spoken, *LANGUAGES})
