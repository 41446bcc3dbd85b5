"""Where the CPU time of a live call and of a recording goes: pictures and a table for docs/pace.md."""
