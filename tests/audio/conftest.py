import pytest

from audio.words.model import resolve


@pytest.fixture(scope="session")
def whisper() -> object:
    """The built-in model, loaded once for all tests."""
    from audio.words.whisper import Whisper  # noqa: PLC0415 - half a second that tests without words do without

    return Whisper.load(resolve("default"))


@pytest.fixture(scope="session")
def english() -> object:
    """The same model as its library gives it."""
    from faster_whisper import WhisperModel  # noqa: PLC0415 - as above

    return WhisperModel(str(resolve("default")), device="cpu", compute_type="int8", cpu_threads=1)
