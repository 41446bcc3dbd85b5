"""A live session: sound in, calls out, with the screen, the folders and the control channel."""
