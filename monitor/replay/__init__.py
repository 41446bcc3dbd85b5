"""A call as its folder tells it, made ready to be looked at: values and steps, no screen and no sound card."""
