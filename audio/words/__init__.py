"""Speech to words: utterances cut from the sound, and transcribed by Whisper."""
