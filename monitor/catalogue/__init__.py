"""The searchable index over the call folders.

It can be rebuilt from the folders at any time (`tone-monitor reindex`). So a catalogue that is locked, damaged or gone
never hurts a call: it is said once, the call goes on, and reindexing adds it later.
"""
