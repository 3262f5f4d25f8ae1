"""The group of commands, which loads a command only when it is called, so that help is fast."""

from __future__ import annotations

import errno
import importlib
import sys

import click

from salesfsm._version import __version__
from salesfsm.errors import SalesFsmError, nearest, printable

COMMANDS = {
    "library": "List and show the ready-made processes.",
    "init": "Start a process file from a ready-made process.",
    "interview": "Ask how your team sells, and write a first draft of its process.",
    "check": "Load processes and tell every problem and finding.",
    "verify": "Prove what can be proven of processes; what fails has a witness.",
    "scenarios": "Run what a designer wrote that a process should do.",
    "mutate": "Tell which changes of a process its scenarios would not notice.",
    "mirror": "Tell how closely the stages mirror the phases of the buyer.",
    "explain": "Tell why a trigger may be fired, or why not.",
    "moves": "List the ways on from a stage, and what blocks them.",
    "alignment": "Tell how far seller and buyer are apart, and what the buyer still owes.",
    "render": "Draw the flowchart of a process.",
    "replay": "Replay a CRM export through a process.",
    "diff": "Tell what differs between two versions of a process.",
    "migrate": "Take the opportunities of a store to another version of their process.",
    "store": "Keep the database of a store in order.",
    "worker": "Let the timers of a store ring when they are due.",
    "schema": "Print the JSON Schema of process files, for editors.",
    "stubs": "Write type stubs, so that type checkers know the moves of a process.",
    "demo": "Show all of this on a small example.",
}
"""Every command with what it does; each is the module of its name in this folder."""

EXIT_UNUSABLE = 2
"""The exit code for input that cannot be used."""


class LazyGroup(click.Group):
    """A group whose commands are modules with a click command named ``command``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order of the registry."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded now."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"salesfsm.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command; where there is none, the nearest name is suggested."""
        meant = nearest(args[0], COMMANDS)
        if args[0] not in COMMANDS and meant and not args[0].startswith("-"):
            ctx.fail(f"No such command {printable(args[0])!r}. Did you mean {meant!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in the help, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an error of salesfsm or of a file is told without a traceback."""
        try:
            return super().invoke(ctx)
        except SalesFsmError as error:
            click.echo(f"error: {printable(str(error))}", err=True)
            sys.exit(EXIT_UNUSABLE)
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever reads has enough, as head does
                raise
            what = error.filename or "the output cannot be written"
            click.echo(f"error: {printable(f'{what}: {error.strerror}')}", err=True)
            sys.exit(EXIT_UNUSABLE)


@click.command(cls=LazyGroup, name="salesfsm", context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="salesfsm")
def cli() -> None:
    """Sales processes as state machines: check, explain, draw and replay them.

    Exit codes: 0 all is well, 1 there are findings or a refusal, 2 the input cannot be used.
    """
