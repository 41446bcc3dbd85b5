"""Readings and words in, firings and prompts out; knows no sound and no screens."""
