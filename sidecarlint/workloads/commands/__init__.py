"""What a command line does.

In: a container's command, args and image. Out: `Behaviour`. Must not know: lifecycles, rules, text positions in files.

The command line is read as a shell would run it, in this order: what the image runs before the args (entrypoints); the words
as a tree of statements (scripts, with grammar and wording where there is shell to read); how the tree ends (courses); what
is done in it (deeds), and when (reach). The rest are tables of programs: wrappers, endings, stops, tails, servers, requests.
"""

from sidecarlint.workloads.commands.argv import SHELLS, name_of
from sidecarlint.workloads.commands.courses import end_of
from sidecarlint.workloads.commands.deeds import Behaviour, Call, Deed, Follow, Listen, observe
from sidecarlint.workloads.commands.endings import UNKNOWN
from sidecarlint.workloads.commands.entrypoints import entrypoint
from sidecarlint.workloads.commands.scripts import expanded
from sidecarlint.workloads.commands.statements import Place, Statement, Word
from sidecarlint.workloads.images import Image

__all__ = ["Behaviour", "Call", "Deed", "Follow", "Listen", "Place", "behaviour"]


def behaviour(command: tuple[str, ...] | None, args: tuple[str, ...] | None, image: Image) -> Behaviour:
    """What a container does with this `command` (the entrypoint) and these `args`; None or empty where the image's own count."""
    words = _words("command", command) + _words("args", args)
    if not command:
        first = entrypoint(image, args or ())
        if first is None:
            return _handed_on(words)
        words = tuple(Word(each, Place("args", 0, 0, 0), None) for each in first) + words
    if not words:
        return Behaviour(UNKNOWN, "the image's own command runs", understood=False)
    place = next((word.place for word in words if word.body), words[0].place)
    script = expanded(Statement("command", place, words))
    return observe(script, *end_of(script))


def _handed_on(words: tuple[Word, ...]) -> Behaviour:
    """What others may notice of args that an entrypoint of which nothing is known runs in a shell: most hand such a line on as it is."""
    unseen = Behaviour(UNKNOWN, "the image's own entrypoint runs", understood=False)
    if not words or name_of(words[0].text) not in SHELLS:
        return unseen
    does = observe(expanded(Statement("command", words[0].place, words)), UNKNOWN, unseen.reason)
    return unseen._replace(calls=does.calls, kills=does.kills, made=does.made, removed=does.removed, killed=does.killed)


def _words(key: str, texts: tuple[str, ...] | None) -> tuple[Word, ...]:
    places = [Place(key, index, 0, len(text)) for index, text in enumerate(texts or ())]
    return tuple(Word(text, place, place) for text, place in zip(texts or (), places, strict=True))
