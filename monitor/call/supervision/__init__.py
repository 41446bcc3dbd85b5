"""What passes between an agent in a call and the supervisors."""
