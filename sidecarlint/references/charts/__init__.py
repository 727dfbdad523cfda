"""Values of charts to who speaks of them: which list of a pod each key gives, which objects carry values, and which values hide which.

In: templates, documents that carry values, the values over and under them. Out: `Spliced`, `Release`, and reasons. Must not know:
lifecycles, rules, what stands on disk.
"""
