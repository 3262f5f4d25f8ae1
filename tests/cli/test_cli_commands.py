"""Each command on the files of the demo: what people read, what programs read, and exit codes.

What people read in English is compared with ``golden/commands.txt``; test_cli_languages.py has the
other languages. After it was changed on purpose, ``UPDATE_GOLDEN=1 pytest
tests/cli/test_cli_commands.py`` writes the page anew: read the difference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from calling import POOR, Ran, golden_page

import salesfsm as sf
from salesfsm.cli.group import COMMANDS

Run = Callable[..., Ran]
AT = "--at 2026-03-02T09:00+01:00"
SHOWN = (
    "check b2b.yaml",
    "check b2b.yaml poor.yaml broken.yaml",
    "check poor.yaml --ignore SF104 --ignore SF105",
    f"explain b2b.yaml qualify --facts facts.json {AT}",
    f"explain b2b.yaml lose {AT}",
    f"explain b2b.yaml lose --reason price {AT}",
    f"explain b2b.yaml win {AT}",
    f"moves b2b.yaml {AT}",
    f"moves b2b.yaml --stage closing {AT}",
    f"moves b2b.yaml --facts facts.json --to won --proven reason_to_act {AT}",
    f"moves b2b.yaml --stage won --to closing {AT}",
    "mirror b2b.yaml",
    "mirror poor.yaml",
    f"alignment b2b.yaml {AT}",
    f"alignment b2b.yaml --stage closing --proven reason_to_act {AT}",
    f"alignment b2b.yaml --stage won {AT}",
    f"alignment poor.yaml {AT}",
    "render b2b.yaml -o b2b.svg",
    "replay b2b.yaml deals.csv --show 2 -o replay.dot",
    "replay b2b.yaml deals.csv --show 0 -o replay.dot",
)


@pytest.mark.usefixtures("poor_and_broken")
def test_what_people_read_stands_on_the_golden_page() -> None:
    page, golden = golden_page(SHOWN, "commands.txt")
    assert page == golden


def test_the_script_tells_the_version_of_the_package(run_script: Run) -> None:
    ran = run_script("--version")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.strip().endswith(sf.__version__)


def test_the_help_lists_every_command_with_what_the_command_itself_says(run: Run) -> None:
    page = run("--help")
    assert page.code == 0
    for name in COMMANDS:
        assert re.search(rf"^  {name} +\S", page.out, re.MULTILINE)
        assert run(name, "--help").code == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_each_option_of_a_command_is_explained_in_its_help(run: Run, name: str) -> None:
    page = run(name, "--help").out
    assert page.startswith(f"Usage: salesfsm {name}")
    options = page.split("Options:")[1]
    entries = re.split(r"\n  (?=-)", options)[1:]
    assert entries
    for entry in entries:
        words = re.split(r"\s{2,}|\n", entry.strip(), maxsplit=1)
        assert len(words) == 2, f"{name} {words[0]} is not explained"
        assert len(words[1].split()) >= 3


def test_an_unknown_command_is_a_usage_error(run: Run) -> None:
    ran = run("chekc", "b2b.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "No such command 'chekc'" in ran.err


def test_check_as_json_tells_problems_and_findings_with_their_places(
    run: Run, poor_and_broken: None
) -> None:
    ran = run("check", "b2b.yaml", "poor.yaml", "broken.yaml", "--json")
    assert ran.code == 2
    clean, poor, broken = json.loads(ran.out)
    assert clean == {"file": "b2b.yaml", "usable": True, "problems": [], "findings": []}
    assert poor["usable"]
    codes = {each["code"] for each in poor["findings"]}
    assert codes == {"SF101", "SF102", "SF103", "SF104", "SF105", "SF109"}
    lines = POOR.splitlines()
    for finding in poor["findings"]:
        assert finding["file"] == "poor.yaml"
        named = finding["message"].split("'")[1]
        assert f"name: {named}" in lines[finding["line"] - 1]
        assert finding["hint"]
    assert not broken["usable"]
    assert broken["findings"] == []
    first = broken["problems"][0]
    assert (first["file"], first["line"], first["path"]) == (
        "broken.yaml",
        3,
        ["stages", 0, "colour"],
    )


@pytest.mark.usefixtures("poor_and_broken")
def test_check_tells_it_in_the_forms_of_other_programs(run: Run) -> None:
    files = ("b2b.yaml", "poor.yaml", "broken.yaml")
    sarif = run("check", *files, "--format", "sarif")
    (told,) = json.loads(sarif.out)["runs"]
    lines = run("check", *files, "--format", "github").out.splitlines()
    found = [each["ruleId"] for each in told["results"]]
    assert [line.partition("title=")[2].partition("::")[0] for line in lines] == [
        "salesfsm" if code == "definition" else code for code in found
    ]
    assert {"SF101", "definition"} <= set(found)
    assert sarif.code == 2
    as_json = run("check", *files, "--format", "json").out
    assert as_json == run("check", *files, "--json").out


def test_notes_are_told_on_request_and_change_no_exit_code(run: Run) -> None:
    assert run("check", "b2b.yaml").out == "b2b.yaml: all is well\n"
    ran = run("check", "b2b.yaml", "--notes")
    assert ran.code == 0
    assert "SF113 note: " in ran.out
    assert run("check", "b2b.yaml", "--only", "SF124").out.count("SF124 note: ") == 1


@pytest.mark.usefixtures("poor_and_broken")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["b2b.yaml"], 0),
        (["poor.yaml"], 1),
        (["broken.yaml"], 2),
        (["b2b.yaml", "poor.yaml"], 1),
        (["broken.yaml", "poor.yaml", "b2b.yaml"], 2),
    ],
)
def test_check_ends_with_the_code_of_the_worst_process(
    run: Run, arguments: list[str], code: int
) -> None:
    assert run("check", *arguments).code == code


def test_explain_as_json_holds_each_blocker_and_the_events_of_an_accepted_step(run: Run) -> None:
    at = AT.split()
    refused = run("explain", "b2b.yaml", "qualify", "--facts", "facts.json", *at, "--json")
    assert refused.code == 1
    told = json.loads(refused.out)
    assert not told["accepted"]
    assert [each["code"] for each in told["blockers"]] == ["bant.authority", "bant.timeline"]
    assert [each["code"] for each in told["warnings"]] == ["mirror.defining"]
    assert told["events"] == []
    accepted = run("explain", "b2b.yaml", "lose", "--reason", "price", *at, "--json")
    assert accepted.code == 0
    told = json.loads(accepted.out)
    assert (told["accepted"], told["stage"]) == (True, "lost")
    assert [(event["target"], event["reason"]) for event in told["events"]] == [("lost", "price")]


def test_moves_as_json_agree_with_the_engine(run: Run) -> None:
    told = json.loads(run("moves", "b2b.yaml", "--stage", "closing", *AT.split(), "--json").out)
    assert [(move["trigger"], move["target"], move["allowed"]) for move in told] == [
        ("revise", "negotiation", True),
        ("win", "won", False),
        ("lose", "lost", True),
    ]
    assert told[1]["blockers"][0]["code"] == "order_number"
    assert told[2]["reasons"] == ["price", "competitor", "no_decision", "silent", "other"]


def test_the_way_to_a_stage_as_json_is_a_chain_of_moves(run: Run) -> None:
    told = json.loads(run("moves", "b2b.yaml", "--to", "won", *AT.split(), "--json").out)
    assert (told["target"], told["reachable"]) == ("won", True)
    chain = [(move["source"], move["target"]) for move in told["moves"]]
    assert [target for _, target in chain] == ["presenting", "negotiation", "closing", "won"]
    assert [source for source, _ in chain[1:]] == [target for _, target in chain[:-1]]


def test_done_and_proven_are_known_to_the_engine(run: Run, folder: Path) -> None:
    text = (folder / "b2b.yaml").read_text("utf-8")
    assert "mirror: {level: advise}" in text
    text = text.replace("mirror: {level: advise}", "mirror: {level: block}").replace(
        "    expected: 10d\n    exit:", "    tasks: [discovery_call]\n    exit:", 1
    )
    (folder / "strict.yaml").write_text(text, encoding="utf-8")

    def blockers(*more: str) -> set[str]:
        ran = run("explain", "strict.yaml", "qualify", *more, *AT.split(), "--json")
        return {each["code"] for each in json.loads(ran.out)["blockers"]}

    both = {"task.discovery_call", "mirror.defining"}
    assert blockers() >= both
    assert not blockers("--done", "discovery_call", "--proven", "reason_to_act") & both


ROLES = """\
salesfsm: 1
process: roles
acting: team
teams: [{name: closers, members: [anna, ewa]}]
stages:
  - {name: first, team: closers}
  - {name: won, outcome: won}
transitions:
  - {trigger: win, source: first, target: won, roles: [sales director]}
"""


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        (["--by", "anna", "--role", "sales director"], []),
        (["--by", "ewa", "--role", "assistant"], ["role.required"]),
        (["--by", "piotr", "--role", "sales director"], ["actor.team"]),
        (["--by", "piotr"], ["role.required", "actor.team"]),
    ],
)
def test_who_acts_and_in_which_role_is_known_to_the_engine(
    run: Run, folder: Path, who: list[str], codes: list[str]
) -> None:
    (folder / "roles.yaml").write_text(ROLES, encoding="utf-8")
    explained = run("explain", "roles.yaml", "win", *who, "--json")
    assert [each["code"] for each in json.loads(explained.out)["blockers"]] == codes
    assert explained.code == bool(codes)
    (move,) = json.loads(run("moves", "roles.yaml", *who, "--json").out)
    assert [each["code"] for each in move["blockers"]] == codes
    assert move["allowed"] is not bool(codes)


def test_moves_ask_nobody_for_a_role_where_nobody_is_named(run: Run, folder: Path) -> None:
    (folder / "roles.yaml").write_text(ROLES, encoding="utf-8")
    (move,) = json.loads(run("moves", "roles.yaml", "--json").out)
    assert move["allowed"]


def test_a_saved_opportunity_is_read_as_it_was_saved(run: Run, folder: Path) -> None:
    engine = sf.Engine(sf.load(folder / "b2b.yaml"))
    deal = engine.open("ACME-1", at=datetime(2026, 1, 1, tzinfo=UTC)).unwrap()
    deal = engine.place(deal, "closing", at=datetime(2026, 2, 1, tzinfo=UTC)).unwrap()
    (folder / "deal.json").write_text(sf.opportunity_to_json(deal), encoding="utf-8")
    told = json.loads(run("moves", "b2b.yaml", "--opportunity", "deal.json", "--json").out)
    assert {move["source"] for move in told} == {"closing"}
    ran = run("explain", "b2b.yaml", "win", "--opportunity", "deal.json")
    assert ran.out.startswith("ACME-1: win is refused")


def test_render_as_json_counts_what_is_drawn(run: Run, folder: Path) -> None:
    told = json.loads(run("render", "b2b.yaml", "-o", "map.svg", "--json").out)
    assert told == {"file": "map.svg", "nodes": 7, "edges": 12}
    groups = ET.parse(folder / "map.svg").iter("{http://www.w3.org/2000/svg}g")
    classes = [group.get("class", "").split()[:1] for group in groups]
    assert classes.count(["edge"]) == 12


@pytest.mark.parametrize(
    ("suffix", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("dot", b"di")]
)
def test_render_writes_each_kind_of_file(
    run: Run, folder: Path, suffix: str, begins: bytes
) -> None:
    ran = run("render", "b2b.yaml", "-o", f"map.{suffix}")
    assert (ran.code, ran.err) == (0, "")
    assert (folder / f"map.{suffix}").read_bytes().startswith(begins)


def test_render_speaks_the_language_that_is_asked_for(run: Run, folder: Path) -> None:
    run("render", "b2b.yaml", "-o", "map.svg", "--lang", "pl")
    drawn = (folder / "map.svg").read_text("utf-8")
    assert "Kwalifikacja" in drawn
    assert "przegraj" in drawn
    assert "Qualification" not in drawn


def test_replay_as_json_tells_all_that_people_are_told_and_more(run: Run) -> None:
    ran = run("replay", "b2b.yaml", "deals.csv", "--json", "-o", "replay.dot")
    assert ran.code == 0
    told = json.loads(ran.out)
    assert told["opportunities"] == sum(told["standing"].values()) == 60
    rows = told["rows"]
    not_used = [each for each in told["unusable"] if "was left out" not in each["reason"]]
    assert rows["read"] == rows["used"] + sum(rows["ignored"].values()) + len(not_used)
    assert [each["row"] for each in told["unusable"]] == [544, 545, 546]
    assert len(told["deviations"]) == 18
    assert all(each["explanation"] for each in told["deviations"])
    assert told["map"] == "replay.dot"


def test_replay_draws_beside_the_reader_if_no_file_is_named(run: Run, folder: Path) -> None:
    ran = run("replay", "b2b.yaml", "deals.csv", "--show", "0")
    assert ran.out.rstrip().endswith("map: b2b-replay.svg")
    assert "60 opportunities" in (folder / "b2b-replay.svg").read_text("utf-8")


def test_replay_counts_one_opportunity_in_the_singular_and_tells_of_no_refusals(
    run: Run, folder: Path
) -> None:
    (folder / "history.yaml").write_text(
        "{salesfsm_history: 1, layout: stage_history, timezone: UTC, opportunity: deal,"
        " at: {column: at}, stage: {column: stage, values: {First: first, Won: won}}}"
    )
    (folder / "poor.yaml").write_text(POOR)
    (folder / "one.csv").write_text("deal,at,stage\nD-1,2026-01-01,First\nD-1,2026-01-02,Won\n")
    ran = run("replay", "poor.yaml", "one.csv", "-o", "one.svg")
    assert "\n1 opportunity\n" in ran.out
    drawn = (folder / "one.svg").read_text("utf-8")
    assert ">1 opportunity, 1 move drawn<" in drawn.replace("\u00a0", " ")


def test_no_line_of_a_table_ends_in_blanks(run: Run) -> None:
    printed = run("replay", "b2b.yaml", "deals.csv", "-o", "replay.dot").out
    printed += run("moves", "b2b.yaml").out
    assert [line for line in printed.splitlines() if line != line.rstrip()] == []


def test_show_tells_as_many_single_moves_as_it_says(run: Run) -> None:
    every = run("replay", "b2b.yaml", "deals.csv", "-o", "r.dot", "--show", "-1").out
    assert every.count(", row ") == 18
    assert "more: --show" not in every
    some = run("replay", "b2b.yaml", "deals.csv", "-o", "r.dot", "--show", "3").out
    assert some.count(", row ") == 3
    assert "… and 15 more: --show -1 tells all" in some
