"""How a time of a call is written: one form on screens, in reports, in file names and in printed lines."""


def clock(time_s: float) -> str:
    """Media time in whole seconds: 2:05 below an hour, 1:02:05 from an hour on."""
    minutes, seconds = divmod(int(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
