"""An agent's calls over weeks, for the agent alone: measures, agreed actions, notes and answers."""
