"""Filled scorecards of a call: what is on them, their score, and the files they are kept in."""
