"""What is seen of each container before anything is concluded: its helper, and what its command line does.

In: a workload and the catalogue. Out: `Seen`, one for each container. Must not know: text, spans, files.
"""

import re
from functools import lru_cache

from sidecarlint.catalogue import Catalogue, Match, one_shot
from sidecarlint.documents import Route
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Container, Workload
from sidecarlint.workloads.commands import Behaviour, Place, behaviour
from sidecarlint.workloads.images import Image, parse_image
from sidecarlint.workloads.patterns import fitting

LOOPBACK = re.compile(r"\b(?:localhost|127\.0\.0\.1)\b|\[::1\]")
# Their words are no program's: `wait` in a script is not the subcommand of that name.
_BUILTIN = frozenset({"wait", "kill", "trap", "exit", "echo", "printf", "[", "[[", "test"})
NUMBER = re.compile(r"(?<![\w.])\d{2,5}(?![\w.])")


class Sight(NamedTuple):
    """One thing that was seen, as a short sentence, and where (None for what is not at one place).

    `part` is the start and end of the words in question where they are only a part of the value at the route. `shows`: the word of
    `ContainerLife` that it is evidence of, for those who ask for that word; "" for everybody.
    """

    message: str
    route: Route | None = None
    part: tuple[int, int] | None = None
    shows: str = ""


class Seen(NamedTuple):
    """One container with what its image is known as and what its command does. `one_shot` is the mark that makes a helper end.

    `pattern`: helper or app where a pattern of the configuration fits it, "" otherwise.
    """

    container: Container
    match: Match | None
    one_shot: str | None
    does: Behaviour
    pattern: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """Command and args, as they are given."""
        return (*(self.container.command or ()), *(self.container.args or ()))

    @property
    def known(self) -> Match | None:
        """The helper that the container is known as, unless it runs in a mode that ends."""
        return self.match if self.one_shot is None else None

    @property
    def ports(self) -> frozenset[int]:
        """The ports that it declares, that its command line opens, and that kubelet asks it for by number."""
        probes = (self.container.startup_probe, self.container.readiness_probe, self.container.liveness_probe)
        asked = (int(probe.port) for probe in probes if probe is not None and probe.port.isdecimal())
        declared = (*(port.number for port in self.container.ports), *(listen.port for listen in self.does.listens))
        return frozenset((*(port for port in declared if port is not None), *asked))

    def speaks_of_port(self, port: int) -> bool:
        """Whether a port is its own: declared, opened, or a number in its words, such as `--port=5432`."""
        return port in self.ports or any(number == str(port) for word in self.words for number in NUMBER.findall(word))

    @property
    def argv(self) -> tuple[str, ...]:
        """The words of the programs that it runs; of a shell line, those of each program in it that is not the shell's own."""
        return tuple(word for program in self.does.programs if program[0] not in _BUILTIN for word in program) or self.words


_UNREAD = Behaviour("unknown", "actions of a template decide what runs", understood=False)


def see(workload: Workload, catalogue: Catalogue) -> tuple[Seen, ...]:
    """Every container of a workload, init containers first."""
    return tuple(_see(container, catalogue) for container in workload.pod.all_containers)


def _see(container: Container, catalogue: Catalogue) -> Seen:
    image = parse_image(container.image)
    does = _UNREAD if container.unread else behaviour_of(container.command, container.args, image)
    seen = Seen(container, None, None, does)
    # A shell line counts by the programs that it runs, cut into their words.
    match = catalogue.match(image, container.name, seen.argv)
    mark = one_shot(match.helper, seen.argv, {each.name: each.value for each in container.env}) if match else None
    said = next((part for part, patterns in catalogue.said if fitting(patterns, container)), "")
    return seen._replace(match=match, one_shot=mark, pattern=said)


@lru_cache(maxsize=1024)
def behaviour_of(command: tuple[str, ...] | None, args: tuple[str, ...] | None, image: Image) -> Behaviour:
    """A pod is looked at again for each move that is thought through, and its command lines stay the same."""
    return behaviour(command, args, image)


def sight_of(message: str, container: Container, text: str) -> Sight:
    """What was seen where a text stands in a container's command line."""
    for key, words in (("command", container.command), ("args", container.args)):
        for index, word in enumerate(words or ()):
            at = word.find(text)
            if at >= 0:
                return Sight(message, (*container.route, key, index), (at, at + len(text)))
    return Sight(message, container.route)


def plain_name(text: str) -> str:
    """A name without the signs that people write it with: `cloud_sql_proxy` is `cloud-sql-proxy`."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def sight_at(message: str, container: Container, place: Place) -> Sight:
    """What was seen at a place of a command line."""
    return Sight(message, (*container.route, place.key, place.index), (place.start, place.end))
