"""Parts that take so long that they have commands of their own: `make bench` leaves them out."""
