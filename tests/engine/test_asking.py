"""Questions: moves, routes and explanations; and what the engine holds to be true of itself."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from unittest.mock import Mock

import msgspec
import pytest

import salesfsm as sf
from sales.b2b import BANT, DAY, NOW, b2b, codes, lead, ready
from salesfsm.engine.text import move_text, route_text


def engine_of(text: str, **options: object) -> sf.Engine:
    return sf.Engine(sf.loads("salesfsm: 1\nprocess: p\n" + text), **options)  # type: ignore[arg-type]


class TestRoutes:
    """The shortest legal way, with what each move on it needs."""

    def test_each_move_tells_what_it_needs_today(self, engine: sf.Engine) -> None:
        route = engine.route(lead(engine, **BANT), "won", at=NOW)
        assert route.reachable
        assert [(m.trigger, m.target) for m in route.moves] == [
            ("qualify", "presenting"),
            ("offer", "won"),
        ]
        assert codes(route.moves[0].blockers) == ["task.discovery_call", "proven.reason_to_act"]
        assert codes(route.moves[1].blockers) == ["proven.signature"]

    def test_to_where_it_stands_there_is_nothing_to_do(self, engine: sf.Engine) -> None:
        route = engine.route(lead(engine), "qualification", at=NOW)
        assert (route.reachable, route.moves) == (True, ())
        assert route_text(engine.process, route, "en") == "already in Qualification"

    def test_no_way_is_an_answer(self) -> None:
        engine = engine_of("stages: [a, b]")
        route = engine.route(engine.open("1", at=NOW).unwrap(), "b", at=NOW)
        assert (route.reachable, route.moves) == (False, ())
        assert route_text(engine.process, route, "en") == "no way leads to b"

    def test_it_leads_through_no_closed_stage_unless_there_is_no_other_way(self) -> None:
        stages = "stages: [a, b, c, {name: l, outcome: lost}, d]\ntransitions:\n"
        short = "  - {trigger: x, source: a, target: l}\n  - {trigger: y, source: l, target: d}\n"
        long = "".join(
            f"  - {{trigger: go, source: {one}, target: {two}}}\n"
            for one, two in ("ab", "bc", "cd")
        )
        engine = engine_of(stages + short + long)
        deal = engine.open("1", at=NOW).unwrap()
        found = engine.route(deal, "d", at=NOW)
        assert [move.target for move in found.moves] == ["b", "c", "d"]
        engine = engine_of(stages + short)
        found = engine.route(engine.open("1", at=NOW).unwrap(), "d", at=NOW)
        assert [move.target for move in found.moves] == ["l", "d"]

    def test_among_ways_of_one_length_the_one_with_fewest_blockers_is_taken(self) -> None:
        engine = engine_of("""
facts: {x: bool, y: bool}
stages: [a, {name: b, entry: [x, y]}, {name: c, entry: x}, d]
transitions:
  - {trigger: via_b, source: a, target: b}
  - {trigger: via_c, source: a, target: c}
  - {trigger: on, source: [b, c], target: d}
""")
        route = engine.route(engine.open("1", at=NOW).unwrap(), "d", at=NOW)
        assert [move.target for move in route.moves] == ["c", "d"]

    def test_a_way_that_can_never_be_taken_is_no_way(self) -> None:
        engine = engine_of("""
stages: [a, b, c]
transitions:
  - {trigger: go, source: a, target: b, when: false}
  - {trigger: shadow, source: a, target: c}
  - {trigger: shadow, source: a, target: b}
  - {trigger: later, source: c, target: b, when: {rule: false, since: 2027-01-01}}
""")
        deal = engine.open("1", at=NOW).unwrap()
        found = engine.route(deal, "b", at=NOW)
        assert [move.trigger for move in found.moves] == ["shadow", "later"]
        assert not engine.route(deal, "b", at=NOW.replace(year=2027)).reachable

    def test_days_in_a_stage_count_from_entering_it(self) -> None:
        engine = engine_of("""
stages: [a, b, c]
transitions:
  - {trigger: go, source: a, target: b}
  - {trigger: wait, source: b, target: c, when: days_in_stage >= 2}
""")
        deal = engine.open("1", at=NOW).unwrap()
        route = engine.route(deal, "c", at=NOW + 5 * DAY)
        assert [move.allowed for move in route.moves] == [True, False]

    def test_a_hold_blocks_the_first_move_only(self, engine: sf.Engine) -> None:
        deal = engine.hold(ready(engine), at=NOW).unwrap()
        first, second = engine.route(deal, "closing", at=NOW).moves
        assert codes(first.blockers) == ["held"]
        assert second.allowed

    def test_an_unknown_stage_names_the_nearest(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.UnknownNameError, match="did you mean 'closing'"):
            engine.route(lead(engine), "closng", at=NOW)


class TestExplanations:
    """What is missing, who can supply it, and how, in the words of the process."""

    def test_labels_are_in_the_language_asked_for(self, engine: sf.Engine) -> None:
        text = engine.explain(lead(engine, budget=5), "qualify", at=NOW, language="pl")
        assert "Odbądź rozmowę" in text
        assert "Hold the discovery call" not in text
        assert engine.fire(ready(engine), "qualify", at=NOW).explain("pl") == (
            "ACME-1: qualify – przyjęto, obecny etap: Prezentowanie"
        )
        missing = engine.explain(lead(engine), "qualify", at=NOW, language="pl")
        assert "Uzupełnij informację 'budget' (Budżet)." in missing
        english = engine.explain(lead(engine), "qualify", at=NOW)
        assert "Record the fact 'budget' (Budget)." in english

    def test_it_says_what_was_found_who_and_how(self, engine: sf.Engine) -> None:
        text = engine.explain(lead(engine, **BANT | {"budget": 5_000}), "qualify", at=NOW)
        assert text == (
            "ACME-1: qualify is refused: 3 things in the way\n"
            "  ✗ task.discovery_call: Hold the discovery call — discovery_call is done\n"
            "      found: open\n"
            "      how: Complete the task 'discovery_call' (Hold the discovery call).\n"
            "  ✗ bant.budget: Budget — budget ≥ 10000 EUR\n"
            "      found: 5000 EUR\n"
            "      how: Ask what is set aside for this, and who releases it.\n"
            "  ✗ proven.reason_to_act: reason_to_act is proven\n"
            "      who: the champion\n"
            "      how: Record evidence (email or document) made by the buyer for 'reason_to_act'. "
            "It proves: The buyer acknowledges a reason to act.\n"
            "  ✗ task.summary (advise): summary is done\n"
            "      found: open\n"
            "      how: Complete the task 'summary'."
        )

    def test_parts_that_are_not_met_have_a_line_of_their_own(self) -> None:
        engine = engine_of("""
facts: {x: bool, y: bool, z: bool}
stages: [a, b]
transitions:
  - trigger: go
    source: a
    target: b
    when: {rule: "at_least(2, x, y, z)", owner: the board, says: Two of three, hint: Ask.}
""")
        deal = engine.open("1", at=NOW, facts={"x": True, "y": False}).unwrap()
        assert engine.explain(deal, "go", at=NOW).splitlines()[1:] == [
            "  ? x+y+z: Two of three — 2 of: x, y, z",
            "      ✗ part: y",
            "      ? part: z",
            "      who: the board",
            "      how: Ask. Record the fact 'z'.",
        ]

    def test_explaining_changes_nothing(self, engine: sf.Engine) -> None:
        deal = ready(engine)
        before = sf.opportunity_to_json(deal)
        assert "accepted" in engine.explain(deal, "qualify", at=NOW)
        assert sf.opportunity_to_json(deal) == before

    def test_a_move_is_told_open_or_blocked(self, engine: sf.Engine) -> None:
        deal = engine.open("1", at=NOW, stage="presenting", facts={"budget": 1}).unwrap()
        deal = engine.record(deal, sf.Evidence("signature"), at=NOW).unwrap()
        first, second, *_ = engine.moves(deal, at=NOW)
        assert move_text(engine.process, first, "en") == "offer: Prezentowanie → closing, open"
        assert move_text(engine.process, second, "en").splitlines() == [
            "offer: Prezentowanie → won, blocked",
            "  ✗ shadowed: An earlier transition of the same trigger, to closing, is open and is "
            "taken.",
        ]
        route = engine.route(deal, "closing", at=NOW)
        assert route_text(engine.process, route, "pl") == "offer: Prezentowanie → closing, otwarte"

    def test_a_step_shows_its_outcome(self, engine: sf.Engine) -> None:
        assert repr(engine.fire(ready(engine), "qualify", at=NOW)) == "<Step qualify accepted>"
        refused = engine.fire(lead(engine), "win", at=NOW)
        assert repr(refused) == "<Step win refused: trigger.unavailable>"
        assert refused.explain().startswith("ACME-1: win is refused: 1 thing in the way")


class TestPredicates:
    """Conditions in Python, which the process names and the developer gives."""

    TEXT = """
predicates: {scored: The score is high.}
stages: [a, b]
transitions: [{trigger: go, source: a, target: b, when: scored()}]
"""

    @pytest.mark.parametrize(
        ("answer", "verdict"), [(True, "met"), (False, "unmet"), (None, "unknown"), (1, "unknown")]
    )
    def test_true_false_and_none_are_met_unmet_and_unknown(
        self, answer: bool | None, verdict: str
    ) -> None:
        engine = engine_of(self.TEXT, predicates={"scored": lambda deal, at: answer})
        deal = engine.open("1", at=NOW).unwrap()
        step = engine.fire(deal, "go", at=NOW)
        assert step.accepted is (answer is True)
        (move,) = engine.moves(deal, at=NOW)
        assert move.allowed is step.accepted
        if not step:
            explanation = step.blockers[0].explanation
            assert explanation is not None
            assert explanation.verdict == verdict

    def test_it_is_asked_of_the_opportunity_at_the_time(self) -> None:
        asked: list[tuple[str, datetime]] = []

        def scored(deal: sf.Opportunity, at: datetime) -> bool:
            asked.append((deal.stage, at))
            return True

        engine = engine_of(self.TEXT, predicates={"scored": scored})
        engine.fire(engine.open("1", at=NOW).unwrap(), "go", at=NOW + DAY).unwrap()
        assert asked == [("a", NOW + DAY)]

    def test_what_it_raises_reaches_the_caller(self) -> None:
        def scored(deal: sf.Opportunity, at: datetime) -> bool:
            raise ConnectionError("no score today")

        engine = engine_of(self.TEXT, predicates={"scored": scored})
        deal = engine.open("1", at=NOW).unwrap()
        with pytest.raises(ConnectionError):
            engine.fire(deal, "go", at=NOW)

    def test_a_missing_one_is_an_error_when_the_engine_is_made(self) -> None:
        with pytest.raises(sf.CommandError, match="with a function for scored"):
            engine_of(self.TEXT)

    def test_one_that_the_process_does_not_name_is_an_error(self) -> None:
        with pytest.raises(sf.UnknownNameError, match="did you mean 'scored'"):
            engine_of(self.TEXT, predicates={"score": lambda deal, at: True})

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            (True, "scored is True: give a function of two arguments"),
            (None, "scored is None: give a function of two arguments"),
            (lambda deal: True, r"takes \(deal\) .*: give a function of two arguments"),
            (
                lambda deal, at, by: True,
                r"takes \(deal, at, by\) \(missing a required argument: 'by'",
            ),
            (lambda *, deal, at: True, "give a function of two arguments"),
            (lambda: True, "give a function of two arguments"),
        ],
    )
    def test_what_cannot_be_asked_is_an_error_when_the_engine_is_made(
        self, given: object, told: str
    ) -> None:
        with pytest.raises(sf.ValueTypeError, match=told):
            engine_of(self.TEXT, predicates={"scored": given})

    @pytest.mark.parametrize(
        "given",
        [
            lambda deal, at, least=5: True,
            lambda *arguments: True,
            partial(lambda least, deal, at: True, 5),
            Mock(return_value=True),
            max,  # has no signature, and is found out when it is asked
        ],
    )
    def test_any_callable_of_two_arguments_will_do(self, given: object) -> None:
        assert engine_of(self.TEXT, predicates={"scored": given}).predicates == {"scored": given}


class TestWhatDoesNotBelong:
    """Unknown triggers, other processes, other versions."""

    @pytest.mark.parametrize("make", [lead, ready])
    def test_an_unknown_trigger_names_the_nearest(
        self, engine: sf.Engine, make: Callable[[sf.Engine], sf.Opportunity]
    ) -> None:
        with pytest.raises(sf.UnknownNameError, match="did you mean 'qualify'") as caught:
            engine.fire(make(engine), "qualfy", at=NOW)
        assert caught.value.kind == "trigger"
        assert caught.value.known == engine.process.triggers

    @pytest.mark.parametrize("update", [{"name": "other"}, {"version": "2027"}])
    def test_an_opportunity_of_another_process_or_version_is_refused(
        self, engine: sf.Engine, update: dict[str, str]
    ) -> None:
        other = sf.Engine(engine.process.model_copy(update=update))
        deal = ready(engine)
        for ask in (
            lambda: other.fire(deal, "qualify", at=NOW),
            lambda: other.moves(deal, at=NOW),
            lambda: other.complete(deal, "summary", at=NOW),
        ):
            with pytest.raises(sf.ProcessMismatchError, match=r"belongs to b2b 2026\.1"):
                ask()

    def test_a_stage_that_a_changed_process_has_lost_is_told(self, engine: sf.Engine) -> None:
        stranded = msgspec.structs.replace(ready(engine), stage="gone")
        for ask in (
            lambda: engine.fire(stranded, "qualify", at=NOW),
            lambda: engine.moves(stranded, at=NOW),
            lambda: engine.place(stranded, "won", at=NOW),
        ):
            with pytest.raises(sf.ProcessMismatchError, match="a version of its own"):
                ask()


class TestImmutability:
    """Nothing that an engine hands out can be changed; the engine itself learns nothing."""

    def test_facts_evidence_and_counts_cannot_be_changed(self, engine: sf.Engine) -> None:
        deal = engine.log(ready(engine), "call", at=NOW).unwrap()
        for mapping in (deal.facts, deal.evidence, deal.attempts):
            with pytest.raises(TypeError, match="cannot be changed"):
                mapping["budget"] = 1  # type: ignore[index]
            with pytest.raises(TypeError):
                mapping.clear()
        assert isinstance(deal.tasks, frozenset)

    def test_structs_are_frozen(self, engine: sf.Engine) -> None:
        step = engine.fire(ready(engine), "qualify", at=NOW)
        blocked = engine.fire(lead(engine), "qualify", at=NOW).blockers[0]
        for thing, name in (
            (step, "accepted"),
            (step.opportunity, "stage"),
            (step.events[0], "at"),
            (blocked, "code"),
            (engine.moves(lead(engine), at=NOW)[0], "allowed"),
        ):
            with pytest.raises(AttributeError):
                setattr(thing, name, "other")

    def test_the_facts_that_were_given_are_not_held_on_to(self, engine: sf.Engine) -> None:
        facts: dict[str, object] = {"need": "x"}
        deal = engine.open("1", at=NOW, facts=facts).unwrap()
        facts["need"] = "y"
        assert deal.facts == {"need": "x"}

    def test_many_threads_share_one_engine(self, engine: sf.Engine) -> None:
        def life(number: int) -> tuple[str, str]:
            deal = engine.open(f"D{number}", at=NOW, facts=BANT).unwrap()
            deal = engine.update(deal, {"budget": 10_000 + number}, at=NOW).unwrap()
            for task in ("discovery_call", "summary"):
                deal = engine.complete(deal, task, at=NOW).unwrap()
            deal = engine.record(deal, sf.Evidence("reason_to_act", "email"), at=NOW).unwrap()
            deal = engine.fire(deal, "qualify", at=NOW).unwrap()
            assert [m.allowed for m in engine.moves(deal, at=NOW)][:2] == [number < 90_000, False]
            return deal.id, deal.stage

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(life, range(400)))
        assert found == [(f"D{number}", "presenting") for number in range(400)]

    def test_a_process_and_an_opportunity_travel_between_machines(self) -> None:
        process = b2b()
        engine = sf.Engine(process)
        assert process.arcs
        travelled = pickle.loads(pickle.dumps((process, ready(engine))))
        assert travelled == (process, ready(engine))
        assert sf.Engine(travelled[0]).fire(travelled[1], "qualify", at=NOW).accepted
