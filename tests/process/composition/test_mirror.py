"""The buyer's journey given to a seller's process."""

from __future__ import annotations

import pytest
from planes import sales, winback

import salesfsm as sf
from sales.b2b import NOW
from salesfsm.process.composition.composing import mirror, override

STAGES = {"talk": "weighing"}


def test_stages_mirror_the_phases_of_the_buyer():
    found = mirror(winback(), sales(), stages=STAGES, level=sf.Level.WARN, lead=1, lag=2)
    assert found.buyer == sales().buyer
    assert found.mirror == sf.Mirroring(level="warn", lead=1, lag=2)
    assert [stage.mirrors for stage in found.stages] == [None, "weighing", None, None]
    assert mirror(winback(), sales().buyer, stages=STAGES, level="warn", lead=1, lag=2) == found


def test_the_engine_guards_the_stages_that_mirror():
    engine = sf.Engine(mirror(winback(), sales(), stages=STAGES))
    deal = engine.open("1", at=NOW).unwrap()
    deal = engine.complete(deal, "dated_plan", at=NOW).unwrap()
    assert [each.code for each in engine.fire(deal, "renew", at=NOW).blockers] == [
        "mirror.weighing"
    ]
    deal = engine.record(deal, sf.Evidence("reason_to_act", kind="email"), at=NOW).unwrap()
    assert engine.fire(deal, "renew", at=NOW).accepted


def test_a_process_keeps_its_own_milestones_and_what_is_not_said_again():
    own = override(
        winback(),
        {"buyer": {"milestones": ["visit"], "jobs": ["peace"]}, "mirror": {"lag": 3}},
    )
    found = mirror(own, sales(), lead=1)
    assert [each.name for each in found.buyer.milestones] == ["visit", "reason_to_act", "signature"]
    assert [each.name for each in found.buyer.jobs] == ["peace"]
    assert found.mirror == sf.Mirroring(lead=1, lag=3)


@pytest.mark.parametrize(
    ("stages", "error", "message"),
    [
        ({"tlk": "weighing"}, sf.UnknownNameError, "did you mean 'talk'"),
        (
            {"talk": "weghing"},
            sf.UnknownNameError,
            "unknown phase of the buyer 'weghing'.*'weighing'",
        ),
    ],
)
def test_an_unknown_stage_or_phase_is_an_error(stages, error, message):
    with pytest.raises(error, match=message):
        mirror(winback(), sales(), stages=stages)


def test_a_milestone_that_means_something_else_is_an_error():
    own = override(winback(), {"buyer": {"milestones": [{"name": "signature", "hint": "Ask."}]}})
    with pytest.raises(sf.DefinitionError, match=r"the milestone 'signature' .* \(moves, hint\)"):
        mirror(own, sales())


def test_a_mirror_takes_a_buyer():
    with pytest.raises(sf.CommandError, match="takes a Process, not str"):
        mirror(winback(), "sales")


@pytest.mark.parametrize(
    ("said", "path"),
    [({"level": "strict"}, "level"), ({"lead": -1}, "lead"), ({"lag": "two"}, "lag")],
)
def test_a_guard_that_cannot_be_is_told_where_it_is_given(said, path):
    with pytest.raises(sf.DefinitionError, match=str(said[path])) as caught:
        mirror(winback(), sales(), **said)
    assert [each.path for each in caught.value.problems] == [("mirror", path)]


def test_stages_and_phases_are_a_mapping():
    with pytest.raises(sf.CommandError, match=r"as a mapping .* not \['talk'\]"):
        mirror(winback(), sales(), stages=["talk"])
