"""What an agent and a coach agree after a call, kept beside its marks."""
