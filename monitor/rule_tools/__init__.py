"""Tools for people who write rules: describe, test, back-test, quality."""
