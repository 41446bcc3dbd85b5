from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from ctranslate2 import StorageView
from faster_whisper import WhisperModel

from audio.block import Samples
from audio.measure.speech import speech_frames
from audio.words.model import ModelError
from audio.words.utterances import Cut, UtteranceCutter
from audio.words.whisper import WHOLE_WINDOW, Whisper, _trial
from monitor.sample import CALL
from tests import sounds
from tests.audio_files import recording

SENTENCE = "Thank you for calling. How can I help you today?"
HOW_S = 1.45
"""Where "How" begins: there the sound comes back after the pause."""

RINGBACK = sounds.tone(440, 2, -23) + sounds.tone(480, 2, -23)
KEYS = np.concatenate([np.concatenate([sounds.dtmf(key, 0.2), sounds.silence(0.1)]) for key in "15905190"])
NOT_SPEECH = {
    "silence": sounds.silence(4),
    "loud noise": sounds.noise(4, -20),
    "faint noise": sounds.noise(4, -60),
    "ringback": RINGBACK,
    "key tones": KEYS,
    "a humming voice": sounds.vowel(sounds.vibrato(150, 3)),
}


def cuts(samples: Samples) -> list[Cut]:
    cutter = UtteranceCutter("agent")
    items = [item for frame in speech_frames(samples) for item in cutter.feed(frame)]
    return [item for item in [*items, *cutter.flush()] if isinstance(item, Cut)]


def said(whisper: Whisper, samples: Samples) -> str:
    return " ".join(word.text for word in whisper.final(samples))


def test_a_sentence_is_heard_word_by_word(whisper: Whisper) -> None:
    sentence = _trial()
    words = whisper.final(sentence)
    assert " ".join(word.text for word in words) == SENTENCE
    assert all(0 <= word.start_s <= word.end_s <= len(sentence) / 16_000 + 0.02 for word in words)
    assert all(before.start_s <= after.start_s for before, after in pairwise(words))
    assert all(0 < word.probability <= 1 for word in words)
    assert words[4].text == "How"
    assert words[4].start_s == pytest.approx(HOW_S, abs=0.1)


def test_a_sentence_under_way_is_heard_without_times(whisper: Whisper) -> None:
    assert whisper.partial(_trial()) == SENTENCE


def test_the_short_window_hears_what_the_whole_one_hears(whisper: Whisper) -> None:
    assert not whisper.whole_window
    assert whisper.agrees(_trial())


@pytest.mark.slow
def test_two_threads_hear_the_same_as_one(whisper: Whisper) -> None:
    pieces = [_trial()[: 16_000 * seconds] for seconds in (1, 2, 3)]
    alone = [whisper.final(piece) for piece in pieces]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(whisper.final, pieces * 2))
    assert together == alone * 2


@pytest.mark.parametrize("sound", NOT_SPEECH)
def test_no_words_are_invented_for(sound: str, whisper: Whisper) -> None:
    found = cuts(NOT_SPEECH[sound])
    assert [whisper.final(cut.samples) for cut in found] == [()] * len(found)
    assert found == [] or sound == "a humming voice", "a voice may be taken for one, but what it hums for no words"
    assert whisper.final(NOT_SPEECH[sound]) == ()
    assert whisper.partial(NOT_SPEECH[sound]) == ""


def test_what_is_too_long_is_refused(whisper: Whisper) -> None:
    with pytest.raises(ValueError, match="30 s"):
        whisper.final(sounds.silence(31))


class Noting:
    """The built-in model, which says how it is asked and may be made to say something else.

    Args:
        english: the built-in model.
        stuck: whether it repeats itself where it does not hear the whole window.
        parrots: whether it says "okay" wherever it is told what was said before.
        is_multilingual: whether it says that it knows more languages than English; then it hears nothing.
    """

    def __init__(
        self, english: WhisperModel, *, stuck: bool = False, parrots: bool = False, is_multilingual: bool = False
    ) -> None:
        self.is_multilingual = is_multilingual
        self.windows: list[int] = []
        """Frames of each sound."""
        self.prompts: list[list[int]] = []
        self._english = english
        self._repeated = english.hf_tokenizer.encode(" thank you" * 20, add_special_tokens=False).ids if stuck else []
        self._okay = english.hf_tokenizer.encode(" Okay. Okay.", add_special_tokens=False).ids if parrots else []
        self._before = english.hf_tokenizer.token_to_id("<|startofprev|>")

    def encode(self, features: StorageView, *, to_cpu: bool) -> StorageView:
        self.windows.append(features.shape[2])
        return self._english.model.encode(features, to_cpu=to_cpu)

    def generate(self, states: StorageView, prompts: list[list[int]], **options: object) -> list[object]:
        self.prompts += prompts
        if self.is_multilingual:
            return [SimpleNamespace(sequences_ids=[[]], scores=[0.0], no_speech_prob=1.0)]
        if self._repeated and self.windows[-1] < WHOLE_WINDOW:
            return [SimpleNamespace(sequences_ids=[self._repeated], scores=[0.0], no_speech_prob=0.0)]
        if self._okay and prompts[0][0] == self._before:
            return [SimpleNamespace(sequences_ids=[self._okay], scores=[0.0], no_speech_prob=0.0)]
        return self._english.model.generate(states, prompts, **options)

    def whisper(self, language: str = "en") -> Whisper:
        """Over this model."""
        parts = ("hf_tokenizer", "feature_extractor", "find_alignment")
        return Whisper(
            SimpleNamespace(model=self, **{name: getattr(self._english, name) for name in parts}),  # type: ignore[arg-type]
            language,
        )


def test_a_text_that_repeats_itself_is_heard_again_in_the_whole_window(english: WhisperModel) -> None:
    noting = Noting(english, stuck=True)
    whisper = noting.whisper()
    noting.windows.clear()
    assert said(whisper, _trial()) == SENTENCE
    assert len(noting.windows) == 2
    assert noting.windows[0] < noting.windows[1] == WHOLE_WINDOW


def test_a_model_that_cannot_be_loaded_is_told_in_a_sentence(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_text("{}", encoding="ascii")
    with pytest.raises(ModelError, match=r"can't be loaded.*Choose another Whisper model"):
        Whisper.load(tmp_path)


def test_a_model_of_the_users_own_is_tried_out(
    english: WhisperModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audio.words.whisper.WhisperModel", lambda *_args, **_options: english)
    monkeypatch.setattr(Whisper, "agrees", lambda *_args: False)
    assert Whisper.load(tmp_path).whole_window


def test_a_model_of_many_languages_is_told_which_one_to_write(english: WhisperModel) -> None:
    noting = Noting(english, is_multilingual=True)
    noting.whisper("de").partial(_trial())
    prompt = [english.hf_tokenizer.id_to_token(token) for token in noting.prompts[0]]
    assert prompt == ["<|startoftranscript|>", "<|de|>", "<|transcribe|>", "<|notimestamps|>"]


def test_a_speech_is_heard(whisper: Whisper) -> None:
    heard = said(whisper, recording("read_speech/misc/jfk.wav"))
    assert heard.startswith("And so my fellow Americans ask not what your country can do for you")


def test_quick_speech_is_heard_to_its_end(whisper: Whisper) -> None:
    samples, rate = soundfile.read(CALL, dtype="float32")
    hurried = samples[round(42.72 * rate) : round(52.704 * rate), 0]
    assert said(whisper, hurried).endswith("wait for 30 seconds before we put it back.")


def test_short_courtesies_on_a_call_are_kept(whisper: Whisper) -> None:
    heard = [said(whisper, cut.samples) for cut in cuts(recording("call_center/hvb_02fd023b18d246d0_agent.wav"))]
    assert "Okay, thank you." in heard


@pytest.mark.parametrize("name", ["macroform-cold_day", "reno_project-system"])
def test_hold_music_has_no_words(name: str) -> None:
    assert cuts(recording(f"call_center/hold_music/{name}.wav")) == []


def test_several_utterances_are_heard_together_with_the_times_of_their_words(whisper: Whisper) -> None:
    spoken = np.concatenate([_trial(), np.zeros(16_000, np.float32), _trial()])
    words = whisper.again(spoken)
    alone = [word.text for word in whisper.again(_trial())]
    assert len(words) == pytest.approx(2 * len(alone), abs=2)
    assert all(before.start_s <= after.start_s for before, after in pairwise(words))
    assert words[-1].end_s <= len(spoken) / 16_000
    assert len(whisper.again(_trial(), "We spoke about the modem.")) == pytest.approx(len(alone), abs=2)


def test_a_text_that_only_says_once_more_what_was_said_is_heard_again_without_it(english: WhisperModel) -> None:
    whisper = Noting(english, parrots=True).whisper()
    for hear in (whisper.final, whisper.again):
        assert " ".join(word.text for word in hear(_trial(), before="I am calling about my bill. Okay.")) == SENTENCE


def test_silence_gives_no_words_in_the_second_pass_either(whisper: Whisper) -> None:
    assert whisper.again(np.zeros(10 * 16_000, np.float32)) == ()


def test_a_phrase_after_what_was_said_gets_its_own_words_and_times(whisper: Whisper) -> None:
    call = soundfile.read(CALL, dtype="float32")[0][: 20 * 16_000, 0]
    first, second = cuts(call)[0].samples, _trial()
    lead = np.concatenate([first, np.zeros(8_000, np.float32)])
    before = said(whisper, first)
    words = whisper.final(np.concatenate([lead, second]), lead=len(lead), said=before, before="Good morning.")
    assert before
    assert [word.text for word in words] == SENTENCE.split()
    assert all(0 <= word.start_s <= word.end_s <= len(second) / 16_000 + 0.1 for word in words)


def test_what_was_said_does_not_make_words_of_silence(whisper: Whisper) -> None:
    lead = np.concatenate([_trial(), np.zeros(8_000, np.float32)])
    said = " ".join(word.text for word in whisper.final(_trial()))
    for sound in NOT_SPEECH.values():
        assert whisper.final(np.concatenate([lead, sound]), lead=len(lead), said=said) == ()
