"""Why a fix has left a finding that has a fix, as the beginning of its reasons.

In: a `Finding`, the `Mending` that left it. Out: a few words. Must not know: how anything was decided.
"""

from sidecarlint.findings import Finding, Mending

_UNASKED = "it needs --unsafe"
_DROPPED = "it was not done, for the reason that is told of its file below"
_OTHERWISE = "more than --max-workloads, or its file could not be written"


def why_left(finding: Finding, mending: Mending) -> tuple[str, ...]:
    """What kept a fix that could be carried out from being so; nothing for one that is for people."""
    if finding.fix is None or finding.fix.applicability == "manual":
        return ()
    if finding.fix.applicability == "unsafe" and not mending.unsafe:
        return (_UNASKED,)
    dropped = any(each.path == finding.location.path for each in mending.run.skipped if each.what == "file")
    return (_DROPPED if dropped else _OTHERWISE,)
