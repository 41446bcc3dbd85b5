"""The supervisor's list of calls."""
