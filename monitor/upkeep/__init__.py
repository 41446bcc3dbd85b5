"""Maintenance of the calls folder: repair, retention, deletion, sealing."""
