"""A wiki behind a login, which other objects lead to by the name of its port; and the files of a run, as texts by their paths."""

from pathlib import Path

WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: wiki
spec:
  template:
    metadata:
      labels: {app: wiki}
    spec:
      containers:
      - name: wiki
        image: registry.example/wiki:1
      - name: login
        image: quay.io/oauth2-proxy/oauth2-proxy:v7.6.0
        args: [--http-address=0.0.0.0:4180, --upstream=http://127.0.0.1:8080]
        ports:
        - {name: login, containerPort: 4180}
"""
MOVED = WORKLOAD.replace("      - name: login\n", "      initContainers:\n      - name: login\n").replace(
    "v7.6.0\n", "v7.6.0\n        restartPolicy: Always\n"
)
OTHER = WORKLOAD.replace("name: wiki\nspec", "name: wiki-next\nspec")
"""Another Deployment with the same labels."""
LONE = OTHER[: OTHER.index("      - name: login")]


def put(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(text.encode())


def now() -> dict[str, str]:
    return {str(path): path.read_bytes().decode() for path in sorted(Path().rglob("*")) if path.is_file()}
