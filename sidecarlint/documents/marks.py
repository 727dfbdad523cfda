"""Texts that say of themselves that nobody should edit them, or where they come from.

In: a text. Out: the reason in a few words, or None; the template that a document was rendered from. Must not know: Kubernetes.
"""

import re

TEMPLATE = re.compile(r"\{\{|\{%|<%")
"""Template actions of Go, Jinja and ERB."""

_ENCRYPTED = r"(?m)^sops['\"]?:[ \t]*\r?$|ENC\[AES256_GCM,|^\$ANSIBLE_VAULT;|^-----BEGIN PGP MESSAGE"
_HEADER = "# Source: "
_RENDERED = r"(?m)^# Source: (\S+/templates/\S+)"
"""Helm writes it above each document that it renders: the chart's name, not its folder, and the template (helm-kustomize.md, A5)."""
_GENERATED = (
    r"(?mi)^#.*\b(?:do not (?:edit|modify|change)|auto-?generated|(?:automatically|machine) generated|generated (?:file|by|from|with)"
    r"|(?:code|file|is|was) generated|(?:changes|edits)\b.* will be (?:lost|overwritten))\b"
)

_SIGNS = (
    (("sops", "enc[", "ansible", "pgp"), _ENCRYPTED, "is encrypted"),
    (("do not", "generated", "will be"), _GENERATED, "says that it is generated; change what it is generated from"),
)
"""Words without which a text needs no closer look, what it is looked at for, and the reason. Few texts need the expressions."""


def not_to_edit(text: str, rendered: bool = False, understood: bool = False) -> str | None:
    """Why a text must be left as it is, as the rest of a sentence that starts with "it"; None when it may be edited. `rendered`: what
    Helm has rendered may be, and then braces in it are no actions any more. `understood`: it is a template whose actions are understood, or
    none, whatever its words hold."""
    lines = text.replace("\r", "\n")
    if _HEADER in text and re.search(_RENDERED, lines):
        if not rendered:
            return "was rendered from a Helm chart; change the chart, or give --rendered to change the rendering"
    elif not understood and TEMPLATE.search(text):
        return "holds template actions, which sidecarlint does not rewrite yet"
    lower = lines.lower()
    return next((reason for words, sign, reason in _SIGNS if any(word in lower for word in words) and re.search(sign, lines)), None)


def rendered_from(text: str, start: int, end: int) -> str:
    """The template that a document was rendered from, as Helm names it above the document; "" where nothing is said. `start` and `end`
    are where the document and its content begin."""
    found = re.search(_RENDERED, text[start:end].replace("\r", "\n")) if text.find(_HEADER, start, end) >= 0 else None
    return found[1] if found else ""
