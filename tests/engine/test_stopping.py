"""Where work on an opportunity stopped, so that it can resume there.

lead --> demo --> offer --win--> WON          lose: from every open stage, to LOST
  ^        ^        ^
  |        |        |  resume: to the stage in which it stopped
  +--------+--------+---- winback --later--> sleeping    (a path of its own)
                            ^
                            |  leave aside: from every open stage; win_back: from LOST
"""

from __future__ import annotations

import pytest

import salesfsm as sf
from sales.b2b import NOW, codes

TEXT = """
salesfsm: 1
process: stopping
stages:
  - lead
  - demo
  - offer
  - {name: won, outcome: won}
  - {name: lost, outcome: lost, reasons: [price, other]}
  - {name: dropped, outcome: lost}
  - {name: winback, path: winback}
  - {name: sleeping, path: winback}
transitions:
  - {trigger: on, source: lead, target: demo}
  - {trigger: on, source: demo, target: offer}
  - {trigger: back, source: offer, target: demo}
  - {trigger: again, source: demo, target: demo}
  - {trigger: win, source: [offer, winback], target: won}
  - {trigger: lose, source: open, target: lost}
  - {trigger: drop, source: lost, target: dropped}
  - {trigger: leave, source: [lead, demo, offer], target: winback}
  - {trigger: win_back, source: closed, target: winback}
  - {trigger: later, source: winback, target: sleeping}
  - {trigger: resume, source: [winback, sleeping, lost], target: offer, when: stopped_in == offer}
  - {trigger: resume, source: [winback, sleeping, lost], target: demo, when: stopped_in == demo}
  - {trigger: resume, source: [winback, sleeping, lost], target: lead, when: stopped_in == lead}
"""


@pytest.fixture(scope="module")
def engine() -> sf.Engine:
    return sf.Engine(sf.loads(TEXT))


def after(engine: sf.Engine, *triggers: str) -> sf.Opportunity:
    """An opportunity after these triggers, lost for its price."""
    deal = engine.open("A", at=NOW).unwrap()
    for trigger in triggers:
        reason = "price" if trigger == "lose" else None
        deal = engine.fire(deal, trigger, at=NOW, reason=reason).unwrap()
    return deal


def test_an_opportunity_that_never_stopped_has_stopped_nowhere(engine: sf.Engine) -> None:
    for triggers in ((), ("on",), ("on", "on", "back", "again")):
        deal = after(engine, *triggers)
        assert (deal.stopped, deal.stopped_in, deal.lost_reason) == (None, None, None)


@pytest.mark.parametrize(
    ("triggers", "stopped"),
    [
        (["lose"], sf.Stop("lead", "price")),
        (["on", "lose"], sf.Stop("demo", "price")),
        (["on", "on", "win"], sf.Stop("offer", None)),
        (["on", "leave"], sf.Stop("demo", None)),
    ],
)
def test_it_stops_where_it_is_lost_won_or_left_aside(
    engine: sf.Engine, triggers: list[str], stopped: sf.Stop
) -> None:
    assert after(engine, *triggers).stopped == stopped


@pytest.mark.parametrize(
    ("triggers", "stopped"),
    [
        (["on", "leave", "later"], sf.Stop("demo", None)),
        (["on", "lose", "win_back"], sf.Stop("demo", "price")),
        (["on", "lose", "win_back", "later", "resume"], sf.Stop("demo", "price")),
        (["on", "leave", "win"], sf.Stop("demo", None)),
        (["on", "leave", "lose"], sf.Stop("demo", "price")),
        (["on", "lose", "win_back", "win"], sf.Stop("demo", "price")),
        (["on", "lose", "drop"], sf.Stop("demo", None)),
    ],
)
def test_what_happens_aside_and_in_closed_stages_leaves_the_place(
    engine: sf.Engine, triggers: list[str], stopped: sf.Stop
) -> None:
    assert after(engine, *triggers).stopped == stopped


def test_it_stops_anew_after_it_went_on(engine: sf.Engine) -> None:
    deal = after(engine, "lose", "win_back", "resume", "on", "leave")
    assert deal.stopped == sf.Stop("demo", "price")


@pytest.mark.parametrize("stage", ["lead", "demo", "offer"])
@pytest.mark.parametrize("aside", [("leave",), ("leave", "later"), ("lose",), ("lose", "win_back")])
def test_rules_lead_back_to_where_it_stopped(
    engine: sf.Engine, stage: str, aside: tuple[str, ...]
) -> None:
    ahead = ["on"] * ["lead", "demo", "offer"].index(stage)
    assert after(engine, *ahead, *aside, "resume").stage == stage


def test_where_it_never_stopped_such_rules_are_unknown(engine: sf.Engine) -> None:
    deal = engine.adopt("A", "winback", at=NOW).unwrap()
    step = engine.fire(deal, "resume", at=NOW)
    assert codes(step.blockers) == ["stopped_in"] * 3
    assert {each.explanation.verdict for each in step.blockers if each.explanation} == {
        sf.Verdict.UNKNOWN
    }


def test_a_rule_about_a_stage_that_there_is_not_is_an_error() -> None:
    with pytest.raises(sf.DefinitionError, match="offre"):
        sf.loads(TEXT.replace("stopped_in == offer", "stopped_in == offre"))


class TestPlacing:
    """What the world outside says stops work as a move of the same kind does."""

    @pytest.mark.parametrize(
        ("triggers", "stage", "stopped"),
        [
            (["on"], "lost", sf.Stop("demo", None)),
            (["on"], "won", sf.Stop("demo", None)),
            (["on"], "winback", sf.Stop("demo", None)),
            (["on"], "offer", None),
            (["on", "lose"], "winback", sf.Stop("demo", "price")),
            (["on", "leave"], "won", sf.Stop("demo", None)),
            (["on", "lose"], "lead", sf.Stop("demo", "price")),
        ],
    )
    def test_it_stops_where_it_was(
        self, engine: sf.Engine, triggers: list[str], stage: str, stopped: sf.Stop | None
    ) -> None:
        step = engine.place(after(engine, *triggers), stage, at=NOW)
        assert step.unwrap().stopped == stopped
        assert sf.event_from_json(sf.event_to_json(step.events[0])) == step.events[0]

    def test_with_a_reason(self, engine: sf.Engine) -> None:
        placed = engine.place(after(engine, "on"), "lost", at=NOW, reason="other").unwrap()
        assert placed.stopped == sf.Stop("demo", "other")
        assert engine.fire(placed, "resume", at=NOW).unwrap().stage == "demo"


def test_one_that_is_adopted_has_stopped_nowhere_that_is_known(engine: sf.Engine) -> None:
    assert engine.adopt("A", "won", at=NOW).unwrap().stopped is None
    assert engine.adopt("A", "lost", at=NOW).unwrap().stopped is None
    lost = engine.adopt("A", "lost", at=NOW, reason="other").unwrap()
    assert (lost.stopped_in, lost.lost_reason) == (None, "other")


def test_every_path_on_which_opportunities_begin_is_a_line_of_its_own() -> None:
    opens = TEXT + "opens_in: [lead, winback]\n"
    handed = TEXT + "handovers: [{name: care, source: won, target: winback}]\n"
    for text in (opens, handed):
        engine = sf.Engine(sf.loads(text))
        aside = engine.adopt("A", "winback", at=NOW).unwrap()
        lost = engine.fire(aside, "lose", at=NOW, reason="price").unwrap()
        assert lost.stopped == sf.Stop("winback", "price")


def test_it_is_kept_in_the_history_and_in_the_json(engine: sf.Engine) -> None:
    opened = engine.open("A", at=NOW)
    lost = engine.fire(opened.unwrap(), "lose", at=NOW, reason="price")
    assert lost.events[0].stops is True  # type: ignore[attr-defined]
    assert sf.replay(engine.process, [*opened.events, *lost.events]) == lost.opportunity
    assert sf.opportunity_from_json(sf.opportunity_to_json(lost.unwrap())) == lost.opportunity
