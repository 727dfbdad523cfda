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
- `ignore[RULE]`: findings of these rules are left out here. `until 2027-03-31` behind the brackets says until when.

The first two stand on the line of the container's first key or of its name, or directly above that line, at the same column:

```yaml
containers:
- name: relay # sidecarlint: helper
  image: registry.example/relay:1
# sidecarlint: app because it serves the shop
- name: worker
  image: registry.example/worker:1
```
""",
    "unused-suppression": """\
A comment leaves out findings of a rule, and there are none where it counts. Most often the finding was mended, or the rule has another
name. As long as the comment stays, it would also hide a new finding of that rule.

A rule that was not asked, because of `--select` or `--ignore`, is not counted here.

## What the fix does

It takes the comment away, or only the rules in it that are not found:

```yaml
# sidecarlint: ignore[legacy-proxy, legacy-log-reader] logs are kept
```

becomes

```yaml
# sidecarlint: ignore[legacy-log-reader] logs are kept
```
""",
    "expired-suppression": """\
A comment leaves out findings of a rule until a day, and that day has passed. The findings are told again.

## What the fix does

It takes the comment away. Where more time is needed, write a later day instead:

```yaml
# sidecarlint: ignore[legacy-proxy] until 2027-03-31: we move it soon
- name: proxy
```
""",
    "patch-misses-container": """\
A strategic-merge patch finds a container by its name, and only in the list that the patch names. When the base has moved the container
to the other list, kustomize makes a second container of the patch. It has no image, so the cluster refuses the pod; and the real
container keeps its old values. An entry with `$patch: delete` removes nothing then. A replacement stops the build, or makes such a
second container when it says `create: true`.

## What to do

Name the container in the list where it stands:

```yaml
spec:
  template:
    spec:
      initContainers:
      - name: migrate
      - name: log-shipper
        resources:
          limits:
            memory: 64Mi
```

A merge puts the containers that a patch names first. So name the init containers that start before it too, without anything else, as
`migrate` here. In a replacement write `initContainers` for `containers` in the path.
""",
    "patch-index-shifted": """\
A JSON patch counts. When a container leaves the list, those behind it move up by one, and the last index is behind the end of the list.
Then the build stops, or the patch changes another container, and nobody is told.

A patch is taken to mean a sidecar when it tests for its name, when the index would be right with the sidecars still in the list, or
when it sets an image that only the sidecar has.

## What to do

Count again. A sidecar stands in `initContainers`, with an index of that list:

```yaml
- op: test
  path: /spec/template/spec/initContainers/1/name
  value: log-shipper
- op: replace
  path: /spec/template/spec/initContainers/1/image
  value: registry.example/log-shipper:2
```

Keep a `test` of the name in front. The next time that the list changes it stops the build, rather than change another container.
""",
    "patch-drops-sidecar": """\
An `add` to a list that is already there replaces it. The patch was written when the pod had no init containers. Now a sidecar stands
among them, and the build is without it. Nothing stops and nothing is said.

## What to do

Add the containers one by one. They go in front of the sidecar when they do not need it:

```yaml
- op: add
  path: /spec/template/spec/initContainers/0
  value:
    name: warm-up
    image: registry.example/warm-up:1
```

Those that do need it go behind it: `/spec/template/spec/initContainers/-`.
""",
    "replacement-skips-sidecar": """\
`containers.*` stands for the ordinary containers only. A sidecar that has the same field keeps its old value, such as the registry that
its image comes from. It is found only where no other field of a replacement reaches the sidecar.

## What to do

Add a second path for the sidecar:

```yaml
fieldPaths:
- spec.template.spec.containers.*.image
- spec.template.spec.initContainers.[name=log-shipper].image
```

Leave it as it is when the sidecar is not meant, and use `--ignore replacement-skips-sidecar`.
""",
    "parameter-index-shifted": """\
A parameter such as `sidecars[1].image` leads into a list of the values by an index. When the item has moved to the list of init
containers, Helm makes a new item that has this field and nothing else. It has no name, so the cluster refuses the pod.

An index is taken to mean a sidecar when it would be right with the sidecars still in the list, and the list of init containers beside it
holds one. The values that count are those that the object itself gives, and the files that it names.

## What to do

Write the value where the container now stands, and drop the parameter:

```yaml
helm:
  valuesObject:
    initContainers:
    - name: log-shipper
      image: registry.example/log-shipper:2
      restartPolicy: Always
```
""",
    "ignore-misses-container": """\
An entry of `ignoreDifferences` leads to a container by its list, and by its name or by its place there. When the container has become a
sidecar it stands in `initContainers`, and the entry leads to nothing. Argo CD says nothing of that. It shows the application as
OutOfSync from then on, and with `selfHeal` it undoes what somebody else has set.

An index is taken to mean a sidecar when it would be right with the sidecars still in the list.

## What to do

Lead to the list where the container stands, and do so by its name:

```yaml
ignoreDifferences:
- group: apps
  kind: Deployment
  name: shop
  jqPathExpressions:
  - >-
    .spec.template.spec.initContainers[]
    | select(.name == "log-shipper") | .image
```
""",
    "kustomization-broken": """\
kustomize stops at the first thing that it cannot find. A move in a base is proven by building all that includes the base, so a broken
kustomization also keeps helpers from being moved.

Found are:

- a file, a folder, a component or a patch that is not there
- a patch that lies outside of the folder, where kustomize does not look
- a kustomization that includes itself, directly or by others
- two kustomization files in one folder, such as `kustomization.yaml` and `Kustomization`
- a file without content

Bases that lie elsewhere on the net are not asked for. A name with a variable in it, such as `${CLUSTER}.yaml`, is left alone.

## What to do

Name the file as it is called now, or take it out of the list. To see what kustomize says itself, build it:

```sh
kubectl kustomize overlays/prod
```

Is the file made by another program before each build? Then use `--ignore kustomization-broken`.
""",
}
"""One page for each id, as it stands below the page's head."""
