"""A live session: sound in, calls out, beside them the screen, the folder and the control channel."""
