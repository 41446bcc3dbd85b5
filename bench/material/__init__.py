"""Labelled text and sound that figures are measured on."""
