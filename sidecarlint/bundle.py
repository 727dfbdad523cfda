"""The rules and helpers that come with sidecarlint, loaded from a form prepared ahead.

In: `rules/` and the model's public words. Out: `Bundle`. Must not know: what a rule or a helper means.

A start looks at all rule and helper files without opening any, as long as `prepared.bin` was made of files of these names, sizes and
times by this very code. Otherwise it is made anew. A wheel brings it along; there the times are those of its installation and do
not count. It is marshalled, because importing json would cost more than all that a start does here.
"""

import marshal
import os

# hashlib would import OpenSSL's hashes first, which takes longer than all that is hashed here.
from _blake2 import blake2b
from binascii import crc32
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from sidecarlint import catalogue, rulebook
from sidecarlint.catalogue import Helper, Shelf
from sidecarlint.errors import RuleError
from sidecarlint.rulebook import Rule, Values, Words
from sidecarlint.values import NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from sidecarlint.catalogue.charts import KnownChart

_HERE = os.path.dirname(os.path.abspath(__file__))
_PREPARED = os.path.join(_HERE, "prepared.bin")
_READ_BY = ("rulebook", "catalogue", "helper.schema.json", "chart.schema.json", os.path.join("lifecycle", "words.py"))
_MARSHALLED = 2
"""The version of the format. Later ones write what they meet again, or have interned, in another way: the same content, other bytes."""
_DIGEST, _CHECKSUM = 20, 4


class Bundle(NamedTuple):
    """The bundled rules, in the order of their ids, helpers and charts. The rules have no page and no examples; `whole` adds them. `packed`
    are the charts as they were prepared: few runs ask for them."""

    rules: tuple[Rule, ...]
    shelf: Shelf
    packed: bytes = b""

    @property
    def charts(self) -> "tuple[KnownChart, ...]":
        """What is known of public charts, in the order of their ids."""
        from sidecarlint.catalogue.charts import chart_from_plain

        return tuple(map(chart_from_plain, marshal.loads(self.packed))) if self.packed else ()

    @property
    def helpers(self) -> tuple[Helper, ...]:
        """All helpers, in the order of their ids."""
        return tuple(self.shelf.take(name) for name in self.shelf.packed)


def rules_folder() -> "Path":
    """Where the bundled rules are: inside the package in a wheel, beside it in a checkout. Raises RuleError when they are not there."""
    from pathlib import Path

    return Path(_folder())


def _folder() -> str:
    for folder in (os.path.join(_HERE, "rules"), os.path.join(os.path.dirname(_HERE), "rules")):
        if os.path.isdir(folder):
            return folder
    raise RuleError(os.path.join(_HERE, "rules"), None, "the bundled rules are missing; install sidecarlint again")


@cache
def bundled() -> Bundle:
    """The rules and helpers that come with sidecarlint. Raises RuleError when one of them is broken."""
    return load(_folder(), _words(), _PREPARED)


def guide() -> str:
    """How rule files and helper files are written: `README.md` of the folder of the bundled ones."""
    return rulebook.read_text(os.path.join(_folder(), "README.md"))


def whole(rule: Rule) -> Rule:
    """A rule with its page and its examples; a bundled one is read from its file for it."""
    if rule.examples:
        return rule
    return rulebook.load_rules([os.path.join(_folder(), f"{rule.id}.md")], _words(), values=_values())[0]


def prepared() -> bytes:
    """The bytes of `prepared.bin` for the bundled rules and helpers, as a wheel carries it."""
    return prepare(_folder(), _words(), shipped=True)


def _words() -> Words:
    from sidecarlint.lifecycle import WORDS

    return WORDS


def _values() -> Values:
    """What words can be; not needed where everything is prepared."""
    from sidecarlint.lifecycle.words import VALUES

    return VALUES


def load(folder: str, words: Words, path: str) -> Bundle:
    """The rules and helpers of a folder laid out like `rules/`, prepared at `path` if they can be written there."""
    shipped = folder.startswith(_HERE)
    data = _read_prepared(path, _fingerprint(folder, words, shipped))
    if data is None:
        data = prepare(folder, words, shipped)
        _write(path, data)
    return _unpacked(data)


def prepare(folder: str, words: Words, shipped: bool = False) -> bytes:
    """The rules and helpers of a folder in the prepared form: the fingerprint, the checksum of what follows, and that, marshalled.

    `shipped`: for a wheel, in which times do not count.
    """
    # The fingerprint comes first: what is changed while we read then counts as changed.
    fingerprint = _fingerprint(folder, words, shipped)
    rules = [rulebook.read_rule(path, rulebook.read_text(path), words, values=_values()) for path in rulebook.rule_files(folder)]
    helpers = [catalogue.read_helper(path, rulebook.read_text(path)) for path in _files_of(folder, "helpers")]
    charts = marshal.dumps([_chart(path) for path in _files_of(folder, "charts")], _MARSHALLED)
    shelf = catalogue.to_marshal(catalogue.shelve(helpers))
    plain = {"rules": [rulebook.to_plain(rule) for rule in rules], "helpers": shelf, "charts": charts}
    body = marshal.dumps(plain, _MARSHALLED)
    return fingerprint + _checksum(body) + body


def _unpacked(data: bytes) -> Bundle:
    plain = marshal.loads(memoryview(data)[_DIGEST + _CHECKSUM :])
    rules = map(rulebook.from_plain, plain["rules"])
    return Bundle(tuple(sorted(rules, key=lambda rule: rule.id)), catalogue.from_marshal(plain["helpers"]), plain["charts"])


def _chart(path: str) -> dict[str, object]:
    from sidecarlint.catalogue.charts import chart_to_plain, read_chart

    return chart_to_plain(read_chart(path, rulebook.read_text(path)))


def _files_of(folder: str, kind: str) -> list[str]:
    """The files of helpers or of charts in a folder laid out like `rules/`."""
    below = os.path.join(folder, kind)
    return [os.path.join(below, name) for name in sorted(os.listdir(below)) if name.endswith(".yaml")] if os.path.isdir(below) else []


def _fingerprint(folder: str, words: Words, shipped: bool) -> bytes:
    lines = [f"{name}: {' '.join(sorted(known))}" for name, known in sorted(words.items())]
    paths = (*rulebook.rule_files(folder), *_files_of(folder, "helpers"), *_files_of(folder, "charts"), *_code())
    lines += sorted(_stamp(path, shipped) for path in paths)
    return blake2b("\n".join(lines).encode(), digest_size=_DIGEST).digest()


def _stamp(path: str, shipped: bool) -> str:
    try:
        found = os.stat(path)
    except OSError as error:
        raise RuleError(path, None, error.strerror or "it cannot be read") from None
    return f"{path.rpartition(os.sep)[2]} {found.st_size} {0 if shipped else found.st_mtime_ns}"


def _checksum(body: bytes | memoryview) -> bytes:
    """Tells a form that was cut short or damaged; what it was made of is the fingerprint's to tell, and that is no checksum."""
    return crc32(body).to_bytes(_CHECKSUM)


def _code() -> Iterator[str]:
    for name in _READ_BY:
        path = os.path.join(_HERE, name)
        names = sorted(os.listdir(path)) if os.path.isdir(path) else None
        yield from [path] if names is None else (f"{path}{os.sep}{each}" for each in names if each.endswith((".py", ".json")))


def _read_prepared(path: str, fingerprint: bytes) -> bytes | None:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return None
    return data if data.startswith(fingerprint + _checksum(memoryview(data)[_DIGEST + _CHECKSUM :])) else None


def _write(path: str, data: bytes) -> None:
    """Puts the prepared form in its place, whole or not at all. Where it may not be written, the next start prepares again."""
    draft = f"{path}.{os.getpid()}"
    try:
        with open(draft, "xb") as file:
            file.write(data)
        os.replace(draft, path)
    except OSError:
        if os.path.exists(draft):
            _forget(draft)


def _forget(path: str) -> None:
    try:
        os.remove(path)
    except OSError:
        return


def own_rules(paths: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules of a user's files and folders. Raises RuleError when one is missing or broken."""
    from sidecarlint.fixes import PLANS, POD_PLANS

    return rulebook.load_rules(paths, _words(), {"container": PLANS, "pod": POD_PLANS}, _values())


def own_helpers(paths: tuple[str, ...]) -> tuple[Helper, ...]:
    """The helpers of a user's files and folders. Raises RuleError when one is missing or broken, or when two cannot be told apart."""
    from sidecarlint.catalogue.claims import clash

    found: dict[str, tuple[str, Helper]] = {}
    for file in (file for path in paths for file in (_files_in(path) if os.path.isdir(path) else [path])):
        helper = catalogue.read_helper(file, rulebook.read_text(file))
        first, _ = found.setdefault(helper.id, (file, helper))
        if os.path.realpath(first) != os.path.realpath(file):
            raise RuleError(file, None, f"the helper `{helper.id}` is already in {first}; ids are unique")
        for other, known in found.values():
            if known.id != helper.id and (claim := clash(known, helper)):
                raise RuleError(file, None, f"{claim} is also an image of {other}; only marks in `argv` could tell the two apart")
    return tuple(helper for _, helper in found.values())


def _files_in(folder: str) -> list[str]:
    found = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".yaml")]
    if not found:
        raise RuleError(folder, None, "there is no helper file (*.yaml) in this folder")
    return found
