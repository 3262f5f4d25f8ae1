"""Processes made of files: extended, changed in steps, taken in, and each thing found again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from composed_files import BASE, HEAD, ON_BASE, RETENTION, WINBACK, WITH_WINBACK, write

import salesfsm as sf
from salesfsm import library
from salesfsm.formats.composed import reading, steps
from salesfsm.formats.composed.keys import Steps
from salesfsm.formats.composed.recognition import STEPS
from salesfsm.formats.process_file import read_process
from salesfsm.formats.source import Source, read_source
from salesfsm.process import process as whole
from salesfsm.process.problems import MOST_PROBLEMS

ALL_STEPS = (
    ON_BASE
    + """\
remove: [{stage: demo, to: closing}]
insert:
  - {stage: {name: compliance, exit: approved}, before: closing, trigger: submit}
  - {stage: approach, from: winback.yaml, after: compliance, trigger: approach}
reorder: [compliance, qualification]
include:
  winback:
    process: winback.yaml
    leave: [{trigger: win_back, source: lost, target: approach, after: 90d}]
    rejoin: {renewed: qualification, gone: lost}
  retention: retention.yaml
mirror: {stages: {qualification: investigating}, level: warn, lead: 1}
version: "4"
facts: {budget: {label: Money}}
stages:
  - {name: qualification, expected: 5d, definition: , tasks: [{name: map, optional: true}]}
  - {name: winback.approach, label: Try again}
  - {name: disqualified, outcome: lost}
transitions:
  - {trigger: win, source: closing, target: won, when: approved}
  - {trigger: disqualify, source: [qualification, winback.approach], target: disqualified}
handovers: [{name: to_retention, source: won, target: retention.onboarding}]
"""
)


def ways(process: sf.Process) -> list[str]:
    """The single ways of a process, without those that lose."""
    return [
        f"{arc.trigger}: {arc.source} -> {arc.target}"
        for arc in process.arcs
        if arc.trigger != "lose"
    ]


def test_a_file_that_extends_another_and_says_nothing_is_the_other_by_a_new_name(
    tmp_path: Path,
) -> None:
    extended = sf.load(write(tmp_path, {"main.yaml": ON_BASE}))
    assert extended == sf.loads(BASE).model_copy(update={"name": "main"})
    unnamed = sf.load(write(tmp_path, {"main.yaml": "salesfsm: 1\nextends: base.yaml\n"}))
    assert unnamed == sf.loads(BASE)


def test_the_steps_are_taken_in_their_order(tmp_path: Path) -> None:
    process = sf.load(write(tmp_path, {"main.yaml": ALL_STEPS}))
    assert [stage.name for stage in process.stages] == [
        "compliance",
        "qualification",
        "approach",
        "closing",
        "won",
        "lost",
        "retention.onboarding",
        "retention.kept",
        "retention.churned",
        "winback.approach",
        "disqualified",
    ]
    assert ways(process) == [
        "qualify: qualification -> compliance",
        "win: closing -> won",
        "submit: compliance -> approach",
        "approach: approach -> closing",
        "keep: retention.onboarding -> retention.kept",
        "churn: retention.onboarding -> retention.churned",
        "win_back: lost -> winback.approach",
        "renew: winback.approach -> qualification",
        "give_up: winback.approach -> lost",
        "disqualify: qualification -> disqualified",
        "disqualify: winback.approach -> disqualified",
    ]


def test_what_the_file_says_lies_over_what_it_takes_in(tmp_path: Path) -> None:
    process = sf.load(write(tmp_path, {"main.yaml": ALL_STEPS}))
    stages = process.stage_by_name
    assert (process.name, process.version) == ("main", "4")
    assert process.facts["budget"] == sf.Fact(type="money", label="Money")
    assert stages["winback.approach"].label == "Try again"
    assert [task.name for task in stages["winback.approach"].tasks] == ["winback.write"]
    qualification = stages["qualification"]
    assert str(qualification.expected) == "5d"
    assert qualification.definition is None, "a key of which nothing is said is taken away"
    assert [task.optional for task in qualification.tasks] == [False, True]
    (win,) = (each for each in process.transitions if each.trigger == "win")
    assert len(win.when) == 1
    assert process.handover_by_name["to_retention"].needs.facts == ("approved",)
    assert qualification.mirrors == "investigating"
    assert (process.mirror.level, process.mirror.lead) == ("warn", 1)


def test_a_key_that_always_holds_something_can_be_taken_away_too(tmp_path: Path) -> None:
    text = ON_BASE + "stages: [{name: demo, exit: }, {name: qualification, tasks: }]\nmirror:\n"
    process = sf.load(write(tmp_path, {"main.yaml": text}))
    assert process.stage_by_name["demo"].exit == ()
    assert process.stage_by_name["qualification"].tasks == ()


def test_a_file_that_extends_none_begins_with_what_it_says(tmp_path: Path) -> None:
    text = BASE.replace("process: base", "process: main") + WITH_WINBACK
    process = sf.load(write(tmp_path, {"main.yaml": text}))
    assert process == sf.load(write(tmp_path, {"main.yaml": ON_BASE + WITH_WINBACK}))


def test_its_own_ways_lead_to_what_it_takes_in(tmp_path: Path) -> None:
    text = HEAD + (
        "stages: [a, {name: retention.onboarding, label: Welcome}]\n"
        "transitions: [{trigger: t, source: a, target: retention.onboarding}]\n"
        "include: {retention: retention.yaml}\n"
    )
    process = sf.load(write(tmp_path, {"main.yaml": text}))
    assert process.stage_by_name["retention.onboarding"].label == "Welcome"
    assert "t: a -> retention.onboarding" in ways(process)


def test_a_file_may_be_nothing_but_its_parts(tmp_path: Path) -> None:
    text = HEAD + (
        "include: {sales: base.yaml, retention: retention.yaml}\nacting: owner\n"
        "handovers: [{name: on, source: sales.won, target: retention.onboarding}]\n"
    )
    process = sf.load(write(tmp_path, {"main.yaml": text}))
    parts = {"sales": sf.loads(BASE), "retention": sf.loads(RETENTION)}
    handover = sf.Handover(name="on", source="sales.won", target="retention.onboarding")
    assert process == sf.chain("main", parts, handovers=[handover], acting="owner")


def test_the_buyers_journey_comes_from_another_file_and_nothing_else_of_it(tmp_path: Path) -> None:
    files = {"main.yaml": HEAD + "stages: [a]\nmirror: {buyer: base.yaml, stages: {a: defining}}\n"}
    process = sf.load(write(tmp_path, files))
    assert process.buyer == sf.loads(BASE).buyer
    assert [stage.mirrors for stage in process.stages] == ["defining"]
    assert not process.facts


def test_files_may_be_json(tmp_path: Path) -> None:
    main = {"salesfsm": 1, "process": "main", "extends": "sub/base.json", "remove": ["demo"]}
    data = sf.loads(BASE).model_dump(mode="json", by_alias=True)
    files = {"main.json": json.dumps(main), "sub/base.json": json.dumps(data)}
    write(tmp_path, files)
    process = sf.load(tmp_path / "main.json")
    assert [stage.name for stage in process.stages] == ["qualification", "closing", "won", "lost"]
    assert sf.loads(files["main.json"], language="json", folder=tmp_path) == process


def test_what_is_written_of_a_composed_process_is_flat_and_reads_back_equal(tmp_path: Path) -> None:
    process = sf.load(write(tmp_path, {"main.yaml": ALL_STEPS}))
    text = sf.dump(process)
    assert not {"extends", "include", "insert", "remove", "reorder"} & set(text.split(":"))
    assert sf.loads(text) == process


def test_a_key_that_is_almost_one_of_a_step_is_told(tmp_path: Path) -> None:
    for key in STEPS:
        with pytest.raises(sf.DefinitionError, match=f"did you mean '{key}'"):
            sf.loads(HEAD + f"stages: [a]\n{key[:-1]}: base.yaml\n")


def test_every_step_has_a_key() -> None:
    assert tuple(Steps.model_fields) == (*STEPS, "mirror")


class TestNames:
    """Files are named relative to the file that names them, and those of the library by name."""

    def test_a_process_of_the_library_is_loaded_by_its_name_or_a_path(self) -> None:
        name = library.names()[0]
        assert sf.load(f"library:{name}") == sf.load(Path(f"library:{name}"))
        assert sf.load(f"library:{name}").name == name

    def test_an_unknown_one_is_an_error_with_the_nearest_name(self) -> None:
        with pytest.raises(sf.DefinitionError, match="did you mean 'six_stage'"):
            sf.load("library:six_stages")

    def test_a_text_may_extend_a_process_of_the_library(self) -> None:
        text = "salesfsm: 1\nextends: library:six_stage\n"
        assert sf.loads(text) == sf.load("library:six_stage")

    def test_a_text_without_a_folder_has_no_files_beside_it(self) -> None:
        with pytest.raises(sf.DefinitionError) as caught:
            sf.loads(ON_BASE)
        (problem,) = caught.value.problems
        assert "relative to a folder" in problem.message
        assert "folder=" in problem.hint
        assert str(problem.place) == "<text>:3:10"

    def test_a_text_with_a_folder_has(self, tmp_path: Path) -> None:
        main = write(tmp_path, {"main.yaml": ALL_STEPS})
        assert sf.loads(ALL_STEPS, folder=tmp_path) == sf.load(main)
        assert sf.loads(ALL_STEPS, folder=str(tmp_path)) == sf.load(main)

    def test_a_file_below_may_name_one_above_it_within_the_folder(self, tmp_path: Path) -> None:
        files = {
            "main.yaml": HEAD + "extends: parts/variant.yaml\n",
            "parts/variant.yaml": HEAD + "extends: ../base.yaml\n",
        }
        assert sf.load(write(tmp_path, files)).stages == sf.loads(BASE).stages

    def test_a_link_that_leads_out_of_the_folder_is_refused(self, tmp_path: Path) -> None:
        write(tmp_path, {"in/main.yaml": HEAD + "extends: link.yaml\n"})
        (tmp_path / "in" / "link.yaml").symlink_to(tmp_path / "base.yaml")
        with pytest.raises(sf.DefinitionError, match="leads out of the folder"):
            sf.load(tmp_path / "in" / "main.yaml")
        (tmp_path / "in" / "linked").symlink_to(tmp_path)
        (tmp_path / "in" / "main.yaml").write_text(HEAD + "extends: linked/base.yaml\n")
        with pytest.raises(sf.DefinitionError, match="leads out of the folder"):
            sf.load(tmp_path / "in" / "main.yaml")

    def test_a_link_within_the_folder_is_followed(self, tmp_path: Path) -> None:
        main = write(tmp_path, {"main.yaml": HEAD + "extends: link.yaml\n"})
        (tmp_path / "link.yaml").symlink_to(tmp_path / "base.yaml")
        assert sf.load(main).stages == sf.loads(BASE).stages

    def test_a_circle_through_a_link_is_one(self, tmp_path: Path) -> None:
        main = write(tmp_path, {"main.yaml": HEAD + "extends: link.yaml\n"})
        (tmp_path / "link.yaml").symlink_to(main)
        with pytest.raises(sf.DefinitionError, match="takes in itself"):
            sf.load(main)

    def test_a_link_to_itself_is_no_file(self, tmp_path: Path) -> None:
        main = write(tmp_path, {"main.yaml": HEAD + "extends: link.yaml\n"})
        (tmp_path / "link.yaml").symlink_to(tmp_path / "link.yaml")
        with pytest.raises(sf.DefinitionError) as caught:
            sf.load(main)
        assert str(caught.value.problems[0].place) == f"{main}:3:10"


class TestEconomy:
    """Each file is read once, and what they make is checked once."""

    def test_a_file_that_is_taken_in_twice_is_read_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read: list[str] = []

        def counted(path: str, *, shown: str) -> Source:
            read.append(Path(shown).name)
            return read_source(path, shown=shown)

        monkeypatch.setattr(reading, "read_source", counted)
        files = {
            "main.yaml": HEAD + "include: {a: middle.yaml, b: ./base.yaml, c: sub/../base.yaml}\n",
            "middle.yaml": ON_BASE,
            "sub/x.yaml": BASE,
        }
        process = sf.load(write(tmp_path, files))
        assert len(process.stages) == 15
        assert sorted(read) == ["base.yaml", "middle.yaml"]

    def test_a_file_that_several_take_in_is_composed_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        composed: list[str] = []
        as_it_is = steps._Assembly.composed

        def counted(assembly: steps._Assembly) -> steps.Composed:
            composed.append(Path(assembly.file.key).name)
            return as_it_is(assembly)

        monkeypatch.setattr(steps._Assembly, "composed", counted)
        files = {
            "main.yaml": HEAD + "include: {a: left.yaml, b: right.yaml}\n",
            "left.yaml": ON_BASE,
            "right.yaml": ON_BASE,
        }
        assert len(sf.load(write(tmp_path, files)).stages) == 10
        assert composed == ["main.yaml", "left.yaml", "base.yaml", "right.yaml"]

    def test_only_the_whole_is_checked(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        checked: list[str] = []

        def counted(process: sf.Process) -> list[sf.Problem]:
            checked.append(process.name)
            return []

        monkeypatch.setattr(whole, "find_problems", counted)
        sf.load(write(tmp_path, {"main.yaml": ALL_STEPS}))
        assert checked == ["main"]

    def test_what_would_grow_without_bound_is_refused_before_it_grows(self, tmp_path: Path) -> None:
        parts = "".join(f"  p{i}: f1.yaml\n" for i in range(400))
        files = {
            "main.yaml": HEAD + "include:\n" + parts.replace("f1", "f0"),
            "f0.yaml": HEAD + "include:\n" + parts,
            "f1.yaml": HEAD + f"stages: [{', '.join(f's{i}' for i in range(400))}]\n",
        }
        with pytest.raises(sf.DefinitionError, match="this makes 160000 stages"):
            sf.load(write(tmp_path, files))

    @pytest.mark.parametrize(
        ("things", "text"),
        [
            (
                "6000 tasks",
                f"stages: [{{name: s, tasks: [{', '.join(f't{i}' for i in range(300))}]}}]\n",
            ),
            (
                "6000 reasons",
                "stages: [s, {name: t, outcome: lost, reasons: "
                f"[{', '.join(f'r{i}' for i in range(300))}]}}]\n",
            ),
            (
                "600 hand-overs",
                "stages: [s, {name: t, path: aside}]\nhandovers:\n"
                + "".join(f"  - {{name: h{i}, source: s, target: t}}\n" for i in range(30)),
            ),
        ],
    )
    def test_so_is_what_has_few_stages_and_much_in_them(
        self, tmp_path: Path, things: str, text: str
    ) -> None:
        parts = "".join(f"  p{i}: f.yaml\n" for i in range(20))
        files = {"main.yaml": HEAD + "include:\n" + parts, "f.yaml": HEAD + text}
        with pytest.raises(sf.DefinitionError, match=f"this makes {things}"):
            sf.load(write(tmp_path, files))

    def test_what_parts_share_by_name_counts_once(self, tmp_path: Path) -> None:
        milestones = ", ".join(f"m{i}" for i in range(30))
        text = f"buyer: {{milestones: [{milestones}]}}\nstages: [s]\n"
        parts = "".join(f"  p{i}: f.yaml\n" for i in range(20))
        files = {"main.yaml": HEAD + "include:\n" + parts, "f.yaml": HEAD + text}
        assert len(sf.load(write(tmp_path, files)).buyer.milestones) == 30

    def test_no_more_problems_are_told_at_once_than_of_one_file(self, tmp_path: Path) -> None:
        twice = "stages:\n" + "  - {name: closing, label: x}\n" * (MOST_PROBLEMS + 2)
        with pytest.raises(sf.DefinitionError, match="stands here twice") as caught:
            sf.load(write(tmp_path, {"main.yaml": ON_BASE + twice}))
        assert len(caught.value.problems) == MOST_PROBLEMS


class TestPlaces:
    """Each thing of a composed process is found again in the file where it is to be changed."""

    @pytest.mark.parametrize(
        ("path", "file", "text"),
        [
            (("stages", 0), "main.yaml", "{name: compliance"),
            (("stages", 0, "exit", 0), "main.yaml", "approved}, before"),
            (("stages", 1), "main.yaml", "{name: qualification, expected"),
            (("stages", 1, "mirrors"), "main.yaml", "investigating}, level"),
            (("stages", 1, "tasks", 0), "base.yaml", "call, map"),
            (("stages", 1, "tasks", 1, "optional"), "main.yaml", "true}]}"),
            (("stages", 1, "exit", 1), "base.yaml", "proven(reason)"),
            (("stages", 2), "winback.yaml", "{name: approach"),
            (("stages", 3), "base.yaml", "{name: closing"),
            (("stages", 6, "plane"), "retention.yaml", "onboarding, {name: kept"),
            (("stages", 7, "outcome"), "retention.yaml", "won}, {name: churned"),
            (("stages", 9, "label"), "main.yaml", "Try again"),
            (("stages", 9, "tasks", 0), "winback.yaml", "write]"),
            (("stages", 10), "main.yaml", "{name: disqualified"),
            (("transitions", 0), "base.yaml", "{trigger: qualify"),
            (("transitions", 1, "target"), "main.yaml", "won, when"),
            (("transitions", 2, "source"), "base.yaml", "open, target"),
            (("transitions", 3), "main.yaml", "{stage: {name: compliance"),
            (("transitions", 4), "main.yaml", "{stage: approach, from"),
            (("transitions", 5, "target"), "retention.yaml", "kept}"),
            (("transitions", 7, "after"), "main.yaml", "90d}"),
            (("transitions", 8), "winback.yaml", "{trigger: renew"),
            (("transitions", 9), "winback.yaml", "{trigger: give_up"),
            (("facts", "budget", "label"), "main.yaml", "Money"),
            (("facts", "budget", "type"), "base.yaml", "money, label"),
            (("facts", "mood"), "winback.yaml", "text}"),
            (("buyer", "milestones", 0, "moves"), "base.yaml", "investigating -> defining"),
            (("handovers", 0, "target"), "main.yaml", "retention.onboarding}"),
            (("currency",), "base.yaml", "EUR"),
            (("version",), "main.yaml", '"4"'),
            (("process",), "main.yaml", "main"),
            ((), "main.yaml", "salesfsm"),
        ],
    )
    def test_it_is_where_it_is_said(
        self, tmp_path: Path, path: tuple[str | int, ...], file: str, text: str
    ) -> None:
        main = write(tmp_path, {"main.yaml": ALL_STEPS})
        place = read_process(main).place(path)
        assert Path(place.file).name == file
        assert place.quote[place.column - 1 :].startswith(text)

    def test_a_process_of_one_file_is_found_as_before(self, tmp_path: Path) -> None:
        write(tmp_path, {})
        source, read = read_source(tmp_path / "base.yaml"), read_process(tmp_path / "base.yaml")
        for path in (("stages", 1, "exit", 0), ("transitions", 3), ("facts", "budget")):
            for key in (True, False):
                assert read.place(path, key=key) == source.place(path, key=key)

    def test_problems_name_the_files_on_the_way(self, tmp_path: Path) -> None:
        files = {
            "main.yaml": HEAD + "extends: middle.yaml\n",
            "middle.yaml": ON_BASE + WITH_WINBACK,
            "winback.yaml": WINBACK.replace("known(mood)", "known(mod)"),
        }
        with pytest.raises(sf.DefinitionError) as caught:
            sf.load(write(tmp_path, files))
        (problem,) = caught.value.problems
        assert isinstance(problem, reading.IncludedProblem)
        names = [Path(place.file).name for place in problem.through]
        assert names == ["middle.yaml", "main.yaml"]
