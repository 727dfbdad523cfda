"""What a repository needs to begin with sidecarlint: a configuration, a hook, a workflow; and what of a configuration counts.

In: options. Out: files that were not there before, texts. Must not know: manifests.
"""

import os
from collections.abc import Mapping
from typing import Any

from sidecarlint import __version__
from sidecarlint.config import nearest_file
from sidecarlint.config.files import OPTIONS, places
from sidecarlint.config.writing import begun
from sidecarlint.errors import UsageError, WriteError
from sidecarlint.settings import Override, OwnKind, Settings
from sidecarlint.sources.nearby import short
from sidecarlint.workloads.versions import show_version

CONFIG, HOOKS, WORKFLOW = "sidecarlint.toml", ".pre-commit-config.yaml", ".github/workflows/sidecarlint.yml"

_HOOKS = f"""\
repos:
  - repo: https://github.com/sidecarlint/sidecarlint
    rev: v{__version__}
    hooks:
      - id: sidecarlint-fix
      - id: sidecarlint
"""
_WORKFLOW = f"""\
name: sidecarlint
on: pull_request
permissions: {{}}
jobs:
  sidecarlint:
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
          persist-credentials: false
      - uses: sidecarlint/sidecarlint@v{__version__}
        with:
          changed: "true"
"""


def wanted(settings: Settings, pre_commit: bool, github: bool) -> dict[str, str]:
    """The files to make, by their names."""
    found = {CONFIG: begun(show_version(settings.target))}
    found |= {HOOKS: _HOOKS} if pre_commit else {}
    return found | ({WORKFLOW: _WORKFLOW} if github else {})


def made(files: Mapping[str, str]) -> str:
    """Makes the files, and gives back what to tell. What stands in a file that is there already has to be added by hand, so it is told.
    Raises UsageError where the configuration is there, WriteError for a file that cannot be made; then none is."""
    if os.path.lexists(CONFIG):
        raise UsageError(f"{CONFIG} is there already; change that, or remove it first")
    new = [name for name in files if not os.path.lexists(name)]
    for name in new:
        try:
            os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
            with open(name, "x", encoding="utf-8", newline="\n") as file:
                file.write(files[name])
        except OSError as error:
            raise WriteError(f"{name}: it could not be made ({error.strerror or error})") from None
    told = [f"Made {name}." for name in new]
    told += [f"{name} is there already. Add to it:\n\n{files[name]}" for name in files if name not in new]
    return "".join(f"{line}\n" for line in told)


def shown(settings: Settings, options: Mapping[str, Any]) -> str:
    """Each setting that a configuration can make, what it is in this run, and where that comes from."""
    path = options["config"] or nearest_file(os.path.abspath("."))
    lines = dict(places(path)) if path else {}
    rows = [
        (key, _value(getattr(settings, each.setting)), _origin(key, each.setting, path, lines, settings)) for key, each in OPTIONS.items()
    ]
    head = f"Configuration: {short(path)}" if path else "Configuration: none"
    width, middle = (max(len(row[number]) for row in rows) for number in (0, 1))
    return "\n".join([head, "", *(f"{key:<{width}}  {value:<{min(middle, 40)}}  {origin}".rstrip() for key, value, origin in rows)]) + "\n"


def _origin(key: str, setting: str, path: str | None, lines: Mapping[str, int], settings: Settings) -> str:
    typed = setting in settings.typed
    both = key in lines and typed and isinstance(getattr(settings, setting), tuple)
    here = f"{short(path)}:{lines[key]}" if path and key in lines else ""
    return f"{here} and the command line" if both else "the command line" if typed else here or "default"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple) and len(value) == 3 and all(isinstance(each, int) for each in value):
        return show_version(value)
    if isinstance(value, (tuple, frozenset)):
        return ", ".join(sorted(map(_entry, value)) if isinstance(value, frozenset) else map(_entry, value)) or "none"
    return str(value) if value not in (None, "") else "none"


def _entry(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, OwnKind):
        return value.kind
    return " ".join(value.paths) if isinstance(value, Override) else "=".join(value)
