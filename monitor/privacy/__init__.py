"""Stands between a call and the disk: card numbers, security codes and telephone keys never get there.

What is heard and said waits in memory until it is known to be harmless; what is not is masked before it is written.
"""
