"""Options of a choice that are renamed, merged, swapped or dropped: there, and on the way back."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, strategies as st
from versions import LATER, NOW, Deal, codes, dropped

import salesfsm as sf
from salesfsm.engine.fitting import check_opportunity
from salesfsm.formats.migration_file import load_migration
from salesfsm.migration.migrating import Migration
from salesfsm.process.migration import MigrationRules

PROCESS = """\
salesfsm: 1
process: sale
version: "VERSION"
facts: FACTS
stages: [contact, talks, {name: won, outcome: won}]
transitions:
  - {trigger: go, source: contact, target: talks}
  - {trigger: win, source: talks, target: won}
"""


def version(number: str, **facts: object) -> sf.Process:
    """A version of the process with these facts; a list holds the options of a choice."""
    declared = {
        name: {"type": "choice", "options": fact} if isinstance(fact, list) else {"type": fact}
        for name, fact in facts.items()
    }
    text = msgspec.json.encode(declared).decode()
    return sf.loads(PROCESS.replace("VERSION", number).replace("FACTS", text))


OLD = version(
    "1", role=["user", "champion", "sponsor", "spy", "the boss"], tier=["a", "b"], note="text"
)
NEW = version("2", authority=["user", "decision_maker", "board"], tier=["a", "b"], note="text")
RULES = """\
migration: 1
process: sale
from: "1"
to: "2"
stages:
  talks: [{to: talks, when: authority == "decision_maker"}, {to: contact}]
facts:
  role: authority
options:
  role:
    champion: decision_maker
    sponsor: decision_maker
    spy: null
  tier: {a: b, b: a}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def loaded(text: str, new: sf.Process = NEW) -> MigrationRules:
    """The rules with this text."""
    Path("rules.yaml").write_text(text, encoding="utf-8")
    return load_migration("rules.yaml", [OLD, new])


@pytest.fixture
def taken(folder: Path) -> Migration:
    """The migration by the rules above."""
    return Migration(loaded(RULES), OLD, NEW)


def deal(**facts: object) -> Deal:
    """An opportunity of the old version with these facts."""
    return Deal(sf.Engine(OLD), "talks", **facts)


@pytest.mark.parametrize(
    ("option", "becomes"),
    [
        ("user", "user"),  # named alike
        ("champion", "decision_maker"),
        ("sponsor", "decision_maker"),  # merged with it
    ],
)
def test_an_option_follows_its_rule_under_the_new_name_of_its_fact(
    taken: Migration, option: str, becomes: str
) -> None:
    new = taken.migrated(deal(role=option).now, at=LATER).unwrap()
    assert new.facts == {"authority": becomes}
    check_opportunity(NEW, new)


def test_branches_ask_the_new_options(taken: Migration) -> None:
    assert taken.migrated(deal(role="sponsor").now, at=NOW).unwrap().stage == "talks"
    assert taken.migrated(deal(role="user").now, at=NOW).unwrap().stage == "contact"


def test_options_may_change_places(taken: Migration) -> None:
    was = deal(tier="a")
    was.then(lambda deal: taken.migrated(deal, at=NOW))
    assert was.now.facts == {"tier": "b"}
    assert was.back(taken).unwrap().facts == {"tier": "a"}


def test_an_option_that_is_dropped_is_told_and_comes_back_from_the_history(
    taken: Migration,
) -> None:
    was = deal(role="spy", note="x")
    step = taken.migrated(was.now, at=NOW)
    assert (step.unwrap().facts, dropped(step.warnings)) == ({"note": "x"}, ["options.role.spy"])
    was.then(lambda _: step)
    assert was.back(taken).unwrap().facts == {"role": "spy", "note": "x"}


def test_an_option_without_a_rule_strands_with_the_line_that_lets_it_go(
    folder: Path, taken: Migration
) -> None:
    was = deal(role="the boss").now
    step = taken.migrated(was, at=NOW)
    assert step.opportunity is was
    (why,) = step.blockers
    assert (why.code, dict(why.details)) == (
        "migration.option",
        {
            "name": "facts.role",
            "value": "the boss",
            "options": "user, decision_maker, board",
            "line": "options: {role: {the boss: …}}",
        },
    )
    assert "(it has: user, decision_maker, board)" in step.explain()
    for language in ("pl", "bg"):
        assert "options: {role: {the boss: …}}" in step.explain(language)
    line = why.details["line"].replace("…", "board")
    text = RULES[: RULES.index("options:")] + line + "\n"
    new = Migration(loaded(text), OLD, NEW).migrated(was, at=NOW).unwrap()
    assert new.facts == {"authority": "board"}


def test_the_line_names_the_option_that_is_nearest_and_is_yaml_whatever_the_option(
    folder: Path,
) -> None:
    old = version("1", role=["buyer: new, {big}", "decisionmaker"])
    new = version("2", role=["decision_maker"])
    bare = MigrationRules(process="sale", from_version="1", to_version="2")
    lines = {}
    for option in ("buyer: new, {big}", "decisionmaker"):
        was = Deal(sf.Engine(old), "talks", role=option).now
        (why,) = Migration(bare, old, new).migrated(was, at=NOW).blockers
        lines[option] = why.details["line"]
    assert lines["decisionmaker"] == "options: {role: {decisionmaker: decision_maker}}"
    head = RULES[: RULES.index("stages:")]
    Path("rules.yaml").write_text(
        head + lines["buyer: new, {big}"].replace("…", "decision_maker") + "\n", encoding="utf-8"
    )
    rules = load_migration("rules.yaml", [old, new])
    assert rules.options == {"role": {"buyer: new, {big}": "decision_maker"}}


def test_what_is_missing_is_dropped_where_the_rules_say_so(folder: Path) -> None:
    rules = loaded(RULES + "on_missing: drop\n")
    step = Migration(rules, OLD, NEW).migrated(deal(role="the boss").now, at=NOW)
    assert (step.unwrap().facts, dropped(step.warnings)) == ({}, ["facts.role"])


# the way back


@pytest.mark.parametrize("option", ["champion", "sponsor"])
def test_an_option_that_was_merged_is_the_one_that_it_was(taken: Migration, option: str) -> None:
    was = deal(role=option)
    was.then(
        lambda deal: taken.migrated(deal, at=NOW),
        lambda deal: sf.Engine(NEW).update(deal, {"authority": "user"}, at=NOW),
        lambda deal: sf.Engine(NEW).update(deal, {"note": "x"}, at=NOW),
    )
    assert was.back(taken).unwrap().facts == {"role": "user", "note": "x"}
    same = deal(role=option)
    same.then(lambda deal: taken.migrated(deal, at=NOW))
    event = sf.FactsUpdated("D1", 3, NOW, None, facts=same.now.facts)  # the same, said again
    same.extend([event])
    assert same.back(taken).unwrap().facts == {"role": option}


def test_an_option_recorded_since_goes_back_by_the_rules(taken: Migration) -> None:
    new = sf.Engine(NEW)
    was = deal().then(
        lambda deal: taken.migrated(deal, at=NOW),
        lambda deal: new.update(deal, {"authority": "decision_maker", "tier": "a"}, at=NOW),
    )
    assert was.back(taken).unwrap().facts == {"role": "champion", "tier": "b"}
    was.then(lambda deal: new.update(deal, {"authority": None}, at=NOW))
    assert was.back(taken).unwrap().facts == {"tier": "b"}


def test_an_option_that_the_old_version_lacks_refuses_the_way_back_or_is_dropped(
    folder: Path, taken: Migration
) -> None:
    was = deal(note="x").then(
        lambda deal: taken.migrated(deal, at=NOW),
        lambda deal: sf.Engine(NEW).update(deal, {"authority": "board"}, at=NOW),
    )
    assert codes(was.back(taken)) == [
        "migration.option: facts.authority: board: user, champion, sponsor, spy, the boss: "
        "on_missing: drop"
    ]
    step = was.back(Migration(loaded(RULES + "on_missing: drop\n"), OLD, NEW))
    assert (step.unwrap().facts, dropped(step.warnings)) == ({"note": "x"}, ["facts.authority"])


def test_a_new_option_with_the_name_of_one_that_was_renamed_is_another_one() -> None:
    old, new = version("1", role=["a", "b"]), version("2", role=["a", "c"])
    rules = MigrationRules.model_validate(
        {"process": "sale", "from_version": "1", "to_version": "2",
         "options": {"role": {"a": "c", "b": None}}}
    )  # fmt: skip
    taken = Migration(rules, old, new)
    was = Deal(sf.Engine(old), role="a").then(
        lambda deal: taken.migrated(deal, at=NOW),
        lambda deal: sf.Engine(new).update(deal, {"role": "a"}, at=NOW),
    )
    assert codes(was.back(taken)) == ["migration.option: facts.role: a: a, b: on_missing: drop"]


@st.composite
def one_to_one(draw: st.DrawFn) -> dict[str, str]:
    """New options by the old ones: each its own, some of them of the same name."""
    names = st.lists(st.sampled_from("abcdefgh"), min_size=4, max_size=4, unique=True)
    return dict(zip(draw(names), draw(names), strict=True))


@given(
    ruled=one_to_one(),
    first=st.integers(0, 3),
    since=st.lists(st.integers(0, 3) | st.none(), max_size=4),
    renamed=st.booleans(),
)
def test_options_that_are_mapped_one_to_one_are_on_the_way_back_as_if_they_had_stayed(
    ruled: dict[str, str], first: int, since: list[int | None], renamed: bool
) -> None:
    fact = "authority" if renamed else "role"
    old, new = version("1", role=list(ruled)), version("2", **{fact: list(ruled.values())})
    rules = MigrationRules.model_validate(
        {
            "process": "sale",
            "from_version": "1",
            "to_version": "2",
            "facts": {"role": fact},
            "options": {"role": {was: will for was, will in ruled.items() if was != will}},
        }
    )
    taken = Migration(rules, old, new)

    def told(engine: sf.Engine, was: Deal, name: str, options: list[str]) -> None:
        for each in since:
            facts = {name: None if each is None else options[each]}
            was.then(lambda deal, facts=facts: engine.update(deal, facts, at=NOW))

    stayed, went = (Deal(sf.Engine(old), role=list(ruled)[first]) for _ in range(2))
    told(sf.Engine(old), stayed, "role", list(ruled))
    went.then(lambda deal: taken.migrated(deal, at=NOW))
    assert went.now.facts == {fact: list(ruled.values())[first]}
    told(sf.Engine(new), went, fact, list(ruled.values()))
    check_opportunity(new, went.now)
    back = went.back(taken)
    assert back.unwrap().facts == stayed.now.facts
    assert sf.replay(old, [*went.events, *back.events], processes=[new]) == back.unwrap()


# the rules in a file


@pytest.mark.parametrize(
    ("line", "slip", "told"),
    [
        (
            "  role:\n",
            "  roll:\n",
            ["rules.yaml:10:3", "unknown fact 'roll' in sale 1; did you mean 'role'?"],
        ),
        (
            "  role:\n",
            "  authority:\n",
            ["unknown fact 'authority'", "hint: options stand under the name that the fact has in"],
        ),
        (
            "    champion:",
            "    champoin:",
            [
                "rules.yaml:11:5",
                "unknown option 'champoin' in role of sale 1; did you mean 'champion'?",
            ],
        ),
        (
            "sponsor: decision_maker",
            "sponsor: decision-maker",
            [
                "rules.yaml:12:14",
                "unknown option 'decision-maker' in authority of sale 2; "
                "did you mean 'decision_maker'?",
            ],
        ),
        ("a: b, b: a", "a: c", ["unknown option 'c' in tier of sale 2"]),
        ("  tier: {a: b, b: a}", "  note: {a: b}", ["'note' is no choice in sale 1, its type is"]),
        ("role: authority", "role: note", ["'note', which 'role' becomes, is no choice in sale 2"]),
        ("role: authority", "role: null", ["'role' has no place in sale 2", "in 'facts'"]),
        ("facts:\n  role: authority\n", "", ["'role' has no place in sale 2"]),
        ("role: authority", "role: autority", ["rules.yaml:8:9: unknown fact 'autority'"]),
        ("  tier: {a: b, b: a}", "  tier: b", ["rules.yaml:14:9: must be a mapping"]),
        ("a: b, b: a", "true: b", ["rules.yaml:14:"]),
    ],
)
def test_every_slip_is_told_at_its_place(
    folder: Path, line: str, slip: str, told: list[str]
) -> None:
    assert RULES.count(line) == 1
    with pytest.raises(sf.DefinitionError) as refused:
        loaded(RULES.replace(line, slip))
    message = str(refused.value)
    for each in told:
        assert each in message


def test_a_slip_in_the_name_of_a_fact_is_told_once(folder: Path) -> None:
    with pytest.raises(sf.DefinitionError) as refused:
        loaded(RULES.replace("role: authority", "role: autority"))
    assert len(refused.value.problems) == 1


def test_the_rules_are_written_as_they_were_read(folder: Path) -> None:
    rules = loaded(RULES)
    written = rules.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    assert written["options"]["tier"] == {"a": "b", "b": "a"}
    assert MigrationRules.model_validate(written) == rules
