"""The pipelines of CRMs are on the shelf as their systems ship them, with nothing invented."""

from __future__ import annotations

import pytest

from library.shelf import CRM, engine, process, stages
from salesfsm.checks import Severity, check
from salesfsm.process.fields import in_language
from salesfsm.testing.engines import MOMENT as NOW
from salesfsm.testing.walking import walk

CRMS = (
    "odoo", "frappe", "espo", "suitecrm", "krayin", "twenty", "oro", "salesforce", "hubspot",
    "pipedrive",
)  # fmt: skip

WON, LOST = "W", "L"
SHIPPED: dict[str, list[tuple[str, int | None, str]]] = {
    "odoo": [
        ("New", None, ""), ("Qualified", None, ""), ("Proposition", None, ""), ("Won", None, WON),
    ],
    "frappe": [
        ("Qualification", 10, ""), ("Demo/Making", 25, ""), ("Proposal/Quotation", 50, ""),
        ("Negotiation", 70, ""), ("Ready to Close", 90, ""), ("Won", 100, WON), ("Lost", 0, LOST),
    ],
    "espo": [
        ("Prospecting", 10, ""), ("Qualification", 20, ""), ("Proposal", 50, ""),
        ("Negotiation", 80, ""), ("Closed Won", 100, WON), ("Closed Lost", 0, LOST),
    ],
    "suitecrm": [
        ("Prospecting", 10, ""), ("Qualification", 20, ""), ("Needs Analysis", 25, ""),
        ("Value Proposition", 30, ""), ("Id. Decision Makers", 40, ""),
        ("Perception Analysis", 50, ""), ("Proposal/Price Quote", 65, ""),
        ("Negotiation/Review", 80, ""), ("Closed Won", 100, WON), ("Closed Lost", 0, LOST),
    ],
    "krayin": [
        ("New", 100, ""), ("Follow Up", 100, ""), ("Prospect", 100, ""), ("Negotiation", 100, ""),
        ("Won", 100, WON), ("Lost", 0, LOST),
    ],
    "twenty": [
        ("New", None, ""), ("Screening", None, ""), ("Meeting", None, ""), ("Proposal", None, ""),
        ("Customer", None, WON),
    ],
    "oro": [
        ("New Lead", None, ""), ("New Opportunity", None, ""), ("Developed Opportunity", None, ""),
        ("Won", None, WON), ("Lost", None, LOST), ("Disqualified Lead", None, LOST),
    ],
    "salesforce": [
        ("Prospecting", 10, ""), ("Qualification", 10, ""), ("Needs Analysis", 20, ""),
        ("Value Proposition", 50, ""), ("Id. Decision Makers", 60, ""),
        ("Perception Analysis", 70, ""), ("Proposal/Price Quote", 75, ""),
        ("Negotiation/Review", 90, ""), ("Closed Won", 100, WON), ("Closed Lost", 0, LOST),
    ],
    "hubspot": [
        ("Appointment Scheduled", 20, ""), ("Qualified to Buy", 40, ""),
        ("Presentation Scheduled", 60, ""), ("Decision Maker Bought-In", 80, ""),
        ("Contract Sent", 90, ""), ("Closed Won", 100, WON), ("Closed Lost", 0, LOST),
    ],
    "pipedrive": [
        ("Qualified", None, ""), ("Contact Made", None, ""), ("Demo Scheduled", None, ""),
        ("Proposal Made", None, ""), ("Negotiations Started", None, ""), ("Won", None, WON),
        ("Lost", None, LOST),
    ],
}  # fmt: skip
FREE = tuple(each for each in CRMS if each not in ("oro", "pipedrive"))


@pytest.mark.parametrize("crm", CRMS)
class TestPipelines:
    """What the systems ship: names, probabilities and moves, and nothing invented."""

    def test_labels_probabilities_and_outcomes_are_the_shipped_ones(self, crm: str) -> None:
        outcome = {"open": "", "won": WON, "lost": LOST}
        assert SHIPPED[crm] == [
            (
                in_language(stage.label, "en"),
                None if stage.probability is None else int(stage.probability * 100),
                outcome[stage.outcome],
            )
            for stage in process(f"crm_{crm}").stages
        ]

    def test_no_definition_task_or_milestone_is_invented(self, crm: str) -> None:
        found = process(f"crm_{crm}")
        assert not any(stage.definition or stage.tasks or stage.exit for stage in found.stages)
        assert not found.buyer.milestones

    def test_every_stage_is_walked_to(self, crm: str) -> None:
        name = f"crm_{crm}"
        for stage in process(name).stages:
            assert walk(engine(name), stage.name).opportunity.stage == stage.name

    def test_the_checks_find_much_and_no_error(self, crm: str) -> None:
        found = check(process(f"crm_{crm}"))
        assert {each.severity for each in found} == {Severity.WARNING}


def test_every_pipeline_that_the_field_names_is_there() -> None:
    assert sorted(CRM) == sorted(f"crm_{each}" for each in CRMS)


@pytest.mark.parametrize("crm", FREE)
def test_where_moves_are_free_any_stage_is_left_for_any_other(crm: str) -> None:
    found = process(f"crm_{crm}")
    names = [stage.name for stage in found.stages]
    arcs = {(arc.source, arc.target): arc.trigger for arc in found.arcs}
    assert arcs == {
        (one, other): f"move_to_{other}" for one in names for other in names if one != other
    }


@pytest.mark.parametrize("crm", ["odoo", "twenty"])
def test_where_no_lost_stage_ships_there_is_none(crm: str) -> None:
    assert stages(f"crm_{crm}", "lost") == []


def test_every_open_lead_of_krayin_is_stalled_after_thirty_days() -> None:
    for stage in process("crm_krayin").stages:
        assert str(stage.expected) == ("30d" if stage.is_open else "None")


class TestFrappe:
    """A lost deal has a reason, and notes where the reason is Other."""

    def test_a_deal_is_lost_with_one_of_the_nine_reasons(self) -> None:
        deal = engine("crm_frappe").open("F-1", at=NOW).unwrap()
        refused = engine("crm_frappe").fire(deal, "move_to_lost", at=NOW)
        assert [each.code for each in refused.blockers] == ["reason.required"]
        reasons = process("crm_frappe").stage_by_name["lost"].reasons
        assert [in_language(reason.label, "en") for reason in reasons] == [
            "Pricing", "Competition", "Budget Constraints", "Missing Features", "Long Sales Cycle",
            "No Decision-Maker", "Unresponsive Prospect", "Poor Fit", "Other",
        ]  # fmt: skip

    def test_the_reason_other_needs_notes_and_no_other_does(self) -> None:
        deal = engine("crm_frappe").open("F-1", at=NOW).unwrap()
        step = engine("crm_frappe").fire(deal, "move_to_lost", at=NOW, reason="other")
        assert [each.code for each in step.blockers] == ["lost_notes"]
        assert engine("crm_frappe").fire(deal, "move_to_lost", at=NOW, reason="pricing")
        (move,) = (
            each for each in engine("crm_frappe").moves(deal, at=NOW) if each.target == "lost"
        )
        assert (move.allowed, "other" in move.reasons) == (True, False)
        noted = engine("crm_frappe").update(deal, {"lost_notes": "Merged"}, at=NOW).unwrap()
        assert engine("crm_frappe").fire(noted, "move_to_lost", at=NOW, reason="other")


class TestOro:
    """The one pipeline that is a process."""

    def test_its_moves_are_exactly_the_shipped_ones(self) -> None:
        moves = [
            ("qualify", "new_lead", "new_opportunity"),
            ("disqualify", "new_lead", "disqualified_lead"),
            ("reactivate", "disqualified_lead", "new_lead"),
            ("develop", "new_opportunity", "developed_opportunity"),
            ("close_as_won", "new_opportunity", "won"),
            ("close_as_won", "developed_opportunity", "won"),
            ("close_as_lost", "new_opportunity", "lost"),
            ("close_as_lost", "developed_opportunity", "lost"),
            ("reopen", "won", "new_opportunity"),
            ("reopen", "lost", "new_opportunity"),
        ]
        assert [arc.key for arc in process("crm_oro").arcs] == moves

    def test_closing_needs_its_facts(self) -> None:
        at_hand = walk(engine("crm_oro"), "new_opportunity").opportunity
        refused = {
            trigger: [
                each.code for each in engine("crm_oro").fire(at_hand, trigger, at=NOW).blockers
            ]
            for trigger in ("close_as_won", "close_as_lost")
        }
        assert refused == {
            "close_as_won": ["close_date", "close_revenue"],
            "close_as_lost": ["close_date"],
        }
        assert process("crm_oro").stage_by_name["lost"].reasons


class TestPipedrive:
    """Won and lost are statuses there: a deal keeps its stage."""

    @pytest.mark.parametrize("closing", ["won", "lost"])
    def test_a_reopened_deal_goes_on_where_it_was_closed(self, closing: str) -> None:
        closed = walk(engine("crm_pipedrive"), "proposal_made", closing).opportunity
        reopened = engine("crm_pipedrive").fire(closed, "reopen", at=NOW).unwrap()
        assert reopened.stage == "proposal_made"

    def test_a_closed_deal_is_not_dragged(self) -> None:
        closed = walk(engine("crm_pipedrive"), "won").opportunity
        assert not engine("crm_pipedrive").fire(closed, "move_to_contact_made", at=NOW)
