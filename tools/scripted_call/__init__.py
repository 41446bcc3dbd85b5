"""What calls that are made from a script share: its common parts, and what a voice and a line do to sound."""
