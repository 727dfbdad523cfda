"""What well-known programs do: whether they end, what they follow, serve, call, touch and kill.

In: the words of a simple command. Out: small facts. Must not know: shell grammar, files, lifecycles.

The tables are small and sure: a program that is not in them is unknown, which costs a finding and never a false one.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from sidecarlint.workloads.shell import Word

NEVER, DONE, TOLD, UNKNOWN = "never", "when-done", "when-told", "unknown"

SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh", "mksh"})
LIFECYCLE_WRAPPERS = frozenset({"scuttle", "linkerd-await", "kubexit", "envoy-preflight", "timeout"})
"""Wrappers that tie a process to another's life (native-sidecars 10), and `timeout`."""
TESTS = frozenset({"[", "[[", "((", "test", "grep", "egrep", "pgrep", "pidof", "which", "type", "hash", "cmp", "diff"})
"""Programs that ask something: what follows them with && or || is one of two ways, not the usual one."""

_FINISHES = """
(( : [ [[ addgroup adduser alembic alias apk apt apt-get awk aws az base64 basename bunzip2 bzip2 cat cd chcon chgrp chmod chown
cmp command cp curl cut date dbmate dd declare df diff dig dirname dnf dos2unix du echo egrep env envsubst export expr false fgrep
file find flyway gawk gcloud getent getopts git goose gpg grep groupadd groups grpc_health_probe gsutil gunzip gzip hash head helm
host hostname hostnamectl id initdb install ip ip6tables iptables iptables-restore iptables-save join jq keytool kill killall
ldconfig let liquibase ln local ls lsblk lsmod lsof md5sum microdnf mkdir mkfifo mkfs.ext4 mknod mktemp modprobe mongodump
mongoexport mongoimport mongorestore mount mv mysql mysql_install_db mysqladmin mysqldump netstat nft nl nproc nslookup od openssl
paste patch pg_basebackup pg_dump pg_dumpall pg_isready pg_restore pgrep pidof pip pip3 pkill popd printenv printf ps psql pushd
pwd read readlink readonly realpath redis-check-aof redis-cli rename restorecon rev rm rmdir rpm scp sed seq service set setcap
setfacl sha1sum sha256sum sha512sum shift shopt shred shuf sort split sqlite3 ss ssh-keygen ssh-keyscan stat sync sysctl tac tar
tee test touch tput tr trap tree true truncate type typeset ulimit umask umount uname uniq unlink unset unxz unzip
update-alternatives update-ca-certificates update-ca-trust uptime useradd usermod wc wget which whoami xmllint xz yq yum zcat zip
zstd
"""
_FINISHING = frozenset(_FINISHES.split())

# Program, words that must be there ("a|b" is one of them), words that must not, how it ends. The first row that fits decides.
_ROWS = (
    ("kubectl|oc", "logs -f|--follow", "", NEVER),
    ("kubectl|oc", "proxy|port-forward|attach", "", NEVER),
    ("kubectl|oc", "get|events -w|--watch|--watch-only", "", NEVER),
    ("kubectl|oc", "", "exec run debug edit", DONE),
    ("docker|podman|crictl", "logs -f|--follow", "", NEVER),
    ("journalctl", "-f|--follow", "", NEVER),
    ("journalctl", "", "", DONE),
    ("dmesg", "-w|-W|--follow|--follow-new", "", NEVER),
    ("dmesg", "", "", DONE),
    ("inotifywait", "-m|--monitor", "", NEVER),
    ("inotifywait", "", "", TOLD),
    ("watch", "", "-h --help -v --version -g --chgexit", NEVER),
    ("crond", "-f|-n", "", NEVER),
    ("cron|anacron", "-f", "", NEVER),
    ("git", "daemon", "", NEVER),
    ("python", "-m http.server|SimpleHTTPServer|uvicorn|gunicorn|flask", "", NEVER),
    ("python", "-m pip|venv|virtualenv|compileall|json.tool|ensurepip|zipfile", "", DONE),
    ("manage.py|django-admin", "runserver", "", NEVER),
    ("manage.py|django-admin", "migrate|collectstatic|loaddata|createcachetable|compilemessages|check", "", DONE),
    ("rails|rake", "server|s", "", NEVER),
    ("rails|rake", "db:migrate|db:setup|db:seed|db:prepare|db:create|db:schema:load|assets:precompile", "", DONE),
    ("php", "-S", "", NEVER),
    ("artisan", "serve|queue:work|schedule:work", "--once --stop-when-empty", NEVER),
    ("artisan", "migrate|db:seed|config:cache|route:cache|view:cache|storage:link|key:generate", "", DONE),
    ("prisma", "migrate|db|generate", "studio", DONE),
    ("knex", "migrate:latest|migrate:up|migrate:rollback|seed:run", "", DONE),
    ("sequelize|sequelize-cli", "db:migrate|db:seed:all|db:create", "", DONE),
    ("typeorm", "migration:run", "", DONE),
    ("migrate", "up|down|goto|force|version", "", DONE),
    ("atlas", "migrate|schema", "", DONE),
    ("npm|yarn|pnpm", "install|ci|i", "", DONE),
    ("gem|bundle|composer", "install", "", DONE),
    ("nginx", "-t|-T|-s|-v|-V", "", DONE),
    ("nginx", "daemon_off", "", NEVER),
    ("httpd", "-f|-DFOREGROUND|FOREGROUND", "", NEVER),
    ("httpd-foreground|apache2-foreground", "", "", NEVER),
    ("apache2ctl|apachectl", "-DFOREGROUND|FOREGROUND", "", NEVER),
    ("redis-server|redis-sentinel", "", "--daemonize --version -v --help", NEVER),
    ("mysqld|mariadbd", "--initialize|--initialize-insecure|--help|--version|--validate-config", "", DONE),
    ("mysqld|mariadbd", "", "--daemonize -D", NEVER),
    ("postgres", "", "-C --single --version --help", NEVER),
    ("mongod|mongos", "", "--fork --version --help --shutdown", NEVER),
    ("memcached", "", "-d -h -V", NEVER),
    ("minio", "server", "", NEVER),
    ("envoy", "", "--mode --version --help", NEVER),
    ("haproxy", "", "-c -D -v", NEVER),
    ("caddy", "run|file-server|reverse-proxy", "", NEVER),
    ("php-fpm", "-F|--nodaemonize", "", NEVER),
    ("sshd", "-D", "", NEVER),
    ("rsyslogd|supervisord", "-n|--nodaemon", "", NEVER),
    ("gunicorn", "", "-D --daemon --check-config --version", NEVER),
    ("uvicorn", "", "--version --help", NEVER),
    ("flask", "run", "", NEVER),
    ("celery", "worker|beat|flower", "-D --detach", NEVER),
    ("ping", "-c", "", DONE),
    ("yes", "", "", NEVER),
    ("redis-cli", "monitor|subscribe|psubscribe", "", NEVER),
    ("aws", "--follow", "", NEVER),
    ("openssl", "s_server", "", NEVER),
    ("mc", "alias|cp|mb|ls|mirror|policy|anonymous|rm|ready", "--watch -w", DONE),
    ("rsync", "", "--daemon", DONE),
    ("cat", "/dev/random|/dev/urandom|/dev/zero", "", NEVER),
    ("rclone|restic", "", "mount serve", DONE),
)

# Wrappers that hand over to the command behind them: options that take a value, and how many words stand before the command.
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

_YEAR = 365 * 86400
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
# Patterns are compiled where they are first used: most command lines need none of them.
_URL = r"(?:(\w+)://)?(?:[^/@]*@)?(\[[^\]]*\]|[^:/?\[\]]+)(?::([^/?]*))?(/[^?#\s]*)?(?:[?#].*)?"
_URL_LIKE = r"\w+://|[\w.-]+:\d+(/|$)|localhost(/|$)|127\.0\.0\.1(/|$)"
_CURL_VALUES = "AbcCdDeEFHKmMoPQrtTuUwxXyYz"
_METHODS = {"-d": "POST", "-F": "POST", "--form": "POST", "-T": "PUT", "--upload-file": "PUT", "-I": "HEAD", "--head": "HEAD"}
_LISTENER = r"(?is)(?:(?:tcp|udp|sctp|openssl|ssl)[46]?|unix)-(?:l|listen|recv|recvfrom):([^,]*)(.*)"
_RUNNER = r"(?is)(?:exec|system|shell):(.*)"
_READY = {"pg_isready": ("-h", "-p", 5432), "mysqladmin": ("-h", "-P", 3306), "redis-cli": ("-h", "-p", 6379)}
_NCAT = {"--listen": "l", "--keep-open": "k", "--exec": "e", "--sh-exec": "c", "--source-port": "p", "--wait": "w", "--idle-timeout": "i"}
_ELSEWHERE = frozenset({"kubectl", "oc", "docker", "podman", "ssh", "nsenter"})
_NETCATS = frozenset({"nc", "ncat", "netcat", "nc.traditional", "nc.openbsd"})


class Tail(NamedTuple):
    """What `tail` was asked: `follows` a file, by name or not, and what would make it so. `until`: it ends with a process."""

    tool: str
    follows: bool
    by_name: bool
    until: bool
    paths: tuple[str, ...]
    option: Word | None
    replacement: str


class Server(NamedTuple):
    """A port that is served. `again`: it goes on after the first connection."""

    port: int | None
    tool: str
    runs: tuple[str, ...]
    again: bool


class Request(NamedTuple):
    """A connection that is opened; method and path are empty where it is not HTTP."""

    host: str
    port: int | None
    path: str
    method: str


def name_of(text: str) -> str:
    """A program's name without its folder, and without the version that Python's carries."""
    name = text.rpartition("/")[2]
    return "python" if re.fullmatch(r"python[23](\.\d+)?", name) else name


def unwrap(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], tuple[str, ...]]:
    """The command that does the work, and the names of what stood before it: `exec`, `env A=b`, `timeout 5`, `tini --` and their like."""
    wrappers: list[str] = []
    while words and (inside := _unwrapped(words)) is not None:
        wrappers.append(name_of(words[0].text))
        words = inside
    return words, tuple(wrappers)


def _unwrapped(words: tuple[Word, ...]) -> tuple[Word, ...] | None:
    name = name_of(words[0].text)
    if name not in _WRAPPERS:
        return None
    values, operands = _WRAPPERS[name]
    rest = words[1:]
    if name in _RUNNERS:
        return rest[1:] if rest and rest[0].text == _RUNNERS[name] else None
    if name == "command" and rest and rest[0].text in ("-v", "-V"):
        return None
    while rest and (rest[0].text[:1] == "-" or (name == "env" and re.match(r"\w+=", rest[0].text))):
        if rest[0].text == "--":
            return rest[1 + operands :]
        rest = rest[2 if rest[0].text in values.split() else 1 :]
    return rest[operands:]


def has(arguments: Sequence[str], option: str) -> bool:
    """Whether an option is among arguments: as it is, with `=value`, or in a bundle such as `-lk`."""
    short = len(option) == 2 and option[0] == "-"
    return any(
        each == option or each.partition("=")[0] == option or (short and re.fullmatch(r"-[A-Za-z]{2,3}", each) and option[1] in each)
        for each in arguments
    )


def ending(argv: Sequence[str]) -> tuple[str, str]:
    """How a program ends and why: one of the four words, and a sentence about the program."""
    if len(argv) > 1 and name_of(argv[0]) in ("python", "php") and name_of(argv[1]) in ("manage.py", "artisan"):
        argv = argv[1:]
    name, arguments = name_of(argv[0]), argv[1:]
    if name == "sleep":
        return _sleeping(argv)
    if name in _NETCATS or name == "socat":
        return _connecting(name, argv)
    for programs, needs, forbids, ends in _ROWS:
        if name in programs.split("|") and not any(has(arguments, each) for each in forbids.split()):
            met = _met(needs, arguments)
            if met is not None:
                return ends, _why(ends, " ".join((name, *met)))
    ends = DONE if name in _FINISHING else UNKNOWN
    return ends, _why(ends, argv[0])


def _met(needs: str, arguments: Sequence[str]) -> list[str] | None:
    met: list[str] = []
    for need in needs.split():
        if need == "daemon_off":
            if not re.search(r"daemon\s+off", " ".join(arguments)):
                return None
            continue
        found = next((each for each in need.split("|") if has(arguments, each)), None)
        if found is None:
            return None
        met.append(found)
    return met


def _why(ends: str, label: str) -> str:
    reasons = {NEVER: f"{label} never returns", TOLD: f"{label} waits to be told", UNKNOWN: f"what {label} does is not known"}
    return reasons.get(ends, "every command in it finishes")


def _sleeping(argv: Sequence[str]) -> tuple[str, str]:
    seconds = 0.0
    for each in argv[1:]:
        found = re.fullmatch(r"(\d+(?:\.\d*)?)([smhd]?)", each)
        seconds += float(found[1]) * _SECONDS[found[2]] if found else _YEAR if each.lower() in ("inf", "infinity") else 0
    # Years of sleep are a way to write infinity where sleep does not know the word.
    return (NEVER, " ".join(("sleep", *argv[1:]))) if seconds >= _YEAR else (DONE, _why(DONE, "sleep"))


def _connecting(name: str, argv: Sequence[str]) -> tuple[str, str]:
    server = serving(argv)
    if server is None:
        return (UNKNOWN, _why(UNKNOWN, "socat")) if name == "socat" else (DONE, _why(DONE, name))
    return (NEVER, f"{server.tool} never returns") if server.again else (TOLD, f"{server.tool} waits for a connection")


def tail(words: tuple[Word, ...]) -> Tail | None:
    """What a `tail` or `less +F` reads, or None for another program."""
    name, rest = name_of(words[0].text), list(words[1:])
    if name == "less" and any(each.text == "+F" for each in rest):
        return Tail("less +F", True, False, False, tuple(each.text for each in rest if each.text[:1] not in "-+"), None, "")
    if name != "tail":
        return None
    seen, paths, option = set[str](), [], None
    while rest:
        word = rest.pop(0)
        found = _tail_option(word.text)
        if not found:
            paths.append(word.text)
            continue
        letters, takes_value = found
        seen |= letters
        if "f" in letters and option is None:
            option = word
        if takes_value and rest:
            rest.pop(0)
    by_name = "F" in seen or {"name", "retry"} <= seen
    tool = "tail -F" if "F" in seen else "tail --follow=name" if "name" in seen else "tail -f"
    known = option if option and option.body and not by_name else None
    return Tail(tool, bool(seen & {"f", "F"}), by_name, "pid" in seen, tuple(paths), known, _by_name(known.text) if known else "")


def _tail_option(text: str) -> tuple[set[str], bool] | None:
    if text in ("--", "-") or text[:1] not in "-+":
        return (set(), False) if text == "--" else None
    if text.startswith("--"):
        name, _, value = text[2:].partition("=")
        letters = {"follow": {"f", "name"} if value == "name" else {"f"}, "retry": {"retry"}, "pid": {"pid"}}.get(name, set())
        return letters, not value and name in ("pid", "lines", "bytes", "sleep-interval", "max-unchanged-stats")
    if re.fullmatch(r"[-+]\d+[bcl]?f?", text):
        return ({"f"} if text[-1] == "f" else set()), False
    if text[0] == "+":
        return None
    flags = re.match(r"-([A-Zabdefghijklmopqrtuvwxyz]*)", text)
    letters = set(flags[1]) & {"f", "F"} if flags else set()
    return letters, text[-1] in "ncs" and len(text) == len(flags[0] if flags else "") + 1


def _by_name(option: str) -> str:
    """The same option so that a file that is missing or replaced is survived. Digits before the letter must move behind it."""
    counted = re.fullmatch(r"-(\d+)f", option) or re.fullmatch(r"(\+\d+)f", option)
    if counted:
        return f"-Fn{counted[1]}"
    return "-F" if option.startswith("--") else option.replace("f", "F", 1)


def serving(argv: Sequence[str]) -> Server | None:
    """The port that a program serves, or None."""
    name, arguments = name_of(argv[0]), list(argv[1:])
    if name == "socat":
        return _socat(arguments)
    if name in _NETCATS:
        options, operands = _netcat(arguments)
        if "l" not in options:
            return None
        port = _number(options.get("p", "")) or next((_number(each) for each in reversed(operands) if each.isdigit()), None)
        return Server(port, f"{name} -l", _split(options.get("e", "") or options.get("c", "")), "k" in options)
    if name == "python" and (module := next((each for each in arguments if each in ("http.server", "SimpleHTTPServer")), None)):
        port = next((_number(each) for each in arguments if each.isdigit()), 8000)
        return Server(port, f"python -m {module}", (), True)
    if name == "httpd" and has(arguments, "-f"):
        return Server(_number(_option(arguments, "-p").rpartition(":")[2]) or 80, "httpd -f", (), True)
    if name == "php" and "-S" in arguments:
        return Server(_number(_option(arguments, "-S").rpartition(":")[2]), "php -S", (), True)
    return None


def _socat(arguments: list[str]) -> Server | None:
    listener = next((found for each in arguments if (found := re.fullmatch(_LISTENER, each))), None)
    if listener is None:
        return None
    runner = next((found for each in arguments if (found := re.fullmatch(_RUNNER, each))), None)
    return Server(_number(listener[1]), "socat", _split(_address(runner[1])) if runner else (), "fork" in listener[2].lower().split(","))


def _address(text: str) -> str:
    """socat's own quotes and the options behind its comma are not part of the command."""
    quoted = re.match(r"([\"'])(.*?)\1", text, re.DOTALL)
    return quoted[2] if quoted else re.split(r"(?<!\\),", text)[0].replace("\\,", ",")


def _netcat(arguments: list[str]) -> tuple[dict[str, str], list[str]]:
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


def requests(argv: Sequence[str]) -> list[Request]:
    """The connections that a program opens."""
    name, arguments = name_of(argv[0]), list(argv[1:])
    if name in ("curl", "wget"):
        return _http(name, arguments)
    if name in _NETCATS and serving(argv) is None:
        operands = _netcat(arguments)[1]
        return [Request(operands[-2], _number(operands[-1]), "", "")] if len(operands) > 1 and operands[-1].isdigit() else []
    if name in _READY:
        host, port, default = _READY[name]
        return [Request(_option(arguments, host) or "localhost", _number(_option(arguments, port)) or default, "", "")]
    # A folded text often swallows the line end before curl, and unknown wrappers hand over to it.
    at = next((index for index, word in enumerate(arguments) if word in ("curl", "wget")), len(arguments))
    sure = name not in _ELSEWHERE and any("://" in word for word in arguments[at:]) and ending(argv)[0] == UNKNOWN
    return _http(arguments[at], arguments[at + 1 :]) if sure else []


def connection(path: str) -> Request | None:
    """What bash opens for a redirection to `/dev/tcp/host/port`."""
    found = re.fullmatch(r"/dev/(?:tcp|udp)/([^/]+)/([^/]+)", path)
    return Request(found[1], _number(found[2]), "", "") if found else None


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
    return Request(found[2].strip("[]"), default if found[3] is None else _number(found[3]), found[4] or "/", method)


def killed(argv: Sequence[str]) -> list[str]:
    """The process names that a command kills, or "pid" where it goes by number; nothing for `kill -0`, which only asks."""
    name, arguments = name_of(argv[0]), list(argv[1:])
    if name not in ("kill", "pkill", "killall") or {"-0", "-l", "-L"} & set(arguments):
        return []
    while arguments and arguments[0][:1] == "-":
        arguments = arguments[2 if arguments[0] in ("-s", "-u", "-U", "-P", "-g", "--signal", "-n") and name != "killall" else 1 :]
    if name != "kill":
        return arguments if name == "killall" else arguments[-1:]
    looked_up = re.findall(r"(?:pidof|pgrep)(?:\s+-\S+)*\s+[\"']?([\w./-]+)", " ".join(arguments))
    return looked_up or (["pid"] if arguments else [])


def operands(argv: Sequence[str], values: str = "") -> list[str]:
    """The arguments that are no options; `values` are the options that take one."""
    found, rest = [], list(argv[1:])
    while rest:
        word = rest.pop(0)
        if word in values.split() and rest:
            rest.pop(0)
        elif word[:1] != "-":
            found.append(word)
    return found


def _option(arguments: list[str], option: str) -> str:
    for each, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if each == option:
            return following
        if each.startswith(option) and each != option:
            return each[len(option) :].lstrip("=")
    return ""


def _split(text: str) -> tuple[str, ...]:
    return tuple(each.strip("\"'") for each in re.findall(r"\"[^\"]*\"|'[^']*'|\S+", text))


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,5}", text, re.ASCII) else None
