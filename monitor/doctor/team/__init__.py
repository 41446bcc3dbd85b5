"""The checks of `tone-monitor doctor --team`: what a machine shares with its team."""
