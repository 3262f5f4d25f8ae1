"""``salesfsm interview``: ask how a team sells, one question at a time, and write a first draft."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path

import click
from click.core import ParameterSource

from salesfsm.checks import check
from salesfsm.cli.files import check_target, next_steps, write_whole
from salesfsm.cli.options import json_option, language_option
from salesfsm.cli.output import print_json, say
from salesfsm.cli.talk import Talk
from salesfsm.errors import CommandError
from salesfsm.formats.process_file import loads
from salesfsm.formats.source import read_source
from salesfsm.interview import (
    Answers,
    Conversation,
    answers_of,
    gaps,
    write_answers,
    write_draft,
)
from salesfsm.messages import LANGUAGES, counted, message
from salesfsm.process.process import Process

LEFT, UNUSABLE = 1, 2


@click.command("interview")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="The YAML file of the draft.",
)
@click.option(
    "--answers",
    "answers_file",
    type=click.Path(path_type=Path),
    help="The YAML file of the answers; beside the draft if left out.",
)
@click.option("--draft", "at_once", is_flag=True, help="Ask nothing more: write the draft now.")
@click.option("--force", is_flag=True, help="Write over a draft that is there already.")
@language_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    output: Path,
    answers_file: Path | None,
    at_once: bool,
    force: bool,
    language: str,
    as_json: bool,
) -> None:
    """Ask how your team sells, and write a first draft of its process.

    Each answer is saved at once; the same command goes on where it was left.

    Exit codes: 0 the draft is written, 1 the interview was left before its end, 2 the input cannot
    be used.
    """
    kept = answers_file or output.with_suffix(".answers.yaml")
    if kept.resolve() == output.resolve():
        raise CommandError(f"{output} cannot hold both: name another file for the answers")
    check_target(output, force=force)
    check_target(kept, force=True)
    chosen = context.get_parameter_source("language") is ParameterSource.COMMANDLINE
    if chosen and language.partition("-")[0] not in LANGUAGES:
        spoken = ", ".join(LANGUAGES)
        raise CommandError(f"the interview does not speak {language!r}: choose one of {spoken}")
    answers = answers_of(read_source(kept)) if kept.exists() else Answers(language=language)
    if chosen:
        answers = replace(answers, language=language)
    if not at_once:
        write_whole(kept, write_answers(answers))  # who cannot save is told before the questions
        talk = Talk(kept, to_stderr=as_json)
        held, complaint = talk.hold(Conversation.resumed(answers))
        answers = held.answers
        if held.question is not None:
            again = "salesfsm interview -o " + shlex.quote(str(output))
            again += f" --answers {shlex.quote(str(kept))}" if answers_file else ""
            again += " --force" if force else ""
            left = message("interview.left", answers.language, answers=kept)
            if complaint:
                talk.complain(complaint, answers.language)
            else:
                talk.say()
            talk.say(left)
            talk.say_command(again)
            sys.exit(UNUSABLE if complaint else LEFT)
    text = write_draft(answers, file=str(output), answers_file=str(kept))
    process = loads(text, file=str(output))
    write_whole(output, text)
    if as_json:
        print_json(_report(answers, process, output, kept))
    else:
        _tell(answers, process, output, kept)


def _report(answers: Answers, process: Process, output: Path, kept: Path) -> dict[str, object]:
    """What was written, and what is missing in it, as plain data."""
    return {
        "file": str(output),
        "answers": str(kept),
        "process": process.name,
        "stages": len(process.stages),
        "tasks": len(process.task_by_name),
        "facts": len(process.facts),
        "missing": gaps(answers),
        "findings": [
            {"code": each.code, "severity": each.severity, "message": each.message}
            for each in check(process)
        ],
        "next": next_steps(output),
    }


def _tell(answers: Answers, process: Process, output: Path, kept: Path) -> None:
    language = answers.language
    say(message("interview.written", language, file=output, answers=kept), fg="green")
    say(
        message(
            "interview.counts",
            language,
            stages=len(process.stages),
            tasks=len(process.task_by_name),
            facts=len(process.facts),
        )
    )
    if missing := gaps(answers):
        say(message("interview.missing", language))
        for each in missing:
            say(f"  - {each}")
    if found := check(process):
        say(counted("interview.findings", len(found), language))
        for finding in found:
            severity = message(f"severity.{finding.severity}", language)
            say(f"  {finding.code} {severity}: {finding.message_in(language)}")
    say(message("interview.next", language))
    for step in next_steps(output):
        say(f"  {step}")
