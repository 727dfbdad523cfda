"""The kustomizations of one tree as a graph: who includes whom, who reaches a file, and by which ways.

In: paths of kustomization files, and a way to read what they name. Out: `Kustomizations`, `Way`. Must not know: lifecycles, rules.

A way is what happens to an object between its file and one build: every kustomization on it, in the order in which kustomize applies
them. That is, of each kustomization first its components, then what it lays over all that it includes (helm-kustomize B2).
"""

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from sidecarlint.references.kustomize.guard import speaks_of, touches
from sidecarlint.references.kustomize.reading import kustomization
from sidecarlint.references.kustomize.values import Beside, Entry, Kustomization
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload

if TYPE_CHECKING:
    from sidecarlint.references.kustomize.breaches import Breach
    from sidecarlint.references.kustomize.brought import Brought

MOST_WAYS = 64
"""Of one file. Bases that include each other crosswise would double them at every step."""

_CYCLE = "it includes itself, by way of {}"
_SEVERAL = "its folder holds {} as well, and kustomize takes only one"


class Way(NamedTuple):
    """How an object gets from its file into one build. `layers` are applied in this order; the build is the last one's."""

    layers: tuple[Kustomization, ...]

    @property
    def root(self) -> Kustomization:
        """The kustomization that is built. What a tool writes into a kustomization file is applied ahead of the end of that file's own
        work, and is what is built all the same."""
        return next((each for each in self.layers if each.virtual), self.layers[-1])


def _objects(beside: Beside | None, folders: set[str], read: Callable[[str], str | None]) -> tuple[Kustomization, ...]:
    if beside is None or not beside.paths:
        return ()
    # Most trees have none.
    from sidecarlint.references.kustomize.gitops import layers

    return layers(beside, folders, read)


class Known(NamedTuple):
    """A kustomization as it was read, and the files that it was read from."""

    value: Kustomization
    files: frozenset[str]


def _with_clones(found: Kustomization, folders: Collection[str], resolved: Callable[[str], str] | None) -> Kustomization:
    """A kustomization with what it includes from elsewhere, as far as that is at hand."""
    if resolved is None or not any(each.kind == "remote" for each in (*found.resources, *found.components)):
        return found

    def local(entry: Entry) -> Entry:
        place = resolved(entry.written) if entry.kind == "remote" else ""
        kind = "file" if os.path.isfile(place) else "folder" if place in folders else "unseen"
        return Entry(entry.written, kind, place) if place else entry

    return found._replace(resources=tuple(map(local, found.resources)), components=tuple(map(local, found.components)))


class Kustomizations:
    """The kustomizations of a tree. `read` gives a file's text, or None when it cannot be read. `beside` names files that may hold objects
    of Flux, Argo CD or helmfile; what these lay over a folder is in `objects`, and on the ways, but not in `all`. `resolved` gives the real
    path of what is included from elsewhere where a clone of it is at hand, else "": the kustomizations in that clone must be among the
    paths. `known` are those that need not be read again, by path; `walked` is what `breaches` keeps of each file, for as long as the file's
    text stays."""

    def __init__(
        self,
        paths: list[str],
        read: Callable[[str], str | None],
        beside: Beside | None = None,
        resolved: Callable[[str], str] | None = None,
        known: Mapping[str, Known] | None = None,
    ) -> None:
        self._read, self.beside, self.resolved = read, beside, resolved
        self.walked: dict[str, tuple[object, tuple[Breach, ...]]] = {}
        again = known or {}
        folders = {again[path].value.folder if path in again else os.path.dirname(os.path.realpath(path)) for path in paths}
        self._known = {path: again.get(path) or _known(path, folders, read) for path in sorted(paths)}
        self.all = tuple(_with_clones(each.value, folders, resolved) for each in self._known.values())
        self.objects = _objects(beside, folders, read)
        self._readable = [each for each in self.all if each.resources or each.components or each.patches or not each.problem]
        self._readable += self.objects
        self._patch_files = {patch.path: each.path for each in self._readable for patch in each.patches if patch.path}

    def without(self, path: str) -> "Kustomizations":
        """The same tree when the file at a real path has another text: nothing else is read again."""
        known = {at: each for at, each in self._known.items() if path not in each.files}
        again = Kustomizations(list(self._known), self._read, self.beside, self.resolved, known)
        again.walked = {at: each for at, each in self.walked.items() if at != path}
        return again

    @cached_property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a kustomization's path and why it cannot be built, as far as this tree shows it."""
        return tuple((each.path, why) for each in self.all if (why := each.problem or self._beyond_itself(each)))

    def problem_of(self, path: str) -> str:
        """Why the kustomization at `path` cannot be built, "" for one that can and for any other file."""
        real = os.path.realpath(path)
        return next((why for each, why in self.problems if os.path.realpath(each) == real), "")

    @cached_property
    def unseen(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a kustomization's path and something that it includes and that lies outside of this tree."""
        included = ((each.path, entry) for each in self._readable for entry in (*each.resources, *each.components))
        return tuple((path, entry.written) for path, entry in included if entry.kind in ("remote", "unseen"))

    def patching_file(self, path: str) -> str | None:
        """The kustomization that uses the file at `path` as a patch, or None."""
        return self._patch_files.get(os.path.realpath(path))

    def patching(self, path: str, workload: Workload) -> str | None:
        """A kustomization that reaches the file at `path` and speaks of containers of this workload, or None."""
        reaching = self.reaching(path)
        if workload.in_values:
            reaching += self._with_charts(path)
        renamed = any(each.renames for each in reaching)
        return next((each.path for each in reaching if touches(each, workload, renamed)), None)

    def _with_charts(self, path: str) -> list[Kustomization]:
        """The kustomization at `path`, which has charts rendered, and those that it gets into; none for any other file."""
        real = os.path.realpath(path)
        own = [each for each in self._readable if os.path.realpath(each.path) == real and not each.virtual]
        return [*own, *(user for each in own for user in self.reaching(each.folder))]

    def stays_right(self, path: str, workload: Workload, moved: tuple[str, ...]) -> bool:
        """Whether all that speaks of this workload's containers stays right when those of these names become init containers."""
        from sidecarlint.references.kustomize.kept import stays_right

        return stays_right(self, path, workload, moved)

    def patching_object(self, path: str, kind: str, name: str) -> str | None:
        """A kustomization that reaches the file at `path` and speaks of anything in the object of this kind and name, or None."""
        reaching = self.reaching(path)
        renamed = any(each.renames for each in reaching)
        return next((each.path for each in reaching if speaks_of(each, kind, name, renamed)), None)

    def reaching(self, path: str) -> list[Kustomization]:
        """The kustomizations that include a file, themselves or by others, and the components that they apply to it."""
        reached, above, applied = list[Kustomization](), {os.path.realpath(path)}, set[str]()
        rest = list(self._readable)
        while found := [each for each in rest if each.includes & above or each.folder in applied]:
            reached += found
            applied |= {entry.place for each in found for entry in each.components}
            above |= {place for each in found if each.includes & above for place in (each.path, each.folder)}
            rest = [each for each in rest if each not in found]
        return reached

    def files_below(self, above: Iterable[Kustomization]) -> list[str]:
        """The files that get into these kustomizations, themselves or by others; into a component come those of its users."""
        return sorted({entry.place for each in self.below(above) for entry in each.resources if entry.kind == "file"})

    def below(self, above: Iterable[Kustomization]) -> list[Kustomization]:
        """These kustomizations and all that they include, themselves or by others; into a component comes what its users include."""
        ahead, found = list(above), dict[tuple[str, str], Kustomization]()
        while ahead:
            each = ahead.pop()
            if (own := (each.path, each.folder)) not in found:
                found[own] = each
                ahead += [self._by_folder[place] for place in each.includes if place in self._by_folder]
                ahead += [user for user, as_component in self._users.get(each.folder, ()) if as_component]
        return list(found.values())

    def text(self, path: str) -> str | None:
        """The text of a file, or None when it cannot be read."""
        return self._read(path)

    def is_known(self, place: str) -> bool:
        """Whether a kustomization of this tree lies in the folder at a real path."""
        return place in self._by_folder

    def ways(self, path: str) -> tuple[Way, ...]:
        """The ways from the file at `path` into builds, one for each build that it gets into and each way in which it does."""
        return tuple(Way(layers) for layers in islice(self._from(os.path.realpath(path)), MOST_WAYS))

    def breaches_in(self, path: str) -> "tuple[Breach, ...]":
        """What the file at `path` breaks in objects that its patches are for."""
        from sidecarlint.references.kustomize.breaches import breaches

        return breaches(self, os.path.realpath(path), self._read)

    def speaking(self, path: str) -> list[Kustomization]:
        """The kustomizations that speak of containers in the file at a real path."""
        return self._speaking.get(path, [])

    @cached_property
    def _speaking(self) -> dict[str, list[Kustomization]]:
        from sidecarlint.references.kustomize.breaches import speaking_files

        found: dict[str, list[Kustomization]] = defaultdict(list)
        for each in (*self.all, *self.objects):
            for path in dict.fromkeys(speaking_files(each)):
                found[path].append(each)
        return found

    def brought_in(self, path: str) -> "tuple[Brought, ...]":
        """The containers that patches in the file at `path` bring into pods."""
        return self._brought.get(os.path.realpath(path), ())

    @cached_property
    def _brought(self) -> "dict[str, tuple[Brought, ...]]":
        from sidecarlint.references.kustomize.brought import all_brought

        return all_brought(self, self._read)

    @cached_property
    def _users(self) -> dict[str, list[tuple[Kustomization, bool]]]:
        """Who includes a place, and whether as a component."""
        users: dict[str, list[tuple[Kustomization, bool]]] = defaultdict(list)
        for each in self._readable:
            for listed, as_component in ((each.resources, False), (each.components, True)):
                for place in dict.fromkeys(entry.place for entry in listed if entry.place):
                    users[place].append((each, as_component))
        return users

    @cached_property
    def _by_folder(self) -> dict[str, Kustomization]:
        return {each.folder: each for each in reversed(self._readable)}

    def _from(self, place: str, seen: tuple[str, ...] = ()) -> Iterator[tuple[Kustomization, ...]]:
        """The layers above a file or a folder, up to each build. What includes itself cannot be built, and gives none."""
        for each, as_component in self._users.get(place, ()):
            if each.folder in seen:
                continue
            components = tuple(self._components(each, place if as_component else None))
            own = (*components, *(self._joined(each) if as_component else (each,)))
            # What an object builds, people build without it too.
            if all(user.virtual and not taken for user, taken in self._users.get(each.folder, ())):
                yield own
            for rest in self._from(each.folder, (*seen, each.folder)):
                joined = rest[-1].into == each.folder
                yield (*components, *rest[:-1], *self._joined(rest[-1])) if joined else (*own, *rest)

    def _joined(self, each: Kustomization) -> tuple[Kustomization, ...]:
        """A kustomization; of what a tool writes into a kustomization file, between the two halves of that file's own work."""
        file = self._by_folder.get(each.into)
        if file is None:
            return (each,)
        first, last = (tuple(patch for patch in file.patches if patch.after_names == late) for late in (False, True))
        head = file._replace(patches=first, replaced=(), prefix="", suffix="", namespace="", opaque="")
        return head, each, file._replace(patches=last)

    def _components(self, each: Kustomization, behind: str | None, seen: tuple[str, ...] = ()) -> Iterator[Kustomization]:
        """The components of a kustomization in order, theirs before them. `behind`: only those that come after this one."""
        places = [entry.place for entry in each.components]
        for place in places[places.index(behind) + 1 :] if behind in places else places:
            component = self._by_folder.get(place)
            if component is not None and place not in seen:
                yield from self._components(component, None, (*seen, place))
                yield component

    def _beyond_itself(self, each: Kustomization) -> str:
        names = [os.path.basename(other.path) for other in self.all if other.folder == each.folder and other.path != each.path]
        if names:
            return _SEVERAL.format(names[0])
        turn = self._turn(each)
        return _CYCLE.format(os.path.relpath(turn, each.folder)) if turn else ""

    def _turn(self, each: Kustomization) -> str:
        """The folder by which a kustomization includes itself, or ""."""
        below, ahead = dict[str, str](), [(place, place) for place in sorted(each.includes)]
        while ahead:
            place, first = ahead.pop()
            if place == each.folder:
                return first
            if place not in below and place in self._by_folder:
                below[place] = first
                ahead += [(inner, first) for inner in sorted(self._by_folder[place].includes)]
        return ""


def _known(path: str, folders: Collection[str], read: Callable[[str], str | None]) -> Known:
    files = {os.path.realpath(path)}

    def noting(named: str) -> str | None:
        files.add(named)
        return read(named)

    return Known(kustomization(path, folders, noting), frozenset(files))
