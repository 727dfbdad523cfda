"""Why what kustomizations say of a container cannot follow its move: the sentences, each with what to do.

In: nothing. Out: `Stays`, sentences with the places of `{file}` and of names. Must not know: how any of it is found.
"""

from sidecarlint.sources.nearby import short


class Stays(Exception):
    """A move cannot be followed. The message is the whole reason."""

    def __init__(self, sentence: str, file: str, **names: str) -> None:
        super().__init__(sentence.format(file=short(file), **names))


# The way into a build
MANY = "more than {most} ways lead from this file into builds, which are too many to follow: move it by hand"
NO_WAY = "{file} takes this workload in, but leads to no build that can be followed: move it by hand"
BROKEN = "{file} cannot be built as it is: {why}; repair that first"
BREACHED = "{file} does not fit this pod even now ({name}); repair that first"
REMOTE = "{file} takes in the component {name}, which is not in this tree, and what it does to this pod is not known: move it by hand"
UNSEEN = "{file} changes every object that its target fits, and {name} brings in objects that are not in this tree: name one object there"
OPAQUE = "{file} applies {name}, which may do anything to this pod: move it by hand, and build before and after"
NAMED_TWICE = "{name} would be the name of two containers of this pod, and patches find containers by their names: rename one of them"

# Patches
PERHAPS = "it cannot be told whether {file} is for {name}: give its target the kind and the name of one object"
LISTED = "{file} patches a List, which is not followed: patch each object by itself"
UNREADABLE = "{file} cannot be read as a whole: {why}; repair that first"
NO_SCHEMA = "{file} merges into a list of a {name}, which replaces the whole list, as kustomize has no schema of it: write a JSON patch"
WHOLE_POD = "{file} replaces or deletes what holds the pod's containers: move it there by hand"
REPLACES = "{file} replaces the whole list with $patch: replace: take away single containers with $patch: delete instead"
EMPTIES = "{file} empties {key}, and {name} would be lost with it: take away single containers with $patch: delete"
AGAIN = "{file} brings {name} in again once it is gone: make it a sidecar there by hand"
ALREADY = "{file} makes {name} an init container by itself: take that out of it, and the base does it for all"
UNORDERED = "{file} decides the order of the init containers in a way that leaves no place for {name}: order them by hand"
LIST_REPLACED = "{file} replaces the whole list of containers: let it change single containers, or move {name} there by hand"
LIST_REMOVED = "{file} removes initContainers, and the sidecar {name} would be lost with it: remove its init containers one by one"
LIST_SET = "{file} sets initContainers in place of a list that has items, and {name} would be lost: add its init containers one by one"
LIST_ASKED = "{file} tests or copies a list of containers as a whole: test or copy single fields"
WHOLE_ASKED = "{file} tests, copies or moves {name} as a whole: test or copy its fields"
SET_TOO = "{file} speaks of {path} of {name}, which this fix changes too: decide there what it is to be"
RENAMED = "{file} renames {name}, and what looks for it by its name is not followed then: move it by hand"
MISSED = "{file} leads to {path}, which is not there even now: repair that first"
NOT_EDITED = "{file} would have to change with it, and cannot be edited: {why}"
UNFOLLOWED = "{file} changes the containers of this pod in a way that is not followed: move it by hand, and build before and after"

# Replacements, variables, configurations
CREATES = "{file} makes the field of {name} with options.create, which would make a container where it is not found: set the field there"
ALL_INITS = "{file} writes to every init container, and so to {name} once it is one: name the containers that are meant"
ALL_READ = "{file} reads a field of every container: name the one that is meant"
BY_OTHER = "{file} looks for containers by something else than their names ({path}): look for them by [name=…]"
WHOLE_WRITTEN = "{file} replaces {path} as a whole: let it replace single fields"
SPEC_CREATES = "{file} names {path} with create: true, which makes what is missing: add one for initContainers by hand"

# Who else is concerned
ELSEWHERE = "{file} is for {name} too, which stays as it is: give each its own patch, with the name of one object as its target"
SEVERAL_BUILDS = "{file} is used in the builds of {one} and {other}, and would have to change differently: give each its own copy"
TWICE = "{file} is applied twice on the way into one build, and would have to change differently: give each its own copy"
BY_SEVERAL_WAYS = (
    "this workload gets into {root} by several ways, and {file} would have to change differently for each: give each its own patch"
)
ANOTHER_USER = "{file} is used by {one} as well, for which it would have to stay: give each its own copy"
UNPROVEN = "{file} would build to something else than before with the container moved: move it by hand, and build before and after"
