"""The colours of a page: names for its style, and a drawing in the colours of another theme."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.errors import MapError
from salesfsm.maps.style import DARK, LIGHT, Theme


def style_of(theme: Theme) -> str:
    """The rules that colour a page whose map is drawn in ``theme``.

    A light page turns dark for readers who ask their browser for that; a dark one is printed light.
    """
    rules = _names(theme)
    if theme is LIGHT:
        rules += f"@media screen and (prefers-color-scheme: dark) {{\n{_turned(LIGHT, DARK)}}}\n"
    if theme is DARK:
        rules += f"@media print {{\n{_turned(DARK, LIGHT)}}}\n"
    return rules


def _names(theme: Theme) -> str:
    """The colours that the style of the page asks for."""
    names = {
        "paper": theme.paper,
        "ink": theme.ink,
        "quiet": theme.quiet,
        "frame": theme.frame,
        "line": theme.nodes["note"].border,
        "control": theme.nodes["start"].border,
        "mark": theme.states["here"].color,
    }
    scheme = "dark" if theme is DARK else "light"
    values = "".join(f" --{name}: {color};" for name, color in names.items())
    return f":root {{ color-scheme: {scheme};{values} }}\n"


def _turned(theme: Theme, other: Theme) -> str:
    """Rules that draw what is drawn in ``theme`` in the colours of ``other``."""
    return _names(other) + "".join(
        f'svg [{part}="{color}"] {{ {part}: {turned}; }}\n'
        for color, turned in exchanged(theme, other).items()
        for part in ("fill", "stroke")
    )


def exchanged(theme: Theme, other: Theme) -> dict[str, str]:
    """For each colour of ``theme`` the one that stands in its place in ``other``.

    Raises :class:`~salesfsm.errors.MapError` where one colour would have to become two.
    """
    pairs: dict[str, str] = {}
    for color, turned in zip(_colors(theme), _colors(other), strict=True):
        if pairs.setdefault(color, turned) != turned:
            raise MapError(
                f"{color} of theme {theme.name!r} is both {pairs[color]} and {turned} in "
                f"{other.name!r}; give the two things that share it colours of their own"
            )
    return pairs


def _colors(theme: Theme) -> Iterator[str]:
    yield from (theme.paper, theme.ink, theme.quiet, theme.frame)
    for role in sorted(theme.nodes):
        yield from (theme.nodes[role].fill, theme.nodes[role].border)
    yield from (theme.edges[role].color for role in sorted(theme.edges))
    yield from (theme.states[state].color for state in sorted(theme.states))
