"""Heads of sketches of pods that ask injectors for something, for tables."""

WORK = "work: app $ ./run"
ISTIO, LINKERD = "sidecar.istio.io/inject", "linkerd.io/inject"
ON, OLD = "config.linkerd.io/proxy-enable-native-sidecar", "linkerd.io/proxy-enable-native-sidecar"
VAULT, CONSUL = "vault.hashicorp.com/agent", "consul.hashicorp.com"


def job(labels: str = "", annotations: str = "", more: str = "", kind: str = "Job Never") -> str:
    """The head of a Job's sketch, or of another kind's, with labels and annotations as YAML without braces."""
    return f"{kind} {{labels: {{{labels}}}, annotations: {{{annotations}}}{', ' if more else ''}{more}}}"


MESHED, LINKED = job(f"{ISTIO}: 'true'"), job("", f"{LINKERD}: enabled")
VAULTED = job("", f"{VAULT}-inject: 'true', {VAULT}-enable-quit: 'true'")
