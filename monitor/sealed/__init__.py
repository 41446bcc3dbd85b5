"""Encryption at rest: files that nobody can read, or change unnoticed, without the key."""
