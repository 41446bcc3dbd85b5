"""Spoken language: tokens, phrases, content, numbers, due dates, paraphrase."""
