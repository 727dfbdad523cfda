"""What objects beside Services say of other objects' containers and their ports, and of whom they say it.

In: a workload. Out: `Mention`s that are about it. Must not know: lifecycles, rules, how a kind of object says something.
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from os.path import abspath, dirname

from sidecarlint.documents import Route
from sidecarlint.references.index import Key, indexed
from sidecarlint.references.services import References, Service, titled
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Container, Workload

Pair = tuple[str, str]
"""A label's key and value."""

Need = tuple[str, str, tuple[str, ...]]
"""One of a selector's matchExpressions: key, operator, values."""


class Whom(NamedTuple):
    """Which workloads an object speaks of. What is empty asks for nothing.

    kinds       kinds, or resources as an API server calls them, such as `deployments`
    name        the workload's own
    labels      those that pods must have, with `needs` beside them
    namespaces  None: the object's own; empty: all; else patterns. `beyond` are patterns of those left out
    pods        how the names of pods begin
    folders     the workload's source stands below one of these, which are written as their repository has them
    """

    kinds: tuple[str, ...] = ()
    name: str = ""
    labels: tuple[Pair, ...] = ()
    needs: tuple[Need, ...] = ()
    namespaces: tuple[str, ...] | None = None
    beyond: tuple[str, ...] = ()
    pods: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


class Mention(NamedTuple):
    """One thing that an object says. `kind`, `name`, `namespace`, its source's `path` and its document's `number` are the object's.

    about   scales, sizes, lets-in, lets-out, scrapes, scrapes-service, routes, health-check, watches, admits, constrains, enforces or
              ignores
    names   names of containers or ports that it says, as patterns; `but` are those that it excludes
    detail  what the kind has to add: a metric, a protocol, a mode, a load balancer, another object's name
    services  which Services it speaks of, where it speaks of pods through them
    route   leads to what is said, from the document's root
    closed  why it must not be rewritten where it stands; "" when nothing in its document does
    """

    about: str
    kind: str
    name: str
    namespace: str
    whom: Whom
    names: tuple[str, ...]
    route: Route
    detail: str = ""
    but: tuple[str, ...] = ()
    services: Whom = Whom()
    path: str = ""
    number: int = 0
    closed: str = ""

    @property
    def selector(self) -> tuple[Pair, ...]:
        """The labels of the pods that it selects, as a Service has them."""
        return self.whom.labels

    @property
    def asks_for(self) -> tuple[Key, ...]:
        """What a workload must have: labels, or a name."""
        return self.whom.labels or ((self.whom.name,) if self.whom.name else ())

    def says(self, word: str) -> bool:
        """Whether it speaks of a container or port of this name."""
        return bool(word) and word not in self.but and any(fnmatchcase(word, name) for name in self.names)

    def title(self, asking: str) -> str:
        """The object in a sentence, with its source where that is not the one that asks."""
        return titled(self.kind, self.name, self.path, asking)


def speaking(references: References, workload: Workload, *about: str) -> tuple[Mention, ...]:
    """What is said about this workload. Of objects of one kind and name those in the workload's own folder stand for all others."""
    near = indexed(references.mentions).near((*workload.pod.labels.items(), workload.owner.name))
    found = [each for each in near if each.about in about and is_about(each, workload) and _is_in_folder(each, references.path)]
    beside = {each[1:4] for each in found if _is_beside(each, references)}
    return tuple(each for each in found if _is_beside(each, references) or each[1:4] not in beside)


def naming(references: References, workload: Workload, container: Container, *about: str) -> tuple[Mention, ...]:
    """What is said about this container of the workload by its name."""
    return tuple(each for each in speaking(references, workload, *about) if each.says(container.name))


def meeting(mention: Mention, service: Service) -> bool:
    """Whether an object that speaks of Services speaks of this one."""
    wanted, labels = mention.services, dict(service.labels)
    named = not wanted.name or wanted.name == service.name
    return named and _is_in(mention, service.namespace) and set(wanted.labels) <= labels.items() and _meets_all(wanted.needs, labels)


def port_names(container: Container) -> Iterator[str]:
    """The names of a container's ports."""
    return (port.name for port in container.ports if port.name)


def _is_beside(mention: Mention, references: References) -> bool:
    return bool(references.path) and dirname(mention.path) == dirname(references.path)


def is_about(mention: Mention, workload: Workload) -> bool:
    """Whether an object speaks of this workload. One without a namespace may end up in any."""
    whom, owner, labels = mention.whom, workload.owner, workload.pod.labels
    return (
        _is_in(mention, owner.namespace)
        and (not whom.kinds or owner.kind in whom.kinds or f"{owner.kind.lower()}s" in whom.kinds)
        and (not whom.name or whom.name == owner.name)
        and set(whom.labels) <= labels.items()
        and _meets_all(whom.needs, labels)
        and (not whom.pods or any(_begins(start, owner.name) for start in whom.pods))
    )


def _is_in_folder(mention: Mention, path: str) -> bool:
    """Whether a source may be among those that an object is about."""
    folders = mention.whom.folders
    return not folders or not path or any(not folder or f"/{folder}/" in abspath(path) for folder in folders)


def _is_in(mention: Mention, namespace: str) -> bool:
    if mention.whom.namespaces is None:
        return mention.namespace == namespace or not (mention.namespace and namespace)
    if namespace and any(fnmatchcase(namespace, pattern) for pattern in mention.whom.beyond):
        return False
    wanted = mention.whom.namespaces
    return not wanted or not namespace or any(fnmatchcase(namespace, pattern) for pattern in wanted)


def _meets_all(needs: tuple[Need, ...], labels: Mapping[str, str]) -> bool:
    return all(_meets(need, labels) for need in needs)


def _meets(need: Need, labels: Mapping[str, str]) -> bool:
    """A selector as the API server reads it: NotIn and DoesNotExist also fit where the label is missing."""
    key, operator, values = need
    if operator == "In":
        return labels.get(key) in values
    if operator == "NotIn":
        return labels.get(key) not in values
    return (key in labels) == (operator == "Exists")


def _begins(start: str, name: str) -> bool:
    """Whether the names of a workload's pods, which begin with its own, can begin so."""
    return start.startswith(name) or f"{name}-".startswith(start)
