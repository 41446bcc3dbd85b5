"""Speech to words: utterances cut from the sound, and Whisper over them."""
