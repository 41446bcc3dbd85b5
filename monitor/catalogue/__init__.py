"""The searchable index over the call folders.

It can be rebuilt from the folders at any time (`tone-monitor reindex`). So a catalogue that is locked, damaged or gone
never harms a call: the failure is reported once, the call continues, and reindexing adds it later.
"""
