"""Keeps card numbers, security codes and telephone keys off the disk.

Sound and words wait in memory until they are known to be harmless; what isn't is masked before it is written.
"""
