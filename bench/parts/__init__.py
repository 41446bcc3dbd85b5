"""What `python -m bench NAME` measures: a module a part, each with `rows()`."""
