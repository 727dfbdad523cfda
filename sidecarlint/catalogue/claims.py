"""Helpers that claim the same image.

In: helpers of a user's own and bundled ones. Out: what they share. Must not know: pods, files.
"""

from collections.abc import Iterable, Iterator

from sidecarlint.catalogue.helper import Helper


def clash(one: Helper, other: Helper) -> str | None:
    """A repository or a tail that two helpers claim with nothing to tell them apart by; None where there is none.

    Marks of the command line tell them apart; a container's usual name does not, since anybody may call it anything.
    """
    if any((one.argv, one.not_argv, other.argv, other.not_argv)):
        return None
    shared = ({*one.images} & {*other.images}) or ({*one.tails} & {*other.tails})
    return min(shared, default=None)


def taken(own: Helper, bundled: Iterable[Helper]) -> Iterator[str]:
    """What a helper of a user's own changes in the bundled ones, as sentences without a subject."""
    for each in bundled:
        if each.id == own.id:
            yield from () if each == own else (f"replaces the bundled helper {each.id}",)
        else:
            shared = sorted(({*own.images} & {*each.images}) | ({*own.tails} & {*each.tails}))
            yield from (f"goes before the bundled helper {each.id} for {claim}" for claim in shared)
