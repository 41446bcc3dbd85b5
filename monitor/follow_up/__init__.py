"""What becomes of an agreed action: its measure before and since, and the notes that reach the agent."""
