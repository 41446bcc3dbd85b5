"""Commands for a team."""
