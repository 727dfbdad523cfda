"""Indexes in parameters of Helm that a sidecar has left behind, as findings of the objects in which they stand.

In: the places of a source. Out: `Finding`s. Must not know: charts, how a fix is planned.
"""

from collections.abc import Iterator
from os.path import dirname, realpath

from sidecarlint.documents import documents
from sidecarlint.findings import Evidence, Finding
from sidecarlint.findings.places import Places
from sidecarlint.references.parameters import Missed, Parameter, missed, parameters
from sidecarlint.sources import Found, Source, read
from sidecarlint.sources.nearby import repository

RULE = "parameter-index-shifted"


def parameter_findings(places: Places) -> Iterator[Finding]:
    """A finding for each parameter whose item has become an init container. Files of values are looked up in the source's repository, or
    without one in its own folder."""
    path = realpath(places.path)
    top = repository(path) or dirname(path)
    for document in documents(places.text):
        for each in parameters(document, path, top) if document.root is not None and document.problem is None else ():
            lost = missed(each, _read)
            if lost is not None:
                location = places.location(document, each.route)
                seen = Evidence(f"{lost.container} stands in {lost.other}, with restartPolicy: Always")
                yield Finding(RULE, "source", "error", _said(each, lost), location, None, lost.container, (seen,))


def _said(each: Parameter, lost: Missed) -> str:
    listed = ".".join(each.keys)
    return f"{each.name} makes a container without a name: {listed} holds {lost.held}, as {lost.container} stands in {lost.other}"


def _read(path: str) -> str | None:
    source = read(Found(path, False))
    return source.text if isinstance(source, Source) else None
