"""Teaches the classifiers of rules/understanding and monitor/sentences; docs/understanding.md is their card."""
