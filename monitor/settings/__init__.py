"""The settings file: what it may say, and the defaults behind it."""
