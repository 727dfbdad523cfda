"""How well-known programs end.

In: the words of a simple command. Out: one of four words, and why. Must not know: shell grammar, lifecycles.

The tables are small and sure: a program that is not in them is unknown, which costs a finding and never a false one.
"""

import re
from collections.abc import Sequence

from sidecarlint.workloads.commands.argv import has, is_fixed, name_of, operands
from sidecarlint.workloads.commands.servers import NETCATS, serving
from sidecarlint.workloads.commands.wrappers import WAITERS

NEVER, DONE, TOLD, UNKNOWN = "never", "when-done", "when-told", "unknown"

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

# Program, words that must be there ("a|b" is one of them; a word is the subcommand), words that must not, how it ends.
# The first row that fits decides.
_ROWS = (
    ("kubectl|oc", "logs -f|--follow", "", TOLD),
    ("kubectl|oc", "attach", "", TOLD),
    ("kubectl|oc", "proxy|port-forward", "", NEVER),
    ("kubectl|oc", "get|events -w|--watch|--watch-only", "--request-timeout --timeout", NEVER),
    ("kubectl|oc", "", "exec run debug edit", DONE),
    ("docker|podman|crictl", "logs -f|--follow", "", TOLD),
    ("journalctl", "-f|--follow", "-U --until", NEVER),
    ("journalctl", "", "-f --follow", DONE),
    ("dmesg", "-w|-W|--follow|--follow-new", "", NEVER),
    ("dmesg", "", "", DONE),
    ("inotifywait", "-m|--monitor", "-t --timeout", NEVER),
    ("inotifywait", "", "", TOLD),
    ("watch", "", "-h -v -g --chgexit -e --errexit", NEVER),
    ("crond", "-f|-n", "", NEVER),
    ("cron|anacron", "-f", "", NEVER),
    ("git", "daemon", "", NEVER),
    ("python", "-m http.server|SimpleHTTPServer|uvicorn|gunicorn|flask", "", NEVER),
    ("python", "-m pip|venv|virtualenv|compileall|json.tool|ensurepip|zipfile", "", DONE),
    ("manage.py|django-admin", "runserver", "", NEVER),
    ("manage.py|django-admin", "migrate|collectstatic|loaddata|createcachetable|compilemessages|check", "", DONE),
    ("rails|rake", "server|s", "-d --daemon -h", NEVER),
    ("rails|rake", "db:migrate|db:setup|db:seed|db:prepare|db:create|db:schema:load|assets:precompile", "", DONE),
    ("php", "-S", "", NEVER),
    ("artisan", "serve|queue:work|schedule:work", "--once --stop-when-empty --max-time --max-jobs -h", NEVER),
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
    ("mysqld|mariadbd", "--initialize|--initialize-insecure|--bootstrap|--help|--version|--validate-config", "", DONE),
    ("mysqld|mariadbd", "", "--daemonize -D", NEVER),
    ("postgres", "", "-C --single --version --help", NEVER),
    ("mongod|mongos", "", "--fork --version --help --shutdown", NEVER),
    ("memcached", "", "-d -h -V", NEVER),
    ("minio", "server", "", NEVER),
    ("envoy", "", "--mode --version --help", NEVER),
    ("haproxy", "", "-c -D -v", NEVER),
    ("rabbitmq-server", "", "-detached", NEVER),
    ("catalina.sh", "run", "", NEVER),
    ("registry", "serve", "", NEVER),
    ("dockerd|dockerd-entrypoint.sh", "", "--validate -v", NEVER),
    ("Xvfb|Xorg", "", "-help -version", NEVER),
    ("caddy", "run|file-server|reverse-proxy", "-h", NEVER),
    ("php-fpm", "-F|--nodaemonize", "", NEVER),
    ("sshd", "-D", "", NEVER),
    ("rsyslogd|supervisord", "-n|--nodaemon", "", NEVER),
    ("gunicorn", "", "-D --daemon --check-config --print-config -h -v", NEVER),
    ("uvicorn", "", "", NEVER),
    ("flask", "run", "", NEVER),
    ("celery", "worker|beat|flower", "-D --detach", NEVER),
    ("ping", "-c", "", DONE),
    ("yes", "", "", NEVER),
    ("redis-cli", "monitor|subscribe|psubscribe|ssubscribe", "", NEVER),
    ("redis-cli", "-r|-i|--stat|--latency|--latency-history|--latency-dist|--intrinsic-latency|--replica|--slave", "", UNKNOWN),
    ("ip", "monitor|mon", "", NEVER),
    ("netstat", "-c|--continuous", "", UNKNOWN),
    ("curl", "-N|--no-buffer", "", UNKNOWN),
    ("service", "", "--status-all status", UNKNOWN),
    ("aws", "--follow", "", NEVER),
    ("openssl", "s_server", "", NEVER),
    ("mc", "alias|cp|mb|ls|mirror|policy|anonymous|rm|ready", "--watch -w", DONE),
    ("rsync", "", "--daemon", DONE),
    ("cat", "/dev/random|/dev/urandom|/dev/zero", "", NEVER),
    ("rclone|restic", "", "mount serve", DONE),
    # They give up after some seconds, unless they are told not to.
    ("|".join(WAITERS), "-t 0", "", TOLD),
    ("|".join(WAITERS), "--timeout=0", "", TOLD),
    ("|".join(WAITERS), "", "", DONE),
)

# What stands before a subcommand and takes a value.
_VALUES = {
    **dict.fromkeys(
        ("kubectl", "oc"),
        "-n --namespace --context --cluster --user --kubeconfig -s --server --token --as --as-group -v --request-timeout --cache-dir",
    ),
    **dict.fromkeys(("docker", "podman", "crictl"), "-H --host -c --context -l --log-level --config -r -i --runtime-endpoint"),
    "git": "-C -c --git-dir --work-tree --namespace",
    "celery": "-A --app -b --broker --result-backend --loader --config --workdir",
    "redis-cli": "-h -p -s -a -u -r -i -n -t -D -d --user --pass --cert --key --cacert --cacertdir --sni",
    "migrate": "-path -database -source -lock-timeout -prefetch --path --database --source",
    "flask": "--app -A -e --env-file",
    "python": "-W -X",
    **dict.fromkeys(("npm", "yarn", "pnpm"), "--prefix --cwd -C --dir -w --workspace --loglevel"),
    "composer": "-d --working-dir",
    "minio": "-C --config-dir -S --certs-dir --address --console-address",
    "mc": "-C --config-dir",
    "knex": "--knexfile --cwd --env",
}
# Programs that mostly finish, and the words that make them go on, or may.
_GOING_ON = {
    "awk": r"while *\( *(?:1|\"|\()|for *\( *; *;|getline",
    "gawk": r"while *\( *(?:1|\"|\()|for *\( *; *;|getline",
    "curl": r"\b(?:watch|follow|stream)=(?:true|1)",
    "wget": r"\b(?:watch|follow|stream)=(?:true|1)",
    "gcloud": r"\bemulators\b.*\bstart\b|\btail\b|tail-logs|start-iap-tunnel|stream-logs|\bssh\b",
    "openssl": r"\bs_client\b|\bocsp\b.*-port",
}
_DAY = 86400
_YEAR = 365 * 86400
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def ending(argv: Sequence[str]) -> tuple[str, str]:
    """How a program ends and why: one of the four words, and a sentence about the program."""
    if len(argv) > 1 and name_of(argv[0]) in ("python", "php") and name_of(argv[1]) in ("manage.py", "artisan"):
        argv = argv[1:]
    name, arguments = name_of(argv[0]), argv[1:]
    if name == "sleep":
        return _sleeping(argv)
    if name in NETCATS or name == "socat":
        return _connecting(name, argv)
    if _goes_on(name, arguments):
        return UNKNOWN, _why(UNKNOWN, argv[0])
    subcommand = next(iter(operands(argv, _VALUES.get(name, ""))), "").lower()
    for programs, needs, forbids, ends in _ROWS:
        asked = ends != NEVER or not {"--help", "--version"} & set(arguments)
        if asked and name in programs.split("|") and not any(has(arguments, each) for each in forbids.split()):
            met = _met(needs, arguments, subcommand)
            if met is not None:
                return ends, _why(ends, " ".join((name, *met)))
    ends = DONE if name in _FINISHING else UNKNOWN
    return ends, _why(ends, argv[0])


def _goes_on(name: str, arguments: Sequence[str]) -> bool:
    if name == "find":
        runs = [at for at, each in enumerate(arguments) if each in ("-exec", "-execdir", "-ok", "-okdir")]
        return any(ending(arguments[at + 1 :])[0] != DONE for at in runs if arguments[at + 1 :])
    return name in _GOING_ON and bool(re.search(_GOING_ON[name], " ".join(arguments)))


def _met(needs: str, arguments: Sequence[str], subcommand: str) -> list[str] | None:
    met: list[str] = []
    for need in needs.split():
        if need == "daemon_off":
            if not re.search(r"daemon\s+off", " ".join(arguments)):
                return None
            continue
        if re.match(r"[a-zS]", need):
            found = subcommand if subcommand in need.lower().split("|") else None
        else:
            found = next((each for each in need.split("|") if _is_on(arguments, each)), None)
        if found is None:
            return None
        met.append(found)
    return met


def _is_on(arguments: Sequence[str], option: str) -> bool:
    return has([each for each in arguments if not re.fullmatch(r"-.*=(?:false|no|0)", each) or "timeout" in option], option)


def _why(ends: str, label: str) -> str:
    reasons = {NEVER: f"{label} never returns", TOLD: f"{label} waits to be told", UNKNOWN: f"what {label} does is not known"}
    return reasons.get(ends, "every command in it finishes")


def _sleeping(argv: Sequence[str]) -> tuple[str, str]:
    if len(argv) < 2 or not all(is_fixed(each) for each in argv):
        return UNKNOWN, "how long it sleeps is not known"
    seconds = 0.0
    for each in argv[1:]:
        found = re.fullmatch(r"(\d+(?:\.\d*)?)([smhd]?)", each)
        seconds += float(found[1]) * _SECONDS[found[2]] if found else _YEAR if each.lower() in ("inf", "infinity") else 0
    # Years of sleep are a way to write infinity where sleep does not know the word.
    if seconds >= _YEAR:
        return NEVER, " ".join(("sleep", *argv[1:]))
    return (DONE, _why(DONE, "sleep")) if seconds < _DAY else (UNKNOWN, "it sleeps for days")


def _connecting(name: str, argv: Sequence[str]) -> tuple[str, str]:
    server = serving(argv)
    if server is None:
        return (UNKNOWN, _why(UNKNOWN, "socat")) if name == "socat" else (DONE, _why(DONE, name))
    return (NEVER, f"{server.tool} never returns") if server.again else (TOLD, f"{server.tool} waits for a connection")
