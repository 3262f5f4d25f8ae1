"""What looks like a fault and is none: no check may tell it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from poor_processes import sound

import salesfsm as sf
from salesfsm.checks import check

Data = dict[str, Any]
Spoil = Callable[[Data], object]


def codes(*spoils: Spoil) -> list[str]:
    """The codes of all that is found, notes too, in the sound process after the changes."""
    data = sound()
    for spoil in spoils:
        spoil(data)
    found = check(sf.Process.model_validate(data), notes=True)
    return [each.code for each in found if each.code not in ("SF113", "SF114")]


def ways(*more: Data) -> Spoil:
    return lambda data: data["transitions"].extend(more)


def stages(*more: Data) -> Spoil:
    return lambda data: data["stages"].extend(
        {"definition": f"The buyer is in {each['name']}."} | each for each in more
    )


def stage(index: int, **keys: object) -> Spoil:
    return lambda data: data["stages"][index].update(keys)


def way(index: int, **keys: object) -> Spoil:
    return lambda data: data["transitions"][index].update(keys)


def process(**keys: object) -> Spoil:
    return lambda data: data.update(keys)


def test_the_sound_process_is_sound() -> None:
    assert codes() == []


def test_a_stage_in_which_a_hand_over_begins_is_reached() -> None:
    needs = {"milestones": ["signature"]}
    handover = {"name": "care", "source": "won", "target": "care", "needs": needs}
    renew = {"trigger": "renew", "source": "care", "target": "won", "when": "proven(signature)"}
    lost = {"trigger": "give_up", "source": "care", "target": "lost"}
    assert codes(stages({"name": "care", "path": "care"}), ways(renew, lost)) == ["SF101"]
    added = (stages({"name": "care", "path": "care"}), ways(renew, lost))
    assert codes(*added, process(handovers=[handover])) == []
    unreached = handover | {"source": "winback"}
    assert "SF101" in codes(
        *added, process(handovers=[unreached]), lambda d: d["transitions"].pop(3)
    )


REST = {"trigger": "rest", "source": "second", "target": "first", "after": "5d"}
WAKE = {"trigger": "wake", "source": "first", "target": "second", "after": "5d"}
AWAY = {"trigger": "escape", "source": "first", "target": "winback", "after": "2d"}


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ([REST, WAKE], ["SF111"]),
        ([REST, WAKE, AWAY | {"after": "9d"}], ["SF111", "SF125"]),
        ([REST, WAKE, AWAY], ["SF125"]),  # escape rings before wake: nothing goes round
        ([REST, WAKE, AWAY | {"when": "attempts() > 3"}], []),
        ([REST, WAKE, AWAY | {"after": "5d"}], []),
        ([REST, WAKE, AWAY | {"after": "2 business days"}], []),
        ([REST | {"roles": ["boss"]}, WAKE], ["SF125"]),
        ([REST | {"when": "attempts() > 3"}, WAKE], []),
        ([{**REST, "target": "second"}], ["SF111"]),
        ([{**REST, "target": "second", "when": "attempts() < 3"}], []),
    ],
)
def test_timers_go_round_where_nothing_leads_out_before(more: list[Data], found: list[str]) -> None:
    assert codes(ways(*more)) == found


DOZE = {"trigger": "doze", "source": "first", "target": "second", "after": "30d"}


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ([AWAY, DOZE], ["SF125"]),
        ([AWAY | {"when": "attempts() > 3"}, DOZE], []),
        ([AWAY | {"roles": ["boss"]}, DOZE], ["SF125"]),  # the dead one is the earlier
        ([AWAY | {"after": "10 business days"}, DOZE], []),
        ([AWAY, DOZE | {"source": "open"}], []),  # the others of the group have no earlier timer
        ([AWAY, DOZE | {"after": "2d"}], []),
        ([AWAY, DOZE | {"after": "48h30m"}], []),  # a day may have 25 hours
        ([AWAY, DOZE | {"after": "52h"}], ["SF125"]),
        ([AWAY | {"after": "47h"}, DOZE | {"after": "2d"}], []),
        ([AWAY | {"after": "40h"}, DOZE | {"after": "2d"}], ["SF125"]),
        ([AWAY, DOZE | {"after": "3 business days"}], ["SF125"]),  # which are three days at least
        ([AWAY, DOZE | {"after": "2 business days"}], []),
    ],
)
def test_a_timer_is_dead_behind_one_that_always_rings_before(
    more: list[Data], found: list[str]
) -> None:
    assert codes(ways(*more)) == found


HERS = {"name": "desk", "planes": ["sales"], "members": ["anna"]}


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ({"acting": "owner"}, ["SF133"]),
        ({"acting": "team"}, ["SF133"]),
        ({"acting": "team", "team": "desk"}, ["SF133"]),
        ({"acting": "anyone", "team": "desk"}, []),
        ({"acting": "owner", "team": "desk"}, ["SF133"]),
    ],
)
def test_a_timer_waits_for_somebody_where_not_all_may_act(keys: Data, found: list[str]) -> None:
    assert codes(process(teams=[HERS]), stage(0, **keys), ways(DOZE)) == found
    # What it leaves behind is none that always rings before.
    after = DOZE | {"trigger": "sleep", "target": "winback", "after": "90d"}
    assert codes(process(teams=[HERS]), stage(0, **keys), ways(DOZE, after)) == (
        found * 2 or ["SF125"]
    )


def test_a_timer_that_waits_for_somebody_is_told_once_for_all_its_stages() -> None:
    everywhere = DOZE | {"source": "open", "target": "winback"}
    assert codes(process(acting="owner"), ways(everywhere)) == ["SF133"]
    assert codes(process(acting="owner"), stage(0, acting="anyone"), ways(everywhere)) == ["SF133"]


@pytest.mark.parametrize("team", [{}, {"team": "desk"}])
def test_a_timer_of_a_group_is_told_for_those_of_its_stages_where_it_waits(team: Data) -> None:
    everywhere = DOZE | {"source": "open", "target": "winback"}
    data = sound() | {"teams": [HERS]}
    for spoil in (stage(1, acting="team", **team), ways(everywhere)):
        spoil(data)
    timers = check(sf.Process.model_validate(data), only=["SF125", "SF133"])
    assert [(each.code, each.case, each.values["source"]) for each in timers] == [
        ("SF133", "team", "second")
    ]


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ({"acting": "owner"}, ["SF111", "SF133", "SF133"]),  # what nobody owns
        ({"acting": "team"}, ["SF111", "SF133", "SF133"]),  # what no team has
        ({"acting": "team", "teams": [HERS]}, ["SF133", "SF133"]),  # each time, one of them
    ],
)
def test_timers_go_round_with_what_is_nobodys(keys: Data, found: list[str]) -> None:
    assert codes(process(**keys), ways(REST, WAKE)) == found


def test_what_a_stage_leaves_of_a_criterion_is_the_same_as_if_nothing_else_had_been_asked() -> None:
    rest = "not (known(need) or stage == second)"  # in `first` that is: not known(need)
    same = {"trigger": "go", "source": "first", "target": "winback", "when": rest}
    need = process(facts={"need": "text"})
    assert "SF106" in codes(need, way(0, when="not known(need)"), ways(same))
    assert "SF106" not in codes(need, way(0, when="known(need)"), ways(same))


@pytest.mark.parametrize(
    ("earlier", "later", "told"),
    [
        ([], [], True),
        (["boss"], [], False),
        (["boss"], ["clerk"], False),
        (["boss"], ["boss", "clerk"], False),
        (["boss", "clerk"], ["clerk"], True),
        ([], ["boss"], True),
    ],
)
def test_a_way_is_never_taken_behind_one_that_is_open_to_all_who_may_take_it(
    earlier: list[str], later: list[str], told: bool
) -> None:
    same = {"trigger": "go", "source": "first", "target": "winback", "roles": later}
    assert ("SF106" in codes(way(0, roles=earlier), ways(same))) is told


def test_a_branch_for_a_timer_is_taken_though_an_earlier_one_is_open_to_people() -> None:
    later = {"trigger": "go", "source": "first", "target": "winback", "after": "5d"}
    assert codes(ways(later)) == []
    assert codes(way(0, after="9d"), ways(later)) == ["SF125"]  # of `go` after nine days
    assert "SF106" in codes(way(0, after="5d"), ways(later))


@pytest.mark.parametrize("rule", ["1 > 2", "not true", "stage == first", "false and known(need)"])
def test_a_criterion_that_constants_or_the_stage_decide_shuts_its_way(rule: str) -> None:
    found = codes(process(facts={"need": "text"}), way(1, when=rule))
    assert {"SF106", "SF101", "SF102"} <= set(found)


@pytest.mark.parametrize("rule", ["1 < 2", "stage == second", "known(need) or true", "not false"])
def test_a_criterion_that_holds_in_any_case_asks_nothing(rule: str) -> None:
    assert "SF117" in codes(process(facts={"need": "text"}), way(1, when=rule))


@pytest.mark.parametrize(
    "rule", ["known(need)", "not known(need)", "stage == second and known(need)", 'need != "x"']
)
def test_a_criterion_about_a_fact_is_taken_for_one(rule: str) -> None:
    found = codes(process(facts={"need": "text"}), way(1, when=rule))
    assert not {"SF106", "SF117"} & set(found)


def test_a_lost_stage_whose_reasons_can_never_be_given_is_not_entered() -> None:
    shut = [{"name": "price", "when": "false"}]
    assert {"SF101", "SF109"} <= set(codes(stage(3, reasons=shut)))
    assert codes(stage(3, reasons=[*shut, "other"])) == []


def test_what_only_an_invariant_asks_is_used() -> None:
    proof = {"name": "proof", "definition": "The buyer has said so."}
    never = "stage == second and not known(budget) and not proven(proof)"
    added = (process(facts={"budget": "money"}, currency="EUR"),)
    milestone: Spoil = lambda data: data["buyer"]["milestones"].append(proof)  # noqa: E731
    assert codes(*added, milestone) == ["SF118", "SF119"]
    assert codes(*added, milestone, process(invariants=[{"never": never}])) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("plan_a", "plan_b"),
        ("plan_a.visit", "plan_b.visit"),
        ("tier_i", "tier_ii"),
        ("offer_1", "offer_2"),
        ("phase1a", "phase1b"),
        ("contract", "contracts"),
        ("approve", "approved"),
        ("inside", "insider"),
        ("needs_met", "needs_set"),
        ("north.visit", "south.visit"),
    ],
)
def test_names_that_are_meant_to_be_alike_are_no_slip(first: str, second: str) -> None:
    named = (stage(0, name=first), stage(1, name=second))
    data = sound()
    for each in named:
        each(data)
    for transition in data["transitions"]:
        for end in ("source", "target"):
            old = transition[end]
            transition[end] = {"first": first, "second": second}.get(old, old)
    assert "SF128" not in {each.code for each in check(sf.Process.model_validate(data))}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("qualification", "qualifcation"),
        ("qualification", "qualifictaion"),
        ("winback.approach", "winback.aproach"),
        ("winback.approach", "winbakc.approach"),
        ("sales director", "sales directer"),
        ("enterprise", "enterprize"),
    ],
)
def test_slips_in_owners_and_options_are_found(one: str, other: str) -> None:
    owners = [{"name": "a", "owner": one}, {"name": "b", "owner": other}]
    assert "SF128" in codes(stage(0, tasks=owners))
    if one.isidentifier():
        options = {"size": {"type": "choice", "options": [one, other]}}
        assert "SF128" in codes(process(facts=options))


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        ({"en": "Second", "pl": "Drugi"}, None, True),
        ("Meeting", {"en": "Meeting", "pl": "Spotkanie"}, True),
        ({"en": "Call", "pl": "Telefon"}, {"en": "Talk", "pl": "Rozmowa"}, False),
        ({"en": "Call", "pl": "Rozmowa"}, {"en": "Talk", "pl": "Rozmowa"}, True),
        ({"en": "Call", "pl": "Talk"}, {"en": "Talk", "pl": "Rozmowa"}, False),
    ],
)
def test_stages_are_called_the_same_for_the_readers_of_one_language(
    first: object, second: object, clash: bool
) -> None:
    assert ("SF129" in codes(stage(0, label=first), stage(1, label=second))) is clash


def test_probability_falls_along_one_line_and_not_from_a_certainty() -> None:
    cross = {"name": "more", "plane": "cross_selling", "probability": "20%"}
    shares = (stage(0, probability="30%"), stage(1, probability="60%"))
    assert "SF116" not in codes(*shares, stages(cross))
    assert "SF116" in codes(*shares, stages(cross | {"plane": "sales"}))
    assert codes(stage(0, probability="100%"), stage(1, probability="60%")) == ["SF116"]


BUDGET = process(facts={"budget": "integer"})
WARN = {"rule": "budget > 5", "level": "warn"}


@pytest.mark.parametrize(
    ("spoils", "found"),
    [
        ([stage(0, exit=WARN)], ["SF121"]),
        ([stage(0, exit=[WARN, "known(budget)"])], []),
        ([stage(0, exit=[WARN, "budget > 1 and attempts() > 0"])], []),
        ([stage(0, exit=[WARN, "budget > 1 or attempts() > 0"])], ["SF121"]),
        ([stage(0, exit=[WARN, "not known(budget)"])], ["SF121"]),
        ([stage(0, exit=[WARN, "not (budget < 1)"])], []),
        ([stage(0, exit=[WARN, "not (budget < 1 or attempts() < 1)"])], []),
        ([stage(0, exit=[WARN, "not (budget < 1 and attempts() < 1)"])], ["SF121"]),
        ([stage(0, exit=WARN), stage(1, exit="known(budget)")], ["SF121"]),  # too late
        ([stage(1, exit=WARN), stage(0, exit="known(budget)")], []),
        ([stage(0, exit=WARN, entry="known(budget)")], []),
        ([stage(0, entry=WARN)], ["SF121"]),
        ([stage(0, entry=[WARN, "known(budget)"])], []),
        ([stage(0, exit={"rule": "known(budget)", "level": "warn"})], []),
        ([way(1, when=[WARN, "proven(signature)"]), way(0, when="budget > 0")], []),
        ([stage(3, reasons=[{"name": "price", "when": WARN}])], ["SF121"]),
        ([stage(0, exit=WARN), process(receives={"facts": ["budget"]})], []),
        ([process(assignments=[{"name": "large", "when": "budget > 5", "owner": "eva"}])], []),
    ],
)
def test_a_fact_is_required_before_it_decides(spoils: list[Spoil], found: list[str]) -> None:
    assert codes(BUDGET, *spoils) == found


def test_what_is_reopened_knows_what_was_asked_before() -> None:
    reopened = {"trigger": "reopen", "source": "lost", "target": "second"}
    asked = (stage(1, exit=WARN), stage(0, exit="known(budget)"))
    assert codes(BUDGET, *asked, ways(reopened)) == []


def test_a_milestone_whose_kinds_of_evidence_are_named_can_be_proven() -> None:
    proof = {"name": "proof", "accepts": ["contract"]}
    needs = (lambda data: data["buyer"]["milestones"].append(proof), way(0, when="proven(proof)"))
    assert codes(*needs) == []


OWNER = {"name": "ask", "owner": "seller"}


@pytest.mark.parametrize(
    ("role", "told"),
    [
        ("everyone", True),
        ("Everybody in sales", True),
        ("all staff", True),
        ("кой да е", True),
        ("Każdy handlowiec", True),
        ("*", True),
        ("user experience lead", False),
        ("all accounts director", False),
        ("seller", False),
    ],
)
def test_an_override_for_everybody_is_told_by_its_words(role: str, told: bool) -> None:
    assert ("SF127" in codes(process(overrides=[role]))) is told


def test_who_owns_all_that_keeps_people_in_a_stage_may_not_override_there() -> None:
    seller = process(overrides=["seller"])
    assert codes(seller, stage(0, tasks=[OWNER])) == ["SF127"]
    assert codes(seller, stage(0, tasks=[OWNER, {"name": "b", "owner": "clerk"}])) == []
    assert codes(seller, stage(0, tasks=[OWNER, "b"])) == []
    assert codes(seller, stage(0, tasks=[OWNER], overrides=["boss"])) == []


PHASES = {
    "phases": ["unaware", "planning"],
    "milestones": [
        {"name": "plan", "moves": "unaware -> planning", "definition": "The buyer has a plan."},
        {"name": "signature", "definition": "The buyer has signed."},
    ],
}


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("proven(signature)", True),
        ("done(ask)", True),
        ("attempts() > 0", True),
        ("days_in_stage > 3", True),
        ("buyer_at(planning)", True),
        ("stopped_in == second", True),
        ("proven(signature) or known(need)", False),
        ("known(need)", False),
        ("known(need) and proven(signature)", True),
        ("not proven(signature)", False),
        ("buyer_at(unaware)", False),
        ("stage == first", False),
        ("owner == anna", False),
        ({"rule": "proven(signature)", "level": "warn"}, False),
        ({"rule": "proven(signature)", "since": "2020-01-01"}, True),
    ],
)
def test_nothing_begins_where_entering_asks_what_only_work_brings(
    entry: object, told: bool
) -> None:
    if entry == "owner == anna":
        entry = 'owner == "anna"'
    added = (process(facts={"need": "text"}, buyer=PHASES), stage(0, tasks=["ask"], entry=entry))
    assert ("SF131" in codes(*added)) is told
    data = sound()
    for each in added:
        each(data)
    opened = sf.Engine(sf.Process.model_validate(data)).open(
        "A", by="anna", owner="anna", facts={"need": "x"}
    )
    assert opened.accepted is not told


def test_a_process_begins_in_any_of_its_stages_or_by_a_hand_over() -> None:
    shut = stage(0, entry="proven(signature)")
    assert codes(shut) == ["SF131"]
    assert codes(shut, process(opens_in=["first", "second"])) == []
    assert codes(shut, process(receives={"milestones": ["signature"]})) == []


def test_an_exit_that_the_ways_out_ask_themselves_is_asked() -> None:
    wanted = stage(4, exit="attempts() > 0")
    assert codes(wanted) == ["SF132"]
    assert codes(wanted, way(4, when="attempts() > 0")) == []
    assert codes(wanted, way(4, target="won")) == []
