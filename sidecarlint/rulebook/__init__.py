"""Rule files to rules: what to look for, what to say, and the examples that prove it.

In: the Markdown text of `rules/<id>.md` and the model's public words. Out: `Rule`, whose `when` and `message` are checked
trees that `evaluator` turns into plain callables. Must not know: how a lifecycle is computed.
"""

from sidecarlint.rulebook.evaluation import Tree, attributes_of, clauses, evaluator, without
from sidecarlint.rulebook.rule import Example, Operation, Plans, Rule, Values, Words, from_plain, to_plain
from sidecarlint.rulebook.rules import load_rules, read_rule, read_text, rule_files

__all__ = [
    "Example", "Operation", "Plans", "Rule", "Tree", "Values", "Words", "attributes_of", "clauses", "evaluator", "from_plain", "load_rules",
    "read_rule", "read_text", "rule_files", "to_plain", "without",
]  # fmt: skip
