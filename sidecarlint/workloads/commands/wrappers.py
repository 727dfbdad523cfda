"""Programs that hand over to the command in their words, as `exec`, `env A=b`, `timeout 5`, `tini --` and `wait-for-it.sh` do.

In: the words of a simple command. Out: the words of the command that does the work. Must not know: what that command does.
"""

import re

from sidecarlint.workloads.commands.argv import SHELLS, name_of
from sidecarlint.workloads.commands.statements import Word

LIFECYCLE_WRAPPERS = frozenset({"scuttle", "linkerd-await", "kubexit", "envoy-preflight", "timeout"})
"""Wrappers that tie a process to another's life (native-sidecars 10), and `timeout`."""
WAITERS = ("wait-for-it.sh", "wait-for-it", "wait-for.sh", "wait-for", "dockerize")
"""Programs that wait for an answer before they hand over (native-sidecars 10)."""

# Options that take a value, and how many words stand before the command.
_WRAPPERS: dict[str, tuple[str, int]] = {
    "exec": ("-a", 0), "env": ("-u -C", 0), "nohup": ("", 0), "timeout": ("-k -s --signal --kill-after", 1), "tini": ("-e -p", 0),
    "tini-static": ("-e -p", 0), "dumb-init": ("-r --rewrite", 0), "catatonit": ("", 0), "su-exec": ("", 1), "gosu": ("", 1),
    "stdbuf": ("-i -o -e", 0), "nice": ("-n", 0), "ionice": ("-c -n", 0), "chrt": ("", 1), "setsid": ("", 0), "time": ("", 0),
    "command": ("", 0), "builtin": ("", 0), "chroot": ("", 1), "sudo": ("-u -g", 0), "doas": ("-u", 0), "unbuffer": ("", 0),
    "chpst": ("-u -e -o -m", 0), "s6-setuidgid": ("", 1), "setpriv": ("--reuid --regid --groups", 0), "busybox": ("", 0),
    "xargs": ("-I -n -P -L -d -a -s -E", 0), "docker-entrypoint.sh": ("", 0), "scuttle": ("", 0), "kubexit": ("", 0),
    "envoy-preflight": ("", 0), "linkerd-await": ("-p --port -u --uri -t --timeout -b --backoff", 0), "!": ("", 0),
    "npx": ("-p --package", 0), "bundle": ("", 0), "poetry": ("", 0), "pipenv": ("", 0), "uv": ("", 0),
}  # fmt: skip
_RUNNERS = {"bundle": "exec", "poetry": "run", "pipenv": "run", "uv": "run"}
# Go takes one dash or two.
_DOCKERIZE = (
    "-delims -env -stderr -stdout -template -timeout -wait -wait-http-header -wait-retry-interval "
    "--delims --env --stderr --stdout --template --timeout --wait --wait-http-header --wait-retry-interval"
)


def unwrap(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], tuple[str, ...]]:
    """The command that does the work, and the names of what stood before it."""
    wrappers: list[str] = []
    while words and (inside := _inside(words)) is not None:
        wrappers.append(name_of(words[0].text))
        words = inside
    return words, tuple(wrappers)


def handed_over(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """The words of a program that waits, and those of the command that runs after it; any other command has none of these."""
    name = name_of(words[0].text) if words else ""
    if name not in WAITERS:
        return words, ()
    if name == "dockerize":
        behind = _behind(words, _DOCKERIZE)
        return words[: len(words) - len(behind)], behind
    at = next((index for index, word in enumerate(words) if word.text == "--"), len(words))
    return words[:at], words[at + 1 :]


def _inside(words: tuple[Word, ...]) -> tuple[Word, ...] | None:
    name, rest = name_of(words[0].text), words[1:]
    if name in SHELLS:
        return rest if rest and name_of(rest[0].text) in WAITERS else None
    if name in _RUNNERS:
        return rest[1:] if rest and rest[0].text == _RUNNERS[name] else None
    if name not in _WRAPPERS or (name == "command" and rest and rest[0].text in ("-v", "-V")):
        return None
    values, before = _WRAPPERS[name]
    return _behind(words, values, r"-|\w+=" if name == "env" else "-")[before:]


def _behind(words: tuple[Word, ...], values: str, option: str = "-") -> tuple[Word, ...]:
    rest = words[1:]
    while rest and re.match(option, rest[0].text):
        if rest[0].text == "--":
            return rest[1:]
        rest = rest[2 if rest[0].text in values.split() else 1 :]
    return rest
