"""What the agent reads about her microphone and her voice profile."""

from collections.abc import Iterator

from audio.values import MicrophoneChange
from monitor.call.events import Health


def microphone_health(change: MicrophoneChange) -> Iterator[Health]:
    """Say it in a sentence; about the customer's line there is nothing to say, as nobody here can change it."""
    if change.speaker == "agent":
        yield Health(change.at_s, "voice", fine=True, note=_NOTES[change.kind].format(change.by_db), cause=change.kind)


_NOTES = {
    "gain": "Your microphone's level changed by {:+.0f} dB. Your volume is compared with the new level.",
    "gain control": "Your microphone evens out your volume. It is judged by the sound of your voice.",
    "other voice": "The voice profile doesn't fit this voice. It is not used in this call.",
}
