"""What is wrong with phases, teams, assignments and hand-overs is told, each with its path."""

from __future__ import annotations

import pytest

import salesfsm as sf
from salesfsm.errors import dotted

BASE = """\
salesfsm: 1
process: p
facts: {territory: text}
buyer:
  phases: [investigating, defining]
  milestones: [{name: interest, moves: investigating -> defining}]
teams: [{name: north, members: [anna]}, {name: south}]
stages: [{name: lead, TEST: x}, demo, {name: won, outcome: won}]
transitions: [{trigger: win, source: open, target: won}]
"""


def problems(more: str = "", *, stage: str = "", buyer: str = "") -> list[tuple[str, str]]:
    """The problems of the process with these additions, as path and message."""
    text = BASE.replace(", TEST: x", f", {stage}" if stage else "")
    text = text.replace("teams:", f"  {buyer}\nteams:" if buyer else "teams:")
    with pytest.raises(sf.DefinitionError) as caught:
        sf.loads(text + more, file="p.yaml")
    for each in caught.value.problems:
        assert each.place is not None
        assert each.place.file == "p.yaml"
        assert each.place.quote
    return [(dotted(each.path), each.message) for each in caught.value.problems]


def test_the_process_without_them_has_none() -> None:
    assert sf.loads(BASE.replace(", TEST: x", "")).stages[0].name == "lead"


class TestUnknownNames:
    """A name that nothing bears, with the nearest one."""

    @pytest.mark.parametrize(
        ("stage", "path", "message"),
        [
            (
                "team: nort",
                "stages[0].team",
                "unknown team 'nort'; did you mean 'north'? (known: north, south)",
            ),
            (
                "mirrors: definig",
                "stages[0].mirrors",
                "unknown phase of the buyer 'definig'; did you mean 'defining'? "
                "(known: investigating, defining)",
            ),
        ],
    )
    def test_of_stages(self, stage: str, path: str, message: str) -> None:
        assert problems(stage=stage) == [(path, message)]

    @pytest.mark.parametrize(
        ("more", "path", "message"),
        [
            (
                "receives: {facts: [teritory]}",
                "receives.facts[0]",
                "unknown fact 'teritory'; did you mean 'territory'? (known: territory)",
            ),
            (
                "receives: {milestones: [interest, intrest]}",
                "receives.milestones[1]",
                "unknown milestone 'intrest'; did you mean 'interest'? (known: interest)",
            ),
            (
                "handovers: [{name: h, source: won, target: lead, needs: {facts: [segment]}}]",
                "handovers[0].needs.facts[0]",
                "unknown fact 'segment' (known: territory)",
            ),
            (
                "handovers: [{name: h, source: won, target: lead, carries: {milestones: [x]}}]",
                "handovers[0].carries.milestones[0]",
                "unknown milestone 'x' (known: interest)",
            ),
            (
                "handovers: [{name: h, source: won, target: leed}]",
                "handovers[0].target",
                "unknown stage 'leed'; did you mean 'lead'? (known: lead, demo, won)",
            ),
            (
                "handovers: [{name: h, source: wonn, target: lead}]",
                "handovers[0].source",
                "unknown source 'wonn'; did you mean 'won'? "
                "(known: lead, demo, won, open, closed, *)",
            ),
            (
                "handovers: [{name: h, source: [won, lost], target: lead}]",
                "handovers[0].source[1]",
                "unknown source 'lost'; did you mean 'closed'? "
                "(known: lead, demo, won, open, closed, *)",
            ),
            (
                "assignments: [{name: a, team: nord}]",
                "assignments[0].team",
                "unknown team 'nord'; did you mean 'north'? (known: north, south)",
            ),
        ],
    )
    def test_of_contracts_handovers_and_assignments(
        self, more: str, path: str, message: str
    ) -> None:
        assert problems(more) == [(path, message)]

    def test_of_jobs(self) -> None:
        assert problems(buyer="jobs: [{name: consensus, milestones: [interest, nod]}]") == [
            ("buyer.jobs[0].milestones[1]", "unknown milestone 'nod' (known: interest)")
        ]

    def test_where_there_is_none_at_all_it_says_so(self) -> None:
        with pytest.raises(sf.DefinitionError, match="unknown team 'north'; there is none"):
            sf.Process(process="p", stages=[sf.Stage(name="a", team="north")])
        with pytest.raises(sf.DefinitionError, match=r"stages\[0\]\.mirrors: .*there is none"):
            sf.Process(process="p", stages=[sf.Stage(name="a", mirrors="defining")])


class TestAssignments:
    """A rule of assignment must assign somebody, in one way."""

    @pytest.mark.parametrize(
        ("rule", "path", "message"),
        [
            ("{name: a}", "assignments[0]", "the assignment 'a' assigns nobody"),
            (
                "{name: a, team: north, owner: anna, turns: true}",
                "assignments[0].turns",
                "the assignment 'a' names an owner, so nobody takes turns",
            ),
            (
                "{name: a, team: south, turns: true}",
                "assignments[0].turns",
                "the assignment 'a' has members take turns, and its team has none",
            ),
        ],
    )
    def test_a_rule_that_cannot_work_is_told(self, rule: str, path: str, message: str) -> None:
        assert problems(f"assignments: [{rule}]") == [(path, message)]

    def test_a_rule_that_nothing_bears_out_is_shown_with_the_place_in_it(self) -> None:
        (found,) = problems("assignments: [{name: a, when: teritory == x, team: north}]")
        assert found[0] == "assignments[0].when"
        assert "territory" in found[1]
        assert "^" in found[1]

    def test_a_rule_that_is_no_condition_is_told(self) -> None:
        (found,) = problems("assignments: [{name: a, when: territory, team: north}]")
        assert found[0] == "assignments[0].when"
        assert "not a condition" in found[1]


class TestHandovers:
    """A hand-over begins an opportunity, so its target must be open."""

    def test_a_closed_target_is_told(self) -> None:
        assert problems("handovers: [{name: h, source: lead, target: won}]") == [
            (
                "handovers[0].target",
                "'h' hands over to 'won', which is closed: nothing could begin there",
            )
        ]

    @pytest.mark.parametrize("group", ["open", "closed", "'*'"])
    def test_a_source_may_be_a_group_and_the_target_may_not(self, group: str) -> None:
        text = (
            BASE.replace(", TEST: x", "") + "handovers: [{name: h, source: SOURCE, target: lead}]"
        )
        assert sf.loads(text.replace("SOURCE", group)).handovers[0].target == "lead"
        with pytest.raises(sf.DefinitionError):
            sf.loads(text.replace("SOURCE", "won").replace("target: lead}]", f"target: {group}}}]"))


class TestNamesUsedTwice:
    """Each name is defined once among its like."""

    @pytest.mark.parametrize(
        ("more", "path", "message"),
        [
            (
                "assignments: [{name: a, owner: x}, {name: a, owner: y}]",
                "assignments[1]",
                "the assignment 'a' is defined twice",
            ),
            (
                "handovers: [{name: h, source: won, target: lead}, "
                "{name: h, source: won, target: demo}]",
                "handovers[1]",
                "the hand-over 'h' is defined twice",
            ),
        ],
    )
    def test_of_assignments_and_handovers(self, more: str, path: str, message: str) -> None:
        assert problems(more) == [(path, message)]

    def test_of_jobs(self) -> None:
        assert problems(buyer="jobs: [talk, talk]") == [
            ("buyer.jobs[1]", "the job 'talk' is defined twice")
        ]

    def test_of_teams(self) -> None:
        with pytest.raises(sf.DefinitionError) as caught:
            sf.Process(process="p", stages=["a"], teams=["north", sf.Team(name="north")])
        assert [(dotted(each.path), each.message) for each in caught.value.problems] == [
            ("teams[1]", "the team 'north' is defined twice")
        ]


def test_each_problem_says_how_to_mend_it() -> None:
    with pytest.raises(sf.DefinitionError) as caught:
        sf.loads(
            BASE.replace(", TEST: x", "")
            + """\
handovers: [{name: h, source: lead, target: won}]
assignments:
  - {name: nobody}
  - {name: both, team: north, owner: anna, turns: true}
  - {name: empty, team: south, turns: true}
"""
        )
    assert [each.hint for each in caught.value.problems] == [
        "name an open stage of the receiving plane",
        "add team: or owner:",
        "leave out owner: or turns:",
        "give the team members:",
    ]


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ("mirror: {level: maybe}", "mirror.level"),
        ("mirror: {lead: -1}", "mirror.lead"),
        ("mirror: {lag: 1.5}", "mirror.lag"),
        ("mirror: {lag: true}", "mirror.lag"),
        ("mirror: {leed: 1}", "mirror.leed"),
        ("acting: nobody", "acting"),
        ("receives: {fact: [territory]}", "receives.fact"),
        ("assignments: [{name: a, owner: x, turns: 1}]", "assignments[0].turns"),
        ("assignments: [{owner: x}]", "assignments[0].name"),
        ("handovers: [{name: h, source: won}]", "handovers[0].target"),
        ("handovers: [{name: h, source: [], target: lead}]", "handovers[0].source"),
    ],
)
def test_a_malformed_definition_is_told_at_its_place(more: str, path: str) -> None:
    (found,) = problems(more)
    assert found[0] == path


@pytest.mark.parametrize("stage", ["plane: marketing", "plane: ''"])
def test_a_plane_that_there_is_not_is_told(stage: str) -> None:
    ((path, message),) = problems(stage=stage)
    assert path == "stages[0].plane"
    assert "prospecting" in message


def test_every_problem_is_told_at_once() -> None:
    found = problems(
        "receives: {facts: [x]}\nassignments: [{name: a}]\n"
        "handovers: [{name: h, source: won, target: won}]\n",
        stage="team: east",
    )
    assert [path for path, _ in found] == [
        "stages[0].team",
        "receives.facts[0]",
        "assignments[0]",
        "handovers[0].target",
    ]
