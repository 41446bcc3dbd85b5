"""Speech of a call that broke off whose words were not known yet."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Literal

from audio.block import AudioBlock, Speaker, seconds
from audio.files.pcm import Pcm, to_samples
from audio.measure.frames import Frame, Framer
from audio.measure.speech import VoiceActivity
from audio.values import Utterance
from audio.words.model import ModelError
from audio.words.transcribe import Transcriber
from audio.words.utterances import Cut, UtteranceCutter
from monitor.pipeline.whisper_model import loader

MOSTLY = 0.5
"""An utterance is known if words are known for so much of it."""


def unknown(
    start: int, sound: Pcm, speakers: Sequence[Speaker], model: str, known: Sequence[Utterance]
) -> Iterator[tuple[Cut, Utterance | None]]:
    """Find speech whose words are not known, and what they are.

    Args:
        start: index of the first sample of the sound, counted from the start of the call.
        sound: shape (n, speakers).
        speakers: its channels.
        model: makes the words of this call; "none" for a call without, of which no word is missed.
        known: words that are.

    Yields:
        The speech, and its words; None where the model is not there any more.
    """
    transcriber = _transcriber(model)
    for cut in _cuts(start, sound, speakers) if transcriber else ():
        start_s, end_s = seconds(cut.start), seconds(cut.end)
        own = (one for one in known if one.speaker == cut.speaker)
        covered_s = sum(max(0.0, min(end_s, one.end_s) - max(start_s, one.start_s)) for one in own)
        if covered_s < MOSTLY * (end_s - start_s):
            yield cut, transcriber.utterance(cut) if isinstance(transcriber, Transcriber) else None


def _transcriber(model: str) -> Transcriber | Literal["missing"] | None:
    try:
        load = loader(model)
        return load() if load else None
    except ModelError:
        return "missing"


def _cuts(start: int, sound: Pcm, speakers: Sequence[Speaker]) -> Iterator[Cut]:
    cutters = {speaker: UtteranceCutter(speaker) for speaker in speakers}
    voice = VoiceActivity(speakers)
    heard = (one for frame in _frames(sound, speakers) for one in voice.feed(frame))
    found = (item for one in heard for item in cutters[one.speaker].feed(one))
    last = (item for cutter in cutters.values() for item in cutter.flush())
    for item in chain(found, last):
        if isinstance(item, Cut):
            yield replace(item, start=item.start + start, end=item.end + start, known=item.known + start)


def _frames(sound: Pcm, speakers: Sequence[Speaker]) -> Iterator[Frame]:
    framer = Framer(speakers)
    for speaker, channel in zip(speakers, sound.T, strict=True):
        yield from framer.feed(AudioBlock(speaker, 0, to_samples(channel)))
    yield from framer.flush()
