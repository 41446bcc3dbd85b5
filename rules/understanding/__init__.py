"""What sentences mean, by classifiers that were taught with other people's dialogues; see docs/understanding.md."""
