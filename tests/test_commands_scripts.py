"""How command lines are read: arguments, entrypoints, and texts that nobody meant as a script."""

import subprocess
import sys
import time

import pytest

from sidecarlint.workloads.commands import behaviour
from sidecarlint.workloads.commands.scripts import LONGEST_SCRIPT
from sidecarlint.workloads.images import parse_image
from tests.command_lines import argv, script


def test_arguments_of_a_script() -> None:
    found = script('tail -f "$1" & exec "$@"', "sh", "/x/y.log", "--now")
    assert [each.path for each in found.follows] == ["/x/y.log"]
    assert found.programs == (("tail", "-f", "/x/y.log"), ("/x/y.log", "--now"))
    assert found.understood


def test_an_unknown_entrypoint_hides_what_args_do() -> None:
    found = behaviour(None, ("curl", "http://localhost:80"), parse_image("example.com/app"))
    assert (found.calls, found.programs, found.understood) == ((), (), False)


@pytest.mark.parametrize(
    "text",
    [
        *("", "\x00", "\ud800 tail", "eval eval", "trap", "env", "timeout", "socat", "nc -l -p", "tail -n", "curl -X", "kill", "$@"),
        *("(" * 4000, "$(" * 3000, "while true; do " * 900, "a && " * 3000 + "a", "! " * 5000 + "a", "'" * 999, "sh -c '" * 99),
        *("[[ " + "a && " * 3000 + "a ]]", "cat <<A " * 900, "exec " * 3000 + "ls", "f() { f; f; }; f"),
        "".join(f"f{n}() {{ f{n + 1}; f{n + 1}; }}\n" for n in range(400)) + "f0",
        "x" * (LONGEST_SCRIPT + 1) + ";",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_no_text_breaks_it(text: str) -> None:
    for found in (script(text), argv(*text.split(" "))):
        assert found.ends in ("never", "when-done", "when-told", "unknown")


def test_a_long_script_is_opaque() -> None:
    padded = "sleep infinity; " + "#" * LONGEST_SCRIPT
    assert (script(padded).ends, script(padded).understood) == ("unknown", False)
    assert script(padded[:LONGEST_SCRIPT]).ends == "never"


def test_many_jobs_and_waits_cost_little() -> None:
    started = time.process_time()
    assert script("x & " * 1500 + "wait;" * 1500).ends == "unknown"
    assert script("".join(f"x{n} & " for n in range(900)) + "wait; kill $!; " * 500).ends == "unknown"
    assert time.process_time() - started < 1.5


def test_simple_words_do_not_load_the_grammar() -> None:
    code = (
        "import sys; from sidecarlint.workloads.commands import behaviour; from sidecarlint.workloads.images import parse_image\n"
        "def ends(text): return behaviour(('sh', '-c', text), None, parse_image('app')).ends\n"
        "assert ends('exec tail -n+1 -F /var/log/a.log') == 'never' and 'tree_sitter' not in sys.modules\n"
        "assert ends('true; sleep infinity') == 'never' and 'importlib.resources' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
