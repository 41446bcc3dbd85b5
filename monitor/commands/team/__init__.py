"""Commands for a team of several desks."""
