"""Puts the bundled rules into a wheel, and their prepared form, so that no start of an installed sidecarlint has to make it.

In: this checkout. Out: `sidecarlint/rules/` and `sidecarlint/prepared.bin` inside the wheel. Must not know: what the prepared
form looks like.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PreparedRules(BuildHookInterface[Any]):
    """Serves a standard wheel only: an editable install finds the checkout's rules and prepares them at its first start."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects files. `version` is the kind of wheel."""
        if version != "standard":
            return
        path = Path(self.directory) / "prepared.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self._prepared())
        build_data["force_include"] |= {str(path): "sidecarlint/prepared.bin", str(Path(self.root) / "rules"): "sidecarlint/rules"}

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called by hatchling when the wheel is there."""
        (Path(self.directory) / "prepared.bin").unlink(missing_ok=True)

    def _prepared(self) -> bytes:
        sys.path.insert(0, self.root)
        try:
            from sidecarlint.bundle import prepared

            return prepared()
        finally:
            sys.path.remove(self.root)
