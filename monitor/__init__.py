"""The program: composes sound and rules into live calls, recordings, screens and reports."""
