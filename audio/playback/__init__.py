"""Playing recorded sound, at any speed."""
