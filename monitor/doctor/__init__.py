"""The checks of `tone-monitor doctor`: one room for each thing that a call needs."""
