"""The front process: accepts, authenticates, reads and stamps, and never waits for anything."""
