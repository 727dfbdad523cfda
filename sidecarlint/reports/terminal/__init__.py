"""What formats for people share: cells of a terminal, excerpts of sources, closing lines.

In: findings and texts. Out: lines for a terminal. Must not know: how anything was decided.
"""
