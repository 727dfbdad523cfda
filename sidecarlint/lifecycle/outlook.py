"""What injected helpers mean for a pod: the words of `PodLife` that speak of them.

In: a workload, what is injected, the parts and ends of its own containers. Out: `Outlook`. Must not know: text, spans, files.
"""

from collections.abc import Iterator, Sequence

from sidecarlint.catalogue import Catalogue, Helper, Injector
from sidecarlint.lifecycle.ends import End, may_end
from sidecarlint.lifecycle.injected import Injected, declining, injected, is_helper, is_there, native_mode
from sidecarlint.lifecycle.parts import Part
from sidecarlint.lifecycle.seen import Seen, Sight
from sidecarlint.lifecycle.signs import Metadata, Sign, is_off, is_shown, metadata_of, sign_of
from sidecarlint.references import References
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload

Shown = tuple[tuple[str, Sight], ...]
"""What was seen, each with the word that it speaks for."""


class Outlook(NamedTuple):
    """The words that speak of injected helpers; `PodLife` says what each means. `adds` are the helpers themselves."""

    injected: tuple[str, ...] = ()
    injected_legacy: tuple[str, ...] = ()
    injected_blockers: tuple[str, ...] = ()
    injected_doubts: tuple[str, ...] = ()
    injected_unless: str = ""
    injected_told: tuple[str, ...] = ()
    told_by: str = ""
    declined: tuple[str, ...] = ()
    ignored_settings: tuple[str, ...] = ()
    settings_of: str = ""
    old_switch: str = ""
    new_switch: str = ""
    renamed_since: str = ""
    adds: tuple[Injected, ...] = ()
    shown: Shown = ()


class _Pod(NamedTuple):
    workload: Workload
    seen: Sequence[Seen]
    metadata: Metadata
    can_end: bool


def outlook(
    workload: Workload, seen: Sequence[Seen], found: Sequence[Part], how: Sequence[End], catalogue: Catalogue, references: References
) -> Outlook:
    """What labels and annotations of a pod and its namespace let come."""
    metadata = metadata_of(workload, references)
    if metadata.is_empty:
        return Outlook()
    pod = _Pod(workload, seen, metadata, _waits(workload, seen, found, how))
    adds = injected(workload, seen, catalogue, metadata)
    known = [(helper, helper.injector) for helper in catalogue.injected if helper.injector is not None]
    return _settled(pod, known, _held(pod, adds))


def _waits(workload: Workload, seen: Sequence[Seen], found: Sequence[Part], how: Sequence[End]) -> bool:
    """Whether the work may end, and somebody waits for all of its containers. A patch does not show them; some controllers do not wait."""
    shown = not workload.partial and any(part.part == "app" for part in found)
    return shown and not workload.ended_by and may_end(workload, seen, found, how)


def _held(pod: _Pod, adds: tuple[Injected, ...]) -> Outlook:
    """What keeps the work from completing, for certain, perhaps, or as long as nobody tells it to quit."""
    legacy = [each for each in adds if each.native != "yes"]
    staying = [each for each in legacy if pod.can_end and each.ends != "when-told"]
    told = [each for each in legacy if pod.can_end and each.trick]
    blockers = [each for each in staying if each.native == "no" and each.ends == "never"]
    doubts = [each for each in staying if each not in blockers]
    return Outlook(
        injected=_titles(adds),
        injected_legacy=_titles(legacy),
        injected_blockers=_titles(blockers),
        injected_doubts=_titles(doubts),
        injected_unless=_unless(doubts[0]) if doubts else "",
        injected_told=_titles(told),
        told_by=told[0].trick if told else "",
        adds=adds,
        shown=(
            *_sights("injected_blockers", blockers, pod.metadata),
            *_sights("injected_doubts", doubts, pod.metadata),
            *_sights("injected_told", told, pod.metadata),
        ),
    )


def _titles(each: Sequence[Injected]) -> tuple[str, ...]:
    return tuple(one.title for one in each)


def _unless(doubt: Injected) -> str:
    if doubt.native == "no":
        return "something makes it quit"
    since = doubt.injector.native_since
    return f"it comes as a native sidecar (the default since {since})" if since else "it comes as a native sidecar"


def _sights(word: str, each: Sequence[Injected], metadata: Metadata) -> Iterator[tuple[str, Sight]]:
    for one in each:
        yield word, one.asked
        if one.switch is not None:
            words = f"{one.switch.key} is {metadata.value(one.switch)}, so it comes as an ordinary container"
            yield word, Sight(words, metadata.place(one.switch))
        if one.told is not None:
            yield word, one.told


def _settled(pod: _Pod, known: "list[tuple[Helper, Injector]]", held: Outlook) -> Outlook:
    """With what the pod says to injectors besides."""
    declined = [(helper.title, sign) for helper, injector in known if (sign := _declined(pod, helper, injector))]
    ignored = [(helper.title, sign) for helper, injector in known for sign in _ignored(pod, injector) if _is_native(pod, helper, injector)]
    old, new, since = next((found for _, injector in known if (found := _old_switch(pod, injector))), (None, None, ""))
    shown = [("declined", sign, f"the {sign.kind} {sign.key} keeps {title} out") for title, sign in declined]
    shown += [("ignored_settings", sign, f"{sign.name} is set") for _, sign in ignored]
    shown += [("old_switch", old, f"{old.key} is the old name")] if old else []
    return held._replace(
        declined=tuple(title for title, _ in declined),
        ignored_settings=tuple(sign.name for _, sign in ignored),
        settings_of=ignored[0][0] if ignored else "",
        old_switch=old.key if old else "",
        new_switch=new.key if new else "",
        renamed_since=since,
        shown=(*held.shown, *((word, Sight(words, pod.metadata.place(sign))) for word, sign, words in shown)),
    )


def _declined(pod: _Pod, helper: Helper, injector: Injector) -> Sign | None:
    """Work that a mesh was kept away from, although it could now end in it."""
    if not pod.can_end or pod.workload.pod.host_network or not injector.mesh or injector.native or is_there(helper, injector, pod.seen):
        return None
    return declining(injector, pod.metadata)


def _is_native(pod: _Pod, helper: Helper, injector: Injector) -> bool:
    """Whether the helper is shown to be a native sidecar: it stands there as one, or the pod's own switch says it."""
    if any(each.container.is_sidecar and is_helper(each, helper) for each in pod.seen):
        return True
    native, switch = native_mode(injector, pod.metadata)
    stays_out = is_there(helper, injector, pod.seen) or declining(injector, pod.metadata) is not None
    return native == "yes" and switch is not None and not switch.of_namespace and not stays_out


def _ignored(pod: _Pod, injector: Injector) -> list[Sign]:
    return [sign for text in injector.ignored if is_shown(sign := sign_of(text), pod.metadata)]


def _old_switch(pod: _Pod, injector: Injector) -> tuple[Sign, Sign, str] | None:
    """A switch of the pod by a name that it no longer has, its name now, which is not given besides, and since when."""
    signs = [sign for text in injector.switches if not (sign := sign_of(text)).of_namespace]
    given = [sign for sign in signs if pod.metadata.value(sign) is not None]
    return (given[0], signs[0], injector.switch_since) if given and given[0] != signs[0] else None


def completing(own: str, view: Outlook) -> str:
    """Whether the pod completes, from whether its own containers do: yes, no, unknown or never-meant-to."""
    if own in ("no", "never-meant-to"):
        return own
    return "no" if view.injected_blockers else "unknown" if view.injected_doubts else own


class Mark(NamedTuple):
    """A label or annotation that only pods of a mesh have, or their namespace."""

    key: str
    value: str
    of_namespace: bool


def legacy_mesh(workload: Workload, catalogue: Catalogue, references: References) -> Mark | None:
    """What shows that a pod is in a mesh whose proxy is not known to be native (9.2), None where nothing does. Traffic on the node's own
    network goes through no mesh."""
    if workload.pod.host_network:
        return None
    metadata = metadata_of(workload, references, sure=False)
    meshes = [each.injector for each in catalogue.injected if each.injector is not None and each.injector.mesh]
    return next((mark for each in meshes if not metadata.is_empty and (mark := _hint(each, metadata))), None)


def _hint(injector: Injector, metadata: Metadata) -> Mark | None:
    if declining(injector, metadata) is not None or native_mode(injector, metadata)[0] == "yes":
        return None
    keys = tuple(sign_of(text).key for text in injector.asked_by)
    given = [Mark(key, value, index > 1) for index, each in enumerate(metadata[:4]) for key, value in each.items()]
    return next((mark for mark in given if mark.key.startswith((*keys, *injector.hinted_by)) and not is_off(mark.value)), None)
