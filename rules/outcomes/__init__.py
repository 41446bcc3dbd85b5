"""What became of prompts: judged by what the agent did next."""
