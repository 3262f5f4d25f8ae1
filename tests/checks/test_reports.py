"""Reports in the forms of other programs: annotations of GitHub, and SARIF."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from poor_processes import fault

from salesfsm.checks import CHECKS, Severity, check
from salesfsm.checks.github import workflow_commands
from salesfsm.checks.reports import Report
from salesfsm.checks.sarif import sarif
from salesfsm.errors import Place, Problem

PLACE = Place("sales/a b,c:d.yaml", 7, 5, "  - first")
DOCS = Path(__file__).resolve().parents[2] / "docs"


def report(*codes: str, file: str = "a.yaml") -> Report:
    """A report of one finding for each code."""
    found = []
    for code in codes:
        process, _ = fault(code, "few" if code == "SF114" else "")
        found.append((check(process, only=[code])[0], PLACE))
    return Report(file, findings=tuple(found))


BROKEN = Report("b.yaml", (Problem("unknown key\n'x'", ("x",), "mend it", place=PLACE),))
UNREADABLE = Report("c.yaml", (Problem("cannot be read"),))


@pytest.mark.parametrize(
    ("made", "usable", "clean"),
    [
        (report(), True, True),
        (report("SF114"), True, True),
        (report("SF114", "SF104"), True, False),
        (report("SF101"), True, False),
        (BROKEN, False, False),
    ],
)
def test_notes_leave_a_report_clean(made: Report, usable: bool, clean: bool) -> None:
    assert (made.is_usable, made.is_clean) == (usable, clean)


def test_each_severity_has_an_annotation_of_its_own() -> None:
    lines = list(workflow_commands([report("SF101", "SF104", "SF114")]))
    assert [line.split()[0] for line in lines] == ["::error", "::warning", "::notice"]


def test_what_would_end_an_annotation_is_escaped() -> None:
    (line,) = workflow_commands([BROKEN])
    assert line == (
        "::error file=sales/a b%2Cc%3Ad.yaml,line=7,col=5,title=salesfsm::"
        "unknown key%0A'x'%0Amend it"
    )
    percent = Report("b.yaml", (Problem("100%\r\nsure"),))
    assert list(workflow_commands([percent])) == [
        "::error file=b.yaml,title=salesfsm::100%25%0Asure"
    ]


def test_annotations_speak_the_language() -> None:
    (line,) = workflow_commands([report("SF104")], "pl")
    assert "nie ma definicji operacyjnej" in line


def test_sarif_names_each_rule_and_where_it_was_broken() -> None:
    told = sarif([report("SF101", "SF114"), BROKEN, UNREADABLE], CHECKS)
    (run,) = told["runs"]
    rules = {each["id"]: each for each in run["tool"]["driver"]["rules"]}
    assert set(rules) == {*CHECKS, "definition"}
    levels = {code: rules[code]["defaultConfiguration"]["level"] for code in CHECKS}
    assert levels == {code: each.severity.value for code, each in CHECKS.items()}
    results = run["results"]
    assert [each["ruleId"] for each in results] == ["SF101", "SF114", "definition", "definition"]
    assert [each["level"] for each in results] == ["error", "note", "error", "error"]
    first, last = (each["locations"][0]["physicalLocation"] for each in (results[0], results[-1]))
    assert first == {
        "artifactLocation": {"uri": "sales/a%20b%2Cc%3Ad.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 7, "startColumn": 5},
    }
    assert last == {"artifactLocation": {"uri": "c.yaml", "uriBaseId": "%SRCROOT%"}}
    assert results[2]["message"] == {"text": "unknown key\n'x'\nmend it"}


def test_sarif_names_files_from_the_working_folder_or_as_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here" / "a").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    files = {
        "./a/../b.yaml": {"uri": "b.yaml", "uriBaseId": "%SRCROOT%"},
        str(tmp_path / "here" / "b c.yaml"): {"uri": "b%20c.yaml", "uriBaseId": "%SRCROOT%"},
        str(tmp_path / "b c.yaml"): {"uri": (tmp_path / "b c.yaml").as_uri()},
        "../b.yaml": {"uri": (tmp_path / "b.yaml").as_uri()},
        "library:crm_odoo": {"uri": "library:crm_odoo"},
    }
    told = sarif([Report(each, (Problem("bad"),)) for each in files], CHECKS)
    (run,) = told["runs"]
    places = [each["locations"][0]["physicalLocation"] for each in run["results"]]
    assert [each["artifactLocation"] for each in places] == list(files.values())


def test_the_documentation_has_a_row_and_a_section_for_every_check() -> None:
    overview = (DOCS / "checks.md").read_text("utf-8")
    rows = re.findall(
        r"^\| \[(SF\d+)\]\(checks/(\w+)\.md#\w+\) \| (\w+) \| (.+) \|$", overview, re.M
    )
    assert [(code, level, said) for code, _, level, said in rows] == [
        (code, str(each.severity), each.sentence) for code, each in CHECKS.items()
    ]
    for code, page, _, _ in rows:
        text = (DOCS / "checks" / f"{page}.md").read_text("utf-8")
        (section,) = re.findall(rf"^## {code}$(.*?)(?=^## |\Z)", text, re.M | re.S)
        assert f"{code} {CHECKS[code].severity}: " in section, "a bad example, as the command tells"
        assert re.search(rf'assert_good\(\s*"{code}",', section)


def test_severities_go_from_what_cannot_work_to_taste() -> None:
    assert list(Severity) == ["error", "warning", "note"]
