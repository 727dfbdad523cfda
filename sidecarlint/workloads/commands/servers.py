"""Ports that well-known programs serve.

In: the words of a simple command. Out: `Server`. Must not know: shell grammar, how long a program lives.
"""

import re
from collections.abc import Callable, Sequence

from sidecarlint.values import NamedTuple
from sidecarlint.workloads.commands.argv import has, name_of, number, value_of

NETCATS = frozenset({"nc", "ncat", "netcat", "nc.traditional", "nc.openbsd"})

_LISTENER = r"(?is)(?:(?:tcp|udp|sctp|openssl|ssl)[46]?|unix)-(?:l|listen|recv|recvfrom):([^,]*)(.*)"
_RUNNER = r"(?is)(?:exec|system|shell):(.*)"
_NCAT = {"--listen": "l", "--keep-open": "k", "--exec": "e", "--sh-exec": "c", "--source-port": "p", "--wait": "w", "--idle-timeout": "i"}


class Server(NamedTuple):
    """A port that is served. `again`: it goes on after the first connection."""

    port: int | None
    tool: str
    runs: tuple[str, ...]
    again: bool


def serving(argv: Sequence[str]) -> Server | None:
    """The port that a program serves, or None."""
    name = name_of(argv[0])
    return _SERVERS[name](name, list(argv[1:])) if name in _SERVERS else None


def _socat(name: str, arguments: list[str]) -> Server | None:
    listener = next((found for each in arguments if (found := re.fullmatch(_LISTENER, each))), None)
    if listener is None:
        return None
    runner = next((found for each in arguments if (found := re.fullmatch(_RUNNER, each))), None)
    return Server(number(listener[1]), name, _split(_address(runner[1])) if runner else (), "fork" in listener[2].lower().split(","))


def _netcat(name: str, arguments: list[str]) -> Server | None:
    options, operands = netcat(arguments)
    if "l" not in options:
        return None
    port = number(options.get("p", "")) or next((number(each) for each in reversed(operands) if each.isdigit()), None)
    return Server(port, f"{name} -l", _split(options.get("e", "") or options.get("c", "")), "k" in options)


def _python(name: str, arguments: list[str]) -> Server | None:
    module = next((each for each in arguments if each in ("http.server", "SimpleHTTPServer")), None)
    port = next((number(each) for each in arguments if each.isdigit()), 8000)
    return Server(port, f"{name} -m {module}", (), True) if module else None


def _httpd(name: str, arguments: list[str]) -> Server | None:
    port = number(value_of(arguments, "-p").rpartition(":")[2]) or 80
    return Server(port, f"{name} -f", (), True) if has(arguments, "-f") else None


def _php(name: str, arguments: list[str]) -> Server | None:
    return Server(number(value_of(arguments, "-S").rpartition(":")[2]), f"{name} -S", (), True) if "-S" in arguments else None


def _address(text: str) -> str:
    """socat's own quotes and the options behind its comma are not part of the command."""
    quoted = re.match(r"([\"'])(.*?)\1", text, re.DOTALL)
    return quoted[2] if quoted else re.split(r"(?<!\\),", text)[0].replace("\\,", ",")


def netcat(arguments: list[str]) -> tuple[dict[str, str], list[str]]:
    """The options of `nc` by their letters, and its operands."""
    options, operands, rest = dict[str, str](), [], list(arguments)
    while rest:
        word = rest.pop(0)
        name, _, value = word.partition("=")
        letters = _NCAT.get(name, "") if word.startswith("--") else word[1:] if word[:1] == "-" else ""
        if not word.startswith("-"):
            operands.append(word)
        for at, letter in enumerate(letters):
            if letter not in "pwsiqec":
                options[letter] = ""
                continue
            options[letter] = value or letters[at + 1 :] or (rest.pop(0) if rest else "")
            if letter == "e" and rest and not value:
                # busybox gives all the words behind -e to the program.
                options[letter], rest = " ".join((options[letter], *rest)), []
            break
    return options, operands


def _split(text: str) -> tuple[str, ...]:
    return tuple(each.strip("\"'") for each in re.findall(r"\"[^\"]*\"|'[^']*'|\S+", text))


_SERVERS: dict[str, Callable[[str, list[str]], Server | None]] = {
    "socat": _socat,
    "python": _python,
    "httpd": _httpd,
    "php": _php,
    **dict.fromkeys(NETCATS, _netcat),
}
