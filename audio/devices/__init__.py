"""Sound cards: the list of devices, capture, and alignment to one media clock."""
