"""What can go wrong with rules in a way that people can mend."""


class RuleError(Exception):
    """Something is wrong with a rule; the message is a sentence that names file, rule and field."""
