"""Scorecards: the forms, what the machine fills in, whether two people agree, and which calls to score."""
