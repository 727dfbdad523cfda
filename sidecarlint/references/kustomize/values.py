"""What stands in a kustomization, as values.

In: nothing. Out: `Kustomization` and its parts. Must not know: how any of it is read, or what it does to an object.
"""

from sidecarlint.documents import Route
from sidecarlint.values import NamedTuple


class Selector(NamedTuple):
    """Whom a patch or a replacement is for: expressions as they are written, "" where nothing is asked for. `labels` and `annotations`
    are selectors as on kubectl's command line."""

    group: str = ""
    version: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""
    labels: str = ""
    annotations: str = ""


class Beside(NamedTuple):
    """The files of a tree that may hold objects of Flux, Argo CD or helmfile, and the top of their repository, where their paths start."""

    paths: tuple[str, ...] = ()
    top: str = ""


class Entry(NamedTuple):
    """One thing that a kustomization includes. `place` is its real path, "" for what lies elsewhere on the net.

    kind: file; folder, of a kustomization that is known; unseen, for a folder without one; remote; missing.
    """

    written: str
    kind: str
    place: str = ""


class Patch(NamedTuple):
    """One patch. `path` is its file, "" when it is written inline; `route` leads to the inline text, or to the name of the file, in the
    document of the kustomization. `target` None: the patch names its object itself. `after_names`: it is applied after names were changed.
    `nested`: what stands at the route is no text but the patch itself, as YAML of that document; `text` is the same by itself."""

    path: str
    text: str
    route: Route
    target: Selector | None = None
    after_names: bool = False
    nested: bool = False


class Field(NamedTuple):
    """One field that a replacement writes to: its path, split into keys, and the route to where that is said."""

    steps: tuple[str, ...]
    route: Route


class Replaced(NamedTuple):
    """One target of a replacement. `path` is the file in which it stands, "" for the kustomization, `number` its document there. `create`:
    what is missing is made."""

    path: str
    number: int
    select: Selector
    rejects: tuple[Selector, ...]
    fields: tuple[Field, ...]
    create: bool


class Fetched(NamedTuple):
    """One field that a replacement or a variable reads: of whom, its path, and the file, its document and the route where that is said."""

    path: str
    number: int
    route: Route
    select: Selector
    written: str


class Configured(NamedTuple):
    """One field that a configuration names: its path as it is written, whose it is, and the file, its document and the route of the whole
    entry. `create`: what is missing is made."""

    path: str
    number: int
    route: Route
    kind: str
    written: str
    create: bool


class Speech(NamedTuple):
    """Anything else that speaks of fields: a variable, a transformer, a configuration. `kind` and `name` are expressions."""

    text: str
    kind: str
    name: str


class Ignored(NamedTuple):
    """A field that Argo CD leaves out when it compares. `path`: a JSON pointer, or a jq expression; `route` leads to it. `select` names an
    object exactly, with `*` for any part of a name."""

    path: str
    route: Route
    select: Selector


class Pinned(NamedTuple):
    """The repository from which a tool takes what it builds, by its URL, and the revision, both as they are written; "" for what is not
    said."""

    repository: str = ""
    revision: str = ""


class Kustomization(NamedTuple):
    """One kustomization file, or an object of Flux, Argo CD or helmfile that lays something over a folder (`virtual`). Paths are real paths
    but for `path`, which is as it was given.

    patches     in the order in which they are applied
    prefix, suffix, namespace  what it gives the names of all that it includes
    opaque      what it does to its objects that is not followed here, in a few words; "" for nothing
    problem     why kustomize cannot build it, as far as is seen here; "" for nothing
    number      its document in the file; routes start at that document's root
    title       the object in a sentence, such as `the Flux Kustomization web`; "" for a kustomization file. The `folder` of an object is
                no folder, as nothing can be included from there
    into        the real path of the folder whose kustomization file the tool itself writes the patches and components into; "" for none
    ignored     the fields that Argo CD leaves out when it compares what is built with what runs
    sources     what its replacements read
    variables   what its variables read
    configured  the fields that its configurations name
    pinned      the revision at which an object of Flux or Argo CD has its folder built
    """

    path: str
    folder: str
    component: bool = False
    resources: tuple[Entry, ...] = ()
    components: tuple[Entry, ...] = ()
    patches: tuple[Patch, ...] = ()
    replaced: tuple[Replaced, ...] = ()
    speeches: tuple[Speech, ...] = ()
    prefix: str = ""
    suffix: str = ""
    namespace: str = ""
    opaque: str = ""
    problem: str = ""
    sources: tuple[Fetched, ...] = ()
    variables: tuple[Fetched, ...] = ()
    configured: tuple[Configured, ...] = ()
    number: int = 0
    title: str = ""
    into: str = ""
    ignored: tuple[Ignored, ...] = ()
    pinned: Pinned = Pinned()

    @property
    def virtual(self) -> bool:
        """Whether it is an object of a tool that builds by itself, so that neither kustomize nor kubectl can be asked to build it."""
        return bool(self.title)

    @property
    def includes(self) -> frozenset[str]:
        """Where all that it includes lies."""
        return frozenset(each.place for each in (*self.resources, *self.components) if each.place)

    @property
    def renames(self) -> bool:
        """Whether names get a prefix or a suffix."""
        return bool(self.prefix or self.suffix)
