"""The files that command lines follow, as a table: the script, what it follows, and what would replace its options."""

import pytest

from sidecarlint.workloads.commands import behaviour
from sidecarlint.workloads.images import parse_image
from tests.command_lines import LOG, script, seen, text_at

FOLLOWS: list[tuple[str, list[tuple[str, str, bool]], list[str]]] = [
    (f"tail -f {LOG}", [(LOG, "tail -f", False)], ["-F"]),
    (f"tail -n+1 -f {LOG}", [(LOG, "tail -f", False)], ["-F"]),
    (f"tail -fn 10 {LOG}", [(LOG, "tail -f", False)], ["-Fn"]),
    (f"tail -100f {LOG}", [(LOG, "tail -f", False)], ["-Fn100"]),
    (f"tail +1f {LOG}", [(LOG, "tail -f", False)], ["-Fn+1"]),
    (f"tail --follow {LOG}", [(LOG, "tail -f", False)], ["-F"]),
    (f"tail --follow=name {LOG}", [(LOG, "tail --follow=name", False)], ["-F"]),
    (f"tail --follow=name --retry {LOG}", [(LOG, "tail --follow=name", True)], []),
    (f"tail -n 5 -F {LOG}", [(LOG, "tail -F", True)], []),
    (f"tail -qf -n 0 {LOG} /y/b.log", [(LOG, "tail -f", False), ("/y/b.log", "tail -f", False)], ["-qF", "-qF"]),
    (f"exec tail -f {LOG}", [(LOG, "tail -f", False)], ["-F"]),
    (f'LOG={LOG}; tail -f "$LOG"', [(LOG, "tail -f", False)], ["-F"]),
    (f"LOG={LOG}; LOG=/z; tail -f $LOG", [], []),
    ("DIR=/var/log\ntail -f ${DIR}/app.log", [(LOG, "tail -f", False)], ["-F"]),
    ("tail -f /var/log/*.log", [("/var/log/*.log", "tail -f", False)], ["-F"]),
    ("tail -f /dev/null", [], []),
    ("tail -f", [], []),
    ("tail -f $LOG", [], []),
    ("tail -f $(LOG)", [], []),
    ("tail -n 5 /x/y.log", [], []),
    (f"until [ -f {LOG} ]; do sleep 1; done; tail -f {LOG}", [(LOG, "tail -f", True)], []),
    (f"touch {LOG} && tail -f {LOG}", [(LOG, "tail -f", True)], []),
    (f"while true; do tail -f {LOG}; sleep 1; done", [(LOG, "tail -f", True)], []),
    (f"while true; do cat {LOG}; sleep 1; done", [(LOG, "cat in a loop", True)], []),
    (f"while true; do echo $(cat {LOG}); sleep 1; done", [], []),
    (f"cat {LOG}", [], []),
    (f"while true; do while read l; do echo $l; done < {LOG}; sleep 9; done", [(LOG, "read in a loop", True)], []),
    ("mkfifo /x/p; cat /x/p", [("/x/p", "cat of a pipe", True)], []),
    (f"less +F {LOG}", [(LOG, "less +F", False)], []),
    (f"tail -f {LOG} & tail -F /y/b.log & wait", [(LOG, "tail -f", False), ("/y/b.log", "tail -F", True)], ["-F"]),
    (f"bash -ec 'tail -f {LOG}'", [(LOG, "tail -f", False)], ["-F"]),
    (f'sh -c "tail -f \\"{LOG}\\""', [(LOG, "tail -f", False)], []),
    (f"busybox tail -f {LOG}", [(LOG, "tail -f", False)], ["-F"]),
    (f"stdbuf -oL tail -f {LOG} | sed s/x/y/", [(LOG, "tail -f", False)], ["-F"]),
    (f"if ! tail -f {LOG}; then exit 1; fi", [(LOG, "tail -f", False)], ["-F"]),
    (f"trap 'exit 0' TERM\n# the log\ntail -f \\\n  {LOG} &\nwait", [(LOG, "tail -f", False)], ["-F"]),
    (f"wait-for-it.sh db:80 -- tail -f {LOG}", [(LOG, "tail -f", False)], ["-F"]),
    (f"bash <<'EOF'\nset -e\ntail -f {LOG}\nEOF", [(LOG, "tail -f", False)], ["-F"]),
    (f"bash <<EOF\ntail -f {LOG}\nEOF", [(LOG, "tail -f", False)], ["-F"]),
    (f"LOG={LOG}\nbash <<EOF\ntail -f $LOG\nEOF", [(LOG, "tail -f", False)], []),
    (f'bash -s /z {LOG} <<EOF\ntail -f "\\$2"\nEOF', [(LOG, "tail -f", False)], []),
    (f"cat <<EOF\ntail -f {LOG}\nEOF", [], []),
    ("tail -f {{ .Values.log }}", [], []),
    ("tail -f {{ .Values.logs | quote }}/app.log", [("{{ .Values.logs | quote }}/app.log", "tail -f", False)], ["-F"]),
]


@pytest.mark.parametrize(("text", "follows", "fixes"), FOLLOWS, ids=[text for text, _, _ in FOLLOWS])
def test_what_a_script_follows(text: str, follows: list[tuple[str, str, bool]], fixes: list[str]) -> None:
    assert seen(script(text), "follows", "fixes") == {"follows": follows, "fixes": fixes}


@pytest.mark.parametrize("text", [text for text, _, fixes in FOLLOWS if fixes])
def test_an_option_is_the_very_text_to_change(text: str) -> None:
    follow = script(text).follows[0]
    assert follow.option is not None
    assert follow.option.start >= follow.place.start
    assert "f" in text_at(follow.option, ("sh", "-c", text))
    changed = text[: follow.option.start] + follow.replacement + text[follow.option.end :]
    again = script(changed).follows[0]
    assert (again.path, again.by_name, again.option) == (follow.path, True, None)


@pytest.mark.parametrize(
    ("command", "args", "place", "option"),
    [
        (("tail", "-n+1", "-f", LOG), None, "tail", "-f"),
        (("tail",), ("-f", LOG), "tail", "-f"),
        (None, ("tail", "-100f", LOG), "tail", "-100f"),
        (("/bin/sh", "-c"), (f"tail -n+1 -f {LOG}",), f"tail -n+1 -f {LOG}", "-f"),
        (("sh",), ("-ec", f"echo 'é ü' ; exec tail -fn 5 {LOG}"), f"exec tail -fn 5 {LOG}", "-fn"),
        (("bash", "-euo", "pipefail", "-c", f"tail '-f' {LOG} | cat"), None, f"tail '-f' {LOG}", "-f"),
        (("sh", "-c", f"timeout 5 sh -c 'tail -f {LOG}'"), None, f"tail -f {LOG}", "-f"),
        (("tini", "--", "sh", "-c", f"A=1 B=2\ntail -f {LOG}"), None, f"tail -f {LOG}", "-f"),
    ],
)
def test_where_things_stand(command: tuple[str, ...] | None, args: tuple[str, ...] | None, place: str, option: str) -> None:
    follow = behaviour(command, args, parse_image("busybox")).follows[0]
    assert follow.option is not None
    assert (text_at(follow.place, command, args), text_at(follow.option, command, args)) == (place, option)
