"""Who speaks when on a track with two people."""
