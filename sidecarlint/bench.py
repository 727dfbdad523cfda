"""What a run works with: its settings, rules and known helpers, loaded once.

In: `Settings`. Out: `Bench`. Must not know: sources, documents.
"""

from collections.abc import Sequence

from sidecarlint import bundle
from sidecarlint.catalogue import Catalogue
from sidecarlint.errors import UsageError, nearest
from sidecarlint.findings.judge import SOURCE_RULES, Judge
from sidecarlint.rulebook import Rule
from sidecarlint.settings import Settings
from sidecarlint.values import NamedTuple


class Bench(NamedTuple):
    """The rules of a run ready to judge, and the catalogue of helpers. `rules` are all there are, selected or not."""

    settings: Settings
    rules: tuple[Rule, ...]
    judge: Judge
    catalogue: Catalogue


def bench(settings: Settings) -> Bench:
    """Loads what the settings ask for. Raises RuleError for a broken file, UsageError for a rule id that does not exist."""
    bundled = bundle.bundled()
    rules = _with_own(bundled.rules, settings)
    _check_ids(settings, rules)
    return Bench(settings, rules, Judge(rules, settings), known(settings))


def overridden(whole: Bench, settings: Settings) -> Bench:
    """The same rules and helpers with other settings. Raises UsageError for a rule id that does not exist."""
    _check_ids(settings, whole.rules)
    return whole._replace(settings=settings, judge=Judge(whole.rules, settings))


def known(settings: Settings) -> Catalogue:
    """The catalogue of a run. A helper of the user's own replaces the bundled one of its id, and goes before others of its images."""
    bundled = bundle.bundled()
    if not settings.helper_files:
        return Catalogue(bundled.shelf, settings.helpers, settings.apps)
    own = bundle.own_helpers(settings.helper_files)
    return Catalogue((*bundled.helpers, *own), settings.helpers, settings.apps, frozenset(helper.id for helper in own))


def _with_own(bundled: tuple[Rule, ...], settings: Settings) -> tuple[Rule, ...]:
    if not settings.rules:
        return bundled
    own = bundle.own_rules(settings.rules)
    replaced = {rule.id for rule in own}
    return tuple(sorted((*own, *(rule for rule in bundled if rule.id not in replaced)), key=lambda rule: rule.id))


def _check_ids(settings: Settings, rules: Sequence[Rule]) -> None:
    known = {rule.id for rule in rules} | set(SOURCE_RULES)
    for wanted in sorted(settings.select | settings.ignore | {rule for rule, _ in settings.severities}):
        if wanted not in known:
            raise unknown_rule(wanted, known, dict(settings.named_at).get(wanted, ""))


def unknown_rule(wanted: str, known: "set[str]", place: str = "") -> UsageError:
    """The error for a rule id that does not exist, with the nearest that does. `place`: where it stands, as the beginning of a message."""
    near = nearest(wanted, known)
    hint = "; patterns are not allowed here" if {*wanted} & {*"*?["} else f"; did you mean {near}?" if near else ""
    return UsageError(f'{place}there is no rule "{wanted}"{hint} (sidecarlint rules lists them all)')
