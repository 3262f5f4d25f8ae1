"""Rules of a migration in a file: read, held against both processes, each problem at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from versions import NEW_PROCESS, OLD_PROCESS, RULES, rules

import salesfsm as sf
from salesfsm.formats.migration_file import load_migration, read_migration
from salesfsm.migration.migrating import Migration
from salesfsm.process.migration import MigrationRules, MigrationTarget

BOTH = (OLD_PROCESS, NEW_PROCESS)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problems(text: str) -> str:
    """What is told of a file of rules with this text."""
    Path("rules.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(sf.DefinitionError) as refused:
        load_migration("rules.yaml", BOTH)
    return str(refused.value)


def test_a_file_gives_the_rules_that_python_gives(folder: Path) -> None:
    Path("rules.yaml").write_text(RULES, encoding="utf-8")
    assert load_migration("rules.yaml", BOTH) == rules()


def test_a_target_alone_stands_for_the_branches_that_it_is(folder: Path) -> None:
    short = rules(stages={"talks": "demo"})
    assert short.stages == {"talks": (MigrationTarget(to="demo"),)}
    written = short.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    assert MigrationRules.model_validate(written) == short


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "  talks:",
            "  tolks:",
            ["rules.yaml:6:3", "unknown stage 'tolks' in sale 1; did you mean 'talks'?"],
        ),
        (
            "to: demo",
            "to: demmo",
            ["rules.yaml:8:12", "unknown stage 'demmo' in sale 2; did you mean 'demo'?"],
        ),
        (
            "to: demo",
            "to: won",
            ["'talks' is open and 'won' is won", "write {to: won, outcome: won}"],
        ),
        ("to: demo", "to: demo, outcome: lost", ["the outcome of 'demo' is open, not lost"]),
        (
            "to: demo",
            "to: lost, outcome: lost",
            ["'lost' is entered with a reason", "add reason: one of price, no_answer"],
        ),
        (
            "to: demo",
            "to: lost, outcome: lost, reason: prise",
            ["unknown reason 'prise' in lost; did you mean 'price'?"],
        ),
        ("to: demo", "to: demo, reason: price", ["there is no reason to give"]),
        ("known(budget)", "known(volume)", ["rules.yaml:8:24", "unknown", "volume"]),
        (", when: budget >= 1000", "", ["never reached"]),
        (
            "volume: budget",
            "volume: budgets",
            ["unknown fact 'budgets' in sale 2; did you mean 'budget'?"],
        ),
        (
            "volume: budget",
            "volum: budget",
            ["unknown fact 'volum' in sale 1; did you mean 'volume'?"],
        ),
        (
            "fax: null\nmile",
            "fax: budget\nmile",
            ["'volume' and 'fax' would both become 'budget'", "volume: null"],
        ),
        ("reason: need", "reason: nead", ["unknown milestone 'nead'"]),
        (
            "north: europe",
            "noord: europe",
            ["unknown team 'noord' in sale 1; did you mean 'north'?"],
        ),
        ('to: "2"', 'to: "3"', ["there is no sale 3 here", "known: sale 1, sale 2"]),
        ('to: "2"', 'to: "1"', ["leads from sale 1 to itself"]),
        ('to: "2"', "to: 2", ["put it in quotes"]),
        ("milestones:", "milstones:", ["unknown key 'milstones'; did you mean 'milestones'?"]),
        ("migration: 1", "migration: 2", ["rules.yaml:1:12"]),
        ("migration: 1", "migration: true", ["rules.yaml:1:12", "write migration: 1"]),
        ("migration: 1", "migration: 1.0", ["rules.yaml:1:12"]),
        ('from: "1"\n', "", ["the key 'from' is missing"]),
    ],
)
def test_every_problem_is_told_at_its_place(
    folder: Path, old: str, new: str, told: list[str]
) -> None:
    assert old in RULES
    message = problems(RULES.replace(old, new, 1))
    for each in told:
        assert each in message


def test_a_rule_for_no_list_has_its_place_too(folder: Path) -> None:
    text = RULES[: RULES.index("  talks:")] + "  talks: {to: nowhere}\n"
    assert "rules.yaml:6:15: unknown stage 'nowhere'" in problems(text)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("{to: demo, whem: x}", "unknown key 'whem'; did you mean 'when'?"),
        ("null", "a stage cannot be dropped"),
    ],
)
def test_a_slip_in_a_rule_of_one_target_is_told_with_what_is_meant(
    folder: Path, rule: str, told: str
) -> None:
    text = RULES[: RULES.index("  talks:")] + f"  talks: {rule}\n"
    assert told in problems(text)


def test_what_is_no_mapping_is_no_rules(folder: Path) -> None:
    assert "rules of a migration are a mapping" in problems("- a\n")
    with pytest.raises(sf.ValueTypeError):
        read_migration(5)  # type: ignore[arg-type]


def test_rules_that_do_not_fit_make_no_migration() -> None:
    with pytest.raises(sf.MigrationError, match="unknown stage 'tolks'"):
        Migration(rules(stages={"tolks": "demo"}), *BOTH)
    with pytest.raises(sf.MigrationError, match="the rules are for sale 1, not for sale 2"):
        Migration(rules(), NEW_PROCESS, NEW_PROCESS)
    with pytest.raises(sf.ValueTypeError, match="load_migration"):
        Migration("rules.yaml", *BOTH)  # type: ignore[arg-type]
