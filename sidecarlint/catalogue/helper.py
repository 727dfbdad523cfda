"""What one helper file says, as values.

In: nothing. Out: `Helper` and its parts, to and from what JSON can hold. Must not know: pods.
"""

from collections.abc import Mapping
from typing import Any

from sidecarlint.values import NamedTuple


class StartupProbe(NamedTuple):
    """An endpoint that answers well once the helper has started. `type`: http, https or tcp.

    `port` is the default, None without one; the flags and variables of `port_from` override it. All of `needs` must be
    given for the endpoint to be on and reachable from outside the container, and none of `unless`: flags and variables with which it
    wants a certificate or a password, or is elsewhere. `since` is the first version that has it, "" for any.
    """

    type: str
    path: str = ""
    port: int | None = None
    port_from: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    since: str = ""


class Shutdown(NamedTuple):
    """A call that ends the helper. `port` is None where only its configuration says it; `port_from` and `needs` as in a probe."""

    method: str
    path: str
    port: int | None = None
    port_from: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


class Injector(NamedTuple):
    """What puts the helper into pods, its switch for native sidecars in words ("" where it has none), and how to know from a pod.

    A *sign* is a label or an annotation, of the pod template or of its namespace: `annotation linkerd.io/inject` (switched on),
    `label app=web` (this value), `label istio.io/rev=*` (any), `annotation proxy.istio.io/config has holdIt` (a setting inside, on).

    places        whether it makes or moves such containers itself, also one that somebody wrote by hand, so that nobody else should
    container     what it calls the container, "" where nothing below is known
    mesh          whether the pod's traffic goes through it: what starts before it has no network then, unless it is native
    asked_by      signs that it is to be put in; the first that is there decides
    hinted_by     beginnings of keys that only pods of this mesh have
    not_with      signs with which it is not put in after all
    native        never where it has no native mode; "" where its switch or its own setting decides
    switches      signs that decide it, the first that is there counts; another key than the first one's is an old name of it
    switch_since  the first version that reads the pod's switch; `native_since` the first one that needs none; "" for none
    told_by       what makes it quit, in an app's command or variables: words that must all be there
    told_with     signs with which it may end some day
    ignored       signs that mean nothing once it is native
    instead       what keeps it from holding up work where it has no native mode
    """

    tool: str
    switch: str = ""
    places: bool = False
    container: str = ""
    mesh: bool = False
    asked_by: tuple[str, ...] = ()
    hinted_by: tuple[str, ...] = ()
    not_with: tuple[str, ...] = ()
    native: str = ""
    switches: tuple[str, ...] = ()
    switch_since: str = ""
    native_since: str = ""
    told_by: tuple[str, ...] = ()
    told_with: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    instead: str = ""


class Helper(NamedTuple):
    """What is known of one helper. Word lists and the form of each field stand in `helper.schema.json`.

    images       full repositories, `docker.io/library/` written out; a `*` stands for one path segment
    tails        ends of repositories that identify it in any registry
    names        usual container names, `*` for any text; evidence, never enough alone
    argv         marks of which one must be given for an image to count; () when the image is enough
    not_argv     marks of which none may be given
    certainty    certain, likely or ambiguous; `why` says why it is a helper, `main_when` when it is the app instead
    benefit      completion, order or none: what being native brings where the pod shows that it matters
    faces        inbound, outbound or neither: the way of the app's traffic through it
    one_shot     marks that make it end; then it is no helper
    ends         never, when-done, when-told, or unknown where only its configuration tells
    where        first or last among the init containers
    localhost    whether it listens on localhost alone, unless its command line says 0.0.0.0
    depends_on_app   whether it becomes ready only after the app is up, so that gating the app on it would deadlock
    """

    id: str
    title: str
    role: str
    images: tuple[str, ...]
    certainty: str
    why: str
    benefit: str
    faces: str
    where: str
    where_why: str
    sources: tuple[str, ...]
    tails: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    argv: tuple[str, ...] = ()
    not_argv: tuple[str, ...] = ()
    main_when: str = ""
    one_shot: tuple[str, ...] = ()
    ends: str = "never"
    startup_probe: StartupProbe | None = None
    localhost: bool = False
    depends_on_app: bool = False
    shutdown: Shutdown | None = None
    injector: Injector | None = None


_PARTS: dict[str, Any] = {"startup_probe": StartupProbe, "shutdown": Shutdown, "injector": Injector}


def to_plain(helper: Helper) -> dict[str, Any]:
    """The helper as JSON can hold it: what its file says, and its id. What is left to its default is left out."""
    return _fields(helper)


def _fields(value: Any) -> dict[str, Any]:
    defaults = value._field_defaults
    return {key: _plain_value(each) for key, each in value._asdict().items() if key not in defaults or each != defaults[key]}


def _plain_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return _fields(value) if hasattr(value, "_asdict") else list(value)
    return value


def from_plain(plain: Mapping[str, Any]) -> Helper:
    """The helper that `to_plain` wrote. Not checked: what comes from outside goes through `read_helper`."""
    return Helper(**{key: _part(key, value) for key, value in plain.items()})


def _part(key: str, value: Any) -> Any:
    if key in _PARTS:
        return _PARTS[key](**{inner: _part("", each) for inner, each in value.items()})
    return tuple(value) if isinstance(value, list) else value
