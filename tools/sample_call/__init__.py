"""Makes the built-in call: `script.toml` says what is said, `python -m tools.sample_call.make` speaks it with flite."""

from pathlib import Path

SCRIPT = Path(__file__).with_name("script.toml")
"""What is said, by whom, when and how."""
