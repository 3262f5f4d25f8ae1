"""The look of a map is legible to everyone: contrast, and no meaning in colour alone."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import pytest

from salesfsm.maps import EdgeRole, NodeRole, State, style
from salesfsm.maps.style import DARK, LIGHT, Theme


def luminance(color: str) -> float:
    """The relative luminance of WCAG 2.2."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


themes = pytest.mark.parametrize("theme", style.THEMES.values(), ids=list(style.THEMES))


@themes
def test_every_role_and_state_has_a_look(theme: Theme) -> None:
    assert set(theme.nodes) == set(get_args(NodeRole))
    assert set(theme.edges) == set(get_args(EdgeRole))
    assert set(theme.states) == set(get_args(State))


@themes
@pytest.mark.parametrize("role", get_args(NodeRole))
def test_the_text_of_a_node_has_contrast_aa(role: NodeRole, theme: Theme) -> None:
    look = theme.nodes[role]
    inks = (theme.paper,) if role == "start" else (theme.ink, theme.quiet, look.border)
    assert min(contrast(ink, look.fill) for ink in inks) >= 4.5
    assert contrast(theme.paper, look.border) >= 4.5  # a badge, and the border on the page


@themes
@pytest.mark.parametrize("role", get_args(EdgeRole))
def test_an_edge_and_its_label_have_contrast_aa(role: EdgeRole, theme: Theme) -> None:
    for ground in (theme.paper, theme.frame):
        assert contrast(theme.edges[role].color, ground) >= 4.5


@themes
@pytest.mark.parametrize("state", get_args(State))
def test_what_an_overlay_tells_has_contrast_aa_wherever_it_stands(
    state: State, theme: Theme
) -> None:
    grounds = (theme.paper, theme.frame, *(look.fill for look in theme.nodes.values()))
    stands_on = [ground for ground in grounds if ground != theme.nodes["start"].fill]
    assert min(contrast(theme.states[state].color, ground) for ground in stands_on) >= 4.5


@themes
def test_nodes_of_two_roles_differ_without_colour(theme: Theme) -> None:
    looks = {
        role: (look.shape, look.style, look.borders, look.symbol)
        for role, look in theme.nodes.items()
    }
    assert not [pair for pair in combinations(looks, 2) if looks[pair[0]] == looks[pair[1]]]


@themes
def test_states_differ_without_colour(theme: Theme) -> None:
    symbols = [look.symbol for look in theme.states.values()]
    assert len(set(symbols)) == len(symbols)


@themes
def test_a_loss_and_a_detour_differ_from_the_main_line_without_colour(theme: Theme) -> None:
    main = {(theme.edges[role].style, theme.edges[role].arrowhead) for role in ("advance", "win")}
    for role in ("lose", "regress", "reopen", "aside"):
        look = theme.edges[role]  # type: ignore[index]
        assert (look.style, look.arrowhead) not in main
    lose, aside = theme.edges["lose"], theme.edges["aside"]
    assert lose.arrowhead != aside.arrowhead


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_what_an_opportunity_did_does_not_look_like_an_outcome(theme: Theme) -> None:
    for state in ("here", "passed", "open", "blocked", "late"):
        look = theme.states[state]
        for role in ("won", "lost"):
            assert look.symbol != theme.nodes[role].symbol
            assert look.color != theme.nodes[role].border
