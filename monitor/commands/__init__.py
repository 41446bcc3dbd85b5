"""The commands, a module each: they read their arguments and call the room that does the work."""
