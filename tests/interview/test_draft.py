"""The draft: where each answer goes, and that any answers at all give a usable process."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from interviewed import HOSTILE, KEYS, any_answers, examples

import salesfsm as sf
from salesfsm.checks import check
from salesfsm.checks.finding import Severity
from salesfsm.frozen import FrozenDict
from salesfsm.interview import Answers, draft, gaps, write_draft
from salesfsm.messages import LANGUAGES, in_every_language
from salesfsm.process.fields import in_language


def drafted(**answers: str) -> sf.Process:
    return draft(Answers(FrozenDict(answers)))


def errors(process: sf.Process) -> list[str]:
    return [each.message for each in check(process) if each.severity is Severity.ERROR]


@given(any_answers())
def test_any_answers_give_a_process_without_errors_that_loads_again_equal(answers: Answers) -> None:
    process = draft(answers)
    assert errors(process) == []
    assert sf.loads(sf.dump(process)) == process
    assert sf.loads(write_draft(answers, file="a.yaml", answers_file="b.yaml")) == process


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_answer_to_every_question_gives_a_process(text: str) -> None:
    answers = Answers(FrozenDict(dict.fromkeys(KEYS, text)))
    process = draft(answers)
    assert errors(process) == []
    file = write_draft(answers, file=f"{text}.yaml", answers_file=text)
    assert sf.loads(file) == process == sf.loads(sf.dump(process))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_of_each_language_make_a_process_without_a_finding(language: str) -> None:
    answers = examples(language)
    process = draft(answers)
    assert check(process) == []
    assert gaps(answers) == ()
    engine = sf.Engine(process)
    assert engine.route(engine.open("A").opportunity, to="won").reachable


def test_without_answers_the_draft_has_the_six_usual_stages_and_says_what_is_missing() -> None:
    process = drafted()
    names = [stage.name for stage in process.stages]
    assert names[:3] == ["prospecting", "qualification", "presenting"]
    assert all(stage.definition for stage in process.stages)
    assert len(gaps(Answers())) == len(KEYS)
    written = write_draft(Answers(), file="my.yaml", answers_file="a.yaml")
    for gap in gaps(Answers()):
        assert gap[:60] in written


def test_own_stages_get_a_won_and_a_lost_one_and_their_definitions() -> None:
    answers = {"stages": "Rozmowa; Rozmowa!; Żółć", "definition.rozmowa_2": "Klient oddzwonił."}
    process = drafted(**answers)
    assert [each.name for each in process.stages] == [
        "rozmowa",
        "rozmowa_2",
        "zolc",
        "won",
        "lost",
    ]
    assert process.stages[1].definition == "Klient oddzwonił."
    assert process.stages[0].definition is None
    assert [each.code for each in check(process)] == ["SF104", "SF104", "SF117"]


def test_leads_become_the_options_of_a_choice_that_is_asked_for() -> None:
    process = drafted(leads="website, referrals, website")
    assert process.facts["lead_source"].options == ("website", "referrals")
    assert str(process.arcs[0].requirements[0].code) == "lead_source"
    assert process.arcs[0].requirements[0].level is sf.Level.WARN


def test_several_people_take_turns_one_gets_every_lead_and_a_sentence_is_a_task() -> None:
    team = drafted(owners="Anna; Ewa")
    assert team.teams[0].members == ("Anna", "Ewa")
    assert (team.assignments[0].team, team.assignments[0].turns) == ("sales_team", True)
    one = drafted(owners="sales director")
    assert (one.assignments[0].owner, one.teams) == ("sales director", ())
    told = drafted(owners="Anna takes the large ones, Ewa the others")
    assert told.assignments == told.teams == ()
    assert told.task_by_name["assign"].hint == "Anna takes the large ones, Ewa the others"


def test_the_first_contact_is_a_task_with_its_owner_and_its_ways_are_activities() -> None:
    process = drafted(
        contact_by="assistant",
        contact_how="phone; LinkedIn; Е-mail",
        contact_within="within 4 hours",
    )
    task = process.stages[0].tasks[0]
    assert (task.name, task.owner) == ("first_contact", "assistant")
    assert "phone, LinkedIn" in str(task.label)
    assert "within 4 hours" in str(task.hint)
    assert "linkedin" in process.activities
    assert "phone" not in process.activities  # every process has calls
    assert str(process.stages[0].expected) == "4h"


def test_the_cadence_is_a_criterion_of_giving_up_and_the_length_of_the_first_stage() -> None:
    process = drafted(attempts="about 5 times", cadence="3 business days", contact_within="1h")
    assert str(process.stages[0].expected) == "15 business days"
    engine = sf.Engine(process)
    deal = engine.open("A").opportunity
    for _ in range(4):
        deal = engine.log(deal, "call").unwrap()
    assert not engine.fire(deal, "give_up", reason="silent").accepted
    deal = engine.log(deal, "call").unwrap()
    assert engine.fire(deal, "give_up", reason="silent").accepted


def test_until_the_last_attempt_the_first_stage_is_lost_only_on_an_answer() -> None:
    process = drafted(stages="Contact; Offer", attempts="3")
    engine = sf.Engine(process)
    deal = engine.open("A").opportunity
    assert engine.fire(deal, "lose", reason="price").accepted
    deal = engine.log(deal, "call").unwrap()
    assert not engine.fire(deal, "lose", reason="price").accepted
    assert not engine.fire(deal, "give_up", reason="silent").accepted
    answered = engine.log(deal, sf.Activity("call", made_by="buyer")).unwrap()
    assert engine.fire(answered, "lose", reason="price").accepted
    later = engine.fire(deal, "to_offer").unwrap()
    assert engine.fire(later, "lose", reason="price").accepted


@given(any_answers())
def test_every_open_stage_can_be_lost(answers: Answers) -> None:
    process = draft(answers)
    lost = {each.name for each in process.stages if each.outcome is sf.Outcome.LOST}
    losable = {arc.source for arc in process.arcs if arc.target in lost}
    assert losable == {each.name for each in process.stages if each.is_open}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_has_a_label_in_the_language_of_the_interview(language: str) -> None:
    for answers in (examples(language), Answers(FrozenDict({"attempts": "5"}), language)):
        process = draft(answers)
        labels = {each.trigger: each.label for each in process.transitions}
        assert labels["give_up"] == in_every_language("interview.way.give_up")
        for each in process.transitions:
            assert each.label, each.trigger
            if each.trigger.startswith("to_"):
                stage = in_language(process.stage_by_name[each.target].label, language)
                assert in_language(each.label, language).endswith(stage)


def test_each_opening_question_is_a_fact_and_missed_with_where_its_answer_is_kept() -> None:
    process = drafted(
        opening_questions="What do you use, and since when? Who decides?", records="in the CRM"
    )
    labels = [fact.label for fact in process.facts.values()]
    assert labels == ["What do you use, and since when?", "Who decides?"]
    asked = process.stage_by_name["qualification"].exit
    assert [str(each.level) for each in asked] == ["warn", "warn"]
    assert all("in the CRM" in str(each.hint) for each in asked)


def test_materials_stand_in_the_stage_that_their_time_names_or_else_in_the_discovery() -> None:
    answers = {"stages": "New; Talking; First meeting; Closing", "materials": "brochure; prices"}
    named = drafted(**answers, materials_when="during the First Meeting")
    assert [task.name for task in named.stage_by_name["first_meeting"].tasks] == [
        "send_brochure",
        "send_prices",
    ]
    assert [task.name for task in drafted(**answers).stage_by_name["talking"].tasks]


def test_preparation_presentation_proposal_and_sticking_points_are_tasks_where_they_belong() -> (
    None
):
    process = drafted(
        stages="Kontakt; Prezentacja; Oferta; Negocjacje; Umowa",
        preparation="research; rehearse",
        presentation="on site",
        proposal="two variants",
        sticking_points="price",
    )
    tasks = {stage.name: [task.name for task in stage.tasks] for stage in process.stages}
    assert tasks["prezentacja"] == ["prepare_research", "prepare_rehearse", "presentation"]
    assert tasks["oferta"] == ["proposal"]
    assert tasks["negocjacje"] == ["answer_price"]
    assert process.task_by_name["answer_price"].optional


def test_nothing_is_won_without_the_commitment_of_the_buyer() -> None:
    process = drafted(stages="Talking", commitment="signs")
    engine = sf.Engine(process)
    deal = engine.open("A").opportunity
    assert [each.code for each in engine.fire(deal, "win").blockers] == ["proven.commitment"]
    deal = engine.record(deal, sf.Evidence("commitment", made_by="buyer")).unwrap()
    assert engine.fire(deal, "win").accepted


def test_reasons_of_the_team_replace_the_usual_ones() -> None:
    own = drafted(lost_reasons="za drogo; konkurencja").stage_by_name["lost"].reasons
    assert [each.name for each in own] == ["za_drogo", "konkurencja"]
    assert "price" in [each.name for each in drafted().stage_by_name["lost"].reasons]


def test_the_first_contact_after_the_sale_is_a_task_of_the_stage_in_which_it_ends() -> None:
    for stages, won in (("", "nurturing"), ("Talking", "won")):
        process = drafted(stages=stages, after_sale="a call after 14 days")
        assert process.stage_by_name[won].tasks[-1].hint == "a call after 14 days"
        assert process.stage_by_name[won].outcome is sf.Outcome.WON


def test_what_a_label_is_too_long_for_stands_in_the_hint() -> None:
    long = "a very long brochure " * 40
    task = drafted(materials=long, materials_when="soon").task_by_name
    (only,) = task.values()
    assert len(str(only.label)) <= 120
    assert long.strip() in str(only.hint)
    assert "soon" in str(only.hint)


@given(any_answers())
@example(Answers())
def test_equal_answers_give_equal_drafts_in_any_order_of_answering(answers: Answers) -> None:
    turned = Answers(FrozenDict(reversed(list(answers.given.items()))), answers.language)
    assert draft(turned) == draft(answers)
