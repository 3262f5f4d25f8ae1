"""What holds of all processes that are spread over files, and of all files with mistakes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from composed_files import FILES, write
from hypothesis import HealthCheck, given, settings, strategies as st
from test_composed import ALL_STEPS

import salesfsm as sf
from sales.processes import processes
from salesfsm.formats.source import parse_source

LARGE = settings(suppress_health_check=list(HealthCheck), max_examples=40)

Data = dict[str, Any]


def loaded(files: dict[str, Data | str]) -> sf.Process:
    """The process of ``main.json``, each file written as JSON unless it is a text."""
    with TemporaryDirectory() as folder:
        texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in files.items()}
        write(Path(folder), texts)
        return sf.load(Path(folder) / "main.json")


def written(process: sf.Process) -> Data:
    return {"salesfsm": 1, **process.model_dump(mode="json", by_alias=True, exclude_defaults=True)}


@LARGE
@given(processes())
def test_to_extend_and_say_nothing_is_to_be_the_same_by_another_name(process: sf.Process) -> None:
    main = {"salesfsm": 1, "process": "other", "version": "7", "extends": "base.json"}
    found = loaded({"main.json": main, "base.json": written(process)})
    assert found == process.model_copy(update={"name": "other", "version": "7"})


@st.composite
def spread(draw: st.DrawFn, process: sf.Process) -> tuple[Data, Data]:
    """Two files that are the process together: some of what it says stands in the second alone."""
    base, main = written(process), Data({"salesfsm": 1, "extends": "base.json"})
    for key in draw(st.lists(st.sampled_from(["version", "label", "plane", "overrides"]))):
        if key in base:
            main[key] = base.pop(key)
    if "facts" in base:
        names = draw(st.lists(st.sampled_from(list(base["facts"])), unique=True))
        main["facts"] = {name: base["facts"].pop(name) for name in names}
    main["stages"] = []
    for index, stage in enumerate(base["stages"]):
        if isinstance(stage, dict) and draw(st.booleans()):
            keys = draw(st.sets(st.sampled_from([key for key in stage if key != "name"])))
            moved = {key: stage.pop(key) for key in keys}
            main["stages"].append({"name": stage["name"], **moved})
        elif draw(st.booleans()) and index:
            base["stages"][index] = stage["name"] if isinstance(stage, dict) else stage
            main["stages"].append(stage)
    return base, {key: value for key, value in main.items() if value}


@LARGE
@given(st.data())
def test_a_process_that_is_spread_over_two_files_is_the_same(data: st.DataObject) -> None:
    process = data.draw(processes())
    base, main = data.draw(spread(process))
    assert loaded({"main.json": main, "base.json": base}) == process


@LARGE
@given(processes(), st.sampled_from(["a", "a.b", "s0"]))
def test_a_process_that_is_taken_in_is_the_process_with_a_prefix(
    process: sf.Process, prefix: str
) -> None:
    main = {"salesfsm": 1, "process": "random", "include": {prefix: "base.json"}}
    found = loaded({"main.json": main, "base.json": written(process)})
    expected = sf.prefixed(process, prefix)
    assert [arc.key for arc in found.arcs] == [arc.key for arc in expected.arcs]
    assert [stage.exit for stage in found.stages] == [stage.exit for stage in expected.stages]
    assert found == sf.chain("random", {prefix: process})


def spots(data: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths to everything in the data."""
    items = data.items() if isinstance(data, dict) else enumerate(data)  # type: ignore[call-overload]
    for key, value in items:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from spots(value, (*path, key))


SOUND: dict[str, Data] = {
    f"{name.removesuffix('.yaml')}.json": json.loads(
        json.dumps(parse_source(text).data).replace(".yaml", ".json")
    )
    for name, text in {**FILES, "main.yaml": ALL_STEPS}.items()
}
SPOTS = [(name, spot) for name, data in SOUND.items() for spot in spots(data)]
ANYTHING = st.one_of(
    st.sampled_from(["", "a", "open", "*", "won", "winback", "winback.approach", "known(x)", "->"]),
    st.sampled_from(["main.json", "base.json", "library:six_stage", "..", "a:b", "x -> y"]),
    st.none(), st.booleans(), st.integers(-1, 3), st.just([]), st.just({}), st.just({"name": "a"}),
    st.lists(st.sampled_from(["a", "demo", "lost", 1, None, "open"]), max_size=2),
    st.dictionaries(st.sampled_from(["process", "stage", "name"]), st.just("demo"), max_size=2),
)  # fmt: skip


@settings(LARGE, max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(SPOTS), st.none() | ANYTHING), min_size=1, max_size=3))
def test_whatever_is_wrong_is_told_with_its_place(changes: list[Any]) -> None:
    files = json.loads(json.dumps(SOUND))
    for (name, path), value in changes:
        inside = files[name]
        for part in path[:-1]:
            inside = inside[part] if _holds(inside, part) else None
        if _holds(inside, path[-1]):
            inside[path[-1]] = value
    problems: tuple[sf.Problem, ...] = ()
    try:
        process = loaded(files)
    except sf.DefinitionError as error:
        problems = error.problems
    else:
        assert sf.loads(sf.dump(process)) == process
    assert all(problem.place for problem in problems), problems


def _holds(data: object, part: str | int) -> bool:
    if isinstance(data, dict):
        return part in data
    return isinstance(data, list) and isinstance(part, int) and part < len(data)
