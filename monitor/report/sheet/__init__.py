"""The coaching sheet: what a trainer and an agent talk about for a quarter of an hour."""
