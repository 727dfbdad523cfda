"""What people feel: the start-up of a check on one small file, in the CPU time of the machine's own Python."""

import os
import statistics
import sys
from pathlib import Path

from tests.conftest import PROGRAM, environment

LIMIT = 7.5
"""How many times `python -c pass` a check may cost."""
ROUNDS = 20

MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      volumes:
      - name: logs
        emptyDir: {}
      containers:
      - name: web
        image: registry.example/web:1
        volumeMounts:
        - name: logs
          mountPath: /var/log/web
      - name: reader
        image: busybox:1.36
        command: ["sh", "-c", "while true; do tail -f /logs/access.log; sleep 1; done"]
        volumeMounts:
        - name: logs
          mountPath: /logs
"""


def cost(arguments: tuple[str, ...], folder: Path) -> tuple[float, int]:
    """CPU seconds of one process, in user and system mode, and its exit code."""
    variables = {name: value for name, value in environment().items() if name != "PYTHONDONTWRITEBYTECODE"}
    silent = [(os.POSIX_SPAWN_OPEN, 1, str(folder / "out"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)]
    process = os.posix_spawn(arguments[0], arguments, variables, file_actions=silent)
    _, status, usage = os.wait4(process, 0)
    return usage.ru_utime + usage.ru_stime, os.waitstatus_to_exitcode(status)


def test_a_check_of_one_small_file_costs_few_bare_starts_of_python(tmp_path: Path) -> None:
    """Measured in turns, so that what else the machine does counts for both. The first round compiles and prepares, uncounted."""
    (tmp_path / "web.yaml").write_text(MANIFEST)
    bare, check = (sys.executable, "-c", "pass"), (*PROGRAM, "check", str(tmp_path / "web.yaml"))
    assert cost(check, tmp_path)[1] == 1
    assert "legacy-log-reader" in (tmp_path / "out").read_text()
    times = [(cost(bare, tmp_path)[0], cost(check, tmp_path)[0]) for _ in range(ROUNDS)]
    start, whole = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"\npython -c pass {start * 1000:.1f} ms, check {whole * 1000:.1f} ms: {whole / start:.2f} times")
    assert whole < LIMIT * start
