"""Commands for a coach and an agent."""
