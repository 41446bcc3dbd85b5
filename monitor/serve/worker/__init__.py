"""A worker process: measures and judges a few calls, and writes their folders."""
