"""What other people's libraries report about this machine: nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("package", ["audio", "monitor"])
def test_onnx_runtime_keeps_no_number_of_this_machine_and_starts_no_reports(package: str, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "TMPDIR": str(tmp_path)}
    program = f"import {package}, onnxruntime"
    subprocess.run([sys.executable, "-c", program], check=True, env=environment, timeout=60)
    assert not (tmp_path / "cache").exists()
