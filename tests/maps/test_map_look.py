"""The look of a map is legible to everyone: contrast, and no meaning in colour alone."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import pytest

from salesfsm.maps import EdgeRole, NodeRole, style


def luminance(color: str) -> float:
    """The relative luminance of WCAG 2.2."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_every_role_has_a_look() -> None:
    assert set(style.NODES) == set(get_args(NodeRole))
    assert set(style.EDGES) == set(get_args(EdgeRole))


@pytest.mark.parametrize("role", get_args(NodeRole))
def test_the_text_of_a_node_has_contrast_aa(role: NodeRole) -> None:
    look = style.NODES[role]
    inks = (style.PAPER,) if role == "start" else (style.INK, style.QUIET, look.border)
    assert min(contrast(ink, look.fill) for ink in inks) >= 4.5
    assert contrast(style.PAPER, look.border) >= 4.5  # a badge, and the border on the page


@pytest.mark.parametrize("role", get_args(EdgeRole))
def test_an_edge_and_its_label_have_contrast_aa(role: EdgeRole) -> None:
    for ground in (style.PAPER, style.FRAME):
        assert contrast(style.EDGES[role].color, ground) >= 4.5


def test_nodes_of_two_roles_differ_without_colour() -> None:
    looks = {
        role: (look.shape, look.style, look.borders, look.symbol)
        for role, look in style.NODES.items()
    }
    assert not [pair for pair in combinations(looks, 2) if looks[pair[0]] == looks[pair[1]]]


def test_a_loss_and_a_detour_differ_from_the_main_line_without_colour() -> None:
    main = {(style.EDGES[role].style, style.EDGES[role].arrowhead) for role in ("advance", "win")}
    for role in ("lose", "regress", "reopen", "aside"):
        look = style.EDGES[role]  # type: ignore[index]
        assert (look.style, look.arrowhead) not in main
    lose, aside = style.EDGES["lose"], style.EDGES["aside"]
    assert lose.arrowhead != aside.arrowhead
