"""Encryption at rest: files that only who has the key can read, or change without being noticed."""
