"""What the telephone system brings into a call: holds, keys, and agents who take it over."""
