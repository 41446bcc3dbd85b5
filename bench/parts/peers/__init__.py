"""Other programs and this one side by side, on the same sound in the same run."""
