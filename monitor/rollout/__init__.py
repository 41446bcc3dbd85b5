"""The roll-out of a team: rules and settings for all desks, signed, from the team's object store."""
