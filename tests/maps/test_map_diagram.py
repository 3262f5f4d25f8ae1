"""A diagram whose parts do not fit together is refused when it is made."""

from __future__ import annotations

import pytest

from salesfsm.errors import MapError
from salesfsm.maps import Diagram, Edge, Group, Node

A, B = Node("a", "A"), Node("b", "B")


def test_an_edge_to_a_node_that_is_not_there_names_the_known_nodes() -> None:
    with pytest.raises(MapError, match=r"unknown node 'c' in edge 'a' -> 'c'.*known: a, b"):
        Diagram("", (A, B), (Edge("a", "c"),))


def test_an_id_used_twice_is_refused() -> None:
    with pytest.raises(MapError, match="node 'a' stands twice"):
        Diagram("", (A, Node("a", "Again")))


@pytest.mark.parametrize("name", ["", "a:b", "a b", 'a"', "a\\", "a\n", "<a>", "a->b"])
def test_an_id_that_dot_would_read_as_more_than_a_name_is_refused(name: str) -> None:
    with pytest.raises(MapError, match="an id is made of letters"):
        Diagram("", (Node(name, "A"),))


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_a_weight_outside_0_to_1_is_refused(weight: float) -> None:
    with pytest.raises(MapError, match="must be from 0 to 1"):
        Diagram("", (A, B), (Edge("a", "b", weight=weight),))


def test_an_unknown_role_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(MapError, match="did you mean 'decision'"):
        Diagram("", (Node("a", "A", "decison"),))  # type: ignore[arg-type]
    with pytest.raises(MapError, match="did you mean 'regress'"):
        Diagram("", (A, B), (Edge("a", "b", role="regres"),))  # type: ignore[arg-type]


def test_an_unknown_direction_is_refused() -> None:
    with pytest.raises(MapError, match="unknown direction 'RL'"):
        Diagram("", (), direction="RL")  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["", "polish", "pl_PL", "p", "pl\x00"])
def test_a_language_that_is_not_a_tag_is_refused(language: str) -> None:
    with pytest.raises(MapError, match="is not a language tag"):
        Diagram("", (), language=language)


def test_a_node_stands_in_one_group_at_most() -> None:
    with pytest.raises(MapError, match="grouped node 'a' stands twice"):
        Diagram("", (A, B), groups=(Group("g", "", ("a",)), Group("h", "", ("a", "b"))))


def test_a_group_of_unknown_nodes_is_refused() -> None:
    with pytest.raises(MapError, match="unknown node 'c' in group 'g'"):
        Diagram("", (A,), groups=(Group("g", "", ("c",)),))
