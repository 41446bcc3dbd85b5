"""The agent's screen during a call."""
