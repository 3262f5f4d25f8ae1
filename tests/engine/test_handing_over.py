"""Handing over: out of an opportunity of one plane a linked one of the next plane begins.

    prospecting   lead --> contacted ==meeting==> (discovery)         ==: hand-over
                      \\--> lost
    sales         discovery --> WON ==care==> (care)
    retention     care

``meeting`` needs a contact name and interest, and carries a budget and needs where they are there.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

import salesfsm as sf
from sales.b2b import DAY, NOW, codes
from salesfsm.process.arcs import sources_among

TEXT = """
salesfsm: 1
process: planes
plane: prospecting
currency: EUR
facts: {contact: text, budget: money, notes: text}
buyer:
  phases: [unaware, investigating, defining]
  milestones:
    - {name: interest, moves: unaware -> investigating, valid_for: 30d}
    - {name: needs, moves: investigating -> defining, valid_for: 90d}
    - gossip
teams:
  - {name: callers, planes: [prospecting], members: [anna]}
  - {name: sellers, label: {en: Sales, pl: Sprzedaż}, planes: [sales], members: [ewa]}
stages:
  - lead
  - contacted
  - {name: lost, outcome: lost}
  - {name: discovery, label: {pl: Rozpoznanie}, path: sales, plane: sales, mirrors: investigating,
     entry: [contact != "nobody", {rule: known(budget), level: warn}]}
  - {name: won, outcome: won, path: sales, plane: sales}
  - {name: care, path: care, plane: retention}
transitions:
  - {trigger: contact, source: lead, target: contacted}
  - {trigger: lose, source: open, target: lost}
  - {trigger: win, source: discovery, target: won}
handovers:
  - name: meeting
    source: [contacted, lead]
    target: discovery
    needs: {facts: [contact], milestones: [interest]}
    carries: {facts: [budget], milestones: [needs]}
  - {name: care, source: closed, target: care}
  - {name: help, source: open, target: care}
"""


@pytest.fixture(scope="module")
def engine() -> sf.Engine:
    return sf.Engine(sf.loads(TEXT))


def giver(engine: sf.Engine, *milestones: str, **facts: object) -> sf.Opportunity:
    """An opportunity in ``lead`` with these facts, of which these milestones are proven."""
    deal = engine.open("L1", at=NOW, by="anna", facts=facts, owner="anna").unwrap()
    for name in milestones:
        deal = engine.record(deal, sf.Evidence(name, ref=f"mail/{name}"), at=NOW).unwrap()
    return deal


def hand_over(engine: sf.Engine, deal: sf.Opportunity, name: str = "meeting") -> sf.Handed:
    return engine.hand_over(deal, name, id="S1", at=max(NOW + DAY, deal.at), by="anna")


class TestAccepted:
    """A new opportunity begins, and the two know of each other."""

    def test_it_begins_in_the_target_and_names_its_origin(self, engine: sf.Engine) -> None:
        deal = giver(engine, "interest", contact="Jan")
        giving, receiving = hand_over(engine, deal).unwrap()
        assert (receiving.id, receiving.stage) == ("S1", "discovery")
        assert (receiving.opened_at, receiving.entered_at) == (NOW + DAY, NOW + DAY)
        assert receiving.origin == sf.Origin("L1", giving.sequence, "meeting")
        assert receiving.stopped is None

    def test_the_giver_stays_where_it_is_and_its_history_tells_it(self, engine: sf.Engine) -> None:
        deal = giver(engine, "interest", contact="Jan")
        handed = hand_over(engine, deal)
        assert handed
        assert handed.giving.events == (
            sf.HandedOver("L1", deal.sequence + 1, NOW + DAY, "anna", "meeting", "S1", "discovery"),
        )
        giving, _ = handed.unwrap()
        assert (giving.stage, giving.facts, giving.evidence) == (
            deal.stage,
            deal.facts,
            deal.evidence,
        )

    def test_it_inherits_what_the_contract_names_and_nothing_else(self, engine: sf.Engine) -> None:
        deal = giver(engine, "interest", "needs", "gossip", contact="Jan", budget=5, notes="hm")
        _, receiving = hand_over(engine, deal).unwrap()
        assert receiving.facts == {"contact": "Jan", "budget": deal.facts["budget"]}
        assert set(receiving.evidence) == {"interest", "needs"}
        _, poorer = hand_over(engine, giver(engine, "interest", contact="Jan")).unwrap()
        assert poorer.facts == {"contact": "Jan"}
        assert set(poorer.evidence) == {"interest"}

    def test_both_answers_are_whole_and_told_in_english_unless_asked(
        self, engine: sf.Engine
    ) -> None:
        handed = hand_over(engine, giver(engine, "interest", "needs", contact="Jan"))
        for step, command in ((handed.giving, "meeting"), (handed.receiving, "open")):
            assert (step.accepted, step.blockers, step.command) == (True, (), command)
            assert step.process is engine.process
        assert handed.giving.warnings == ()
        opened, *inherited = handed.receiving.events
        assert {event.by for event in (opened, *inherited)} == {"anna"}
        assert len(inherited) == 2
        assert handed.explain() == handed.explain("en") != handed.explain("pl")

    def test_what_was_done_is_not_inherited(self, engine: sf.Engine) -> None:
        deal = giver(engine, "interest", contact="Jan")
        deal = engine.log(deal, "call", at=NOW).unwrap()
        deal = engine.log(deal, sf.Activity("call", due=NOW + 9 * DAY), at=NOW).unwrap()
        _, receiving = hand_over(engine, deal).unwrap()
        assert (receiving.attempts, receiving.planned, receiving.tasks) == ({}, (), frozenset())

    def test_evidence_keeps_its_dates(self, engine: sf.Engine) -> None:
        deal = giver(engine, contact="Jan")
        made = NOW - 10 * DAY
        piece = sf.Evidence("interest", "email", ref="mail/1", note="yes", made_at=made)
        deal = engine.record(deal, piece, at=NOW).unwrap()
        _, receiving = hand_over(engine, deal).unwrap()
        (held,) = receiving.evidence["interest"]
        assert (held.made_at, held.until) == (made, made + 30 * DAY)
        assert (held.kind, held.ref, held.note) == ("email", "mail/1", "yes")
        assert engine.alignment(receiving, at=NOW + 19 * DAY).buyer == "investigating"
        assert engine.alignment(receiving, at=NOW + 20 * DAY).doubtful == "investigating"

    def test_inherited_evidence_can_be_withdrawn_by_itself(self, engine: sf.Engine) -> None:
        deal = giver(engine, "gossip", "interest", "needs", "interest", contact="Jan")
        giving, receiving = hand_over(engine, deal).unwrap()
        assert {p.number for held in receiving.evidence.values() for p in held} == {2, 3, 4}
        left = engine.withdraw(receiving, "interest", at=NOW + DAY).unwrap()
        assert set(left.evidence) == {"needs"}
        assert set(giving.evidence) == {"gossip", "interest", "needs"}

    def test_several_can_begin_out_of_one(self, engine: sf.Engine) -> None:
        deal = giver(engine, "interest", contact="Jan")
        giving, _ = hand_over(engine, deal).unwrap()
        _, other = engine.hand_over(giving, "meeting", id="S2", at=NOW + DAY).unwrap()
        assert other.origin == sf.Origin("L1", giving.sequence + 1, "meeting")

    def test_a_closed_opportunity_can_be_handed_over(self, engine: sf.Engine) -> None:
        for stage in ("won", "lost"):
            deal = engine.adopt("L1", stage, at=NOW).unwrap()
            assert hand_over(engine, deal, "care").unwrap()[1].stage == "care"

    def test_criteria_that_only_warn_are_told(self, engine: sf.Engine) -> None:
        handed = hand_over(engine, giver(engine, "interest", contact="Jan"))
        assert handed.accepted
        assert codes(handed.receiving.warnings) == ["budget"]

    def test_it_tells_of_both_in_words(self, engine: sf.Engine) -> None:
        handed = hand_over(engine, giver(engine, "interest", contact="Jan"))
        giving, receiving = handed.explain("pl").splitlines()[:2]
        assert giving.startswith("L1: meeting")
        assert receiving.startswith("S1: ")


class TestTeams:
    """The receiving opportunity is that of the team of its stage."""

    def test_it_gets_the_team_of_the_target_and_no_owner(self, engine: sf.Engine) -> None:
        deal = giver(engine, "interest", contact="Jan")
        assert (deal.owner, deal.team) == ("anna", "callers")
        giving, receiving = hand_over(engine, deal).unwrap()
        assert (receiving.owner, receiving.team) == (None, "sellers")
        assert (giving.owner, giving.team) == ("anna", "callers")

    def test_it_gets_the_owner_and_team_that_are_named(self, engine: sf.Engine) -> None:
        deal = giver(engine, "interest", contact="Jan")
        _, receiving = engine.hand_over(
            deal, "meeting", id="S1", at=NOW, owner="ewa", team="callers"
        ).unwrap()
        assert (receiving.owner, receiving.team) == ("ewa", "callers")
        with pytest.raises(sf.UnknownNameError, match=r"unknown team 'caller'.*'callers'"):
            engine.hand_over(deal, "meeting", id="S2", at=NOW, team="caller")

    def test_where_no_team_works_it_gets_none(self, engine: sf.Engine) -> None:
        _, receiving = hand_over(engine, giver(engine), "help").unwrap()
        assert receiving.team is None


class TestRefused:
    """Where the contract is not met, or the target asks more, nothing begins."""

    def refused(self, handed: sf.Handed) -> list[str]:
        """The codes, once it is made sure that nothing has happened."""
        assert not handed
        assert not handed.accepted
        assert (handed.giving.events, handed.receiving.events) == ((), ())
        assert handed.receiving.opportunity is None
        assert handed.receiving.blockers == handed.giving.blockers
        with pytest.raises(sf.TransitionBlocked):
            handed.unwrap()
        return codes(handed.giving.blockers)

    def test_each_thing_that_the_contract_needs_is_named(self, engine: sf.Engine) -> None:
        deal = giver(engine)
        handed = hand_over(engine, deal)
        found = self.refused(handed)
        assert found[:2] == ["handover.contact", "handover.interest"]
        assert handed.giving.opportunity is deal
        assert {each.target for each in handed.giving.blockers} == {"discovery"}

    def test_only_what_is_missing_is_named(self, engine: sf.Engine) -> None:
        handed = hand_over(engine, giver(engine, "interest"))
        assert "handover.interest" not in self.refused(handed)

    def test_expired_evidence_is_no_proof_and_is_told_as_stale(self, engine: sf.Engine) -> None:
        deal = giver(engine, "interest", contact="Jan")
        late = NOW + 30 * DAY
        just = engine.hand_over(deal, "meeting", id="S1", at=late - timedelta(seconds=1))
        assert just.accepted
        handed = engine.hand_over(deal, "meeting", id="S1", at=late)
        assert "handover.interest" in self.refused(handed)
        verdicts = {b.code: b.explanation.verdict for b in handed.giving.blockers if b.explanation}
        assert verdicts["handover.interest"] is sf.Verdict.STALE

    def test_expired_evidence_is_not_carried(self, engine: sf.Engine) -> None:
        deal = giver(engine, "needs", contact="Jan")
        late = NOW + 90 * DAY
        deal = engine.record(deal, sf.Evidence("interest"), at=late).unwrap()
        _, receiving = engine.hand_over(deal, "meeting", id="S1", at=late).unwrap()
        assert set(receiving.evidence) == {"interest"}

    def test_the_entry_criteria_of_the_target_are_asked_of_what_is_inherited(
        self, engine: sf.Engine
    ) -> None:
        deal = giver(engine, "interest", contact="nobody")
        assert self.refused(hand_over(engine, deal)) == ["contact"]

    def test_the_mirror_of_the_target_is_asked_of_what_is_inherited(self) -> None:
        text = TEXT.replace("milestones: [interest]}", "milestones: []}")
        engine = sf.Engine(sf.loads(text))
        deal = giver(engine, "interest", contact="Jan")
        assert self.refused(hand_over(engine, deal)) == ["mirror.investigating"]

    def test_out_of_another_stage_it_says_from_where(self, engine: sf.Engine) -> None:
        deal = giver(engine, "interest", contact="Jan")
        deal = engine.fire(deal, "lose", at=NOW).unwrap()
        handed = hand_over(engine, deal)
        assert self.refused(handed) == ["handover.source"]
        assert "it hands over from: contacted, lead" in handed.explain()
        assert "Możliwe jest z etapów: contacted, lead" in handed.explain("pl")

    def test_one_on_hold_is_not_handed_over(self, engine: sf.Engine) -> None:
        deal = giver(engine, "interest", contact="Jan")
        deal = engine.hold(deal, reason="budget freeze", at=NOW).unwrap()
        assert self.refused(hand_over(engine, deal)) == ["held"]
        resumed = engine.resume(deal, at=NOW).unwrap()
        assert hand_over(engine, resumed).accepted

    @pytest.mark.parametrize(("acting", "code"), [("owner", "actor.owner"), ("team", "actor.team")])
    def test_only_who_may_act_on_it_hands_it_over(self, acting: str, code: str) -> None:
        engine = sf.Engine(sf.loads(TEXT + f"acting: {acting}\n"))
        deal = giver(engine, "interest", contact="Jan")
        for other in ("ewa", None):
            handed = engine.hand_over(deal, "meeting", id="S1", at=NOW, by=other)
            assert self.refused(handed) == [code]
            assert handed.giving.blockers[0].target == ""  # it is about the giver where it stands
        assert engine.hand_over(deal, "meeting", id="S1", at=NOW, by="anna").accepted

    def test_a_group_of_sources_is_that_of_transitions(self, engine: sf.Engine) -> None:
        handed = hand_over(engine, giver(engine), "care")
        assert self.refused(handed) == ["handover.source"]
        assert handed.giving.blockers[0].details["sources"] == "lost, won"

    def test_the_explanation_tells_how_to_meet_the_contract(self, engine: sf.Engine) -> None:
        text = hand_over(engine, giver(engine)).explain()
        assert "handover.contact: contact is known" in text
        assert "Record the fact 'contact'" in text
        assert "handover.interest: interest is proven" in text


class TestWhatCannotBeUnderstood:
    """Slips are errors, not refusals."""

    def test_an_unknown_hand_over_names_the_nearest(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.UnknownNameError, match="did you mean 'meeting'"):
            hand_over(engine, giver(engine), "meting")

    def test_the_receiver_needs_an_id_of_its_own(self, engine: sf.Engine) -> None:
        deal = giver(engine, "interest", contact="Jan")
        with pytest.raises(sf.CommandError, match="needs its own"):
            engine.hand_over(deal, "meeting", id="L1", at=NOW)
        with pytest.raises(sf.CommandError, match="not empty"):
            engine.hand_over(deal, "meeting", id="", at=NOW)

    def test_time_does_not_run_back(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.TimeError):
            engine.hand_over(giver(engine), "meeting", id="S1", at=NOW - DAY)


class TestHistory:
    """Both histories can be stored, read and replayed."""

    def histories(self, engine: sf.Engine) -> list[tuple[list[sf.Event], sf.Opportunity]]:
        steps = [engine.open("L1", at=NOW, facts={"contact": "Jan", "budget": "10.50"})]
        for name in ("interest", "needs", "interest"):
            piece = sf.Evidence(name, made_at=NOW - DAY)
            steps.append(engine.record(steps[-1].unwrap(), piece, at=NOW))
        handed = hand_over(engine, steps[-1].unwrap())
        given = [event for step in (*steps, handed.giving) for event in step.events]
        return list(zip((given, list(handed.receiving.events)), handed.unwrap(), strict=True))

    def test_each_is_the_fold_of_its_events(self, engine: sf.Engine) -> None:
        for events, opportunity in self.histories(engine):
            assert sf.replay(engine.process, events) == opportunity
            assert [each.sequence for each in events] == list(range(1, len(events) + 1))

    def test_json_gives_back_events_and_opportunities_with_their_origin(
        self, engine: sf.Engine
    ) -> None:
        for events, opportunity in self.histories(engine):
            assert [sf.event_from_json(sf.event_to_json(each)) for each in events] == events
            assert sf.opportunity_from_json(sf.opportunity_to_json(opportunity)) == opportunity
        assert '"handover":"meeting"' in sf.opportunity_to_json(opportunity)

    def test_the_receiver_goes_on_as_any_other(self, engine: sf.Engine) -> None:
        _, (events, receiving) = self.histories(engine)
        step = engine.fire(receiving, "win", at=NOW + 2 * DAY)
        won = step.unwrap()
        assert won.origin == receiving.origin
        assert sf.replay(engine.process, [*events, *step.events]) == won


class TestAsked:
    """What could be handed over from where an opportunity stands."""

    def test_every_hand_over_from_here_is_listed_with_what_blocks_it(
        self, engine: sf.Engine
    ) -> None:
        deal = giver(engine)
        listed = engine.handovers(deal, at=NOW)
        here = [
            each.name
            for each in engine.process.handovers
            if deal.stage in sources_among(engine.process, each.source)
        ]
        assert [move.trigger for move in listed] == here
        for move in listed:
            handed = engine.hand_over(deal, move.trigger, id="R", at=NOW)
            assert (move.allowed, move.blockers) == (handed.accepted, handed.giving.blockers)
            assert (move.kind, move.target) == (
                sf.MoveKind.HANDOVER,
                engine.process.handover_by_name[move.trigger].target,
            )


def test_a_refused_hand_over_is_told_whole_on_both_sides(engine: sf.Engine) -> None:
    handed = hand_over(engine, giver(engine))
    giving, receiving = handed.giving, handed.receiving
    assert (handed.accepted, giving.accepted, receiving.accepted) == (False, False, False)
    assert giving.opportunity is not None
    assert receiving.opportunity is None
    assert giving.events == receiving.events == ()
    assert giving.blockers == receiving.blockers != ()
    assert codes(giving.warnings) == codes(receiving.warnings) == ["budget"]
    assert giving.command == receiving.command == "meeting"
    assert giving.process is receiving.process is engine.process


def test_hand_overs_are_listed_as_moves_of_their_own_kind(engine: sf.Engine) -> None:
    deal = giver(engine, "interest", contact="Jan")
    moves = engine.handovers(deal, at=NOW + DAY, by="anna")
    assert [(each.trigger, each.source, each.target, each.allowed) for each in moves] == [
        ("meeting", "lead", "discovery", True),
        ("help", "lead", "care", True),
    ]
    labelled = sf.loads(TEXT.replace("{name: help,", "{name: help, label: Rescue,"))
    (_, rescue) = sf.Engine(labelled).handovers(deal, at=NOW + DAY, by="anna")
    assert rescue.label == "Rescue"
    assert [codes(each.warnings) for each in moves] == [["budget"], []]
