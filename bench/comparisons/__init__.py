"""What the part `comparison` puts side by side: other programs and ours, a call with the screen and without."""
