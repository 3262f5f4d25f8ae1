"""The pytest plugin, in runs of pytest of its own: scenarios, fixtures, coverage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from salesfsm.engine.engine import Engine
from salesfsm.testing import collecting, plugin
from salesfsm.testing.coverage import pages, session
from testing.kit import SCENARIOS, write

pytest_plugins = ("pytester",)

Run = Callable[..., pytest.RunResult]

PLUGIN = ("-p", "no:salesfsm", "-p", "salesfsm.testing.plugin", "-p", "no:cacheprovider")
"""By its module, so that it is there once, whether or not its entry point is installed."""

LOADED = (plugin, collecting, session, pages)
"""A run within this one forgets every module that it was the first to import; these it must not."""

PYTHON_TESTS = """
import salesfsm as sf
from salesfsm.testing import allows, refuses
import pytest

@pytest.mark.salesfsm_process("desk.yaml")
def test_a_lost_one_may_come_back(salesfsm_engine, salesfsm_clock):
    deal = salesfsm_engine.adopt("D-1", "lost", reason="price", facts={"need": "x"}).unwrap()
    salesfsm_clock.advance(days=30)
    assert allows(salesfsm_engine, deal, "retry").unwrap().at == salesfsm_clock()
    refuses(salesfsm_engine, deal, "lose", because="trigger.unavailable")
"""


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """A run of pytest in a folder with the process and its scenarios."""
    write(pytester.path)
    return lambda *options: pytester.runpytest(*PLUGIN, *options)


def lines(result: pytest.RunResult) -> str:
    return "\n".join(result.outlines)


def test_scenarios_beside_a_process_are_tests(run: Run) -> None:
    result = run("-v")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["desk.scenarios.yaml::A user decides nothing PASSED*"])


def test_a_scenario_can_be_picked_by_its_name(run: Run) -> None:
    run("desk.scenarios.yaml::BANT opens the offer").assert_outcomes(passed=1)
    run("-k", "decides").assert_outcomes(passed=1, deselected=1)


def test_a_failing_scenario_tells_its_line_and_the_explanation(
    run: Run, pytester: pytest.Pytester
) -> None:
    write(pytester.path, SCENARIOS.replace("{allowed: offering}", "{allowed: won}"))
    result = run()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["*desk.scenarios.yaml:6:5: BANT opens the offer", "'offer' should lead to 'won'*"]
    )


def test_a_slip_in_a_file_is_an_error_of_collection_at_its_line(
    run: Run, pytester: pytest.Pytester
) -> None:
    write(pytester.path, SCENARIOS.replace("when: offer", "when: ofer", 1))
    result = run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*desk.scenarios.yaml:8:11: unknown trigger 'ofer'*"])


def test_a_broken_process_is_told_at_its_own_line(run: Run, pytester: pytest.Pytester) -> None:
    process = pytester.path / "desk.yaml"
    process.write_text(process.read_text().replace("target: offering", "target: offerin"))
    result = run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*desk.yaml:23:*offerin*"])


def test_fixtures_give_a_process_its_engine_and_a_clock_that_stands_still(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(PYTHON_TESTS)
    run("-k", "lost_one", "--strict-markers").assert_outcomes(passed=1, deselected=2)


def test_the_process_may_be_named_in_the_configuration(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nsalesfsm_process = library:six_stage\n")
    pytester.makepyfile("def test(salesfsm_process): assert salesfsm_process.name == 'six_stage'")
    run("-k", "test and not offer and not decides").assert_outcomes(passed=1, deselected=2)


def test_without_a_name_the_fixture_says_how_to_give_one(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile("def test_it(salesfsm_process): pass")
    result = run("-k", "test_it")
    result.stdout.fnmatch_lines(["*no process is named: mark the test with*"])


def test_a_marker_without_a_name_says_how_to_give_one(run: Run, pytester: pytest.Pytester) -> None:
    marked = "import pytest\n@pytest.mark.salesfsm_process\ndef test_it(salesfsm_process): pass"
    pytester.makepyfile(marked)
    result = run("-k", "test_it")
    result.stdout.fnmatch_lines(["*no process is named: mark the test with*"])
    assert "Traceback" not in lines(result)


def test_a_later_run_reads_a_process_anew(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.salesfsm_process("desk.yaml")
        def test_it(salesfsm_process):
            assert salesfsm_process.version == "2"
    """)
    run("-k", "test_it").assert_outcomes(failed=1, deselected=2)
    file = pytester.path / "desk.yaml"
    file.write_text(file.read_text().replace('version: "1"', 'version: "2"'))
    run("-k", "test_it").assert_outcomes(passed=1, deselected=2)


def test_coverage_is_told_only_where_it_is_asked_for(run: Run) -> None:
    fire = Engine.fire
    assert "coverage of sales processes" not in lines(run())
    assert "coverage of sales processes" in lines(run("--salesfsm-coverage"))
    assert Engine.fire is fire


def test_coverage_counts_transitions_and_criteria_in_both_verdicts(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(PYTHON_TESTS)
    result = run("--salesfsm-coverage")
    result.stdout.fnmatch_lines(
        [
            "desk 1: *% (* of * verdicts)",
            "  transitions taken   2/6",
            "    never taken: win: offering -> won",
            "  transitions refused 1/4",
            "    never refused: win: offering -> won",
            "  criteria met        4/6",
            "    never met: offering -> won: proven.plan_agreed",
            "  criteria not met    1/6",
            "    never unmet: talking -> offering: task.call",
        ]
    )


def test_a_process_that_no_test_fired_is_covered_not_at_all(run: Run) -> None:
    result = run("--salesfsm-coverage", "--salesfsm-cov-process=library:six_stage")
    result.stdout.fnmatch_lines(["six_stage 1: 0% (0 of 57 verdicts)"])
    assert "desk 1" not in lines(result)


def test_too_little_coverage_fails_the_run(run: Run) -> None:
    result = run("--salesfsm-cov-fail-under=90")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["FAIL desk 1: *% is less than 90%"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert run("--salesfsm-cov-fail-under=10").ret == pytest.ExitCode.OK


def test_where_nothing_is_fired_there_is_too_little_coverage(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    result = run("-k", "nothing and not decides", "--salesfsm-cov-fail-under=1")
    result.assert_outcomes(passed=1, deselected=2)
    result.stdout.fnmatch_lines(["FAIL no process is covered, and 1% are asked for"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize("percent", ["nan", "150", "-1", "much"])
def test_what_is_no_percentage_is_a_slip_of_usage(run: Run, percent: str) -> None:
    result = run(f"--salesfsm-cov-fail-under={percent}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"'{percent}' is no percentage" in "\n".join(result.errlines)


@pytest.mark.parametrize("folder", ["desk.yaml", "desk.yaml/below"])
def test_pages_that_cannot_be_written_are_told_before_the_tests(run: Run, folder: str) -> None:
    result = run(f"--salesfsm-cov-html={folder}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"{folder} cannot be a folder of pages" in "\n".join(result.errlines)


def test_a_process_that_is_not_there_is_a_slip_of_usage(run: Run) -> None:
    result = run("--salesfsm-cov-process=none.yaml")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "there is no file none.yaml" in "\n".join(result.errlines)


def test_pages_show_the_map_and_the_tests(run: Run, pytester: pytest.Pytester) -> None:
    run("--salesfsm-cov-html=out")
    page = Path(pytester.path / "out" / "desk-1.html").read_text()
    assert "<svg" in page
    assert "<li>desk.scenarios.yaml::BANT opens the offer</li>" in page
    assert '<td class="missing">no test</td>' in page


def test_workers_of_xdist_send_what_they_observed(run: Run) -> None:
    alone = [each for each in run("--salesfsm-coverage").outlines if " verdicts)" in each]
    shared = run("--salesfsm-coverage", "-n1")
    shared.assert_outcomes(passed=2)
    assert [each for each in shared.outlines if " verdicts)" in each] == alone
