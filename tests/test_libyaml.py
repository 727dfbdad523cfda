"""libyaml's parser alone: nothing of the package around it is loaded, and nothing of it is lost."""

import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent

READ = """\
import sys
from sidecarlint.documents import documents, libyaml
def read(text): return [(each.root and each.root.kind, each.problem and each.problem.message) for each in documents(text)]
def loaded(): return {"emitter", "constructor", "scanner", "main"} & {name.removeprefix("ruamel.yaml.") for name in sys.modules}
"""


def said(code: str) -> str:
    """What a fresh interpreter prints: what has been imported before decides here."""
    variables = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run([sys.executable, "-c", READ + code], env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_only_the_binding_is_loaded() -> None:
    assert said("print(read('a: [1]'), loaded(), libyaml.parser().__name__)") == "[('mapping', None)] set() CParser\n"


def test_errors_are_told_as_ever() -> None:
    code = "print(read('a: [1\\n'), read('a: b: c'), read('a: \\x01'))"
    before = said(f"import ruamel.yaml\n{code}")
    assert said(code) == before
    assert "did not find expected ',' or ']'" in before
    assert "mapping values are not allowed" in before
    assert "U+0001" in before


def test_the_package_is_whole_for_whoever_asks_for_it() -> None:
    code = """\
read("a: 1")
import ruamel.yaml
from io import StringIO
try: ruamel.yaml.YAML(typ="safe").load("a: [")
except ruamel.yaml.error.MarkedYAMLError as error: print(type(error).__name__)
out = StringIO()
ruamel.yaml.YAML().dump(ruamel.yaml.YAML().load("a: 1 # one"), out)
print(out.getvalue(), ruamel.yaml.__with_libyaml__, hasattr(ruamel.yaml, "missing"))
"""
    assert said(code) == "ParserError\na: 1 # one\n True False\n"


def test_what_libyaml_cannot_read_is_read_in_python() -> None:
    assert said("print(read('a: [http://host:80]'), sorted(loaded()))").startswith("[('mapping', None)] ['constructor'")


def test_without_the_binding_all_is_read_in_python() -> None:
    assert said("sys.modules['_ruamel_yaml'] = None\nprint(read('a: [1]'), libyaml.parser())") == "[('mapping', None)] None\n"


def test_a_binding_that_wants_more_is_loaded_with_the_whole_package() -> None:
    code = "libyaml._ERRORS['emitter'] = 'AnotherError'\nprint(read('a: [1'), libyaml.parser().__name__, sorted(loaded()))"
    assert said(code).endswith(" CParser ['constructor', 'emitter', 'scanner']\n")
