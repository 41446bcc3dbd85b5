"""Figures with units, measured side by side in one run: `make bench`."""
