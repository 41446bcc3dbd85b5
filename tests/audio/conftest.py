import pytest

from audio.words.model import resolve


@pytest.fixture(scope="session")
def whisper() -> object:
    """The built-in model, loaded once for all tests."""
    from audio.words.whisper import Whisper  # noqa: PLC0415 - half a second that tests without words do without

    return Whisper.load(resolve("default"))
