"""Figures as they are printed, kept and put on the page, each beside its target."""
