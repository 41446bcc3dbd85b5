"""Errors in rules that people can fix."""


class RuleError(Exception):
    """A rule is wrong; the message names the file, the rule and the field."""
