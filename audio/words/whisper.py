"""Whisper for one utterance, in a window as long as the utterance instead of 30 s."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.values import Word
from audio.words.heard import LEAST_LOG_PROBABILITY, Heard, as_words
from audio.words.model import ModelError, is_measured, verify
from audio.words.spoken_language import english_scores

# Read when ctranslate2 is loaded: one thread a worker, and no kernel kept for every length of window there ever was.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16")

from ctranslate2 import StorageView
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations

from audio.words.device import check_device

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
LONGEST_CONTEXT = 100
"""Tokens of what was said before: half a minute of talk."""
TOKENS_AT_LEAST = 12
TOKENS_A_SECOND = 9
"""Nobody talks faster; it limits the time that an endless text can take."""

PUNCTUATION_BEFORE = "\"'“¿([{-"
PUNCTUATION_BEHIND = "\"'.。,，!！?？:：”)]}、"


class Whisper:
    """One Whisper model; any number of threads may use it, `workers` of them at the same time.

    Whisper pads everything to 30 s and spends most of its time on that padding. Here the encoder sees the utterance and
    2 s of silence, and its states are lengthened to the 1500 positions that the decoder was trained on by those of
    digital silence, encoded once. Without them the decoder repeats itself without end; with them it says what it says
    after the whole window (`python -m bench words`). Both silences must be silent *sound*, taken through the
    spectrogram: whatever else stands in the padding is read as speech.

    The words of a sound depend on that sound and on what is known to have been said before.
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

    def final(  # noqa: PLR0913 - what is known about an utterance
        self,
        samples: Samples,
        *,
        quick: bool = False,
        language: str = "",
        lead: int = 0,
        said: str = "",
        before: str = "",
    ) -> tuple[Word, ...]:
        """Words of a whole utterance, as well as the model can.

        Args:
            samples: shape (n,), at most 30 s.
            quick: search one beam instead of five, for a machine that cannot keep up.
            language: spoken in it, such as "de", for a model that knows it; otherwise, the one it was loaded for.
            lead: how many samples at the start are not the utterance, but what the speaker said just before.
            said: the words of those samples.
            before: what the speaker said before that.

        Returns:
            The words, timed from the first sample of the utterance; none if nothing could be made out.

        Raises:
            ValueError: The sound is longer.
        """
        beam = PARTIAL_BEAM if quick else FINAL_BEAM
        if (said or before) and (
            words := self._in_context(samples, beam, language, lead=lead, said=said, before=before)
        ):
            return words
        samples = samples[lead:]
        states, frames = self._encode(samples, whole=self.whole_window)
        heard = self._decode(states, frames, beam, language)
        if heard.repeats and not self.whole_window:
            states, frames = self._encode(samples, whole=True)
            heard = self._decode(states, frames, beam, language)
        return () if heard.repeats or heard.invented else self._timed(heard, states, frames, language)

    def _in_context(  # noqa: PLR0913 - as above
        self, samples: Samples, beam: int, language: str, *, lead: int, said: str, before: str
    ) -> tuple[Word, ...]:
        """The same after what was said; none if it leads the decoder astray, so that it must do without."""
        states, frames = self._encode(samples, whole=self.whole_window)
        tokenizer = self._tokenizer(language)
        known = tokenizer.encode(f" {said}") if said else []
        prompt = [*before_sentences(tokenizer, before), tokenizer.no_timestamps, *known]
        heard = self._decode(states, frames, beam, language, prompt=prompt, known=len(known))
        astray = heard.repeats or heard.is_stock or heard.echoes(said or before)
        if astray or heard.log_probability < LEAST_LOG_PROBABILITY:
            return ()
        return self._timed(heard, states, frames, language, known=known, lead_s=lead / SAMPLE_RATE_HZ)

    def again(self, samples: Samples, before: str = "", *, language: str = "") -> tuple[Word, ...]:
        """Words of several utterances together, timed from the first sample, however long it takes.

        Args:
            samples: shape (n,), at most 30 s.
            before: what the same speaker said before; dropped if the decoder repeats itself or that after it.
            language: as for `final`.
        """
        states, frames = self._encode(samples, whole=True)
        tokenizer = self._tokenizer(language)
        for context in dict.fromkeys((before, "")):
            prompt = before_sentences(tokenizer, context)
            heard = self._decode(states, frames, FINAL_BEAM, language, prompt=prompt)
            if not (heard.repeats or heard.echoes(context)) and heard.log_probability >= LEAST_LOG_PROBABILITY:
                break
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
        """How probable each language is for a sound, shape (n,), by code; see `english_scores` for English models."""
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

    def _decode(  # noqa: PLR0913 - what is known of a sound
        self,
        states: StorageView,
        frames: int,
        beam: int,
        language: str,
        *,
        prompt: Sequence[int] = (),
        known: int = 0,
    ) -> Heard:
        """Find the text; the last `known` tokens of the prompt are its beginning, and no part of what is found."""
        tokenizer = self._tokenizer(language)
        prompt = [*(prompt or (*tokenizer.sot_sequence, tokenizer.no_timestamps))]
        most_tokens = TOKENS_AT_LEAST + TOKENS_A_SECOND * frames // 100
        (result,) = self._model.model.generate(
            states,
            [prompt],
            beam_size=beam,
            # CTranslate2 keeps half of it for a prompt, or as much as that takes.
            max_length=min(LONGEST_TEXT, max(2 * most_tokens, most_tokens + len(prompt))),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=self._suppressed,
        )
        found = result.sequences_ids[0]
        again = known if found[:known] == prompt[len(prompt) - known :] else 0
        tokens = [token for token in found[again:] if token < tokenizer.eot]
        text = tokenizer.decode(tokens).strip()
        return Heard(tokens, text, result.scores[0], result.no_speech_prob)

    def _timed(  # noqa: PLR0913 - what was heard, in which sound, and what of it is known
        self,
        heard: Heard,
        states: StorageView,
        frames: int,
        language: str,
        *,
        known: Sequence[int] = (),
        lead_s: float = 0.0,
    ) -> tuple[Word, ...]:
        """Time the words, but for those of the `known` tokens before them, from `lead_s` on."""
        (words,) = self._model.find_alignment(self._tokenizer(language), [[*known, *heard.tokens]], states, frames)
        merge_punctuations(words, PUNCTUATION_BEFORE, PUNCTUATION_BEHIND)
        places = accumulate((len(word["tokens"]) for word in words), initial=0)
        return as_words([word for word, place in zip(words, places, strict=False) if place >= len(known)], lead_s)


def before_sentences(tokenizer: Tokenizer, before: str = "") -> list[int]:
    """A prompt for sentences with their times, as Whisper mostly learnt them, after what was said before."""
    context = tokenizer.encode(f" {before}")[-LONGEST_CONTEXT:] if before else []
    return [*([tokenizer.sot_prev] if context else []), *context, *tokenizer.sot_sequence]


def _trial() -> Samples:
    """A sentence spoken by the synthesizer flite, 16 kHz."""
    import soundfile  # only a model of the user's own is tried out

    samples: Samples = soundfile.read(Path(__file__).with_name("trial.flac"), dtype="float32")[0]
    return samples
