"""Sound from the telephone network: packets of two sides, on one media clock."""
