"""Measurements of sound: speech, level, pitch, rate, tone, turns."""
