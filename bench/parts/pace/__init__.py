"""How long a start and an installation take, and what measuring and transcribing cost, in time and memory."""
