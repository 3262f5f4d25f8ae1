"""Every example of README.md and docs/, executed: one test a page, its blocks in order.

CONTRIBUTING.md tells what each kind of block means. Sybil finds the blocks and runs the Python
ones; a whole page is one test because its blocks share names and files.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.evaluators.doctest import OutputChecker
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]

NOT_RUN = "python no-run"
KINDS = {"python", NOT_RUN, "console", "yaml", "json", "csv", "toml", "sql", "dot", "sh", "text"}
NAMED_FILE = re.compile(
    r'(?:\w+ title="(?P<title>[^"\n]+)"\n|yaml\n(?=# file: (?P<first_line>\S+)\n))'
)
COMMAND = re.compile(r"^\$ (?P<command>.*)\n?(?P<output>(?:(?!\$ ).*\n?)*)", re.MULTILINE)
TERMINAL = {
    "NO_COLOR": "1",
    "TERM": "dumb",
    "COLUMNS": "100",
    "PYTHONUTF8": "1",
    "SALESFSM_LANG": "en",
}


def write_file(example: Example) -> None:
    """Put a block that names a file into that file, for the blocks after it."""
    name, text = example.parsed
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


def named_files(document: Document) -> Iterable[Region]:
    """Find the blocks that name a file, in their title or in their first line."""
    for block in RawFencedCodeBlockLexer(NAMED_FILE)(document):
        name = block.lexemes["title"] or block.lexemes["first_line"]
        yield Region(block.start, block.end, (name, block.lexemes["source"]), write_file)


def run_console(example: Example) -> str:
    """Run the commands of a console block; return how the output differs, or nothing."""
    session = list(COMMAND.finditer(example.parsed))
    if not session:
        return "a console block shows commands: begin their lines with '$ '"
    failures = (run_command(shown["command"], shown["output"].rstrip()) for shown in session)
    return "\n".join(filter(None, failures))


def run_command(command: str, wanted: str) -> str:
    """Run one salesfsm command; return how its output differs from ``wanted``, or nothing."""
    program, *arguments = shlex.split(command)
    if program != "salesfsm":
        return f"only salesfsm runs in a console block, not {program!r}: show it in a sh block"
    done = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        env=os.environ | TERMINAL,
        check=False,
    )
    got = done.stdout.rstrip()
    if "Traceback (most recent call last)" in got:
        return f"$ {command}\n{got}"
    # An ellipsis alone would take any failure for the output that was meant.
    if done.returncode != 0 and wanted in {"", "..."}:
        return f"$ {command}\nfailed with exit status {done.returncode}:\n{got}"
    checker, flags = OutputChecker(), doctest.ELLIPSIS | doctest.REPORT_NDIFF
    if checker.check_output(f"{wanted}\n", f"{got}\n", flags):
        return ""
    expected = doctest.Example(command, f"{wanted}\n")
    return f"$ {command}\n" + checker.output_difference(expected, f"{got}\n", flags)


EXAMPLES = Sybil(
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=doctest.ELLIPSIS | doctest.REPORT_NDIFF),
        CodeBlockParser("console", run_console),
        named_files,
    ]
)


@pytest.fixture
def run_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Run all examples of a page in a fresh folder, beside a copy of the project's examples."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)

    def run(page: Path) -> None:
        for example in EXAMPLES.parse(page).examples():
            example.evaluate()

    return run


def blocks(page: Path) -> list[tuple[int, str]]:
    """The line and the kind (the words behind the fence) of every code block of a page."""
    document = Document.parse(str(page))
    find = RawFencedCodeBlockLexer(re.compile(r"(?P<kind>[^\n]*)\n"))
    return [
        (document.text.count("\n", 0, block.start) + 1, block.lexemes["kind"])
        for block in find(document)
    ]


SHARING = """
```yaml
# file: one.yaml
a: 1
```
```json title="two/three.json"
{}
```
```python no-run
raise RuntimeError
```
```python
from pathlib import Path
one, three = Path("one.yaml").read_text(), Path("two/three.json").read_text()
```
```python
>>> one, three
('# file...a: 1\\n', '{}\\n')
```
```console
$ salesfsm --help
Usage: salesfsm ...
$ salesfsm --version
salesfsm, version ...
```
"""


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_the_examples_of_a_page_run_and_print_what_it_says(
    page: Path, run_page: Callable[[Path], None], record_property: Callable[[str, object], None]
) -> None:
    for line, kind in blocks(page):
        if kind == NOT_RUN:
            record_property("no-run", f"{page.relative_to(ROOT)}:{line}")
    run_page(page)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_block_is_of_a_kind_that_says_whether_it_runs(page: Path) -> None:
    unknown = [
        f"line {line}: {kind or 'no language'}"
        for line, kind in blocks(page)
        if kind not in KINDS and not NAMED_FILE.match(f"{kind}\n")
    ]
    assert not unknown, f"CONTRIBUTING.md lists the kinds of blocks; {page.name} has {unknown}"


@pytest.mark.parametrize(
    ("block", "complaint"),
    [
        ("```python\nassert 1 + 1 == 3, 'not three'\n```", "not three"),
        ("```python\n>>> 1 + 1\n3\n```", "line 4"),
        ("```console\n$ salesfsm --help\nnot what it prints\n```", "not what it prints"),
        ("```console\n$ salesfsm no-such-command\n...\n```", "exit status 2"),
        ("```console\n$ rm -rf examples\n```", "only salesfsm runs"),
        ("```console\nsalesfsm --help\n```", "begin their lines"),
    ],
)
def test_an_example_that_does_not_do_what_the_page_says_fails(
    block: str, complaint: str, run_page: Callable[[Path], None], tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# A page\n\n{block}\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=re.escape(complaint)):
        run_page(page)


def test_blocks_share_names_and_files_in_their_order(
    run_page: Callable[[Path], None], tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    page.write_text(SHARING, encoding="utf-8")
    run_page(page)
