"""A sound process, and for each case of each check what spoils it: one fault, at one place.

first -> second -> won;  open -> lost -> winback -> first
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import salesfsm as sf
from salesfsm.checks.finding import Path

Spoil = Callable[[dict[str, Any]], object]
TEAM = {"name": "desk", "planes": ["sales"], "members": ["anna"]}


def sound() -> dict[str, Any]:
    """A process in which nothing is to be found, notes aside."""
    return {
        "process": "sound",
        "buyer": {"milestones": [{"name": "signature", "definition": "The buyer has signed."}]},
        "stages": [
            {"name": "first", "definition": "The buyer has answered."},
            {"name": "second", "definition": "The buyer has asked for a price."},
            {"name": "won", "outcome": "won"},
            {"name": "lost", "outcome": "lost", "reasons": ["price"]},
            {"name": "winback", "path": "winback", "definition": "The buyer set a new date."},
        ],
        "transitions": [
            {"trigger": "go", "source": "first", "target": "second"},
            {"trigger": "win", "source": "second", "target": "won", "when": "proven(signature)"},
            {"trigger": "lose", "source": "open", "target": "lost"},
            {"trigger": "win_back", "source": "lost", "target": "winback"},
            {"trigger": "again", "source": "winback", "target": "first"},
        ],
    }


def _stage(index: int, **keys: object) -> Spoil:
    return lambda data: data["stages"][index].update(keys)


def _way(index: int, **keys: object) -> Spoil:
    return lambda data: data["transitions"][index].update(keys)


def _without(index: int, key: str) -> Spoil:
    return lambda data: data["stages"][index].pop(key)


def _with(**keys: object) -> Spoil:
    return lambda data: data.update(keys)


def _milestone(**keys: object) -> Spoil:
    return lambda data: data["buyer"]["milestones"].append({"name": "proof", **keys})


def _all(*spoils: Spoil) -> Spoil:
    return lambda data: [spoil(data) for spoil in spoils]


def _more_ways(*ways: dict[str, object]) -> Spoil:
    return lambda data: data["transitions"].extend(ways)


def _more_stages(*stages: dict[str, object]) -> Spoil:
    return lambda data: data["stages"].extend(stages)


def _mirrored(*phases: str) -> Spoil:
    """The two stages mirror two of three phases."""
    milestones = [
        {"name": f"to_{each}", "moves": f"one -> {each}", "definition": "The buyer has said so."}
        for each in ("two", "three")
    ]

    def spoil(data: dict[str, Any]) -> None:
        data["buyer"]["phases"] = ["one", "two", "three"]
        data["buyer"]["milestones"] += milestones
        for stage, phase in zip(data["stages"], phases, strict=False):
            stage["mirrors"] = phase

    return spoil


def _circle(data: dict[str, Any]) -> None:
    """First and second lead to each other alone, and nothing else does."""
    data["transitions"][1] = {"trigger": "back", "source": "second", "target": "first"}
    data["transitions"][2] = {"trigger": "win", "source": "winback", "target": "won"}
    data["opens_in"] = ["first", "winback"]


FIRST, SECOND = ("stages", 0), ("stages", 1)
TASK = {"name": "write", "owner": "boss"}
HANDOVER = {"name": "on", "source": "won", "target": "first"}

FAULTS: Mapping[tuple[str, str], tuple[Spoil, Path]] = {
    ("SF101", ""): (lambda data: data["transitions"].pop(3), ("stages", 4)),
    ("SF102", ""): (lambda data: data["transitions"].pop(4), ("stages", 4)),
    ("SF102", "none_won"): (_without(2, "outcome"), ("stages",)),
    ("SF103", ""): (
        _all(_way(4, source="first"), _way(2, source=["first", "second"])),
        ("stages", 4),
    ),
    ("SF104", ""): (_without(0, "definition"), FIRST),
    ("SF105", ""): (_without(3, "reasons"), ("stages", 3)),
    ("SF106", ""): (
        _more_ways({"trigger": "go", "source": "first", "target": "lost"}),
        ("transitions", 5),
    ),
    ("SF106", "never_met"): (_way(1, when="false"), ("transitions", 1)),
    ("SF107", ""): (
        _all(_stage(0, label={"en": "A", "pl": "A"}), _stage(1, label={"en": "B"})),
        (*SECOND, "label"),
    ),
    ("SF107", "word"): (
        lambda data: [
            data.update(overrides=["boss"]),
            *(each.update(label={"en": each["name"], "pl": "x"}) for each in data["stages"]),
        ],
        ("overrides", 0),
    ),
    ("SF108", ""): (_with(labels={"bos": "Boss"}), ("labels", "bos")),
    ("SF108", "near"): (
        _with(labels={"bos": "Boss"}, overrides=["boss"]),
        ("labels", "bos"),
    ),
    ("SF109", ""): (_way(2, source=["first", "winback"]), SECOND),
    ("SF109", "none_lost"): (
        lambda data: data.update(
            stages=data["stages"][:3],
            transitions=data["transitions"][:2],
        ),
        ("stages",),
    ),
    ("SF110", ""): (
        lambda data: data.update(stages=data["stages"][:4], transitions=data["transitions"][:3]),
        ("stages", 3),
    ),
    ("SF111", ""): (_circle, FIRST),
    ("SF111", "by_itself"): (
        _more_ways(
            {"trigger": "rest", "source": "second", "target": "first", "after": "30d"},
            {"trigger": "wake", "source": "first", "target": "second", "after": "30d"},
        ),
        FIRST,
    ),
    ("SF112", ""): (_stage(1, definition="The proposal was sent."), (*SECOND, "definition")),
    ("SF112", "milestone"): (
        _milestone(definition="Zadzwoniliśmy dwa razy."),
        ("buyer", "milestones", 1, "definition"),
    ),
    ("SF112", "criterion"): (
        _stage(0, exit={"rule": "attempts() > 0", "says": "Изпратихме офертата"}),
        (*FIRST, "exit", 0),
    ),
    ("SF112", "maker"): (_milestone(made_by=["seller"]), ("buyer", "milestones", 1)),
    ("SF113", ""): (_all(_stage(1, tasks=["a"]), _stage(4, tasks=["b"])), FIRST),
    ("SF114", "few"): (lambda data: None, FIRST),
    ("SF114", ""): (
        _more_stages(*({"name": f"more_{i}", "definition": f"{i}"} for i in range(6))),
        FIRST,
    ),
    ("SF115", ""): (_stage(1, definition="The buyer has answered."), SECOND),
    ("SF115", "outcome"): (
        _more_stages({"name": "end", "outcome": "won", "definition": "The buyer has answered."}),
        ("stages", 5),
    ),
    ("SF116", ""): (
        _all(_stage(0, probability="40%"), _stage(1, probability="30%")),
        (*SECOND, "probability"),
    ),
    ("SF116", "certain"): (_stage(0, probability="100%"), (*FIRST, "probability")),
    ("SF117", ""): (lambda data: data["transitions"][1].pop("when"), ("transitions", 1)),
    ("SF118", ""): (_with(facts={"need": "text"}), ("facts", "need")),
    ("SF119", ""): (_milestone(definition="The buyer has said so."), ("buyer", "milestones", 1)),
    ("SF120", ""): (_stage(4, tasks=["write"]), ("stages", 4, "tasks", 0)),
    ("SF121", ""): (
        _all(
            _with(facts={"need": "text"}),
            _stage(0, exit={"rule": 'need != "x"', "level": "warn"}),
        ),
        (*FIRST, "exit", 0),
    ),
    ("SF122", ""): (
        _all(_milestone(), _way(0, when="proven(proof)")),
        ("buyer", "milestones", 1),
    ),
    ("SF123", ""): (_mirrored("two", "one"), (*SECOND, "mirrors")),
    ("SF124", ""): (_mirrored("one", "three"), ("buyer", "phases", 1)),
    ("SF125", "reason"): (
        _more_ways({"trigger": "rot", "source": "first", "target": "lost", "after": "30d"}),
        ("transitions", 5, "after"),
    ),
    ("SF125", "role"): (_way(0, after="3d", roles=["boss"]), ("transitions", 0, "after")),
    ("SF125", "earlier"): (
        _more_ways(
            {"trigger": "rest", "source": "first", "target": "winback", "after": "5d"},
            {"trigger": "doze", "source": "first", "target": "second", "after": "30d"},
        ),
        ("transitions", 6, "after"),
    ),
    ("SF126", ""): (_with(handovers=[HANDOVER]), ("handovers", 0)),
    ("SF127", ""): (_with(overrides=["boss", "Anyone"]), ("overrides", 1)),
    ("SF127", "own"): (
        _all(_stage(0, tasks=[TASK], overrides=["boss"])),
        (*FIRST, "overrides", 0),
    ),
    ("SF128", ""): (
        _more_stages({"name": "winbakc", "definition": "The buyer is back."}),
        ("stages", 5),
    ),
    ("SF129", ""): (_stage(1, label="First"), SECOND),
    ("SF130", ""): (_with(ignore={"SF104": "We know."}), ("ignore", "SF104")),
    ("SF130", "unknown"): (_with(ignore={"SF999": "We know."}), ("ignore", "SF999")),
    ("SF131", ""): (_stage(0, entry="proven(signature)"), FIRST),
    ("SF132", ""): (_stage(4, exit="attempts() > 0"), ("stages", 4, "exit", 0)),
    ("SF133", "owner"): (
        _all(_way(0, after="3d"), _with(acting="owner")),
        ("transitions", 0, "after"),
    ),
    ("SF133", "team"): (
        _all(_way(0, after="3d"), _stage(0, acting="team"), _with(teams=[TEAM])),
        ("transitions", 0, "after"),
    ),
}
"""By code and case: what to do to the sound process, and the place where it is then found."""


def fault(code: str, case: str) -> tuple[sf.Process, Path]:
    """The process with this fault, and where it is."""
    spoil, path = FAULTS[code, case]
    data = sound()
    spoil(data)
    return sf.Process.model_validate(data), path
