"""The network that finds speech: Silero VAD v6, whose weights come with faster-whisper."""
