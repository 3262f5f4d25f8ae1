"""Who may act on an opportunity, and whose it becomes as it goes from stage to stage.

lead --accept--> demo --offer--> offer --win--> WON        lose: from every open stage

callers: lead (its plane)    sellers: demo (its plane)    legal: offer (named by the stage)
"""

from __future__ import annotations

import pytest

import salesfsm as sf
from sales.b2b import DAY, NOW, codes

TEXT = """
salesfsm: 1
process: territories
plane: prospecting
facts: {signed: bool}
overrides: [director]
teams:
  - {name: callers, planes: [prospecting, retention], members: [anna, jan]}
  - {name: latecomers, planes: [prospecting], members: [zoe]}
  - {name: sellers, planes: [sales], members: [ewa, jan]}
  - {name: partners, planes: [sales, prospecting], members: [pola]}
  - {name: legal, label: Legal affairs, members: [lea]}
stages:
  - lead
  - {name: demo, plane: sales}
  - {name: offer, plane: sales, team: legal}
  - {name: won, plane: cross_selling, outcome: won}
  - {name: lost, plane: cross_selling, outcome: lost}
transitions:
  - {trigger: accept, source: lead, target: demo}
  - {trigger: offer, source: demo, target: offer, when: signed, roles: [seller, partner]}
  - {trigger: win, source: [lead, demo, offer], target: won, roles: [manager]}
  - {trigger: win, source: [lead, demo, offer], target: offer}
  - {trigger: lose, source: open, target: lost}
"""


def territories(acting: str = "anyone", text: str = TEXT) -> sf.Engine:
    return sf.Engine(sf.loads(f"{text}acting: {acting}\n"))


def standing(engine: sf.Engine, stage: str, **given: str) -> sf.Opportunity:
    """An opportunity in ``stage``, of the team that works there if not told otherwise."""
    return engine.adopt("A", stage, at=NOW, facts={"signed": True}, **given).unwrap()  # type: ignore[arg-type]


class TestRoles:
    """A transition that names roles is taken in one of them only."""

    def test_another_role_and_none_are_refused(self) -> None:
        engine = territories()
        deal = standing(engine, "demo")
        for role in (None, "manager"):
            step = engine.fire(deal, "offer", at=NOW, role=role)
            assert codes(step.blockers) == ["role.required"]
            assert step.blockers[0].details["roles"] == "seller, partner"
            assert "Only these roles may do this: seller, partner" in step.explain()

    @pytest.mark.parametrize("role", ["seller", "partner"])
    def test_each_of_them_may_and_the_event_keeps_it(self, role: str) -> None:
        engine = territories()
        step = engine.fire(standing(engine, "demo"), "offer", at=NOW, by="ewa", role=role)
        event = step.events[0]
        assert isinstance(event, sf.Moved)
        assert (event.by, event.role) == ("ewa", role)
        assert sf.event_from_json(sf.event_to_json(event)) == event

    def test_a_role_is_kept_where_none_is_asked_for_too(self) -> None:
        engine = territories()
        step = engine.fire(standing(engine, "lead"), "accept", at=NOW, role="seller")
        assert step.events[0].role == "seller"  # type: ignore[attr-defined]

    def test_the_criteria_are_told_beside_it(self) -> None:
        engine = territories()
        deal = engine.update(standing(engine, "demo"), {"signed": None}, at=NOW).unwrap()
        assert codes(engine.fire(deal, "offer", at=NOW).blockers) == ["role.required", "signed"]
        assert codes(engine.fire(deal, "offer", at=NOW, role="seller").blockers) == ["signed"]

    def test_without_the_role_the_next_transition_of_the_trigger_is_taken(self) -> None:
        engine = territories()
        deal = standing(engine, "lead")
        assert engine.fire(deal, "win", at=NOW, role="manager").unwrap().stage == "won"
        assert engine.fire(deal, "win", at=NOW).unwrap().stage == "offer"

    def test_moves_tell_it_once_they_know_who_asks(self) -> None:
        engine = territories()
        deal = standing(engine, "demo")

        def offer(**who: str) -> list[str]:
            moves = engine.moves(deal, at=NOW, **who)  # type: ignore[arg-type]
            (move,) = [each for each in moves if each.trigger == "offer"]
            assert move.allowed is not bool(move.blockers)
            return codes(move.blockers)

        assert offer() == []
        assert offer(role="seller") == []
        assert offer(role="manager") == ["role.required"]
        assert offer(by="ewa") == ["role.required"]

    def test_it_is_a_text(self) -> None:
        engine = territories()
        with pytest.raises(sf.ValueTypeError, match="role is a text"):
            engine.fire(standing(engine, "demo"), "offer", at=NOW, role=3)  # type: ignore[arg-type]


class TestActing:
    """A process may leave acting to the team of a stage, or to the owner."""

    def refused(self, acting: str, stage: str, by: str | None, **given: str) -> list[str]:
        """The codes of the refusal to lose it, the same by moves as by firing."""
        engine = territories(acting)
        deal = standing(engine, stage, **given)
        found = codes(engine.fire(deal, "lose", at=NOW, by=by).blockers)
        moves = engine.moves(deal, at=NOW, by=by, role="clerk")
        (lose,) = [each for each in moves if each.trigger == "lose"]
        assert codes(lose.blockers) == found
        return found

    def test_anyone_may_unless_it_is_said_otherwise(self) -> None:
        assert self.refused("anyone", "lead", None, owner="anna") == []

    @pytest.mark.parametrize(
        ("by", "found"),
        [("anna", []), ("jan", []), ("zoe", ["actor.team"]), (None, ["actor.team"])],
    )
    def test_only_members_of_the_team_that_has_it_may(
        self, by: str | None, found: list[str]
    ) -> None:
        assert self.refused("team", "lead", by) == found

    def test_another_team_of_the_plane_may_once_it_has_it(self) -> None:
        assert self.refused("team", "lead", "zoe", team="latecomers") == []
        assert self.refused("team", "lead", "anna", team="latecomers") == ["actor.team"]

    def test_where_the_stage_names_a_team_its_members_may(self) -> None:
        assert self.refused("team", "offer", "lea") == []
        assert self.refused("team", "offer", "ewa") == ["actor.team"]

    def test_the_team_is_that_of_before_the_move(self) -> None:
        engine = territories("team")
        step = engine.fire(standing(engine, "lead"), "accept", at=NOW, by="anna")
        assert step.accepted
        assert codes(engine.fire(step.unwrap(), "lose", at=NOW, by="anna").blockers) == [
            "actor.team"
        ]

    def test_the_refusal_names_the_team_and_its_members(self) -> None:
        engine = territories("team")
        step = engine.fire(standing(engine, "lead"), "accept", at=NOW, by="ewa")
        assert step.blockers[0].details == {"team": "callers", "members": "anna, jan"}
        assert "anna, jan" in step.explain("pl")

    def test_a_team_that_the_process_does_not_know_has_no_members(self) -> None:
        engine = territories("team")
        deal = standing(engine, "lead", team="abroad")
        step = engine.fire(deal, "accept", at=NOW, by="anna")
        assert step.blockers[0].details == {"team": "abroad", "members": "-"}

    def test_where_no_team_has_it_anyone_may(self) -> None:
        engine = territories("team", TEXT + "  - {trigger: reopen, source: lost, target: lead}\n")
        assert engine.fire(standing(engine, "lost"), "reopen", at=NOW).accepted

    @pytest.mark.parametrize(
        ("by", "found"), [("ewa", []), ("anna", ["actor.owner"]), (None, ["actor.owner"])]
    )
    def test_only_the_owner_may(self, by: str | None, found: list[str]) -> None:
        assert self.refused("owner", "lead", by, owner="ewa") == found

    @pytest.mark.parametrize("by", [None, "ewa"])
    def test_what_nobody_owns_anyone_may(self, by: str | None) -> None:
        assert self.refused("owner", "lead", by) == []

    def test_all_that_is_in_the_way_is_told(self) -> None:
        engine = territories("owner")
        deal = standing(engine, "demo", owner="ewa")
        step = engine.fire(deal, "offer", at=NOW, by="jan")
        assert codes(step.blockers) == ["role.required", "actor.owner"]
        assert "Only the owner may act here: ewa" in engine.explain(deal, "offer", at=NOW, by="jan")
        assert engine.explain(deal, "offer", at=NOW, by="ewa", role="seller").startswith(
            "A: offer is accepted"
        )

    @pytest.mark.parametrize(("acting", "code"), [("team", "actor.team"), ("owner", "actor.owner")])
    def test_each_thing_in_the_way_names_the_stage_that_would_be_entered(
        self, acting: str, code: str
    ) -> None:
        engine = territories(acting)
        deal = standing(engine, "demo", owner="ewa")
        step = engine.fire(deal, "offer", at=NOW, by="anna")
        told = [(each.code, each.target) for each in step.blockers]
        assert told == [("role.required", "offer"), (code, "offer")]


class TestOverrides:
    """An override passes criteria. It lets nobody act who may not."""

    OVERRIDE = sf.Override("director", "a strategic account")

    def test_of_a_role_that_is_required(self) -> None:
        engine = territories()
        deal = engine.update(standing(engine, "demo"), {"signed": False}, at=NOW).unwrap()
        step = engine.fire(deal, "offer", at=NOW, override=self.OVERRIDE)
        assert codes(step.blockers) == ["role.required", "signed"]
        step = engine.fire(deal, "offer", at=NOW, role="seller", override=self.OVERRIDE)
        assert step.unwrap().stage == "offer"
        assert step.events[0].overridden == ("signed",)  # type: ignore[attr-defined]

    @pytest.mark.parametrize(("acting", "code"), [("team", "actor.team"), ("owner", "actor.owner")])
    def test_of_who_may_act(self, acting: str, code: str) -> None:
        engine = territories(acting)
        deal = standing(engine, "lead", owner="jan")
        step = engine.fire(deal, "accept", at=NOW, by="boss", override=self.OVERRIDE)
        assert codes(step.blockers) == [code]
        assert engine.fire(deal, "accept", at=NOW, by="jan", override=self.OVERRIDE).accepted

    def test_it_takes_the_first_transition_that_the_actor_may_take(self) -> None:
        text = TEXT.replace("target: offer}", "target: offer, when: false}")
        engine = territories(text=text)
        step = engine.fire(standing(engine, "lead"), "win", at=NOW, override=self.OVERRIDE)
        assert step.unwrap().stage == "offer"


class TestTeamsOfPlanes:
    """The teams of a plane own what is on it; what comes from another plane goes to the first."""

    def test_a_stage_is_of_the_teams_of_its_plane(self) -> None:
        assert territories().process.teams_of_stages == {
            "lead": ("callers", "latecomers", "partners"),
            "demo": ("sellers", "partners"),
            "offer": ("sellers", "partners"),
            "won": (),
            "lost": (),
        }

    def test_an_opportunity_begins_with_the_first_team_of_its_plane(self) -> None:
        engine = territories()
        assert engine.open("A", at=NOW).unwrap().team == "callers"
        assert engine.open("A", at=NOW, team="latecomers").unwrap().team == "latecomers"
        with pytest.raises(sf.UnknownNameError, match="unknown team 'abroad'"):
            engine.open("A", at=NOW, team="abroad")
        assert engine.adopt("A", "lead", at=NOW, team="abroad").unwrap().team == "abroad"
        assert standing(engine, "offer").team == "sellers"
        assert standing(engine, "won").team is None

    def test_the_first_team_of_the_plane_that_it_comes_to_takes_over(self) -> None:
        engine = territories()
        adopted = engine.adopt("A", "lead", at=NOW, owner="anna")
        step = engine.fire(adopted.unwrap(), "accept", at=NOW + DAY, by="anna")
        moved, assigned = step.events
        assert isinstance(moved, sf.Moved)
        assert assigned == sf.Assigned("A", 3, NOW + DAY, "anna", None, "sellers")
        new = step.unwrap()
        assert (new.stage, new.team, new.owner, new.sequence) == ("demo", "sellers", None, 3)
        assert sf.replay(engine.process, [*adopted.events, *step.events]) == new

    @pytest.mark.parametrize(
        ("stage", "team"), [("demo", "sellers"), ("demo", "partners"), ("lead", "partners")]
    )
    def test_a_team_that_owns_there_keeps_it(self, stage: str, team: str) -> None:
        engine = territories()
        deal = standing(engine, stage, owner="outsider", team=team)
        trigger = "accept" if stage == "lead" else "offer"
        step = engine.fire(deal, trigger, at=NOW, role="seller")
        assert len(step.events) == 1
        assert (step.unwrap().team, step.unwrap().owner) == (team, "outsider")

    def test_a_team_of_no_plane_hands_it_back(self) -> None:
        engine = territories()
        deal = standing(engine, "demo", owner="ewa", team="legal")
        new = engine.fire(deal, "offer", at=NOW, role="seller").unwrap()
        assert (new.team, new.owner) == ("sellers", "ewa")

    @pytest.mark.parametrize(("owner", "kept"), [("jan", "jan"), ("anna", None)])
    def test_an_owner_who_is_a_member_of_it_stays(self, owner: str, kept: str | None) -> None:
        engine = territories()
        deal = standing(engine, "lead", owner=owner)
        assert engine.fire(deal, "accept", at=NOW).unwrap().owner == kept

    def test_a_team_that_names_no_members_keeps_the_owner(self) -> None:
        engine = territories(text=TEXT.replace("[sales], members: [ewa, jan]", "[sales]"))
        deal = standing(engine, "lead", owner="anna")
        new = engine.fire(deal, "accept", at=NOW).unwrap()
        assert (new.owner, new.team) == ("anna", "sellers")

    def test_where_no_team_owns_the_last_one_stays(self) -> None:
        engine = territories()
        step = engine.fire(standing(engine, "lead", owner="anna"), "lose", at=NOW)
        assert len(step.events) == 1
        assert (step.unwrap().owner, step.unwrap().team) == ("anna", "callers")

    def test_the_world_outside_says_by_itself_whose_it_is(self) -> None:
        engine = territories()
        placed = engine.place(standing(engine, "lead", owner="anna"), "demo", at=NOW).unwrap()
        assert (placed.owner, placed.team) == ("anna", "callers")
