"""The trainer's report on one call or on many, as an HTML page or as text, both from the same numbers."""
