"""The trainer's report: facts of one call or of many, as one HTML page or as text; both from the same numbers."""
