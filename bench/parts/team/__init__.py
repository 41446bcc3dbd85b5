"""What is measured of a team's shared parts."""
