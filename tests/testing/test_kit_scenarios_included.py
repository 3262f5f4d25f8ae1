"""Scenarios of included processes: in the names that they have there, each at its own time."""

from __future__ import annotations

from pathlib import Path

from salesfsm.testing import mutate, read_scenarios, run_scenarios


def test_what_is_taken_in_is_tried_at_its_own_time(tmp_path: Path) -> None:
    (tmp_path / "soon.yaml").write_text(
        "salesfsm: 1\nprocess: soon\nfacts: {by: date}\n"
        "stages: [x, {name: won, outcome: won}]\n"
        "transitions: [{trigger: win, source: x, target: won, when: by >= today}]\n"
    )
    (tmp_path / "host.yaml").write_text(
        "salesfsm: 1\nprocess: host\ninclude: {p: soon.yaml, q: soon.yaml}\n"
    )
    for name, month in (("early", 1), ("late", 5)):
        (tmp_path / f"{name}.scenarios.yaml").write_text(
            f"process: soon.yaml\nat: 2026-0{month}-10\nscenarios:\n"
            f"  - {{name: n, given: {{facts: {{by: 2026-0{month}-10}}}}, when: win, "
            "then: allowed}\n"
            f"  - {{name: m, given: {{facts: {{by: 2026-0{month}-09}}}}, when: win, "
            "then: refused}\n"
        )
    path = tmp_path / "host.scenarios.yaml"
    path.write_text(
        "process: host.yaml\nat: 2026-03-10\n"
        "include: {q: late.scenarios.yaml, p: early.scenarios.yaml}\nscenarios:\n"
        "  - {name: own, given: {stage: p.x, facts: {by: 2026-03-10}}, when: win, "
        "then: allowed}\n"
    )
    read = read_scenarios(path)
    assert [each.failure for each in run_scenarios(read)] == [""] * 5
    assert [read.time(index).month for index in range(5)] == [3, 5, 5, 1, 1]
    assert mutate(read.process, [read]).noticed


def test_stages_and_tasks_alone_have_the_prefix(tmp_path: Path) -> None:
    (tmp_path / "inner.yaml").write_text(
        "salesfsm: 1\nprocess: inner\nfacts: {need: text}\n"
        "buyer: {milestones: [plan]}\n"
        "stages:\n"
        "  - name: x\n    tasks: [call, {name: visit, level: warn}]\n"
        "    exit: [{rule: known(need), level: warn}, proven(plan)]\n"
        "  - y\n  - {name: lost, outcome: lost}\n"
        "transitions:\n  - {trigger: go, source: x, target: y}\n"
        "  - {trigger: lose, source: y, target: lost}\n"
        "  - {trigger: retry, source: lost, target: x, when: stopped_in == y}\n"
    )
    (tmp_path / "outer.yaml").write_text("salesfsm: 1\nprocess: outer\ninclude: {p: inner.yaml}\n")
    (tmp_path / "inner.scenarios.yaml").write_text(
        "process: inner.yaml\nscenarios:\n"
        "  - name: n\n    given: {facts: {need: x}, tasks: [call, visit], evidence: [plan]}\n"
        "    when: go\n    then: {allowed: y, warns: [], needs: [call, plan]}\n"
        "  - {name: m, when: go, then: {refused: [task.call, proven.plan]}}\n"
        "  - name: w\n    given: {tasks: [call], evidence: [plan]}\n"
        "    when: go\n    then: {warns: [need, task.visit]}\n"
        "  - {name: r, given: {stage: lost, stopped_in: y}, when: retry, then: allowed}\n"
    )
    path = tmp_path / "outer.scenarios.yaml"
    path.write_text("process: outer.yaml\ninclude: {p: inner.scenarios.yaml}\n")
    read = read_scenarios(path)
    assert [each.failure for each in run_scenarios(read)] == [""] * 4
    first, second, third, last = read.scenarios
    assert first.then.needs == ("p.call", "plan")
    assert second.then.refused == ("task.p.call", "proven.plan")
    assert third.then.warns == ("need", "task.p.visit")
    assert last.given.stopped_in == "p.y"


def test_a_fact_that_is_called_like_a_task_keeps_its_name_and_a_code_of_both_is_theirs(
    tmp_path: Path,
) -> None:
    (tmp_path / "inner.yaml").write_text(
        "salesfsm: 1\nprocess: inner\nfacts: {call: text}\n"
        "stages:\n  - {name: x, tasks: [call, visit], exit: known(call)}\n  - y\n"
        "transitions:\n  - {trigger: go, source: x, target: y}\n"
        '  - {trigger: skip, source: x, target: y, when: "done(visit) or known(call)"}\n'
    )
    (tmp_path / "outer.yaml").write_text("salesfsm: 1\nprocess: outer\ninclude: {p: inner.yaml}\n")
    (tmp_path / "inner.scenarios.yaml").write_text(
        "process: inner.yaml\nscenarios:\n"
        "  - name: n\n    given: {facts: {call: x}, tasks: [call, visit]}\n"
        "    when: go\n    then: {allowed: y, needs: call}\n"
        "  - {name: m, when: skip, then: {refused: task.visit+call}}\n"
    )
    path = tmp_path / "outer.scenarios.yaml"
    path.write_text("process: outer.yaml\ninclude: {p: inner.scenarios.yaml}\n")
    read = read_scenarios(path)
    assert [each.failure for each in run_scenarios(read)] == ["", ""]
    first, second = read.scenarios
    assert set(first.then.needs) == {"call", "p.call"}
    assert second.then.refused == ("task.p.visit+call",)
