"""The inputs with their levels, on the terminal as they change or once as lines."""

import shutil

from audio.devices.streams import Streams
from monitor.base.terminal import say_all
from monitor.settings import config
from monitor.setup.device_levels import DeviceLevel, DeviceLevels, table

SNAPSHOT_S = 2.0
"""How long one plain list listens."""
PAINT_S = 0.1
ADVICE = """
Speak: the bar that moves is your microphone. The bar of what this machine plays
moves while you hear sound. Pass the option above a bar to tone-monitor live, or
set the device under [devices] in the settings file:
"""


def show(streams: Streams, *, plain: bool) -> None:
    """Show all inputs until Ctrl-C; plain, print them once after two seconds.

    Raises:
        DeviceError: there is no input, or no sound system.
        ConfigError: the settings cannot be used.
    """
    with DeviceLevels(streams) as levels:
        if plain:
            streams.wait(SNAPSHOT_S)
            say_all(_page(levels.look()).split("\n"))
        else:
            _follow(streams, levels)


def _follow(streams: Streams, levels: DeviceLevels) -> None:
    from rich.live import Live  # lines need none of it
    from rich.text import Text

    with Live(auto_refresh=False, vertical_overflow="crop") as live:
        try:
            while True:
                streams.wait(PAINT_S)
                live.update(
                    Text(_page(levels.look()) + "\nPress Ctrl-C to stop.", no_wrap=True, overflow="ellipsis"),
                    refresh=True,
                )
        except KeyboardInterrupt:
            pass


def _page(levels: tuple[DeviceLevel, ...]) -> str:
    width = min(shutil.get_terminal_size().columns, 100)
    return "\n".join(table(levels, width)) + f"\n{ADVICE}{config.file()}"
