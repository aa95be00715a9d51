"""Renders the Helm chart for a sample city into deploy/helm/rendered: the manifests that the tests check.

`python -m scripts.manifests` writes. It needs `helm`, or SHIEN_HELM with its path; the tests do without: the first line
of each file has a digest of all that it was rendered from.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HELM_FOLDER = Path(__file__).parent.parent / "deploy" / "helm"
CHART = HELM_FOLDER / "shien"
VARIANTS = {"all.yaml": ("city.yaml",), "split.yaml": ("city.yaml", "split.yaml")}
"""The file that is rendered, and the values on top of the chart's own."""
OLDEST = "1.30.0"
"""The oldest Kubernetes that the chart takes."""


def digest() -> str:
    """SHA-256 of the chart and of the sample values: their paths and contents."""
    total = hashlib.sha256()
    files = [path for path in CHART.rglob("*") if path.is_file()]
    for path in sorted([*files, HELM_FOLDER / "city.yaml", HELM_FOLDER / "split.yaml"]):
        total.update(f"{path.relative_to(HELM_FOLDER)}\n{path.stat().st_size}\n".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def head() -> str:
    """The first line of a rendered file."""
    return f"# `make manifests` renders this file; do not edit it. From the chart with the digest {digest()}\n"


def helm() -> str | None:
    """Where helm is; None where it is not."""
    return shutil.which(os.environ.get("SHIEN_HELM", "helm"))


def rendered(program: str, values: tuple[str, ...]) -> str:
    """What helm makes of the chart with these values. Raises `CalledProcessError`."""
    files = [word for name in values for word in ("--values", str(HELM_FOLDER / name))]
    command = [program, "template", "shien", str(CHART), "--namespace", "shien", "--kube-version", OLDEST, *files]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def main() -> None:
    """Write the files."""
    program = helm()
    if program is None:
        sys.exit("no helm here. With Go: go install helm.sh/helm/v3/cmd/helm@v3.22.0; SHIEN_HELM may name its path")
    for name, values in VARIANTS.items():
        (HELM_FOLDER / "rendered" / name).write_text(head() + rendered(program, values))


if __name__ == "__main__":
    main()
