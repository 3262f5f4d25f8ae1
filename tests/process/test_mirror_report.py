"""How closely the seller's stages mirror the buyer's phases: a score, and each deviation."""

from __future__ import annotations

from fractions import Fraction

import salesfsm as sf

PHASES = """
  phases:
    - {name: investigating, commitments: [to name the need]}
    - {name: defining, decisions: [what is needed]}
    - {name: selecting, commitments: [to compare], decisions: [whom to ask]}
"""
MILESTONES = """
  milestones:
    - {name: needs, moves: investigating -> defining}
    - {name: shortlist, moves: defining -> selecting}
"""
STAGES = """
stages:
  - {name: qualification, mirrors: investigating}
  - talking
  - {name: presenting, mirrors: defining}
  - {name: negotiating, mirrors: selecting}
  - {name: won, outcome: won}
"""


def report(
    phases: str = PHASES, milestones: str = MILESTONES, stages: str = STAGES
) -> sf.MirrorReport:
    return sf.mirror_report(
        sf.loads(f"salesfsm: 1\nprocess: p\nbuyer:{phases}{milestones}\n{stages}")
    )


def deviations(found: sf.MirrorReport) -> list[tuple[str, str]]:
    return [(each.kind, each.name) for each in found.deviations]


def test_two_sides_that_mirror_each_other_have_the_full_score() -> None:
    found = report()
    assert found.deviations == ()
    assert found.score == 1
    # three phases mirrored, two steps in order, two crossings, three phases with commitments
    assert found.asked == 10


def test_a_phase_that_no_stage_mirrors_is_a_deviation() -> None:
    found = report(stages=STAGES.replace(", mirrors: defining", ""))
    assert deviations(found) == [("phase", "defining")]
    assert found.score == Fraction(8, 9)


def test_a_stage_that_mirrors_an_earlier_phase_than_the_one_before_is_a_deviation() -> None:
    swapped = (
        STAGES.replace("selecting", "x").replace("defining", "selecting").replace("x", "defining")
    )
    found = report(stages=swapped)
    assert deviations(found) == [("order", "negotiating")]
    assert found.score == Fraction(9, 10)


def test_two_stages_may_mirror_one_phase() -> None:
    found = report(stages=STAGES.replace("- talking", "- {name: talking, mirrors: investigating}"))
    assert (found.asked, found.score) == (11, 1)


def test_stages_of_another_path_are_compared_among_themselves() -> None:
    aside = """
  - {name: waking, path: aside, mirrors: investigating}
  - {name: asking, path: aside, mirrors: selecting}
  - {name: resting, path: aside, mirrors: defining}
"""
    assert deviations(report(stages=STAGES.rstrip() + aside)) == [("order", "resting")]


def test_a_stage_of_another_path_between_two_stages_hides_nothing() -> None:
    between = """
stages:
  - {name: presenting, mirrors: defining}
  - {name: waking, path: aside, mirrors: investigating}
  - {name: qualification, mirrors: investigating}
  - {name: negotiating, mirrors: selecting}
"""
    assert deviations(report(stages=between)) == [("order", "qualification")]


def test_a_crossing_that_no_milestone_proves_is_a_deviation() -> None:
    found = report(milestones="\n  milestones: [{name: needs, moves: investigating -> defining}]")
    assert deviations(found) == [("crossing", "defining -> selecting")]
    skipping = MILESTONES.replace("defining -> selecting", "investigating -> selecting")
    assert deviations(report(milestones=skipping)) == [("crossing", "defining -> selecting")]


def test_a_way_back_proves_no_crossing() -> None:
    back = MILESTONES.replace("defining -> selecting", "selecting -> defining")
    assert deviations(report(milestones=back)) == [("crossing", "defining -> selecting")]


def test_a_phase_in_which_the_buyer_commits_to_nothing_is_a_deviation() -> None:
    found = report(phases=PHASES.replace(", decisions: [what is needed]", ""))
    assert deviations(found) == [("commitment", "defining")]
    assert found.score == Fraction(9, 10)


def test_deviations_of_every_kind_lower_the_score_together() -> None:
    found = report(
        phases="\n  phases: [investigating, defining, selecting]",
        milestones="",
        stages="\nstages: [{name: a, mirrors: selecting}, {name: b, mirrors: investigating}]",
    )
    assert deviations(found) == [
        ("phase", "defining"),
        ("order", "b"),
        ("crossing", "investigating -> defining"),
        ("crossing", "defining -> selecting"),
        ("commitment", "investigating"),
        ("commitment", "defining"),
        ("commitment", "selecting"),
    ]
    assert (found.asked, found.score) == (9, Fraction(2, 9))


def test_where_nothing_mirrors_and_nothing_proves_the_score_is_0() -> None:
    found = report(phases="\n  phases: [one]", milestones="", stages="\nstages: [a]")
    assert (found.asked, found.score) == (2, 0)


def test_a_process_without_phases_has_no_score() -> None:
    found = sf.mirror_report(sf.loads("salesfsm: 1\nprocess: p\nstages: [a]"))
    assert (found.asked, found.deviations, found.score) == (0, (), None)
