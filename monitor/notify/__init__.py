"""Notifies other systems of a call while it is in progress: a webhook and Prometheus."""
