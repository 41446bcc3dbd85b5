"""Ships calls that are over to the team's object store, and fetches the calls of others from there."""
