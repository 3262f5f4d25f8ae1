"""``salesfsm mirror`` and ``salesfsm alignment``: what they tell of the two sides; exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from calling import POOR, Ran

import salesfsm as sf

Run = Callable[..., Ran]
AT = ("--at", "2026-11-23T09:00Z")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

# seller:  first (a)  ->  second  ->  third (c)  ->  won
# buyer:   a  --met-->  b  --agreed-->  c
SIDES = """\
salesfsm: 1
process: sides
buyer:
  phases:
    - {name: a, label: Looking, decisions: [Is it worth it?]}
    - {name: b, label: Choosing, commitments: [They name a day.]}
    - {name: c, label: Buying, decisions: [Which terms?]}
  milestones:
    - {name: met, moves: a -> b, definition: They have met us., owner: anna, valid_for: 10d}
    - {name: agreed, moves: b -> c, hint: Ask for a yes.}
  jobs:
    - {name: consensus, milestones: [met, agreed]}
    - {name: nothing}
mirror: MIRROR
stages:
  - {name: first, mirrors: a}
  - {name: second, mirrors: b}
  - {name: third, mirrors: c}
  - {name: aside, path: aside}
  - {name: won, outcome: won}
transitions:
  - {trigger: go, source: first, target: second}
  - {trigger: go, source: second, target: third}
  - {trigger: win, source: third, target: won}
  - {trigger: park, source: first, target: aside}
  - {trigger: back, source: aside, target: first}
"""


@pytest.fixture
def sides(folder: Path) -> Callable[[str], str]:
    """Writes the process with a way of mirroring, and gives its file."""

    def write(mirror: str = "{}") -> str:
        text = SIDES.replace("MIRROR", mirror)
        (folder / "sides.yaml").write_text(text, encoding="utf-8")
        return "sides.yaml"

    return write


def test_two_sides_that_match_are_told_in_a_line(run: Run, sides: Callable[..., str]) -> None:
    ran = run("mirror", sides())
    assert ran.out == "sides.yaml: the two sides mirror each other to 100%\n"
    assert ran.code == 0
    told = json.loads(run("mirror", sides(), "--json").out)
    assert told == {"file": "sides.yaml", "score": 1.0, "asked": 10, "deviations": []}


def test_each_kind_of_deviation_is_a_sentence(run: Run, folder: Path) -> None:
    text = SIDES.replace("MIRROR", "{}")
    for old, new in (
        ("mirrors: b", "mirrors: c"),
        ("third, mirrors: c", "third, mirrors: a"),
        ("moves: b -> c, ", ""),
        (", decisions: [Which terms?]", ""),
    ):
        assert old in text
        text = text.replace(old, new)
    (folder / "crooked.yaml").write_text(text, encoding="utf-8")
    ran = run("mirror", "crooked.yaml")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "crooked.yaml: the two sides mirror each other to 60%",
        "  ✗ no stage mirrors the phase 'b' (Choosing)",
        "  ✗ the stage 'third' mirrors an earlier phase than the stage before it",
        "  ✗ no milestone proves the crossing from 'b' (Choosing) to 'c' (Buying)",
        "  ✗ the phase 'c' (Buying) names neither commitments nor decisions of the buyer",
        "4 deviations in 10 questions",
    ]
    told = json.loads(run("mirror", "crooked.yaml", "--json").out)
    assert told["score"] == pytest.approx(0.6)
    assert [(each["kind"], each["name"]) for each in told["deviations"]] == [
        ("phase", "b"),
        ("order", "third"),
        ("crossing", "b -> c"),
        ("commitment", "c"),
    ]


def test_a_process_without_phases_has_nothing_to_mirror(run: Run, folder: Path) -> None:
    (folder / "poor.yaml").write_text(POOR, encoding="utf-8")
    ran = run("mirror", "poor.yaml")
    assert (ran.code, "the buyer has no phases" in ran.out) == (0, True)
    assert json.loads(run("mirror", "poor.yaml", "--json").out)["score"] is None


@pytest.mark.parametrize(
    ("stage", "proven", "mirror", "said", "code"),
    [
        ("first", [], "{}", ["in the same phase", "are aligned"], 0),
        ("second", [], "{}", ["1 phase ahead of", "should not be ahead"], 1),
        ("third", [], "{}", ["2 phases ahead of", "should not be ahead"], 1),
        ("third", [], "{lead: 1}", ["2 phases ahead of", "be 1 phase ahead at most"], 1),
        ("third", [], "{lead: 2}", ["2 phases ahead of", "are aligned"], 0),
        ("first", ["agreed"], "{}", ["2 phases behind", "are aligned"], 0),
        ("first", ["agreed"], "{lag: 1}", ["2 phases behind", "be 1 phase behind at most"], 1),
        ("first", ["met"], "{lag: 0}", ["1 phase behind", "should not be behind"], 1),
        ("aside", [], "{}", ["Neither this stage nor one before it mirrors a phase"], 0),
        ("won", [], "{}", ["is closed"], 0),
    ],
)
def test_the_distance_and_whether_the_process_allows_it_are_told(
    run: Run,
    sides: Callable[..., str],
    stage: str,
    proven: list[str],
    mirror: str,
    said: list[str],
    code: int,
) -> None:
    options = [part for name in proven for part in ("--proven", name)]
    ran = run("alignment", sides(mirror), "--stage", stage, *options, *AT)
    assert ran.code == code
    for words in said:
        assert words in ran.out
    compared = stage not in ("aside", "won")
    assert ("aligned" in ran.out) is compared
    told = json.loads(run("alignment", "sides.yaml", "--stage", stage, *options, *AT, "--json").out)
    assert told["aligned"] is ((code == 0) if compared else None)


def test_what_the_buyer_still_owes_is_told_with_who_can_obtain_it_and_how(
    run: Run, sides: Callable[..., str]
) -> None:
    ran = run("alignment", sides(), "--stage", "third", *AT)
    assert ran.out.split("\n\n")[1:] == [
        "Milestones of the buyer that are not proven:\n"
        "  'met': They have met us.\n"
        "      who: anna\n"
        "  'agreed'\n"
        "      how: Ask for a yes.",
        "Commitments that the buyer still owes:\n  - They name a day.",
        "Decisions that the buyer has still to make:\n  - Is it worth it?",
        "Jobs of the buyer beside the phases:\n"
        "  consensus: not done yet\n"
        "  nothing: no milestone proves it\n",
    ]
    told = json.loads(run("alignment", "sides.yaml", "--stage", "third", *AT, "--json").out)
    assert told["milestones"] == [
        {"name": "met", "definition": "They have met us.", "owner": "anna"},
        {"name": "agreed", "definition": None, "owner": None},
    ]
    assert (told["commitments"], told["decisions"]) == (["They name a day."], ["Is it worth it?"])
    assert told["jobs"] == [
        {"name": "consensus", "verdict": "unmet"},
        {"name": "nothing", "verdict": None},
    ]


@pytest.fixture
def saved(folder: Path, sides: Callable[..., str]) -> Callable[[str], None]:
    """Saves an opportunity to which the buyer has done something, as deal.json."""

    def save(done: str) -> None:
        engine = sf.Engine(sf.load(sides()))
        deal = engine.open("ACME-1", at=NOW).unwrap()
        deal = engine.record(deal, sf.Evidence("met", made_by="buyer"), at=NOW).unwrap()
        if done:
            deal = getattr(engine, done)(deal, at=NOW, reason="budget cut").unwrap()
        (folder / "deal.json").write_text(sf.opportunity_to_json(deal), encoding="utf-8")

    return save


@pytest.mark.parametrize(
    ("done", "state"), [("buyer_holds", "on hold"), ("buyer_abandons", "abandoned")]
)
def test_a_buyer_who_does_not_go_on_is_not_aligned(
    run: Run, saved: Callable[[str], None], done: str, state: str
) -> None:
    saved(done)
    ran = run("alignment", "sides.yaml", "--opportunity", "deal.json", *AT)
    assert ran.code == 1
    assert ran.out.startswith("ACME-1 stands in first\n")
    assert f"Not aligned: the buyer does not go on with the purchase ({state})." in ran.out


def test_expired_evidence_makes_a_phase_doubtful(run: Run, saved: Callable[[str], None]) -> None:
    saved("")
    later = ("--at", "2027-01-31T09:00Z")
    ran = run("alignment", "sides.yaml", "--opportunity", "deal.json", *later)
    assert "Only expired evidence speaks for a later phase of the buyer: Choosing" in ran.out
    assert ran.code == 0
    told = run("alignment", "sides.yaml", "--opportunity", "deal.json", *later, "--json").out
    assert json.loads(told)["doubtful"] == "b"


def test_jobs_are_told_as_far_as_they_are(run: Run, saved: Callable[[str], None]) -> None:
    saved("")
    proven = ("--proven", "met", "--proven", "agreed")
    assert "consensus: done" in run("alignment", "sides.yaml", *proven, *AT).out
    one_job = Path("sides.yaml").read_text("utf-8").replace("[met, agreed]", "[met]")
    Path("sides.yaml").write_text(one_job, encoding="utf-8")
    later = ("--at", "2027-01-31T09:00Z")
    ran = run("alignment", "sides.yaml", "--opportunity", "deal.json", *later)
    assert "consensus: the evidence for it has expired" in ran.out
