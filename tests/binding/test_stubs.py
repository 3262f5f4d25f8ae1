"""Stubs tell type checkers what a bound model can do: mypy and pyright are asked, once each."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner

import salesfsm as sf
from sales.b2b import TEXT, b2b
from salesfsm.binding.stubs import stub_of
from salesfsm.cli.group import cli

MODULE = """\
import salesfsm

machine = salesfsm.bind(salesfsm.load("b2b.yaml"))
Moves = machine.mixin()
buyer = salesfsm.bind_buyer(salesfsm.load("b2b.yaml"))
BuyerMoves = buyer.mixin("BuyerMoves")
"""
GOOD = """\
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import salesfsm
from stages import BuyerMoves, Moves, machine

if TYPE_CHECKING:
    from stages import Phase, Stage


@dataclass
class Deal(Moves, BuyerMoves):
    stage: Stage = "qualification"
    phase: Phase = "investigating"
    evidence: list[salesfsm.Evidence] = field(default_factory=list)


deal = Deal()
moved: bool = deal.qualify(by="anna", at=datetime.now(timezone.utc), colour="red")
moved = deal.lose(reason="price") or deal.is_won() or deal.may_win() or deal.trigger("win_back")
moved = deal.prove_reason_to_act(kind="email", by="anna") or deal.is_phase_defining()
said: str = machine.explain(deal, "qualify", language="pl")
"""
WRONG = {
    "deal.qualfy()": "a trigger that is not there",
    "deal.lose(reason='prise')": "a reason that is not there",
    "deal.is_wonn()": "a stage that is not there",
    "deal.trigger('qualfy')": "a trigger by a name that is not there",
    "deal.prove_reason_to_act(kind='call')": "a kind of evidence that is not accepted",
    "deal.buyer_revisits(phase='deciding')": "a phase that is not there",
    "deal.stage = 'wonn'": "a stage that is not there",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A program with a bound model, its stub, and another with a mistake on every line."""
    (tmp_path / "b2b.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "stages.py").write_text(MODULE)
    (tmp_path / "good.py").write_text(GOOD)
    (tmp_path / "wrong.py").write_text("from good import deal\n" + "\n".join(WRONG))
    stub(tmp_path / "b2b.yaml", "-o", tmp_path / "stages.pyi")
    return tmp_path


def stub(*arguments: object) -> tuple[int, str]:
    """Run the command; its exit code, and all that it says."""
    done = CliRunner().invoke(cli, ["stubs", *map(str, arguments)])
    return done.exit_code, done.output


def told(command: Iterable[object], folder: Path) -> str:
    done = subprocess.run(
        [*map(str, command)], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout


def test_mypy_takes_what_is_there_and_refuses_what_is_not(folder: Path) -> None:
    said = told([sys.executable, "-m", "mypy", "--strict", "good.py", "wrong.py"], folder)
    errors = [line for line in said.splitlines() if ": error:" in line]
    places = {tuple(error.split(":")[:2]) for error in errors}
    assert places == {("wrong.py", str(number)) for number in range(2, 2 + len(WRONG))}, said


def test_pyright_takes_what_is_there_and_refuses_what_is_not(folder: Path) -> None:
    (folder / "pyrightconfig.json").write_text('{"typeCheckingMode": "standard"}')
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson"]
    said = told([*command, "good.py", "wrong.py"], folder)
    places = {
        (Path(found["file"]).name, found["range"]["start"]["line"] + 1)
        for found in json.loads(said)["generalDiagnostics"]
        if found["severity"] == "error"
    }
    assert places == {("wrong.py", number) for number in range(2, 2 + len(WRONG))}, said


def test_the_module_has_what_its_stub_promises(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for process in (b2b(), sf.load("library:four_planes"), sf.load("library:complex_b2b")):
        namespace: dict[str, object] = {}
        exec(stub_of(process).replace("...", "None"), namespace)
        moves, machine = namespace["Moves"], sf.bind(process)
        promised = {name for name in vars(moves) if not name.startswith("__")}
        assert promised == {name for name in vars(machine.mixin()) if not name.startswith("__")}
        if process.buyer.phases:
            buyer = sf.bind_buyer(process).mixin()
            promised = {name for name in vars(namespace["BuyerMoves"]) if name[:2] != "__"}
            assert promised == {name for name in vars(buyer) if name[:2] != "__"}


def test_an_awaited_machine_has_awaited_triggers() -> None:
    text = stub_of(b2b(), asynchronous=True)
    assert "machine: AsyncStageMachine" in text
    assert "    async def qualify(" in text
    assert "    async def may_trigger(" in text
    assert "    def is_won(" in text
    assert "    def prove_reason_to_act(" in text


def test_what_a_version_holds_stays_in_its_comment() -> None:
    process = b2b().model_copy(update={"version": '"""\\\nimport os'})
    namespace: dict[str, object] = {}
    exec(stub_of(process).replace("...", "None"), namespace)
    assert "os" not in namespace


def test_a_stub_is_written_over_and_nothing_else_is(tmp_path: Path) -> None:
    source, target = tmp_path / "b2b.yaml", tmp_path / "stages.pyi"
    source.write_text(TEXT, encoding="utf-8")
    assert stub(source, "-o", target) == (0, f"{target}\n")
    assert stub(source, "-o", target)[0] == 0
    assert stub(source)[1] == target.read_text()
    target.write_text("mine: int\n")
    code, said = stub(source, "-o", target)
    assert (code, target.read_text()) == (2, "mine: int\n")
    assert "not made by this command" in said
    assert stub(source, "-o", target, "--force")[0] == 0
    assert json.loads(stub(source, "-o", target, "--json")[1]) == {"file": str(target)}


@pytest.mark.parametrize("name", ["stages.py", "my-stages.pyi", "class.pyi", "nowhere/stages.pyi"])
def test_a_name_that_no_module_has_is_refused(tmp_path: Path, name: str) -> None:
    source = tmp_path / "b2b.yaml"
    source.write_text(TEXT, encoding="utf-8")
    code, said = stub(source, "-o", tmp_path / name)
    assert code == 2
    assert "error:" in said
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("attribute", ["stage", "pipeline_stage"])
def test_a_stub_names_just_the_methods_that_models_get(attribute: str) -> None:
    machine = sf.bind(b2b(), model_attribute=attribute)
    tree = ast.parse(stub_of(b2b(), model_attribute=attribute))
    (moves,) = [each for each in tree.body if getattr(each, "name", "") == "Moves"]
    told = {each.name for each in moves.body if isinstance(each, ast.FunctionDef)}
    assert told == {name for name in vars(machine.mixin()) if not name.startswith("_")}


def test_a_stub_is_printed_as_json_for_programs(tmp_path: Path) -> None:
    path = tmp_path / "b2b.yaml"
    path.write_text(TEXT, "utf-8")
    printed = CliRunner().invoke(cli, ["stubs", str(path), "--attribute", "phase", "--json"])
    assert "def is_phase_won(self)" in json.loads(printed.output)["stub"]
    refused = CliRunner().invoke(cli, ["stubs", str(path), "--attribute", "my stage"])
    assert refused.exit_code == 2
