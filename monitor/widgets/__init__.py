"""The widgets of the screens; each draws its own lines."""
