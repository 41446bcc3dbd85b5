"""Sound cards: which there are, what they capture, and how it stays on one media clock."""
