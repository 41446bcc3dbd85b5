"""How long a start takes, and what measuring and transcribing cost, in time and memory."""
