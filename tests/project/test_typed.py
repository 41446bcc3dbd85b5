"""The documented Python API has types for its users."""

import subprocess
import sys
from pathlib import Path

import pytest

CLIENT = """\
import monitor

analysis = monitor.analyze("call.flac", model="none")
reveal_type(analysis)
print([prompt.title for prompt in analysis.prompts])
"""


@pytest.mark.slow
def test_mypy_gives_a_strict_client_of_analyze_an_analysis(tmp_path: Path) -> None:
    (tmp_path / "client.py").write_text(CLIENT, "utf-8")
    mypy = [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={tmp_path}", "client.py"]
    done = subprocess.run(mypy, check=False, capture_output=True, text=True, cwd=tmp_path)
    assert 'note: Revealed type is "monitor.call.analysis.Analysis"' in done.stdout
    assert done.returncode == 0, done.stdout
