"""Whisper for one utterance, in a window as long as the utterance instead of 30 s."""

import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from audio.block import Samples
from audio.values import Word
from audio.words.model import ModelError, is_measured, verify
from audio.words.spoken_language import english_scores

# Read when ctranslate2 is loaded: one thread a worker, and no kernel kept for every length of window there ever was.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16")

from ctranslate2 import StorageView, get_cuda_device_count, get_supported_compute_types
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations

HOP = 160
"""Samples a frame of the spectrogram, 10 ms."""
WHOLE_WINDOW = 3000
"""Frames that Whisper was trained on: 30 s."""
MARGIN = 200
"""Frames of silence behind the utterance, at least: 2 s."""
STEP = 250
"""Windows are multiples of 2.5 s: each new length costs memory that is never given back."""

FINAL_BEAM = 5
PARTIAL_BEAM = 1

LONGEST_TEXT = 448
"""Tokens that the decoder can hold."""
TOKENS_AT_LEAST = 12
TOKENS_A_SECOND = 9
"""Nobody talks faster; it limits the time that an endless text can take."""

MOST_REPETITION = 2.4
"""Highest compression ratio of a text."""

MOST_NO_SPEECH = 0.6
LEAST_LOG_PROBABILITY = -1.0
"""An unlikely text from what is probably not speech is dropped.

Words of calls reach 0.2, and 0.55 in noise of the same level; synthetic laughter has 0.85 and −2.
"""
STOCK_PHRASES = frozenset({"", "you", "thank you", "thanks for watching", "bye"})
STOCK_NO_SPEECH = 0.5
"""What Whisper says for silence. People do say it in a call, but then it is clearly speech."""

PUNCTUATION_BEFORE = "\"'“¿([{-"
PUNCTUATION_BEHIND = "\"'.。,，!！?？:：”)]}、"


@dataclass(frozen=True, slots=True)
class _Heard:
    """What the decoder made of a sound."""

    tokens: list[int]
    text: str
    log_probability: float
    """Mean of the tokens."""
    no_speech: float
    """Probability that there was no speech at all."""

    @property
    def repeats(self) -> bool:
        """Whether the decoder is in a loop."""
        text = self.text.encode()
        return len(text) > MOST_REPETITION * len(zlib.compress(text))

    @property
    def invented(self) -> bool:
        """Whether this is what Whisper says when nobody speaks."""
        said = self.text.strip(" .!?").casefold()
        if said in STOCK_PHRASES:
            return not said or self.no_speech > STOCK_NO_SPEECH
        return self.no_speech > MOST_NO_SPEECH and self.log_probability < LEAST_LOG_PROBABILITY


class Whisper:
    """One Whisper model; any number of threads may use it, `workers` of them at the same time.

    Whisper pads everything to 30 s and spends most of its time on that padding. Here the encoder sees the utterance and
    2 s of silence, and its states are lengthened to the 1500 positions that the decoder was trained on by those of
    digital silence, encoded once. Without them the decoder repeats itself without end; with them it says what it says
    after the whole window (`python -m bench words`). Both silences must be silent *sound*, taken through the
    spectrogram: whatever else stands in the padding is read as speech.

    The words of a sound depend on that sound alone.
    """

    def __init__(self, model: WhisperModel, language: str = "en", *, whole_window: bool = False) -> None:
        self.whole_window = whole_window
        """Whether everything is padded to 30 s, which is three times slower."""
        self._model = model
        self._language = language
        self._tokenizers = {language: self._tokenizer_of(language)}
        self._suppressed = list(get_suppressed_tokens(self._tokenizers[language], [-1]))
        self._silence = self._states(np.zeros(0, np.float32), WHOLE_WINDOW)

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        language: str = "en",
        workers: int = 2,
        device: str = "cpu",
        compute_type: str = "int8",
    ) -> Self:
        """Load a model and warm it up; one that this program was not measured with is tried out first.

        Args:
            folder: what `audio.words.model.resolve` returned.
            language: what is spoken unless a request says otherwise; a model whose name ends in ".en" knows English
                alone.
            workers: utterances at the same time, each on a thread.
            device: "cpu", "cuda", or "auto" for a GPU where there is one.
            compute_type: how CTranslate2 calculates, such as "int8", "float16" or "default".

        Raises:
            ModelError: the model is damaged, or is not a Whisper model.
        """
        check_device(device, compute_type)
        with ThreadPoolExecutor(1) as pool:
            verified = pool.submit(verify, folder)
            try:
                model = WhisperModel(
                    str(folder), device=device, compute_type=compute_type, cpu_threads=1, num_workers=workers
                )
                whisper = cls(model, language)
                if not is_measured(folder):
                    whisper.whole_window = not whisper.agrees(_trial())
            except Exception as error:  # each of the libraries below has its own for a file that is damaged
                verified.result()
                raise ModelError(
                    f"The model in {folder} can't be loaded: it is damaged, or not a Whisper model. "
                    "Choose another Whisper model, or reinstall this one."
                ) from error
            verified.result()
        return whisper

    def agrees(self, samples: Samples) -> bool:
        """Whether the short window and the full one give the same words for a sound, shape (n,)."""
        short, whole = (
            self._decode(*self._encode(samples, whole=whole), FINAL_BEAM, self._language).text.casefold()
            for whole in (False, True)
        )
        return short == whole

    def final(self, samples: Samples, *, quick: bool = False, language: str = "") -> tuple[Word, ...]:
        """Words of a whole utterance, as well as the model can.

        Args:
            samples: shape (n,), at most 30 s.
            quick: search one beam instead of five, for a machine that cannot keep up.
            language: spoken in it, such as "de", for a model that knows it; otherwise, the one it was loaded for.

        Returns:
            The words, timed from the first sample; none if nothing could be made out.

        Raises:
            ValueError: The sound is longer.
        """
        beam = PARTIAL_BEAM if quick else FINAL_BEAM
        states, frames = self._encode(samples, whole=self.whole_window)
        heard = self._decode(states, frames, beam, language)
        if heard.repeats and not self.whole_window:
            states, frames = self._encode(samples, whole=True)
            heard = self._decode(states, frames, beam, language)
        return () if heard.repeats or heard.invented else self._timed(heard, states, frames, language)

    def partial(self, samples: Samples, *, language: str = "") -> str:
        """Words of an utterance in progress, fast and without times.

        Args:
            samples: shape (n,), at most 30 s.
            language: as for `final`.

        Raises:
            ValueError: The sound is longer.
        """
        heard = self._decode(*self._encode(samples, whole=self.whole_window), PARTIAL_BEAM, language)
        return "" if heard.repeats or heard.invented else heard.text

    def languages(self, samples: Samples) -> dict[str, float]:
        """How probable it is that a sound, shape (n,) and at most 30 s, is in each language, such as "de".

        A model that knows English alone gives English by how sure it is of its text, and "und" for the rest.
        """
        states, frames = self._encode(samples, whole=self.whole_window)
        if not self._model.model.is_multilingual:
            return english_scores(self._decode(states, frames, FINAL_BEAM, "").log_probability)
        (found,) = self._model.model.detect_language(states)
        return {token.strip("<|>"): probability for token, probability in found}

    def _tokenizer_of(self, language: str) -> Tokenizer:
        return Tokenizer(self._model.hf_tokenizer, self._model.model.is_multilingual, "transcribe", language)

    def _tokenizer(self, language: str) -> Tokenizer:
        language = language or self._language
        if language not in self._tokenizers:
            self._tokenizers[language] = self._tokenizer_of(language)
        return self._tokenizers[language]

    def _encode(self, samples: Samples, *, whole: bool) -> tuple[StorageView, int]:
        """Encode a sound; return the decoder's 1500 positions and how many frames are sound."""
        frames = -(-len(samples) // HOP)
        if frames > WHOLE_WINDOW:
            raise ValueError("Whisper takes at most 30 s at once. Cut the sound into utterances.")
        window = WHOLE_WINDOW if whole else min(WHOLE_WINDOW, -(-(frames + MARGIN) // STEP) * STEP)
        states = self._states(samples, window)
        states = np.concatenate([states, self._silence[:, states.shape[1] :]], axis=1)
        return StorageView.from_array(np.ascontiguousarray(states)), frames

    def _states(self, samples: Samples, window: int) -> NDArray[np.float32]:
        """Encode a sound in a window of so many frames, silent behind the sound; shape (1, window / 2, model size)."""
        sound = np.pad(samples, (0, window * HOP - len(samples)))
        spectrogram = np.ascontiguousarray(self._model.feature_extractor(sound)[None, :, :window])
        return np.array(self._model.model.encode(StorageView.from_array(spectrogram), to_cpu=True))

    def _decode(self, states: StorageView, frames: int, beam: int, language: str) -> _Heard:
        tokenizer = self._tokenizer(language)
        most_tokens = TOKENS_AT_LEAST + TOKENS_A_SECOND * frames // 100
        (result,) = self._model.model.generate(
            states,
            [[*tokenizer.sot_sequence, tokenizer.no_timestamps]],
            beam_size=beam,
            max_length=min(LONGEST_TEXT, 2 * most_tokens),  # CTranslate2 keeps half of it for a prompt
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=self._suppressed,
        )
        tokens = result.sequences_ids[0]
        text = tokenizer.decode(tokens).strip()
        return _Heard(tokens, text, result.scores[0], result.no_speech_prob)

    def _timed(self, heard: _Heard, states: StorageView, frames: int, language: str) -> tuple[Word, ...]:
        (words,) = self._model.find_alignment(self._tokenizer(language), [heard.tokens], states, frames)
        merge_punctuations(words, PUNCTUATION_BEFORE, PUNCTUATION_BEHIND)
        timed: list[Word] = []
        for word in words:
            text = word["word"].strip()
            if text and timed and not word["word"].startswith(" "):
                timed[-1] = _joined(timed[-1], text, float(word["end"]), float(word["probability"]))
            elif text:
                timed.append(Word(float(word["start"]), float(word["end"]), text, float(word["probability"])))
        return tuple(timed)


def _joined(word: Word, text: str, end_s: float, probability: float) -> Word:
    """Put together what the tokens took apart and no space divides, as "o'clock" and "step-by-step"."""
    return Word(word.start_s, end_s, word.text + text, min(word.probability, probability))


def check_device(device: str, compute_type: str) -> None:
    """Check that CTranslate2 can calculate so on this machine.

    Raises:
        ModelError: it can't.
    """
    if device == "cuda" and not get_cuda_device_count():
        raise ModelError('Whisper finds no GPU. Set words.device to "cpu", or install the driver and CUDA 12.')
    place = "cuda" if device != "cpu" and get_cuda_device_count() else "cpu"
    known = {"auto", "default", *get_supported_compute_types(place)}
    if compute_type not in known:
        raise ModelError(
            f'Whisper can\'t calculate in "{compute_type}" on this machine. Set words.compute_type to one of '
            f"{', '.join(sorted(known))}."
        )


def _trial() -> Samples:
    """A sentence spoken by the synthesizer flite, 16 kHz."""
    import soundfile  # only a model of the user's own is tried out

    samples: Samples = soundfile.read(Path(__file__).with_name("trial.flac"), dtype="float32")[0]
    return samples
