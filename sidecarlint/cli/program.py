"""What all commands share: how a run that is stopped ends, and the help option.

In: click. Out: `Program`, `Command`. Must not know: what any command does.
"""

import os
import sys
from typing import Any

import click

from sidecarlint.cli.options import HELP
from sidecarlint.errors import SidecarlintError


class Program(click.Group):
    """Turns what stops a run into one line on stderr and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SidecarlintError as error:
            click.echo(f"sidecarlint: {error}", err=True)
            ctx.exit(error.exit_code)
        except BrokenPipeError:
            # Whoever read our output has seen enough; say nothing when the interpreter flushes.
            forget_output()
            ctx.exit(1)
        except OSError as error:
            if error.filename is not None:
                raise
            forget_output()
            click.echo(f"sidecarlint: the output could not be written: {error.strerror}", err=True)
            ctx.exit(2)

    def get_help_option(self, ctx: click.Context) -> click.Option:
        return HELP


class Command(click.Command):
    """Has the help option that all share. What follows `--changed` without an equals sign is a path, not its value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        return super().parse_args(ctx, [*(f"{each}=" if each == "--changed" else each for each in args[:end]), *args[end:]])

    def get_help_option(self, ctx: click.Context) -> click.Option:
        return HELP


def forget_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
