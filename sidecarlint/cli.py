"""The command line: options to `Settings`, results to stdout, everything else to stderr, and the exit code.

In: argv and streams. Out: text and exit codes: 0 nothing at or above --fail-on, 1 findings remain or a diff is not empty, 2 the
run could not be done as asked. Must not know: how anything is decided. Commands import what they use when they run.
"""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, TypeVar, cast

import click

from sidecarlint import __version__
from sidecarlint.errors import SidecarlintError, UsageError
from sidecarlint.findings import Mending, Run
from sidecarlint.reports import Style, formats, renderer
from sidecarlint.settings import SEVERITIES, Settings, fails

_Command = TypeVar("_Command", bound=Callable[..., Any])


class _Program(click.Group):
    """Turns what stops a run into one line on stderr and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SidecarlintError as error:
            click.echo(f"sidecarlint: {error}", err=True)
            ctx.exit(error.exit_code)
        except BrokenPipeError:
            # Whoever read our output has seen enough; say nothing when the interpreter flushes.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(1)


def _all(*options: Callable[[_Command], _Command]) -> Callable[[_Command], _Command]:
    def add(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


_reading = _all(
    click.argument("paths", nargs=-1, metavar="[PATHS|-]"),
    click.option("--target", metavar="VERSION", help="Oldest Kubernetes that the manifests run on (default: 1.29)."),
    click.option("--select", multiple=True, metavar="RULE", help="Only these rules; may be given several times."),
    click.option("--ignore", multiple=True, metavar="RULE", help="Not these rules."),
    click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only workloads of this kind, such as Job."),
    click.option("--name", "names", multiple=True, metavar="PATTERN", help="Only workloads of this name; * matches any text."),
    click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out files found in folders, as in .gitignore."),
    click.option("--rules", "rules", multiple=True, metavar="PATH", help="Also use the rule files here."),
    click.option("--helpers", "helpers", multiple=True, metavar="PATH", help="Also use the helper files here."),
    click.option("--config", metavar="FILE", help="Use this configuration file instead of the nearest sidecarlint.toml."),
)
_showing = _all(
    click.option("--format", "form", type=click.Choice(formats()), default="text", show_default=True, help="How the result is written."),
    click.option("--info", is_flag=True, help="Show findings of level info too, instead of only counting them."),
)
_failing = click.option("--fail-on", type=click.Choice(SEVERITIES), help="Mildest finding that gives exit code 1 (default: warning).")


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", message="sidecarlint %(version)s")
def main() -> None:
    """Find legacy sidecars in Kubernetes manifests and rewrite them into native ones.

    \b
    sidecarlint check k8s/          what is wrong, and why
    sidecarlint fix --diff k8s/     what would be changed
    sidecarlint fix k8s/            change it
    """


@main.command()
@_reading
@_showing
@_failing
def check(paths: Sequence[str], form: str, info: bool, **options: Any) -> None:
    """Find legacy sidecars, Jobs that hang on them and native sidecars used wrongly.

    Reads files, folders, or - for stdin; the current folder when nothing is named.
    """
    from sidecarlint import pipeline

    settings = _settings(options)
    run = pipeline.check(_given(paths), settings, _progress())
    _print(renderer(form).check(run, _style(info)))
    sys.exit(_exit_code(run, settings))


@main.command()
@_reading
@_showing
def inspect(paths: Sequence[str], form: str, info: bool, **options: Any) -> None:
    """Show what is known of each workload: every container's part, why, how it ends, start and stop order."""
    from sidecarlint import pipeline

    inspections, run = pipeline.inspect(_given(paths), _settings(options))
    _print(renderer(form).inspect(inspections, run, _style(info)))
    sys.exit(2 if run.unread else 0)


@main.command()
@_reading
@_showing
@_failing
@click.option("--diff", is_flag=True, help="Print a unified diff and write nothing.")
@click.option("--unsafe", is_flag=True, help="Also apply fixes that change something that someone may rely on.")
@click.option("--max-workloads", type=click.IntRange(min=1), metavar="N", help="Rewrite at most N workloads.")
def fix(paths: Sequence[str], form: str, info: bool, diff: bool, unsafe: bool, **options: Any) -> None:
    """Rewrite legacy sidecars into native ones, changing only the lines that have to change.

    Every rewrite is proven before it is written: the new text must mean the old one with exactly the planned changes, and no
    comment may be lost. With - the rewritten text goes to stdout.
    """
    from sidecarlint import pipeline

    settings = _settings(options)
    mending = pipeline.fix(_given(paths), settings, unsafe, diff, _progress())
    report = renderer(form).fix(mending, _style(info))
    if diff:
        from sidecarlint.reports.terminal.diff import unified

        _print("".join(unified(each) for each in mending.rewritten))
        click.echo(report, err=True, nl=False)
    elif "-" in paths:
        _print_text(mending)
        click.echo(report, err=True, nl=False)
    else:
        _print(report)
    sys.exit(1 if diff and mending.rewritten and not mending.run.unread else _exit_code(mending.run, settings))


@main.command()
@click.argument("rule")
def explain(rule: str) -> None:
    """Show a rule's page: what it finds, why it matters, what its fix does. Example: sidecarlint explain job-never-completes"""
    from sidecarlint import bundle, config
    from sidecarlint.bench import bench, unknown_rule
    from sidecarlint.findings.judge import SOURCE_RULES
    from sidecarlint.reports.terminal.pages import page, source_page

    known = {each.id: each for each in bench(config.load()).rules}
    if rule in SOURCE_RULES:
        _print(source_page(rule, SOURCE_RULES[rule]))
    elif rule in known:
        _print(page(bundle.whole(known[rule])))
    else:
        raise unknown_rule(rule, {*known, *SOURCE_RULES})


@main.command()
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True, help="How the list is written.")
def rules(form: str) -> None:
    """List all rules."""
    from sidecarlint import config
    from sidecarlint.bench import bench
    from sidecarlint.reports.terminal.pages import listing

    _print(listing(bench(config.load()).rules, form))


@main.command()
@click.argument("files", nargs=-1, metavar="[RULE FILES]")
def test(files: Sequence[str]) -> None:
    """Run the examples inside rule files; the bundled ones when no file is named."""
    from sidecarlint.examples import run_examples

    report, ok = run_examples(tuple(files))
    _print(report)
    sys.exit(0 if ok else 1)


def _settings(options: dict[str, Any]) -> Settings:
    from sidecarlint import config

    settings = config.load(path=options["config"])
    given: dict[str, Any] = {
        "select": frozenset(_parts(options["select"])),
        "ignore": frozenset(_parts(options["ignore"])),
        "kinds": frozenset(kind.lower() for kind in _parts(options["kinds"])),
        "names": tuple(options["names"]),
        "exclude": (*settings.exclude, *options["exclude"]),
        "rules": (*settings.rules, *options["rules"]),
        "helpers": (*settings.helpers, *options["helpers"]),
        "fail_on": options.get("fail_on"),
        "max_workloads": options.get("max_workloads"),
        "target": _target(options["target"]),
    }
    return settings._replace(**{key: value for key, value in given.items() if value})


def _parts(values: Sequence[str]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _target(text: str | None) -> tuple[int, int, int] | None:
    from sidecarlint.workloads.versions import parse_version

    version = parse_version(text) if text is not None else None
    if text is not None and version is None:
        raise UsageError(f'"{text}" is no Kubernetes version; write it like 1.29 or 1.33.6')
    return version


def _given(paths: Sequence[str]) -> Any:
    from sidecarlint.pipeline import Input

    return Input(paths or (".",), cast(BinaryIO, sys.stdin.buffer))


def _style(info: bool) -> Style:
    tty = sys.stdout.isatty()
    width = os.get_terminal_size(sys.stdout.fileno()).columns if tty else 80
    colour = tty and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Style(colour=colour, width=max(40, min(width, 100)), info=info)


def _print(text: str) -> None:
    """Output is UTF-8 whatever the locale says, and its line ends are its own."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()


def _print_text(mending: Mending) -> None:
    """What came in on stdin, with its fixes."""
    sys.stdout.buffer.write(mending.stdin or b"")
    sys.stdout.buffer.flush()


def _progress() -> Callable[[int, int], None] | None:
    """Says on stderr how far a long run is, where somebody is watching."""
    if not sys.stderr.isatty():
        return None
    from time import monotonic

    started, shown = monotonic(), [0.0]

    def tick(done: int, total: int) -> None:
        now = monotonic()
        if now - started > 1 and now - shown[0] > 0.1:
            shown[0] = now
            sys.stderr.write(f"\r\x1b[K{done} of {total} files")
        if shown[0] and done == total:
            sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

    return tick


def _exit_code(run: Run, settings: Settings) -> int:
    if run.unread:
        return 2
    return 1 if any(fails(finding.severity, settings.fail_on) for finding in run.findings) else 0
