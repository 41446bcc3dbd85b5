"""The wall: calls in progress of a team, as supervisors see them, over MQTT."""
