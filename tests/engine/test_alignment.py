"""How far seller and buyer are apart, in words of phases, and what lies between them."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

import salesfsm as sf
from sales.b2b import DAY, NOW
from sales.processes import processes
from salesfsm.rules.closure import compile_verdict
from salesfsm.rules.resolve import resolve

TEXT = """
salesfsm: 1
process: sides
buyer:
  phases:
    - {name: unaware, commitments: [to listen]}
    - {name: investigating, commitments: [to name the need], decisions: [whether to act]}
    - {name: defining, commitments: [to write it down]}
    - {name: selecting, decisions: [whom to ask]}
  milestones:
    - {name: interest, moves: unaware -> investigating, valid_for: 30d}
    - {name: needs, moves: investigating -> defining, valid_for: 60d}
    - {name: shortlist, moves: defining -> selecting}
    - pilot
    - {name: agreed, valid_for: 30d}
  jobs:
    - {name: validation, milestones: [pilot]}
    - {name: consensus, milestones: [pilot, agreed]}
    - talk
stages:
  - contact
  - {name: qualification, mirrors: investigating}
  - talking
  - {name: won, outcome: won, mirrors: selecting}
  - waiting
  - {name: nurturing, path: aside}
  - {name: waking, path: aside, mirrors: unaware}
  - {name: resting, path: aside}
  - {name: presenting, mirrors: selecting}
  - {name: lost, outcome: lost}
"""


def sides(mirror: str = "") -> sf.Engine:
    return sf.Engine(sf.loads(TEXT + (f"mirror: {{{mirror}}}\n" if mirror else "")))


def standing(engine: sf.Engine, stage: str, *milestones: str) -> sf.Opportunity:
    """An opportunity in ``stage`` of which these milestones are proven."""
    deal = engine.adopt("A", stage, at=NOW).unwrap()
    for name in milestones:
        deal = engine.record(deal, sf.Evidence(name), at=NOW).unwrap()
    return deal


def read(stage: str, *milestones: str, mirror: str = "") -> sf.Alignment:
    engine = sides(mirror)
    return engine.alignment(standing(engine, stage, *milestones), at=NOW)


@pytest.mark.parametrize(
    ("stage", "milestones", "distance"),
    [
        ("qualification", [], 1),
        ("qualification", ["interest"], 0),
        ("qualification", ["shortlist"], -2),
        ("presenting", ["interest"], 2),
        ("presenting", ["interest", "needs", "shortlist"], 0),
        ("waking", ["needs"], -2),
    ],
)
def test_the_distance_counts_the_phases_that_the_seller_is_ahead(
    stage: str, milestones: list[str], distance: int
) -> None:
    assert read(stage, *milestones).distance == distance


@pytest.mark.parametrize(
    ("stage", "seller"),
    [
        ("contact", None),
        ("qualification", "investigating"),
        ("talking", "investigating"),
        ("waiting", "investigating"),
        ("nurturing", None),
        ("resting", "unaware"),
        ("won", None),
        ("lost", None),
    ],
)
def test_a_stage_without_a_phase_has_that_of_the_nearest_before_it_on_its_path(
    stage: str, seller: str | None
) -> None:
    found = read(stage)
    assert (found.stage, found.seller) == (stage, seller)
    assert (found.distance is None) == (seller is None)


def test_milestones_that_move_nobody_do_not_move_the_buyer() -> None:
    assert read("contact", "pilot", "agreed").buyer == "unaware"


def test_the_buyer_begins_where_the_process_says() -> None:
    engine = sf.Engine(sf.loads(TEXT.replace("buyer:\n", "buyer:\n  start: defining\n")))
    found = engine.alignment(standing(engine, "qualification", "interest"), at=NOW)
    assert (found.buyer, found.distance) == ("defining", -1)


def test_expired_evidence_takes_the_buyer_back_and_makes_the_phase_doubtful() -> None:
    engine = sides()
    deal = standing(engine, "qualification", "interest", "needs")
    assert engine.alignment(deal, at=NOW + 59 * DAY).doubtful is None
    later = engine.alignment(deal, at=NOW + 60 * DAY)
    assert (later.buyer, later.doubtful, later.distance) == ("unaware", "defining", 1)
    renewed = engine.record(deal, sf.Evidence("interest"), at=NOW + 60 * DAY).unwrap()
    found = engine.alignment(renewed, at=NOW + 60 * DAY)
    assert (found.buyer, found.doubtful, found.distance) == ("investigating", "defining", 0)


def test_a_phase_before_that_of_the_buyer_is_not_doubtful() -> None:
    engine = sides()
    deal = standing(engine, "qualification", "interest", "shortlist")
    assert engine.alignment(deal, at=NOW + 40 * DAY).doubtful is None


class TestAligned:
    """Within the lead and lag of the process, and only with a buyer who goes on."""

    @pytest.mark.parametrize(
        ("mirror", "milestones", "aligned"),
        [
            ("", [], False),
            ("", ["interest"], True),
            ("", ["shortlist"], True),
            ("lead: 1", [], True),
            ("lag: 1", ["needs"], True),
            ("lag: 1", ["shortlist"], False),
        ],
    )
    def test_lead_and_lag_decide(self, mirror: str, milestones: list[str], aligned: bool) -> None:
        assert read("qualification", *milestones, mirror=mirror).aligned is aligned

    def test_where_the_seller_has_no_phase_nothing_is_compared(self) -> None:
        assert read("contact").aligned is None

    @pytest.mark.parametrize(
        ("does", "called"), [("buyer_holds", "on_hold"), ("buyer_abandons", "abandoned")]
    )
    def test_a_buyer_who_is_not_active_is_not(self, does: str, called: str) -> None:
        engine = sides()
        for stage in ("contact", "qualification"):
            deal = getattr(engine, does)(standing(engine, stage, "interest"), at=NOW).unwrap()
            found = engine.alignment(deal, at=NOW)
            assert (found.standing, found.aligned) == (called, False)


class TestOutstanding:
    """What the buyer owes from the present phase on, up to that of the seller."""

    def test_ahead_of_the_buyer_it_is_all_that_lies_between(self) -> None:
        found = read("presenting", "interest")
        assert found.milestones == ("needs", "shortlist")
        assert found.commitments == ("to name the need", "to write it down")
        assert found.decisions == ("whether to act",)

    def test_another_way_to_the_phase_that_is_reached_is_not_owed(self) -> None:
        other = "    - {name: referral, moves: unaware -> investigating}\n    - pilot\n"
        engine = sf.Engine(sf.loads(TEXT.replace("    - pilot\n", other)))
        deal = standing(engine, "presenting", "interest")
        assert engine.alignment(deal, at=NOW).milestones == ("needs", "shortlist")

    def test_side_by_side_it_is_what_leads_on(self) -> None:
        found = read("qualification", "interest")
        assert found.milestones == ("needs",)
        assert found.commitments == ("to name the need",)

    def test_where_nothing_can_be_compared_it_is_nothing(self) -> None:
        found = read("contact")
        assert (found.milestones, found.commitments, found.decisions) == ((), (), ())

    def test_behind_the_buyer_it_is_nothing_for_the_seller_has_to_move(self) -> None:
        found = read("qualification", "needs")
        assert found.distance == -1
        assert (found.milestones, found.commitments, found.decisions) == ((), (), ())

    def test_what_has_expired_is_owed_again(self) -> None:
        engine = sides()
        deal = standing(engine, "qualification", "interest")
        assert engine.alignment(deal, at=NOW + 30 * DAY).milestones == ("interest",)


class TestJobs:
    """The jobs beside the phases are told apart from them."""

    def jobs(self, *milestones: str, days: int = 0) -> dict[str, sf.Verdict | None]:
        engine = sides()
        deal = standing(engine, "contact", *milestones)
        found = engine.alignment(deal, at=NOW + days * DAY)
        return {each.job: each.verdict for each in found.jobs}

    def test_a_job_is_met_when_all_its_milestones_are_proven(self) -> None:
        assert self.jobs() == {"validation": "unmet", "consensus": "unmet", "talk": None}
        assert self.jobs("pilot") == {"validation": "met", "consensus": "unmet", "talk": None}
        assert self.jobs("pilot", "agreed")["consensus"] == "met"

    def test_a_job_is_stale_when_only_expired_evidence_stands_between(self) -> None:
        assert self.jobs("pilot", "agreed", days=30)["consensus"] == "stale"
        assert self.jobs("agreed", days=30)["consensus"] == "unmet"


def test_a_process_without_phases_has_no_sides() -> None:
    engine = sf.Engine(sf.loads("salesfsm: 1\nprocess: p\nstages: [a]"))
    found = engine.alignment(engine.open("A", at=NOW).unwrap(), at=NOW)
    assert found == sf.Alignment("a", None, None, "active", None, None, None)


# properties

PHASES = [f"phase{i}" for i in range(5)]


@st.composite
def journeys(draw: st.DrawFn) -> sf.Process:
    """A process of two stages, of which the second mirrors a phase."""
    milestones = [
        sf.Milestone(
            name=f"m{i}",
            moves=tuple(draw(st.permutations(PHASES))[:2]),
            valid_for=draw(st.sampled_from(["10d", None])),
        )
        for i in range(draw(st.integers(0, 6)))
    ]
    return sf.Process(
        process="journey",
        buyer=sf.Buyer(
            phases=PHASES, start=draw(st.sampled_from([None, *PHASES])), milestones=milestones
        ),
        mirror=sf.Mirroring(lead=draw(st.integers(0, 3)), lag=draw(st.none() | st.integers(0, 3))),
        stages=["before", sf.Stage(name="here", mirrors=draw(st.sampled_from(PHASES)))],
        transitions=[sf.Transition(trigger="enter", source="before", target="here")],
    )


@st.composite
def lives(draw: st.DrawFn, process: sf.Process, stage: str) -> sf.Opportunity:
    """An opportunity in ``stage`` with evidence of several ages, whose buyer may be resting."""
    engine = sf.Engine(process)
    deal = engine.adopt("A", stage, at=NOW).unwrap()
    names = list(process.milestone_by_name)
    for name in draw(st.lists(st.sampled_from(names), max_size=5) if names else st.just([])):
        milestone = process.milestone_by_name[name]
        kind = milestone.accepts[0] if milestone.accepts else ""
        age = timedelta(days=draw(st.integers(0, 9)))
        piece = sf.Evidence(name, kind, milestone.made_by[0], made_at=NOW - age)
        deal = engine.record(deal, piece, at=NOW).opportunity or deal
    if draw(st.integers(0, 3)) == 0:
        deal = engine.buyer_holds(deal, at=NOW).unwrap()
    return deal


@given(process=processes() | journeys(), data=st.data(), days=st.integers(0, 30))
def test_the_distance_is_the_place_of_the_seller_less_that_of_the_buyer(
    process: sf.Process, data: st.DataObject, days: int
) -> None:
    stage = data.draw(st.sampled_from([each.name for each in process.stages]))
    deal = data.draw(lives(process, stage))
    at = NOW + days * DAY
    found = sf.Engine(process).alignment(deal, at=at)
    phases = [phase.name for phase in process.buyer.phases]
    says = {
        phase: compile_verdict(resolve(sf.buyer_at(phase).node, process.vocabulary))(deal, at)
        for phase in phases
    }
    proven = [phase for phase in phases if says[phase] == "met"]
    claimed = [phase for phase in phases if says[phase] in ("met", "stale")]
    assert found.buyer == (proven[-1] if proven else None)
    assert found.doubtful == (claimed[-1] if len(claimed) > len(proven) else None)
    if found.seller is None:
        assert found.distance is None
    else:
        assert found.distance == phases.index(found.seller) - phases.index(found.buyer)


def entering(engine: sf.Engine, deal: sf.Opportunity, at: datetime) -> sf.Step:
    """The answer of the gate of the stage where ``deal`` stands, if it were still before it."""
    return engine.fire(engine.place(deal, "before", at=at).unwrap(), "enter", at=at)


@given(process=journeys(), data=st.data(), days=st.integers(0, 20))
def test_where_both_sides_are_aligned_the_gate_of_the_present_stage_is_open(
    process: sf.Process, data: st.DataObject, days: int
) -> None:
    """Of a phase far ahead that has become doubtful a lag cannot tell, so there it warns."""
    deal, at = data.draw(lives(process, "here")), NOW + days * DAY
    engine = sf.Engine(process)
    found, gate = engine.alignment(deal, at=at), entering(engine, deal, at)
    if found.aligned:
        assert gate.accepted
    if found.aligned and (process.mirror.lag is None or found.doubtful is None):
        assert gate.warnings == ()


@given(process=journeys(), data=st.data(), days=st.integers(0, 20))
def test_where_a_milestone_leads_to_every_phase_the_gate_is_open_only_to_the_aligned(
    process: sf.Process, data: st.DataObject, days: int
) -> None:
    """Where none leads to a phase, the gate asks for less than the alignment counts."""
    ways = [
        sf.Milestone(name=f"to_{phase}", moves=(before, phase))
        for before, phase in pairwise(PHASES)
    ]
    buyer = process.buyer.model_copy(update={"milestones": (*process.buyer.milestones, *ways)})
    process = process.model_copy(update={"buyer": buyer})
    deal, at = data.draw(lives(process, "here")), NOW + days * DAY
    engine = sf.Engine(process)
    gate = entering(engine, deal, at)
    if gate.accepted and not gate.warnings:
        assert engine.alignment(deal, at=at).aligned
