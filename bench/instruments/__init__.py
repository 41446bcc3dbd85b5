"""Programs started and watched, and the arithmetic of what they show."""
