"""What measuring and transcribing cost, in time and memory."""
