"""The command ``interview``: on a terminal, on a pipe, left and resumed, and where it fails."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from calling import Ran
from click.testing import CliRunner

import salesfsm as sf
from salesfsm.cli.group import cli
from salesfsm.interview import Answers, draft, questions
from salesfsm.messages import LANGUAGES, message

PROMPT = b"> "
STAGES = {"en": "New; Talking; Closing", "pl": "Nowa; Rozmowa; Żółć", "bg": "Нова; Разговор; Край?"}


def answered(language: str) -> Answers:
    """Answers to every question, as the examples say, with stages in the language."""
    answers = Answers(language=language)
    while missing := [each for each in questions(answers) if answers.is_open(each.key)]:
        key, example = missing[0].key, missing[0].example(language)
        answers = answers.with_answer(key, STAGES[language] if key == "stages" else example)
    return answers


def lines_of(answers: Answers) -> list[str]:
    return [answers.given[each.key] for each in questions(answers)]


def interview(lines: list[str], *more: str) -> Ran:
    """The command with these lines on a pipe."""
    arguments = ["interview", "-o", "my.yaml", *more]
    text = "".join(f"{line}\n" for line in lines)
    result = CliRunner().invoke(cli, arguments, input=text, prog_name="salesfsm")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


class Terminal:
    """A terminal on which the command runs; it types a line whenever it is asked."""

    def __init__(self, *command: str) -> None:
        self._main, child = pty.openpty()
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLUMNS": "100",
            "LC_ALL": "C.UTF-8",
        }
        # Shells ignore Ctrl-C in what they run in the background, and so would the command.
        ours = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            self._process = subprocess.Popen(
                command, stdin=child, stdout=child, stderr=child, env=environment
            )
        finally:
            signal.signal(signal.SIGINT, ours)
        os.close(child)
        self.seen = b""
        self._told = 0

    def await_prompt(self) -> bool:
        """Read until the next prompt; whether there is one."""
        while PROMPT not in self.seen[self._told :]:
            part = self._read()
            if not part:
                return False
            self.seen += part
        self._told = self.seen.index(PROMPT, self._told) + len(PROMPT)
        return True

    def type(self, line: str) -> None:
        assert self.await_prompt(), self.seen.decode()
        os.write(self._main, f"{line}\r".encode())

    def press_control_c(self) -> None:
        assert self.await_prompt()
        before = self.seen
        while self.seen == before:
            # Python loses one that comes after its prompt and before it waits for a key.
            self._process.send_signal(signal.SIGINT)
            if self._has_more(within=3):
                self.seen += self._read()

    def press_control_d(self) -> None:
        assert self.await_prompt()
        os.write(self._main, b"\x04")

    def end(self) -> tuple[int, str]:
        """The exit code, and everything that was seen."""
        while part := self._read():
            self.seen += part
        os.close(self._main)
        return self._process.wait(60), self.seen.decode()

    def _has_more(self, within: float) -> bool:
        return bool(select.select([self._main], [], [], within)[0])

    def _read(self) -> bytes:
        assert self._has_more(within=60), f"nothing more after: {self.seen.decode()}"
        try:
            return os.read(self._main, 65536)
        except OSError:  # how Linux says that the other end is closed
            return b""


@pytest.fixture
def terminal(folder: Path, script: str) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def open_one(*arguments: str) -> Terminal:
        opened.append(Terminal(script, "interview", "-o", "my.yaml", *arguments))
        return opened[-1]

    yield open_one
    for each in opened:
        if each._process.poll() is None:
            each._process.kill()
            each._process.wait()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_designer_at_a_terminal_is_led_to_a_draft_in_each_language(
    terminal: Callable[..., Terminal], run: Callable[..., Ran], language: str
) -> None:
    answers = answered(language)
    talking = terminal("--lang", language)
    for line in ("?", message("interview.word.back", language), *lines_of(answers)):
        talking.type(line)
    code, seen = talking.end()
    assert code == 0, seen
    for question in questions(answers):
        assert question.asks(language).split()[-1] in seen
    assert message("interview.no_way_back", language) in seen
    assert sf.load("my.yaml") == draft(answers)
    assert run("check", "my.yaml").code == 0


def test_control_c_and_control_d_leave_and_say_how_to_go_on(
    terminal: Callable[..., Terminal],
) -> None:
    answers = answered("pl")
    first, second, *others = lines_of(answers)
    left = terminal("--lang", "pl")
    left.type(first)
    left.press_control_c()
    code, seen = left.end()
    assert code == 1
    assert "Dalej:" in seen
    assert "\n  salesfsm interview -o my.yaml\r\n" in seen
    assert "Traceback" not in seen
    again = terminal()  # the language is kept with the answers
    again.type(second)
    again.press_control_d()
    code, seen = again.end()
    assert code == 1
    assert first not in seen
    assert "Pytanie 3" in seen
    last = terminal()
    for line in others:
        last.type(line)
    assert last.end()[0] == 0
    assert sf.load("my.yaml") == draft(answers)


def test_lines_on_a_pipe_answer_in_their_order_and_an_unfinished_pipe_is_resumed(
    folder: Path,
) -> None:
    answers = answered("en")
    lines = lines_of(answers)
    whole = interview(lines)
    assert whole.code == 0
    draft_of_all = Path("my.yaml").read_bytes()
    Path("my.yaml").unlink()
    Path("my.answers.yaml").unlink()
    for number, line in enumerate(lines, 1):
        part = interview([line])
        assert part.code == (0 if number == len(lines) else 1)
        assert Path("my.yaml").exists() == (number == len(lines))
    assert Path("my.yaml").read_bytes() == draft_of_all


def test_what_was_skipped_is_told_and_what_the_checks_find(folder: Path) -> None:
    skipped = ["", "", "", "New; Closing", *[""] * 20]
    ran = interview(skipped)
    assert ran.code == 0
    assert "  - The process has no currency" in ran.out
    assert "3 findings of the checks:\n  SF104 warning: 'new'" in ran.out
    assert "  salesfsm check my.yaml\n" in ran.out


def test_quit_saves_and_the_draft_can_be_written_at_once(folder: Path) -> None:
    left = interview(["Our sale", "quit"], "--answers", "ours.yaml")
    assert left.code == 1
    assert left.out.endswith("Go on with:\n  salesfsm interview -o my.yaml --answers ours.yaml\n")
    ran = interview([], "--answers", "ours.yaml", "--draft")
    assert ran.code == 0
    assert sf.load("my.yaml").label == "Our sale"


def test_as_json_the_report_is_alone_on_standard_output(folder: Path) -> None:
    ran = interview(lines_of(answered("bg")), "--json", "--lang", "bg")
    told = json.loads(ran.out)
    assert (told["file"], told["process"]) == ("my.yaml", draft(answered("bg")).name)
    assert told["missing"] == told["findings"] == []
    assert told["next"][0] == "salesfsm check my.yaml"
    assert "Въпрос 1" in ran.err


def test_an_answer_on_a_pipe_that_cannot_be_taken_stops_before_it_shifts_the_others(
    folder: Path,
) -> None:
    ran = interview(["Our sale", "", "shells", "New"])
    assert ran.code == 2
    assert "currency: the answer 'shells' cannot be taken" in ran.err
    assert "Our sale" in Path("my.answers.yaml").read_text("utf-8")
    assert "New" not in Path("my.answers.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("pl", "błąd: currency: nie można przyjąć odpowiedzi „muszle”. To nie jest waluta"),
        ("bg", "грешка: currency: отговорът „muszle“ не може да се приеме. Това не е валута"),
    ],
)
def test_what_stops_a_pipe_is_told_in_the_language_with_how_to_go_on(
    folder: Path, language: str, told: str
) -> None:
    ran = interview(["A", "", "muszle"], "--lang", language)
    assert ran.code == 2
    assert ran.err.startswith(told)
    assert message("interview.left", language, answers="my.answers.yaml") in ran.err
    assert ran.err.endswith("\n  salesfsm interview -o my.yaml\n")
    assert "cannot" not in ran.out + ran.err


def test_a_language_that_the_interview_does_not_speak_is_refused(folder: Path) -> None:
    ran = interview(["A"], "--lang", "pll")
    assert (ran.code, ran.out) == (2, "")
    assert "'pll': choose one of en, pl, bg" in ran.err
    assert not Path("my.answers.yaml").exists()
    assert "Pytanie 1" in interview(["A"], "--lang", "pl-PL").out


def test_the_language_of_the_answers_beats_that_of_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interview(["A"], "--lang", "pl")
    monkeypatch.setenv("SALESFSM_LANG", "bg")
    assert "Pytanie 2" in interview([]).out
    assert "Въпрос 2" in interview([], "--lang", "bg").out


def test_bytes_on_a_pipe_that_are_no_text_are_told(folder: Path, script: str) -> None:
    command = [script, "interview", "-o", "my.yaml"]
    done = subprocess.run(command, input=b"caf\xe9\n", capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert b"name: " in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_draft_that_is_there_is_refused_before_the_first_question(folder: Path) -> None:
    Path("my.yaml").write_text("mine", encoding="utf-8")
    ran = interview([""])
    assert (ran.code, ran.out) == (2, "")
    assert "--force" in ran.err
    assert not Path("my.answers.yaml").exists()
    forced = interview(lines_of(answered("en")), "--force")
    assert forced.code == 0
    assert sf.load("my.yaml") == draft(answered("en"))


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (("-o", "nowhere/my.yaml"), "nowhere"),
        (("-o", "folder.yaml"), "folder.yaml"),
        (("-o", "my.txt"), "my.txt"),
        (("--answers", "nowhere/answers.yaml"), "nowhere"),
        (("--answers", "folder.yaml"), "folder.yaml"),
        (("--answers", "my.yaml"), "my.yaml"),
        (("--answers", "/proc/answers.yaml"), "/proc/answers.yaml"),
    ],
)
def test_where_nothing_can_be_written_nothing_is_asked(
    folder: Path, more: tuple[str, ...], named: str
) -> None:
    (folder / "folder.yaml").mkdir()
    before = set(folder.iterdir())
    ran = interview(["x"], *more)
    assert (ran.code, ran.out) == (2, "")
    assert named in ran.err
    assert set(folder.iterdir()) == before


def test_a_broken_file_of_answers_says_where_and_is_left_as_it_is(folder: Path) -> None:
    broken = "salesfsm_interview: 1\nanswers:\n  curency: EUR\n"
    Path("my.answers.yaml").write_text(broken, encoding="utf-8")
    ran = interview(["x"])
    assert (ran.code, ran.out) == (2, "")
    assert "my.answers.yaml:3:3: unknown question 'curency'; did you mean 'currency'?" in ran.err
    assert Path("my.answers.yaml").read_text("utf-8") == broken
    assert not Path("my.yaml").exists()


def test_nothing_in_an_answer_can_steer_the_terminal(folder: Path) -> None:
    answers = 'salesfsm_interview: 1\nanswers: {stages: "A\\u001b[2J; B"}\n'
    Path("my.answers.yaml").write_text(answers, encoding="utf-8")
    ran = interview([])
    assert "\x1b" not in ran.out + ran.err
