"""Sound in, measurements out; knows no rules and no screens."""
