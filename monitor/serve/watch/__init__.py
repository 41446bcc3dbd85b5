"""An agent's screen that follows her calls on a server."""
