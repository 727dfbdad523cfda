"""Connections that well-known programs open.

In: the words of a simple command. Out: `Request`s. Must not know: shell grammar, who answers.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from sidecarlint.values import NamedTuple
from sidecarlint.workloads.commands.argv import name_of, number, operands, value_of
from sidecarlint.workloads.commands.endings import UNKNOWN, ending
from sidecarlint.workloads.commands.servers import NETCATS, netcat, serving
from sidecarlint.workloads.commands.wrappers import WAITERS

# Patterns are compiled where they are first used: most command lines need none of them.
_URL = r"(?:(\w+)://)?(?:[^/@]*@)?(\[[^\]]*\]|[^:/?\[\]]+)(?::([^/?]*))?(/[^?#\s]*)?(?:[?#].*)?"
_URL_LIKE = r"\w+://|[\w.-]+:\d+(/|$)|localhost(/|$)|127\.0\.0\.1(/|$)"
_CURL_VALUES = "AbcCdDeEFHKmMoPQrtTuUwxXyYz"
_METHODS = {"-d": "POST", "-F": "POST", "--form": "POST", "-T": "PUT", "--upload-file": "PUT", "-I": "HEAD", "--head": "HEAD"}
_READY = {"pg_isready": ("-h", "-p", 5432), "mysqladmin": ("-h", "-P", 3306), "redis-cli": ("-h", "-p", 6379)}
# Clients that can shut their server down: the words that do it, the option of its host and of its port, and its own port.
_SHUTDOWNS = {
    "redis-cli": (r"(?i)\bshutdown\b", "-h", "-p", 6379),
    "mysqladmin": (r"\bshutdown\b", "-h", "-P", 3306),
    "mariadb-admin": (r"\bshutdown\b", "-h", "-P", 3306),
    **dict.fromkeys(("mongo", "mongosh"), (r"\bshutdown(?:Server)?\b", "--host", "--port", 27017)),
    "rabbitmqctl": (r"\b(?:shutdown|stop)\b", "-n", "-p", 5672),
}
SHUTDOWN = "SHUTDOWN"
"""The method of a request by which a client shuts its server down."""
_ELSEWHERE = frozenset({"kubectl", "oc", "docker", "podman", "ssh", "nsenter"})


class Request(NamedTuple):
    """A connection that is opened; method and path are empty where it is not HTTP."""

    host: str
    port: int | None
    path: str
    method: str


def requests(argv: Sequence[str]) -> list[Request]:
    """The connections that a program opens."""
    name, arguments = name_of(argv[0]), list(argv[1:])
    if name in ("curl", "wget"):
        return _http(name, arguments)
    if name in NETCATS and serving(argv) is None:
        *_, host, port = ("", "", *netcat(arguments)[1])
        return [Request(host, number(port), "", "")] if host and port.isdigit() else []
    if name in _SHUTDOWNS and re.search(_SHUTDOWNS[name][0], " ".join(arguments)):
        return [_shutdown(arguments, *_SHUTDOWNS[name][1:])]
    if name in _READY:
        host, port, default = _READY[name]
        return [Request(value_of(arguments, host) or "localhost", number(value_of(arguments, port)) or default, "", "")]
    if name in _AGENTS and (request := _AGENTS[name](arguments)):
        return [request]
    if name in WAITERS:
        return [request for each in _awaited(name, arguments) if (request := _address(each))]
    # A folded text often swallows the line end before curl, and unknown wrappers hand over to it.
    at = next((index for index, word in enumerate(arguments) if word in ("curl", "wget")), len(arguments))
    sure = name not in _ELSEWHERE and any("://" in word for word in arguments[at:]) and ending(argv)[0] == UNKNOWN
    return _http(arguments[at], arguments[at + 1 :]) if sure else []


def _shutdown(arguments: list[str], host: str, port: str, default: int) -> Request:
    named = value_of(arguments, host).rpartition("@")[2]
    return Request(named or "localhost", number(value_of(arguments, port)) or default, "/shutdown", SHUTDOWN)


def _pilot_agent(arguments: list[str]) -> Request | None:
    """`pilot-agent request POST quitquitquit` asks the Envoy beside it."""
    if arguments[:1] != ["request"] or len(arguments) < 3:
        return None
    return Request("localhost", 15000, "/" + arguments[2].lstrip("/"), arguments[1].upper())


def _sql_proxy(arguments: list[str]) -> Request | None:
    """`cloud-sql-proxy shutdown` calls the proxy that runs beside it."""
    port = number(value_of(arguments, "--admin-port")) or 9091
    return Request("localhost", port, "/quitquitquit", "POST") if "shutdown" in operands(("", *arguments), "--admin-port") else None


_AGENTS = {"pilot-agent": _pilot_agent, "cloud-sql-proxy": _sql_proxy, "alloydb-auth-proxy": _sql_proxy}


def connection(path: str) -> Request | None:
    """What bash opens for a redirection to `/dev/tcp/host/port`."""
    found = re.fullmatch(r"/dev/(?:tcp|udp)/([^/]+)/([^/]+)", path)
    return Request(found[1], number(found[2]), "", "") if found else None


def awaited_files(argv: Sequence[str]) -> list[str]:
    """The files that `dockerize -wait file://…` waits for."""
    waited = _awaited("dockerize", list(argv[1:])) if name_of(argv[0]) == "dockerize" else []
    return [each.removeprefix("file://") for each in waited if each.startswith("file://")]


def _awaited(name: str, arguments: list[str]) -> list[str]:
    if name == "dockerize":
        given = [(each.partition("="), following) for each, following in pairwise((*arguments, ""))]
        return [value or following for (option, _, value), following in given if option in ("-wait", "--wait")]
    host, port = (value_of(arguments, f"--{long}") or value_of(arguments, f"-{long[0]}") for long in ("host", "port"))
    return [f"{host}:{port}"] if host else operands(("", *arguments), "-t -p")[:1]


def _address(text: str) -> Request | None:
    scheme, _, rest = text.rpartition("://")
    host, colon, port = rest.rpartition(":")
    if scheme in ("http", "https"):
        return _request(text, "GET")
    return Request(host, number(port), "", "") if colon and scheme in ("", "tcp", "tcp4", "tcp6") else None


def _http(name: str, arguments: list[str]) -> list[Request]:
    method, urls, rest = "GET", [], list(arguments)
    while rest:
        word = rest.pop(0)
        option, _, value = word.partition("=")
        short = word[:2] if re.match(r"-[A-Za-z]", word) else ""
        method = _METHODS.get(option) or (_METHODS.get(short) if name == "curl" else None) or method
        if option in ("--request", "--method") or (name == "curl" and re.fullmatch(r"-[a-zA-Z]*X.*", word)):
            method = value or word.partition("X")[2] or (rest.pop(0) if rest else method)
        elif option.startswith(("--post", "--data")):
            method = "POST"
        elif word[:1] != "-":
            urls.append(word)
        elif rest and not value and word[-1] in (_CURL_VALUES if name == "curl" else "OoTtUPe") and re.fullmatch(r"-[A-Za-z]{1,5}", word):
            rest.pop(0)
        urls += [value] if option == "--url" and value else []
    sure = [each for each in urls if re.match(_URL_LIKE, each)] or [each for each in urls[-1:] if re.match(r"[\w$({\[]", each)]
    return [request for each in sure if (request := _request(each, method.upper()))]


def _request(url: str, method: str) -> Request | None:
    found = re.fullmatch(_URL, url)
    if found is None:
        return None
    default = 443 if (found[1] or "").lower() == "https" else 80
    return Request(found[2].strip("[]"), default if found[3] is None else number(found[3]), found[4] or "/", method)
