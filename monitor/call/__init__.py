"""The record of a call: its folder, files, events and marks, and the figures read from them."""
