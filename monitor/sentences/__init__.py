"""What sentences mean: a small sentence model, and classifiers over its vectors and the words."""
