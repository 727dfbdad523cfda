"""Public schemas of formats that other programs read, taken out of Go modules that carry them.

In: nothing. Out: a schema, or a skip with the reason where Go or its module proxy is missing. Nothing of them is kept in the project.
"""

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SARIF = ("github.com/owenrumney/go-sarif/v3@v3.3.1", "pkg/report/v210/sarif/schema.go")
"""OASIS' schema of SARIF 2.1.0 with its errata, as a constant of a Go file."""
RDJSON = ("github.com/reviewdog/reviewdog@v0.21.2", "proto/rdf/jsonschema/DiagnosticResult.json")


@cache
def sarif() -> dict[str, Any]:
    found = re.search(r"const schema = `(.*?)`", _file(*SARIF), re.DOTALL)
    assert found is not None
    schema: dict[str, Any] = json.loads(found[1])
    return schema


@cache
def rdjson() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(_file(*RDJSON))
    return schema


def _file(module: str, name: str) -> str:
    if shutil.which("go") is None:
        pytest.skip("Go is not installed, so the public schema cannot be fetched")
    done = subprocess.run(["go", "mod", "download", "-json", module], cwd="/", capture_output=True, text=True, timeout=300)
    said = json.loads(done.stdout or "{}")
    if "Dir" not in said:
        pytest.skip(f"{module} cannot be fetched: {said.get('Error') or done.stderr}")
    return Path(said["Dir"], name).read_text(encoding="utf-8")
