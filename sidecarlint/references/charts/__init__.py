"""What else changes in a chart's repository when a helper of the chart becomes a sidecar.

In: the chart's folder, a way to read files, the names of the containers. Out: `Follow`s, each with its place. Must not know: lifecycles,
rules, how the templates are rewritten.
"""

from sidecarlint.references.charts.follows import Follow, follows

__all__ = ["Follow", "follows"]
