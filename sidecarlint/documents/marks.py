"""Texts that say of themselves that nobody should edit them.

In: a text. Out: the reason in a few words, or None. Must not know: Kubernetes.
"""

import re

TEMPLATE = re.compile(r"\{\{|\{%|<%")
"""Template actions of Go, Jinja and ERB."""

_ENCRYPTED = re.compile(r"^sops['\"]?:[ \t]*\r?$|ENC\[AES256_GCM,|^\$ANSIBLE_VAULT;|^-----BEGIN PGP MESSAGE", re.MULTILINE)
_RENDERED = re.compile(r"^# Source: \S+/templates/", re.MULTILINE)
_GENERATED = re.compile(r"^#.*\b(?:do not (?:edit|modify|change)|auto-?generated|(?:code|file|is|was) generated|generated (?:by|from|with))\b", re.IGNORECASE | re.MULTILINE)


def not_to_edit(text: str) -> str | None:
    """Why a text must be left as it is, as the rest of a sentence that starts with "it"; None when it may be edited."""
    if TEMPLATE.search(text):
        return "holds template actions, which sidecarlint does not rewrite yet"
    if _ENCRYPTED.search(text):
        return "is encrypted"
    if _RENDERED.search(text):
        return "was rendered from a Helm chart; change the chart instead"
    if _GENERATED.search(text):
        return "says that it is generated; change what it is generated from"
    return None
