"""What people decide about a saved call: corrections, and holds that keep it from being deleted."""
