"""What to do about what can be wrong with a source itself.

In: nothing. Out: a page in Markdown for each id of `findings.judge.SOURCE_RULES`. Must not know: how any of it is found.
"""

PAGES = {
    "yaml-syntax": """\
The other documents of the file are still judged. The finding stands where reading had to end, which is often a little below the
mistake itself.

## What to do

Look at the line and at the one above it. Most often it is one of these:

- an indentation that does not fit, or a tab in it
- a quote, a bracket or a brace that is not closed
- a colon followed by a blank in a value without quotes

A template is no YAML before it is rendered. Render it first:

```sh
helm template my-chart | sidecarlint check -
```
""",
    "text-encoding": """\
YAML is text in UTF-8 or UTF-16. A file with any other bytes is not judged at all.

## What to do

Save the file as UTF-8. The finding names the first byte that does not fit. If the file is no manifest, leave it out with `exclude` in
the configuration.
""",
    "duplicate-key": """\
It is looked for in the pod spec and in its containers. Most often a block was pasted in twice, or two branches were merged.

## What to do

Keep one of the two, and look which. The last one is what has counted so far, so removing that one changes the pod. Lists such as two
`env` are not joined: move the items of one below the other.
""",
    "unknown-directive": """\
A comment that begins with `sidecarlint:` is meant for this program. The first word behind it decides. Here it is unknown, or the
comment stands on no container. So the comment does nothing.

## What to do

Write one of these words. What follows is for people.

- `helper`: the container is a helper, whatever it looks like.
- `app`: the container is an app, whatever it looks like.

A comment cannot leave a rule out. Use `--ignore RULE`, or `ignore` in the configuration.

The comment stands on the line of the container's first key or of its name, or directly above that line, at the same column:

```yaml
containers:
- name: relay # sidecarlint: helper
  image: registry.example/relay:1
# sidecarlint: app because it serves the shop
- name: worker
  image: registry.example/worker:1
```
""",
}
"""One page for each id, as it stands below the page's head."""
