"""Whatever kustomizations come together: where a helper moves and all follows it, every build is the one before with the helper moved."""

import random
from collections import Counter
from pathlib import Path

from tests.carrying import check, move, objects_of
from tests.kustomizing import Stopped, needs_kubectl, plant

POD = "/spec/template/spec"
FIELDS = "spec.template.spec"
SMP = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {%s}}}}"
NAMES = ("app", "proxy", "feed", "cache")
ROOTS = ("over", "other")


def base(chance: random.Random) -> str:
    inits = chance.sample(("migrate", "seed"), chance.choice((0, 0, 1, 2)))
    containers = ["app", "proxy", *chance.sample(("feed", "cache"), chance.randint(0, 2))]
    chance.shuffle(containers)
    listed = {"initContainers": inits, "containers": containers}
    lists = "".join(
        f"      {key}:\n" + "".join(f"      - name: {name}\n        image: registry.example/{name}:1\n" for name in names)
        for key, names in listed.items()
        if names
    )
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {app: web}}\nspec:\n"
        f"  selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n{lists}"
    )


def entry(chance: random.Random, name: str) -> str:
    new = name.startswith("new")
    return chance.choice(
        (f"{{name: {name}, image: 'registry.example/{name}:2'}}",)
        if new
        else (f"{{name: {name}, tty: true}}",) * 3 + (f"{{name: {name}, $patch: delete}}", f"{{$patch: delete, name: {name}}}")
    )


def merge(chance: random.Random) -> str:
    lists = []
    for key, names in (("containers", (*NAMES, "new")), ("initContainers", ("migrate", "seed", "newinit"))):
        picked = chance.sample(names, chance.choice((0, 1, 1, 2)))
        if key == "containers" and chance.random() < 0.5 and "proxy" not in picked:
            picked.append("proxy")
        if picked:
            lists.append(f"{key}: [{', '.join(entry(chance, name) for name in picked)}]")
    chance.shuffle(lists)
    return SMP % ", ".join(lists)


def block(chance: random.Random) -> str:
    """A merge in block style, with comments."""
    others = [f"      - name: {name}\n        tty: true\n" for name in chance.sample(("app", "feed"), chance.randint(0, 1))]
    entries = [*others, "      # The proxy talks more here.\n      - name: proxy  # of this cluster\n        args: [--verbose]\n"]
    chance.shuffle(entries)
    inits = "      initContainers:\n      - name: migrate\n        tty: true\n" if chance.random() < 0.3 else ""
    head = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n"
    lists = ["      containers:\n" + "".join(entries), inits]
    chance.shuffle(lists)
    return head + "".join(lists)


def operation(chance: random.Random) -> str:
    key = chance.choice(("containers", "containers", "containers", "initContainers"))
    at, to = chance.randint(0, 3), chance.randint(0, 3)
    new = chance.choice(("new", "newer"))
    value = f"{{name: {new}, image: 'registry.example/{new}:1'}}"
    return chance.choice(
        (
            *(f"{{op: add, path: {POD}/{key}/{at}/tty, value: true}}",) * 4,
            f"{{op: replace, path: {POD}/{key}/{at}/image, value: 'registry.example/x:3'}}",
            f"{{op: remove, path: {POD}/{key}/{at}}}",
            f"{{op: add, path: {POD}/{key}/{at}, value: {value}}}",
            f"{{op: add, path: {POD}/{key}/-, value: {value}}}",
            f"{{op: test, path: {POD}/{key}/{at}/name, value: {chance.choice(NAMES)}}}",
            f"{{op: move, from: {POD}/{key}/{at}, path: {POD}/{key}/{to}}}",
            f"{{op: move, from: {POD}/containers/{at}, path: {POD}/initContainers/{to}}}",
            f"{{op: copy, from: {POD}/{key}/{at}/image, path: {POD}/{key}/{to}/workingDir}}",
            f"{{op: add, path: {POD}/initContainers, value: [{chance.choice((value, f'{value}, {{name: most, image: most:1}}', ''))}]}}",
            f"{{op: add, path: {POD}/containers/{at}/env, value: [{{name: A, value: b}}]}}",
        )
    )


def patch(chance: random.Random, folder: str, files: dict[str, str]) -> str:
    """One entry of `patches`, inline or in a file."""
    form = chance.choice(("merge", "block", "json", "json", "json-file"))
    target = "target: {kind: Deployment, name: web}"
    text = merge(chance) if form == "merge" else block(chance) if form == "block" else ""
    if form.startswith("json"):
        text = "".join(f"- {operation(chance)}\n" for _ in range(chance.randint(1, 2)))
    targeted = form.startswith("json") or chance.random() < 0.3
    if form == "json-file" or chance.random() < 0.4:
        name = f"p{len(files)}.yaml"
        files[f"{folder}/{name}"] = text
        return f"- path: {name}\n" + (f"  {target}\n" if targeted else "")
    inline = "".join(f"    {line}\n" for line in text.splitlines())
    return f"- patch: |-\n{inline}" + (f"  {target}\n" if targeted else "")


def replacement(chance: random.Random) -> str:
    key = chance.choice(("containers", "containers", "initContainers"))
    step = chance.choice(("[name=proxy]", "[name=app]", "0", "1", "2", "'*'")).strip("'")
    read = chance.choice((f"{FIELDS}.containers.[name=proxy].image", f"{FIELDS}.containers.1.image", "metadata.name"))
    return (
        f"- source: {{kind: Deployment, name: web, fieldPath: '{read}'}}\n"
        f"  targets: [{{select: {{kind: Deployment}}, fieldPaths: ['{FIELDS}.{key}.{step}.image']}}]\n"
    )


def tree(chance: random.Random) -> dict[str, str]:
    files = {"base/web.yaml": base(chance), "base/kustomization.yaml": "resources: [web.yaml]\n"}
    below = "../base"
    if chance.random() < 0.3:
        files["mid/kustomization.yaml"] = "resources: [../base]\n" + chance.choice(("", "namespace: shop\n")) + "patches:\n"
        files["mid/kustomization.yaml"] += patch(chance, "mid", files)
        below = "../mid"
    component = chance.random() < 0.3
    if component:
        text = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n"
        files["part/kustomization.yaml"] = text + patch(chance, "part", files)
    for name in ROOTS[: chance.choice((1, 1, 2))]:
        text = f"resources: [{below}]\n" + ("components: [../part]\n" if component and chance.random() < 0.8 else "")
        text += "patches:\n" + "".join(patch(chance, name, files) for _ in range(chance.randint(1, 3))) if chance.random() < 0.85 else ""
        text += "replacements:\n" + replacement(chance) if chance.random() < 0.25 else ""
        files[f"{name}/kustomization.yaml"] = text
    return files


def outcome(folder: Path, chance: random.Random) -> str:
    """Plants a tree, moves its proxy and holds all builds to those before. Gives what has come of it."""
    files, first = tree(chance), chance.random() < 0.3
    plant(folder, files)
    roots = [folder / name for name in ROOTS if f"{name}/kustomization.yaml" in files]
    try:
        before = [objects_of(root) for root in roots]
    except Stopped:
        return "does not build"
    found = move(folder, "base/web.yaml", "proxy", first)
    if isinstance(found, str):
        return found.partition(".yaml")[2]
    for root, was in zip(roots, before, strict=True):
        check(was, objects_of(root), "proxy", first)
    return "edited" if found.elsewhere else "moved alone"


@needs_kubectl
def test_trees_by_chance(tmp_path: Path) -> None:
    """Of these trees a third builds at all; that some are edited keeps this from proving nothing."""
    chance = random.Random(11)
    counts = Counter(outcome(tmp_path / str(number), chance) for number in range(40))
    assert counts["edited"] >= 5, counts
