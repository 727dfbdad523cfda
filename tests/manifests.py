"""Small manifests that tests of the whole program write down, by what is wrong in them."""

from pathlib import Path

SAFE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    metadata:
      labels: {app: web}
    spec:
      volumes:
      - name: logs
        emptyDir: {}
      containers:
      - name: web
        image: registry.example/web:1
        volumeMounts:
        - {name: logs, mountPath: /var/log/web}
      - name: reader # tails the access log
        image: busybox:1.36
        command: [sh, -c, tail -n+1 -f /logs/access.log]
        volumeMounts:
        - {name: logs, mountPath: /logs}
"""
"""A log reader: a warning with a safe fix."""

FIXED = (
    SAFE.replace("      - name: reader", "      initContainers:\n      - name: reader")
    .replace("image: busybox:1.36\n", "image: busybox:1.36\n        restartPolicy: Always\n")
    .replace("tail -n+1 -f", "tail -n+1 -F")
)
"""What `fix` makes of SAFE."""

UNSAFE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  template:
    spec:
      containers:
      - name: shop
        image: nginx
      - name: logs
        image: alpine/socat
        args: ["TCP-LISTEN:8080,fork,reuseaddr", 'EXEC:"kubectl logs shop -c shop"']
"""
"""A log server: a warning with an unsafe fix."""

ERROR = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: report
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: report
        image: busybox:1.36
        command: [sh, -c, "date > /logs/report.log"]
        volumeMounts:
        - {name: logs, mountPath: /logs}
      - name: reader
        image: busybox:1.36
        command: [tail, -F, /logs/report.log]
        volumeMounts:
        - {name: logs, mountPath: /logs}
      volumes:
      - name: logs
        emptyDir: {}
"""
"""A Job that never completes."""

INFO = """\
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: driver
spec:
  template:
    spec:
      containers:
      - name: driver
        image: registry.example/driver:1
      - name: registrar
        image: registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.10.0
"""
"""A helper that nobody waits for: only info."""

CLEAN = """\
apiVersion: v1
kind: Pod
metadata:
  name: lone
spec:
  containers:
  - name: app
    image: registry.example/app:1
"""
"""Nothing is wrong here."""


def five(folder: Path) -> Path:
    """The folder with the five in it, each in a file of its workload's name."""
    for name, text in (("web", SAFE), ("shop", UNSAFE), ("report", ERROR), ("driver", INFO), ("lone", CLEAN)):
        (folder / f"{name}.yaml").write_text(text)
    return folder
