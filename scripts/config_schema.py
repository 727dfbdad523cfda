"""Writes the JSON Schema of a configuration file into the package.

In: the keys of `config.files`. Out: sidecarlint/config/sidecarlint.schema.json, and exit code 1 when it was not current. Must not know:
what a key brings about.

Run it from the checkout: `python -m scripts.config_schema`
"""

import json
import sys
from pathlib import Path

from sidecarlint.config.writing import schema

PATH = Path(__file__).parent.parent / "sidecarlint" / "config" / "sidecarlint.schema.json"


def current() -> str:
    """The file's text as it has to be."""
    return json.dumps(schema(), indent=2) + "\n"


def main() -> int:
    is_current = PATH.exists() and PATH.read_text(encoding="utf-8") == current()
    PATH.write_text(current(), encoding="utf-8", newline="\n")
    return 0 if is_current else 1


if __name__ == "__main__":
    sys.exit(main())
