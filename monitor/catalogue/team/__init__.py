"""Who may read what in a catalogue that a team shares: roles, and policies of PostgreSQL for each row."""
