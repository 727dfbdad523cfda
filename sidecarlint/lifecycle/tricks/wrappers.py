"""Programs around a container's own that end the helper with the app: kubexit, scuttle, linkerd-await (native-sidecars 10).

In: a `Scene`. Out: `Trick`s. Must not know: text, spans, files.
"""

import re
from collections.abc import Iterator

from sidecarlint.lifecycle.seen import Seen, Sight
from sidecarlint.lifecycle.tricks.quit_calls import Quit, fits
from sidecarlint.lifecycle.tricks.trick import DOUBT, Scene, Trick, mentions, where
from sidecarlint.workloads.commands.ways import SURELY
from sidecarlint.workloads.images import parse_image

_KUBEXIT = re.compile(r"(?<![\w-])kubexit\b")
_PREFLIGHT = ("scuttle", "envoy-preflight")
_PREFLIGHT_WORDS = re.compile(rf"(?<![\w-])(?:{'|'.join(_PREFLIGHT)})\b")
_PREFLIGHT_VARIABLES = ("ENVOY_ADMIN_API", "ISTIO_QUIT_API", "GENERIC_QUIT_ENDPOINTS")
_AWAIT = re.compile(r"(?<![\w-])linkerd-await\b")
_AWAITS_THE_END = ("--shutdown", "-S")
_ENDPOINT = re.compile(r":(\d{2,5})(/[\w./-]*)?")
# Helpers of helpers, by the end of their repository, and the mesh whose proxy they end once the other containers have ended.
_WATCHERS = {"paskalmaksim/envoy-sidecar-helper": 15000, "channyein87/linkerd-proxy-terminator": 4191}


def wrappers(scene: Scene) -> Iterator[Trick]:
    """The wrapper that ends the helper, around its own program or around the app's; and containers that do nothing but this."""
    yield from _kubexit(scene)
    for other in scene.others:
        for name, calls, sight in (*_preflight(other), *_linkerd(other)):
            yield from _fitting(_wrapped(name, other, sight), calls, scene)
        for name, calls, sight in _watcher(other):
            said = sight._replace(message=f"{other.container.name} tells it to quit once the other containers have ended")
            yield from _fitting(Trick("quit-call", other.container.name, name, "", (said,)), calls, scene)


def _fitting(trick: Trick, calls: list[Quit], scene: Scene) -> Iterator[Trick]:
    fit = {fits(call, scene) for call in calls}
    if "sure" in fit:
        yield trick
    elif "maybe" in fit:
        yield trick._replace(kind=DOUBT)


def _wrapped(name: str, other: Seen, sight: Sight) -> Trick:
    failing = "work-fails" if _variable(other, "NEVER_KILL_ISTIO_ON_FAILURE") == "true" and name in _PREFLIGHT else ""
    said = f"{name} tells it to quit once {other.container.name} has ended"
    return Trick("wrapper", other.container.name, name, failing, (sight._replace(message=said),))


def _kubexit(scene: Scene) -> Iterator[Trick]:
    """kubexit ends what it runs when one of its death dependencies has ended, which kubexit must run too."""
    container = scene.each.container
    word = next((sight for _, sight in mentions(scene.each, _KUBEXIT)), None)
    variable = next((each for each in container.env if each.name.startswith("KUBEXIT_")), None)
    if word is None and variable is None:
        return
    sight = word or Sight("", variable.route if variable else container.route)
    wanted = [name.strip() for name in _variable(scene.each, "KUBEXIT_DEATH_DEPS").split(",") if name.strip()]
    other = next((other for other in scene.others if _variable(other, "KUBEXIT_NAME") in wanted), None) if wanted else None
    if other is not None:
        said = f"kubexit ends it once {other.container.name} has ended"
        yield Trick("wrapper", other.container.name, "kubexit", "", (sight._replace(message=said),))
    else:
        yield Trick(DOUBT, "", "kubexit", "", (sight._replace(message="kubexit runs it, and on whose end it waits is not seen"),))


def _preflight(other: Seen) -> Iterator[tuple[str, list[Quit], Sight]]:
    word = next(((found.group(), sight) for found, sight in mentions(other, _PREFLIGHT_WORDS)), None)
    variable = next((each for each in other.container.env if each.name in _PREFLIGHT_VARIABLES), None)
    if (word is None and variable is None) or _variable(other, "NEVER_KILL_ISTIO") == "true":
        return
    name, sight = word or ("scuttle", Sight("", variable.route if variable else other.container.route))
    generic = _ENDPOINT.findall(_variable(other, "GENERIC_QUIT_ENDPOINTS"))
    calls = [(15020, "/quitquitquit"), *((int(port), path or "/quitquitquit") for port, path in generic)]
    yield name, [Quit(port, path, "", SURELY, sight) for port, path in calls], sight


def _linkerd(other: Seen) -> Iterator[tuple[str, list[Quit], Sight]]:
    for argv in (other.words, *other.does.programs):
        text = " ".join(argv)
        if _AWAIT.search(text) and any(each in _AWAITS_THE_END for word in argv for each in word.split()):
            yield "linkerd-await", [Quit(4191, "/shutdown", "", SURELY, Sight(""))], where(other, "linkerd-await")
            return


def _watcher(other: Seen) -> Iterator[tuple[str, list[Quit], Sight]]:
    repository = parse_image(other.container.image).repository
    for tail, port in _WATCHERS.items():
        if repository.endswith(tail):
            path = "/shutdown" if port == 4191 else "/quitquitquit"
            sight = Sight("", (*other.container.route, "image"))
            yield tail.rpartition("/")[2], [Quit(port, path, "", SURELY, sight)], sight


def _variable(each: Seen, name: str) -> str:
    return next((variable.value for variable in each.container.env if variable.name == name), "")
