"""What holds of every process and every life: random processes, random sequences of commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import msgspec
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import salesfsm as sf
from sales.b2b import NOW
from sales.processes import MAKERS, facts_of, flat_processes, processes
from salesfsm.engine.acting import Actor
from salesfsm.engine.firing import fire_examined
from salesfsm.process.arcs import Arc
from salesfsm.rules import core

Cost = tuple[int, int, int]


def apart(condition: core.Condition) -> list[core.Condition]:
    """The conditions that must each be met for this one to be."""
    if isinstance(condition, core.Named):
        return apart(condition.item)
    if isinstance(condition, core.AtLeast) and condition.needed == len(condition.items):
        return [each for item in condition.items for each in apart(item)]
    return [condition]


class Life(RuleBasedStateMachine):
    """One opportunity of one random process, and everything that can happen to it."""

    deal: sf.Opportunity | None = None

    @initialize(process=flat_processes() | processes())
    def begin(self, process: sf.Process) -> None:
        self.process, self.engine = process, sf.Engine(process)
        self.at, self.events = NOW, list[sf.Event]()

    def answer(self, ask: Callable[[sf.Opportunity], sf.Step]) -> None:
        """Take the answer to a command; a refusal or an error leaves everything as it was."""
        assert self.deal is not None
        was = sf.opportunity_to_json(self.deal)
        try:
            step = ask(self.deal)
        except (sf.UnknownNameError, sf.CommandError):
            assert sf.opportunity_to_json(self.deal) == was
            return
        if step.accepted:
            assert step.opportunity is not None
            assert step.blockers == ()
            self.deal = step.opportunity
            self.events += step.events
        else:
            assert step.blockers
            assert step.events == ()
            assert step.opportunity is self.deal
        assert step.explain("pl").startswith("D1: ")

    @rule(data=st.data())
    @precondition(lambda self: self.deal is None)
    def open(self, data: st.DataObject) -> None:
        facts = data.draw(facts_of(self.process))
        stage = data.draw(st.sampled_from(list(self.process.stage_by_name)) | st.none())
        step = self.engine.open("D1", at=self.at, facts=facts, stage=stage, owner="anna")
        assert step.accepted == (step.opportunity is not None) == bool(step.events)
        if stage is not None and stage not in self.process.starts:
            assert not step
        if step:
            self.deal, self.events = step.opportunity, list(step.events)

    @rule(hours=st.sampled_from([0, 1, 30, 100]))
    def wait(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    @rule(
        data=st.data(),
        override=st.booleans(),
        who=st.sampled_from(["anna", "jan", None]),
        role=st.sampled_from([None, "boss", "clerk"]),
    )
    @precondition(lambda self: self.deal is not None and self.process.triggers)
    def fire(self, data: st.DataObject, override: bool, who: str | None, role: str | None) -> None:
        trigger = data.draw(st.sampled_from(self.process.triggers))
        reason = data.draw(st.sampled_from([None, "price", "no_decision"]))
        by = sf.Override("boss", "because") if override else None
        self.answer(
            lambda deal: self.engine.fire(
                deal, trigger, at=self.at, by=who, role=role, reason=reason, override=by
            )
        )

    @rule(data=st.data())
    @precondition(lambda self: self.deal is not None and self.process.facts)
    def update(self, data: st.DataObject) -> None:
        facts = data.draw(facts_of(self.process, least=1))
        self.answer(lambda deal: self.engine.update(deal, facts, at=self.at))

    @rule(data=st.data(), kind=st.sampled_from(["email", "call", ""]), days=st.integers(0, 100))
    @precondition(lambda self: self.deal is not None and self.process.milestone_by_name)
    def record(self, data: st.DataObject, kind: str, days: int) -> None:
        name = data.draw(st.sampled_from(list(self.process.milestone_by_name)))
        evidence = sf.Evidence(
            name,
            kind,
            data.draw(st.sampled_from(MAKERS)),
            ref=data.draw(st.sampled_from(["a", "b"])),
            made_at=self.at - timedelta(days=days),
        )
        self.answer(lambda deal: self.engine.record(deal, evidence, at=self.at))

    @rule(data=st.data(), ref=st.sampled_from([None, "a", "b"]))
    @precondition(lambda self: self.deal is not None and self.deal.evidence)
    def withdraw(self, data: st.DataObject, ref: str | None) -> None:
        name = data.draw(st.sampled_from(list(self.process.milestone_by_name)))
        self.answer(lambda deal: self.engine.withdraw(deal, name, ref=ref, at=self.at))

    @rule(data=st.data())
    @precondition(lambda self: self.deal is not None and self.process.task_by_name)
    def complete(self, data: st.DataObject) -> None:
        task = data.draw(st.sampled_from(list(self.process.task_by_name)))
        self.answer(lambda deal: self.engine.complete(deal, task, at=self.at))

    @rule(
        kind=st.sampled_from(["call", "email"]),
        maker=st.sampled_from(MAKERS),
        days=st.none() | st.integers(0, 9),
    )
    @precondition(lambda self: self.deal is not None)
    def log(self, kind: str, maker: str, days: int | None) -> None:
        due = None if days is None else self.at + timedelta(days=days)
        activity = sf.Activity(kind, maker, due)
        self.answer(lambda deal: self.engine.log(deal, activity, at=self.at))

    @rule(
        owner=st.sampled_from([None, "", "anna"]),
        team=st.sampled_from([None, "", "north"]),
        turn=st.sampled_from([None, 0, 5]),
    )
    @precondition(lambda self: self.deal is not None)
    def assign(self, owner: str | None, team: str | None, turn: int | None) -> None:
        self.answer(
            lambda deal: self.engine.assign(deal, owner=owner, team=team, turn=turn, at=self.at)
        )

    @rule(does=st.sampled_from(["buyer_holds", "buyer_resumes", "buyer_abandons"]))
    @precondition(lambda self: self.deal is not None)
    def buyer(self, does: str) -> None:
        self.answer(lambda deal: getattr(self.engine, does)(deal, at=self.at, reason="so"))

    @rule(data=st.data())
    @precondition(lambda self: self.deal is not None and self.process.buyer.phases)
    def buyer_revisits(self, data: st.DataObject) -> None:
        phase = data.draw(st.sampled_from([each.name for each in self.process.buyer.phases]))
        self.answer(lambda deal: self.engine.buyer_revisits(deal, phase, at=self.at))

    @rule()
    @precondition(lambda self: self.deal is not None and self.process.handovers)
    def hand_over(self) -> None:
        def ask(deal: sf.Opportunity) -> sf.Step:
            handed = self.engine.hand_over(deal, "to_care", id="D2", at=self.at, by="anna")
            self.check_the_receiver(handed)
            return handed.giving

        self.answer(ask)

    def check_the_receiver(self, handed: sf.Handed) -> None:
        if not handed:
            assert handed.receiving.opportunity is None
            return
        giver, receiver = handed.unwrap()
        handover = self.process.handover_by_name["to_care"]
        assert receiver == sf.replay(self.process, handed.receiving.events)
        assert receiver.origin == sf.Origin("D1", giver.sequence, "to_care")
        assert receiver.stage == handover.target
        named = {*handover.needs.facts, *handover.carries.facts}
        assert receiver.facts == {n: v for n, v in giver.facts.items() if n in named}
        for name, pieces in receiver.evidence.items():
            assert {(p.ref, p.made_at, p.until) for p in pieces} == {
                (p.ref, p.made_at, p.until) for p in giver.evidence[name] if p.until > self.at
            }
        assert set(handover.needs.facts) <= set(receiver.facts)
        assert set(handover.needs.milestones) <= set(receiver.evidence)

    @rule(days=st.none() | st.integers(1, 9))
    @precondition(lambda self: self.deal is not None)
    def hold(self, days: int | None) -> None:
        until = None if days is None else self.at + timedelta(days=days)
        self.answer(lambda deal: self.engine.hold(deal, until=until, at=self.at))

    @rule()
    @precondition(lambda self: self.deal is not None and self.deal.hold is not None)
    def resume(self) -> None:
        self.answer(lambda deal: self.engine.resume(deal, at=self.at))

    @rule(data=st.data())
    @precondition(lambda self: self.deal is not None)
    def place(self, data: st.DataObject) -> None:
        stage = data.draw(st.sampled_from(list(self.process.stage_by_name)))
        self.answer(lambda deal: self.engine.place(deal, stage, at=self.at))

    # what holds after every command

    @invariant()
    @precondition(lambda self: self.deal is not None)
    def an_opportunity_is_the_fold_of_its_events(self) -> None:
        assert sf.replay(self.process, self.events) == self.deal
        assert sf.replay(self.process, self.events) == sf.replay(self.process, iter(self.events))

    @invariant()
    @precondition(lambda self: self.deal is not None)
    def events_are_totally_ordered(self) -> None:
        assert [event.sequence for event in self.events] == list(range(1, len(self.events) + 1))
        times = [event.at for event in self.events]
        assert times == sorted(times)

    @invariant()
    @precondition(lambda self: self.deal is not None)
    def json_gives_back_what_was_written(self) -> None:
        assert self.deal is not None
        back = sf.opportunity_from_json(sf.opportunity_to_json(self.deal))
        assert back == self.deal
        assert {n: type(v) for n, v in back.facts.items()} == {
            n: type(v) for n, v in self.deal.facts.items()
        }
        last = self.events[-1]
        assert sf.event_from_json(sf.event_to_json(last)) == last

    @invariant()
    @precondition(lambda self: self.deal is not None)
    def moves_and_fire_agree(self) -> None:
        assert self.deal is not None
        moves = self.engine.moves(self.deal, at=self.at, by="ewa", role="boss")
        for trigger in self.process.triggers:
            ways = [move for move in moves if move.trigger == trigger]
            allowed = [move for move in ways if move.allowed]
            assert len(allowed) <= 1
            if allowed:
                self.check_that_fire_takes(allowed[0])
            else:
                step = self.engine.fire(self.deal, trigger, at=self.at, by="ewa", role="boss")
                assert not step
                if ways and self.deal.hold is None:
                    assert step.blockers == tuple(b for move in ways for b in move.blockers)

    def check_that_fire_takes(self, move: sf.Move) -> None:
        assert self.deal is not None
        for reason in move.reasons or (None,):
            step = self.engine.fire(
                self.deal, move.trigger, at=self.at, by="ewa", role="boss", reason=reason
            )
            assert step.accepted
            assert step.warnings[: len(move.warnings)] == move.warnings  # then those of the reason
            event, *assigned = step.events
            assert isinstance(event, sf.Moved)
            new = step.unwrap()
            assert new.stage == move.target
            teams = self.process.teams_of_stages[new.stage]
            assert new.team in teams or (not teams and new.team == self.deal.team)
            assert bool(assigned) == (new.team != self.deal.team)
        if move.reasons:
            step = self.engine.fire(self.deal, move.trigger, at=self.at, by="ewa", role="boss")
            assert [each.code for each in step.blockers] == ["reason.required"]

    @invariant()
    @precondition(lambda self: self.deal is not None)
    def the_short_way_of_fire_is_the_long_way(self) -> None:
        assert self.deal is not None
        table = self.engine._plans
        for trigger, plans in table[self.deal.stage].items():
            for plan in plans:
                clear = plan.clear(self.deal, self.at)
                assert clear == (not plan.examine(self.deal, self.at))
            reason = next((plan.reasons[0] for plan in plans if plan.reasons), None)
            for given in {None, reason}:
                asked = (trigger, self.at, Actor("anna"), given, None)
                long = _outcome(
                    lambda asked=asked: fire_examined(self.process, table, self.deal, *asked)
                )
                short = _outcome(
                    lambda given=given, trigger=trigger: self.engine.fire(
                        self.deal, trigger, at=self.at, by="anna", reason=given
                    )
                )
                assert long == short

    @invariant()
    @precondition(lambda self: self.deal is not None)
    def routes_are_legal_and_shortest(self) -> None:
        assert self.deal is not None
        edges = {stage: list(self.edges(stage)) for stage in self.process.stage_by_name}
        for target in self.process.stage_by_name:
            route = self.engine.route(self.deal, target, at=self.at)
            costs = list(self.ways(edges, self.deal.stage, target, ()))
            assert route.reachable == bool(costs)
            if costs:
                assert self.cost(route) == min(costs)
            self.check_that_it_is_legal(route, edges)

    def check_that_it_is_legal(
        self, route: sf.Route, edges: dict[str, list[tuple[Arc, int]]]
    ) -> None:
        assert self.deal is not None
        stage = self.deal.stage
        for move in route.moves:
            assert move.source == stage
            assert any(
                (arc.trigger, arc.target) == (move.trigger, move.target)
                and count == len(move.blockers)
                for arc, count in edges[stage]
            )
            stage = move.target
        if route.reachable:
            assert stage == route.target

    def cost(self, route: sf.Route) -> Cost:
        passed = [move.source for move in route.moves[1:]]
        detours = sum(self.is_detour(stage, route.target) for stage in passed)
        return detours, len(route.moves), sum(len(move.blockers) for move in route.moves)

    def is_detour(self, name: str, to: str) -> bool:
        assert self.deal is not None
        stage, by_name = self.process.stage_by_name[name], self.process.stage_by_name
        ends = [by_name[self.deal.stage].path, by_name[to].path]
        return not stage.is_open or stage.path not in ends

    def edges(self, stage: str) -> Iterator[tuple[Arc, int]]:
        """The arcs from ``stage`` that can be taken at all, with their blockers as of now."""
        assert self.deal is not None
        there = self.deal
        if stage != there.stage:
            there = msgspec.structs.replace(there, stage=stage, entered_at=self.at, rest=None)
        moves = list(self.engine.moves(there, at=self.at))
        arcs = [arc for arc in self.process.arcs if arc.source == stage]
        by_trigger = [
            arc for t in dict.fromkeys(a.trigger for a in arcs) for arc in arcs if arc.trigger == t
        ]
        earlier: dict[str, list[tuple[Arc, set[core.Condition]]]] = {}
        for arc, move in zip(by_trigger, moves, strict=True):
            asked = {
                condition
                for each in arc.requirements
                if each.level == "block" and (each.since is None or each.since <= self.at.date())
                for condition in apart(each.condition)
            } - {core.Always(True)}
            before = earlier.setdefault(arc.trigger, [])
            shadowed = any(
                each.issubset(asked)
                and (not other.roles or (arc.roles and set(arc.roles) <= set(other.roles)))
                for other, each in before
            )
            if not shadowed and core.Always(False) not in asked:
                yield arc, len(move.blockers)
            if core.Always(False) not in asked:
                before.append((arc, asked))

    def ways(
        self, edges: dict[str, list[tuple[Arc, int]]], stage: str, to: str, path: tuple[str, ...]
    ) -> Iterator[Cost]:
        """What every way without a circle costs, found by trying them all."""
        if stage == to:
            yield (0, 0, 0)
            return
        passing = bool(path) and self.is_detour(stage, to)
        cheapest: dict[str, int] = {}
        for arc, count in edges[stage]:
            cheapest[arc.target] = min(count, cheapest.get(arc.target, count))
        for target, count in cheapest.items():
            if target in path or target == stage:
                continue
            for closed, length, blocked in self.ways(edges, target, to, (*path, stage)):
                yield closed + passing, length + 1, blocked + count


def _outcome(ask: Callable[[], sf.Step]) -> object:
    try:
        return ask()
    except (sf.CommandError, sf.UnknownNameError) as error:
        return str(error)


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=settings.default.max_examples * 3 // 4,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),  # a process and a life are large to draw
)
