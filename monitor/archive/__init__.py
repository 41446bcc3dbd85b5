"""Archives of recordings: units of work that are done once, and the lake of numbers that they fill."""
