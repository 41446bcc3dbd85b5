"""What each platform sends, read without any input or output: messages in, signals and replies out."""
