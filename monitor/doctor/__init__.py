"""The checks of `tone-monitor doctor`: one module for each thing that a call needs."""
