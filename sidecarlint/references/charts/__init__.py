"""Charts as those who use them and those who keep them see them: which list of a pod each value gives, which objects carry values, and
what else changes in a chart's repository when a helper of the chart becomes a sidecar.

In: templates, documents that carry values, a chart's folder, a way to read files. Out: `Spliced`, `Release`, `Follow`s, and reasons. Must
not know: lifecycles, rules, how anything is rewritten.
"""

from sidecarlint.references.charts.follows import Follow, follows

__all__ = ["Follow", "follows"]
