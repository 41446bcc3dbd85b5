"""Parts about how long a start and an installation take."""
