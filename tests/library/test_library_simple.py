"""The shelf, the texts on it in each language, and the simple processes, walked from end to end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

import pytest

import salesfsm as sf
from library.shelf import CRM, LANGUAGES, engine, line, process, stages, texts
from salesfsm import library
from salesfsm.checks import check
from salesfsm.process.fields import Text, in_language
from salesfsm.testing.supplying import lacking
from salesfsm.testing.walking import Walk, walk

SIMPLE = ("six_stage", "in_between", "opportunity_funnel", "seven_phase", "buyer_journey")


class TestShelf:
    """Names and texts; nothing is read as a process."""

    def test_every_process_is_named_as_its_file(self) -> None:
        assert set(SIMPLE + CRM) <= set(library.names())
        for name in SIMPLE + CRM:
            assert process(name).name == name

    def test_the_names_are_in_alphabetical_order(self) -> None:
        assert list(library.names()) == sorted(library.names())

    def test_the_text_is_that_of_the_file(self) -> None:
        assert library.path("six_stage").name == "six_stage.yaml"
        assert library.text("six_stage") == library.path("six_stage").read_text("utf-8")

    @pytest.mark.parametrize("give", [library.text, library.path])
    def test_an_unknown_name_suggests_the_nearest(self, give: object) -> None:
        with pytest.raises(sf.UnknownNameError, match="did you mean 'six_stage'") as caught:
            give("six_stages")  # type: ignore[operator]
        assert caught.value.known == library.names()

    def test_a_path_is_no_name(self) -> None:
        with pytest.raises(sf.UnknownNameError):
            library.text("../processes/six_stage")

    @pytest.mark.parametrize("name", SIMPLE + CRM)
    def test_each_begins_with_where_it_comes_from_and_what_to_change(self, name: str) -> None:
        comment = library.text(name).partition("salesfsm: 1\n")[0]
        assert all(row.startswith("#") for row in comment.splitlines())
        assert "Change first:" in comment


@pytest.mark.parametrize("name", SIMPLE + CRM)
class TestTexts:
    """All that people read is there in each language."""

    def test_no_translation_is_missing(self, name: str) -> None:
        for where, text in texts(process(name)):
            assert not isinstance(text, str), f"{where} has one text for all languages"
            assert isinstance(text, Mapping)
            assert tuple(text) == LANGUAGES, where

    def test_each_translation_is_in_its_own_script(self, name: str) -> None:
        for where, text in texts(process(name)):
            english, polish, bulgarian = (in_language(text, each) for each in LANGUAGES)
            assert not re.search("[а-яА-Я]", english + polish), where
            assert re.search("[а-яА-Я]", bulgarian), where

    def test_whatever_people_see_has_a_label(self, name: str) -> None:
        found = process(name)
        named = [
            found,
            *found.stages,
            *found.facts.values(),
            *found.transitions,
            *found.buyer.phases,
            *found.buyer.milestones,
            *found.buyer.jobs,
            *(task for stage in found.stages for task in stage.tasks),
            *(reason for stage in found.stages for reason in stage.reasons),
        ]
        assert [each for each in named if each.label is None] == []

    def test_it_says_what_it_is_for_in_a_sentence(self, name: str) -> None:
        description = process(name).description
        for language in LANGUAGES:
            assert in_language(description, language).endswith(".")
            assert len(in_language(description, language)) < 160


@cache
def straight(name: str) -> Walk:
    """The walk along the whole line, stage by stage, up to won."""
    return walk(engine(name), *line(name), *stages(name, "won"))


@pytest.mark.parametrize("name", SIMPLE)
class TestSimpleProcesses:
    """The stage lists of the field, ready to run."""

    def test_the_checks_find_nothing(self, name: str) -> None:
        assert check(process(name)) == []

    def test_the_line_is_walked_from_stage_to_stage_to_won(self, name: str) -> None:
        done = straight(name)
        assert done.stages == [*line(name), *stages(name, "won")]
        assert sf.replay(process(name), done.events) == done.opportunity

    def test_a_walk_takes_legal_moves_only(self, name: str) -> None:
        arcs = {arc.key for arc in process(name).arcs}
        moves = [event for event in straight(name).events if isinstance(event, sf.Moved)]
        assert all((move.trigger, move.source, move.target) in arcs for move in moves)
        assert [move.override for move in moves] == [None] * len(moves)

    def test_no_stage_is_left_ahead_for_nothing(self, name: str) -> None:
        refused = {step.opportunity.stage for step in straight(name).refused}
        assert refused == set(line(name))

    def test_every_open_stage_can_be_lost_for_each_reason(self, name: str) -> None:
        (lost,) = [stage for stage in process(name).stages if stage.outcome == "lost"]
        for stage in line(name):
            for reason in lost.reasons:
                done = walk(engine(name), stage, lost.name, reason=reason.name)
                assert done.opportunity.lost_reason == reason.name
                assert done.opportunity.stopped_in == stage

    def test_what_is_lost_may_still_be_won(self, name: str) -> None:
        done = walk(engine(name), *stages(name, "lost"), *stages(name, "won"), reason="price")
        assert done.opportunity.stage in stages(name, "won")

    def test_only_the_buyer_can_win_it(self, name: str) -> None:
        for arc in process(name).arcs:
            if arc.kind is sf.MoveKind.WIN:
                codes = [each.code for each in arc.requirements]
                assert any(code.startswith("proven.") for code in codes), arc.key

    def test_milestones_are_proven_by_evidence_of_the_buyer(self, name: str) -> None:
        for milestone in process(name).buyer.milestones:
            assert sf.Maker.SELLER not in milestone.made_by
            assert milestone.definition
            assert milestone.accepts
            assert milestone.owner

    def test_each_stage_has_a_definition_and_each_open_one_tasks(self, name: str) -> None:
        for stage in process(name).stages:
            assert stage.definition
            if stage.is_open:
                assert 1 <= len(stage.tasks) <= 3
                assert stage.expected

    def test_probability_never_falls_along_the_line(self, name: str) -> None:
        shares = [process(name).stage_by_name[each].probability for each in line(name)]
        known = [share for share in shares if share is not None]
        assert known == sorted(known)
        assert len(known) in (0, len(shares))

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_refusal_is_told_in_the_readers_language(self, name: str, language: str) -> None:
        for step in straight(name).refused:
            told = step.explain(language)
            for label in asked_labels(step):
                assert label[language] in told


def asked_labels(step: sf.Step) -> Iterator[Text]:
    """The labels of all that stands in the way of a refused step."""
    known = step.process
    homes = {"fact": known.facts, "milestone": known.milestone_by_name, "task": known.task_by_name}
    for blocker in step.blockers:
        mirror, _, phase = blocker.code.partition(".")
        if mirror == "mirror":  # milestones beyond the phase would prove it too, and are not told
            yield next(each.label for each in known.buyer.phases if each.name == phase)
            continue
        for leaf in lacking(blocker.explanation):
            for kind, name in leaf.asks:
                if kind in homes:
                    yield homes[kind][name].label


def test_the_stages_are_those_that_the_field_names() -> None:
    def labels(name: str, language: str) -> list[str]:
        shown = [s for s in process(name).stages if s.name not in ("won", "lost")]
        return [in_language(stage.label, language) for stage in shown]

    assert labels("six_stage", "pl") == [
        "Poszukiwanie", "Kwalifikacja", "Prezentowanie", "Radzenie sobie z obiekcjami",
        "Zamknięcie", "Pielęgnowanie",
    ]  # fmt: skip
    assert labels("opportunity_funnel", "pl") == [
        "Lead pozyskany / Nowy", "Nawiązano kontakt", "Rozpoznanie potrzeb",
        "Wycena / Złożono ofertę", "Negocjacje", "Realizacja",
    ]  # fmt: skip
    assert labels("buyer_journey", "pl") == [
        "Niezainteresowany", "Badanie", "Określanie", "Wybór", "Negocjowanie", "Zatwierdzanie",
    ]  # fmt: skip
    assert labels("seven_phase", "bg") == [
        "Проучване", "Квалификация", "Среща", "Предложение", "Преговори", "Затваряне", "Изпълнение",
    ]  # fmt: skip
    assert labels("in_between", "en") == [
        "Setting the meeting", "On-site discovery", "Presenting value", "Making the proposal",
        "Delivery",
    ]  # fmt: skip


def test_a_buyer_without_objections_skips_them() -> None:
    done = walk(engine("six_stage"), "presenting", "closing")
    assert done.stages[-2:] == ["presenting", "closing"]


def test_a_quote_without_a_dated_next_step_is_not_negotiated() -> None:
    done = walk(engine("opportunity_funnel"), "quoted", "negotiation")
    asked = {each.code for each in done.refused[-1].blockers}
    assert asked == {"task.discuss_quote", "proven.quote_answered", "next_step"}


def test_the_work_after_the_signature_is_done_in_a_won_stage() -> None:
    for name, stage in (
        ("six_stage", "nurturing"),
        ("opportunity_funnel", "realization"),
        ("seven_phase", "fulfilment"),
    ):
        assert stages(name, "won") == [stage]
        assert all(task.optional for task in process(name).stage_by_name[stage].tasks)


class TestBuyerJourney:
    """The buyer's phases as a process, which the mirror guards."""

    def test_each_phase_has_a_stage_that_mirrors_it(self) -> None:
        found = process("buyer_journey")
        phases = [phase.name for phase in found.buyer.phases]
        assert [stage.mirrors for stage in found.stages if stage.is_open] == phases
        assert line("buyer_journey") == phases

    def test_a_milestone_stands_at_each_crossing(self) -> None:
        buyer = process("buyer_journey").buyer
        phases = [phase.name for phase in buyer.phases]
        crossings = [each.moves for each in buyer.milestones if each.moves]
        assert crossings == list(pairwise(phases))

    def test_each_phase_names_what_the_buyer_commits_to_and_decides(self) -> None:
        for phase in process("buyer_journey").buyer.phases:
            assert phase.commitments
            assert phase.decisions

    def test_the_jobs_beside_the_phases_are_proven_by_milestones(self) -> None:
        buyer = process("buyer_journey").buyer
        assert [job.name for job in buyer.jobs] == ["validation", "consensus"]
        assert all(job.milestones for job in buyer.jobs)

    def test_no_phase_is_entered_before_it_is_proven(self) -> None:
        refused = straight("buyer_journey").refused
        codes = [next(iter(step.blockers)).code for step in refused]
        mirrored = line("buyer_journey")[1:]
        assert codes == [*(f"mirror.{phase}" for phase in mirrored), "proven.signature"]

    def test_its_buyer_is_the_one_of_the_complex_sale(self) -> None:
        assert process("buyer_journey").buyer == process("complex_b2b").buyer


@pytest.mark.parametrize("name", line("in_between"))
def test_each_in_between_stage_can_be_met_without_the_others(name: str) -> None:
    whole = process("in_between")
    alone = sf.Process(
        name="alone",
        facts=whole.facts,
        buyer=whole.buyer,
        stages=[whole.stage_by_name[name], whole.stage_by_name["won"]],
        transitions=[sf.Transition(trigger="win", source=name, target="won")],
    )
    done = walk(sf.Engine(alone), "won")
    assert done.refused
    assert done.opportunity.stage == "won"


def test_what_two_processes_call_by_one_name_is_the_same() -> None:
    """So that stages of one can be put into another: definitions of one name must be equal."""
    found: dict[tuple[str, str], object] = {}
    for each in map(process, (*SIMPLE, "complex_b2b")):
        reasons = [reason for stage in each.stages for reason in stage.reasons]
        named = [
            *(("fact", name, fact) for name, fact in each.facts.items()),
            *(("milestone", milestone.name, milestone) for milestone in each.buyer.milestones),
            *(("reason", reason.name, reason) for reason in reasons),
        ]
        for kind, name, definition in named:
            assert found.setdefault((kind, name), definition) == definition, (each.name, name)
