"""What every room may use: files, terminal text, clock and errors. Imports no other room."""
