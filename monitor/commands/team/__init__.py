"""Commands for a team: what desks and supervisors share."""
