"""What tests of command lines share: a command line in, and what is known of it in a short form."""

from typing import Any

from sidecarlint.workloads.commands import Behaviour, Place, behaviour
from sidecarlint.workloads.images import parse_image

LOG = "/var/log/app.log"


def script(text: str, *arguments: str) -> Behaviour:
    return behaviour(("sh", "-c", text, *arguments), None, parse_image("app"))


def argv(*words: str) -> Behaviour:
    return behaviour(words, None, parse_image("app"))


def text_at(place: Place, command: tuple[str, ...] | None, args: tuple[str, ...] | None = None) -> str:
    items = (command if place.key == "command" else args) or ()
    return items[place.index][place.start : place.end]


def seen(found: Behaviour, *names: str) -> dict[str, Any]:
    """The fields of a behaviour that a table names, in the short form in which it writes them."""
    short: dict[str, Any] = {
        "follows": [(each.path, each.tool, each.by_name) for each in found.follows],
        "fixes": [each.replacement for each in found.follows if each.option],
        "listens": [(each.port, each.tool, " ".join(each.runs)) for each in found.listens],
        "calls": [f"{each.method or 'TCP'} {each.host}:{each.port}{each.path}{' waits' if each.waits else ''}" for each in found.calls],
        "programs": [" ".join(each) for each in found.programs],
    }
    return {name: short[name] if name in short else getattr(found, name) for name in names}
