"""Before the first call: input devices, calibration and the agent's profile."""
