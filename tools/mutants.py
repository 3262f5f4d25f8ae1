"""Retests the mutants that ``mutmut run`` left over, and lists those that survive in a page.

This is a tool for maintainers: nothing imports it, and it needs mutmut. mutmut forks its workers
after the first import, so what the package and the tests compute while they are imported (tables,
parameters of tests) is never mutated there. Here each mutant is imported anew, and all tests of its
floor are run.
Usage: ``python tools/mutants.py [PATTERN ...]``, such as ``rules.values``; without one it retests
nothing and writes the page.
"""

from __future__ import annotations

import ast
import difflib
import fnmatch
import importlib
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mutmut.configuration import config
from mutmut.stats import status_by_exit_code

PROJECT = Path(__file__).parents[1]
MUTANTS = PROJECT / "mutants"
PAGE = PROJECT / "tests/mutants.md"
LEFT = ("survived", "no tests")
KILLED = 1
COLLECTED_NOT = 2
"""pytest's exit code where tests could not be imported."""
NO_REASON = "Without a reason so far"
HEAD = "| module | mutants | killed | timed out | survived | not run |\n|---|--:|--:|--:|--:|--:|\n"
HEAVY = ("pydantic", "msgspec", "hypothesis.strategies", "sqlalchemy", "psycopg", "transitions")
"""What every mutant would import, and none changes."""


def main() -> None:
    """Retest what the patterns name, and write the page anew."""
    if patterns := sys.argv[1:]:
        retest(patterns)
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def results() -> Iterator[tuple[str, Path, dict[str, int | None]]]:
    """Each mutated module with the file that keeps its results, and the exit code by mutant."""
    source = MUTANTS / "src/salesfsm"
    for path in sorted(source.rglob("*.py.meta")):
        codes = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        module = ".".join(path.relative_to(source).parts).removesuffix(".py.meta")
        if codes:
            yield module, path, codes


def retest(patterns: list[str]) -> None:
    """Run the survivors of the modules again, each in a process that imports it anew."""
    config()  # read where pyproject.toml is
    os.chdir(MUTANTS)
    sys.path.insert(0, "src")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in ("pytest", *HEAVY, "mutmut.mutation.trampoline"):
        importlib.import_module(name)
    for module, path, codes in results():
        if not any(fnmatch.fnmatch(module, pattern) for pattern in patterns):
            continue
        for mutant in [each for each in codes if status_by_exit_code[codes[each]] in LEFT]:
            codes[mutant] = run(mutant, f"tests/{module.partition('.')[0]}")
            print(mutant, status_by_exit_code[codes[mutant]], flush=True)
            kept = json.loads(path.read_text(encoding="utf-8"))
            kept["exit_code_by_key"][mutant] = codes[mutant]
            path.write_text(json.dumps(kept, indent=4), encoding="utf-8")


def run(mutant: str, tests: str) -> int:
    """The exit code of the tests in a process with the mutant from the first import on."""
    if child := os.fork():
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return KILLED if code == COLLECTED_NOT else code
    import pytest  # noqa: PLC0415  # after the plug-ins are switched off
    from mutmut.mutation.trampoline import set_mutant_under_test  # noqa: PLC0415

    set_mutant_under_test(mutant)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    loaded = ("-p", "_hypothesis_pytestplugin", "-p", "salesfsm.testing.plugin")
    # A plug-in that was imported before warns of that.
    quiet = ("-o", "filterwarnings=ignore", "--tb=no", "--rootdir=.")
    os._exit(int(pytest.main(["-x", *loaded, *quiet, *config().pytest_add_cli_args, tests])))


def page(before: str) -> str:
    """The page with the numbers of now; what is told of a survivor stays as long as it lives."""
    introduction, _, rest = before.partition("\n| module |")
    sections = dict(re.findall(r"^## ([^\n]+)\n\n(.*?)(?=^## |\Z)", rest, re.MULTILINE | re.DOTALL))
    reason_of = {line: title for title, body in sections.items() for line in body.splitlines()}
    alive = [line for module, path, codes in results() for line in survivors(module, path, codes)]
    parts = [f"{introduction}\n{table()}"]
    for title in dict.fromkeys([*sections, NO_REASON]):
        told = [line for line in sections.get(title, "").splitlines() if line and line[0] != "-"]
        listed = [line for line in alive if reason_of.get(line, NO_REASON) == title]
        if listed:
            above = [*told, ""] if told else []
            parts.append("\n".join([f"## {title}", "", *above, *dict.fromkeys(listed), ""]))
    return "\n".join(parts)


def table() -> str:
    """How many mutants each module has, and what became of them."""
    rows, total = [], Counter[str]()
    for module, _, codes in results():
        found = Counter(status_by_exit_code[code] for code in codes.values())
        total += found
        rows.append(_row(f"`{module}`", found))
    return HEAD + "".join([*rows, _row("all", total)])


def _row(name: str, found: Counter[str]) -> str:
    waiting = found["not checked"]
    survived = sum(found[each] for each in LEFT)
    timeout = found["timeout"]
    killed = found.total() - waiting - survived - timeout
    numbers = (found.total(), killed, timeout, survived, waiting)
    return f"| {name} | {' | '.join(map(str, numbers))} |\n"


def survivors(module: str, path: Path, codes: dict[str, int | None]) -> Iterator[str]:
    """A line of the page for each survivor: the function, and what was changed in it."""
    bodies = functions(path.with_suffix("").read_text(encoding="utf-8"))
    for mutant in codes:
        if status_by_exit_code[codes[mutant]] in LEFT:
            name = mutant.rpartition(".")[2]
            stem = name.partition("__mutmut_")[0]
            changes = difflib.ndiff(bodies[f"{stem}__mutmut_orig"], bodies[name])
            removed, added = [], []
            for line in changes:
                if line[0] in "-+":
                    (removed if line[0] == "-" else added).append(line[1:].strip())
            function = re.sub(r"^x_|^xǁ", "", stem).replace("ǁ", ".")
            before, after = " ".join(removed), " ".join(added) or "(nothing)"
            yield f"- `{module}.{function}`: `{before}` → `{after}`"


def functions(source: str) -> dict[str, list[str]]:
    """The lines of every function in a mutated module, with its own name left out."""
    lines = source.splitlines()
    return {
        node.name: [
            line.replace(node.name, "") for line in lines[node.lineno - 1 : node.end_lineno]
        ]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


if __name__ == "__main__":
    main()
