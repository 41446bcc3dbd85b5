"""Sound in files: recordings of any format read, calls recorded."""
