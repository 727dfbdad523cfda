"""Texts that say of themselves that nobody should edit them.

In: a text. Out: the reason in a few words, or None. Must not know: Kubernetes.
"""

import re

TEMPLATE = re.compile(r"\{\{|\{%|<%")
"""Template actions of Go, Jinja and ERB."""

_ENCRYPTED = r"(?m)^sops['\"]?:[ \t]*\r?$|ENC\[AES256_GCM,|^\$ANSIBLE_VAULT;|^-----BEGIN PGP MESSAGE"
_RENDERED = r"(?m)^# Source: \S+/templates/"
_GENERATED = (
    r"(?mi)^#.*\b(?:do not (?:edit|modify|change)|auto-?generated|(?:automatically|machine) generated|generated (?:file|by|from|with)"
    r"|(?:code|file|is|was) generated|(?:changes|edits)\b.* will be (?:lost|overwritten))\b"
)

_SIGNS = (
    (("sops", "enc[", "ansible", "pgp"), _ENCRYPTED, "is encrypted"),
    (("# source:",), _RENDERED, "was rendered from a Helm chart; change the chart instead"),
    (("do not", "generated", "will be"), _GENERATED, "says that it is generated; change what it is generated from"),
)
"""Words without which a text needs no closer look, what it is looked at for, and the reason. Few texts need the expressions."""


def not_to_edit(text: str) -> str | None:
    """Why a text must be left as it is, as the rest of a sentence that starts with "it"; None when it may be edited."""
    if TEMPLATE.search(text):
        return "holds template actions, which sidecarlint does not rewrite yet"
    text = text.replace("\r", "\n")
    lower = text.lower()
    return next((reason for words, sign, reason in _SIGNS if any(word in lower for word in words) and re.search(sign, text)), None)
