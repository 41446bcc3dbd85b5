"""A German call of two minutes with known moments, made from its script where SVOX Pico is installed."""

from pathlib import Path

SCRIPT = Path(__file__).with_name("script.toml")
