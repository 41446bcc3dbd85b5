"""Tone: how right pitch, syllable rate and loudness are."""

from collections.abc import Callable, Iterator

import numpy as np
import parselmouth
from numpy.typing import NDArray
from parselmouth.praat import call

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.engines import DEFAULT, Engine
from audio.measure import pitch
from audio.measure.local_rate import LocalRate
from audio.measure.rate import syllable_nuclei
from audio.measure.speech import speech_frames
from audio.measure.turns import TurnTaking
from audio.values import Turn
from bench.comparisons import loudness, speech_rate
from bench.figures.table import Row
from bench.material.at_hand import recordings_for
from bench.material.filters import filtered
from rules.language.syllables import count_syllables
from tests import sounds
from tests.audio_files import AUDIO, manifest, recording

PHRASES = 12
WOMEN_HZ = 165.0
"""Voices that are mostly higher are taken for women's."""
SILENCE_S, HEAD_S = 15.0, 0.1
HEAD_DBFS, LINE_DBFS = -21.0, -85.0

Hertz = NDArray[np.float64]
PitchOf = Callable[[Samples], Hertz]


def rows() -> Iterator[Row]:
    """Figures of the measuring engine."""
    yield from _made_pitch_rows()
    yield from loudness.rows()
    yield from speech_rate.rows()
    if recordings_for("pitch, syllables and heads of turns in real speech"):
        yield from _real_pitch_rows()
        yield from _rate_rows()
        yield from _head_rows()
        if not speech_rate.available():  # which has the same for more voices
            yield from _tempo_rows()


def _made_pitch_rows() -> Iterator[Row]:
    """Made speech, of which pitch and voicing are known."""
    phrases = [phrase(seed) for seed in range(PHRASES)]
    for name, measure in ENGINES.items():
        gross, voicing = errors([(truth, measure(sounds.telephone(sound))) for truth, sound in phrases])
        ours = name == "swift"
        yield Row(f"pitch of made speech over the telephone, {name}, gross errors", gross, "%", "≤ 0.5" if ours else "")
        yield Row(f"pitch of made speech over the telephone, {name}, voicing", voicing, "%", "≤ 5" if ours else "")
        for who, some in (("men", lambda hz: hz < WOMEN_HZ), ("women", lambda hz: hz >= WOMEN_HZ)):
            spoken = [(truth, sound) for truth, sound in phrases if some(float(np.nanmedian(truth)))]
            share = missed([(truth, measure(sounds.telephone(sound))) for truth, sound in spoken])
            named = f"pitch of made speech over the telephone, {name}, {who}: voiced frames missed"
            yield Row(named, share, "%", "≤ 6" if ours else "")


def _real_pitch_rows() -> Iterator[Row]:
    """Real sentences that Praat resynthesised on a known contour; what is voiced is Praat's guess."""
    sentences = sentences_of_known_pitch()
    for name, measure in ENGINES.items():
        gross, _ = errors([(truth, measure(sounds.telephone(sound))) for truth, sound in sentences])
        target = "≤ 0.5" if name == "swift" else ""
        yield Row(f"pitch of real speech over the telephone, {name}, gross errors", gross, "%", target)


def sentences_of_known_pitch() -> list[tuple[Hertz, Samples]]:
    """Real sentences resynthesised by Praat: pitch every 10 ms (NaN where unvoiced), and the sound."""
    names = sorted(str(path.relative_to(AUDIO)) for path in AUDIO.glob("read_speech/librispeech/*.flac"))[::5]
    return [_resynthesised(recording(name)) for name in names]


def _resynthesised(sound: Samples) -> tuple[Hertz, Samples]:
    """A sentence whose pitch is what a contour says, every 10 ms (NaN where unvoiced), and its sound."""
    whole = parselmouth.Sound(sound.astype(np.float64), SAMPLE_RATE_HZ)
    voiced = ~np.isnan(_praat(sound))
    manipulation = call(whole, "To Manipulation", 0.01, 65, 500)
    contour = call(manipulation, "Extract pitch tier")
    hz = [call(contour, "Get value at time", at / 100) for at in range(len(voiced))]
    made = call(manipulation, "Get resynthesis (overlap-add)").values[0]
    return np.where(voiced, hz, np.nan), made.astype(np.float32)


def phrase(seed: int) -> tuple[Hertz, Samples]:
    """Eight made syllables: pitch every 10 ms (NaN where unvoiced), and the sound."""
    random = np.random.default_rng(seed)
    f0 = random.uniform(90, 320)
    contour, sound = [np.full(3_200, np.nan)], [sounds.silence(0.2)]
    for _ in range(8):
        burst, vowel, pause = random.uniform(0.04, 0.1), random.uniform(0.1, 0.3), random.choice([0.0, 0.0, 0.2])
        start, end = f0 * random.uniform(0.85, 1.2, 2)
        voiced = sounds.glide(start, end, vowel)
        unvoiced = np.full(round((burst + pause) * SAMPLE_RATE_HZ), np.nan)
        contour += [unvoiced, voiced]
        level_dbfs = random.uniform(-26, -16)
        sound += [
            sounds.silence(pause),
            sounds.noise(burst, level_dbfs - 12, seed),
            sounds.vowel(voiced, dbfs=level_dbfs),
        ]
    whole = np.concatenate(sound)
    return np.concatenate(contour)[::160], whole + sounds.noise(len(whole) / SAMPLE_RATE_HZ, -55)[: len(whole)]


def _praat(sound: Samples) -> Hertz:
    track = parselmouth.Sound(sound.astype(np.float64), SAMPLE_RATE_HZ).to_pitch_ac(pitch_floor=65, pitch_ceiling=500)
    return np.array([track.get_value_at_time(at / 100) for at in range(-(-len(sound) // 160))])


ENGINES: dict[str, PitchOf] = {
    "swift": lambda sound: pitch.track(sound, SAMPLE_RATE_HZ).hz,
    "librosa": lambda sound: pitch.track(sound, SAMPLE_RATE_HZ, "librosa").hz,
    "Praat": _praat,
}


def errors(tracks: list[tuple[Hertz, Hertz]]) -> tuple[float, float]:
    """Gross errors (over 20 % off, of what both call voiced) and wrong voicing decisions, in per cent."""
    lengths = [min(map(len, pair)) for pair in tracks]
    truth, found = (np.concatenate([pair[i][:n] for pair, n in zip(tracks, lengths, strict=True)]) for i in (0, 1))
    voiced, heard = ~np.isnan(truth), ~np.isnan(found)
    both = voiced & heard
    return 100 * float(np.mean(np.abs(found[both] / truth[both] - 1) > 0.2)), 100 * float(np.mean(voiced != heard))


def missed(tracks: list[tuple[Hertz, Hertz]]) -> float:
    """Of the voiced frames, those that are called unvoiced, in per cent."""
    lengths = [min(map(len, pair)) for pair in tracks]
    truth, found = (np.concatenate([pair[i][:n] for pair, n in zip(tracks, lengths, strict=True)]) for i in (0, 1))
    return 100 * float(np.mean(np.isnan(found[~np.isnan(truth)])))


def _rate_rows() -> Iterator[Row]:
    """Syllables a second of real sentences, against labels and against the syllables of the text."""
    for name, sentences in sentences_of_known_rate().items():
        for band in ("wide band", "telephone"):
            correlation, error = rate_errors(sentences, telephone=band == "telephone")
            yield Row(f"syllable rate, {name}, {band}, correlation", correlation, "", "≥ 0.85")
            yield Row(f"syllable rate, {name}, {band}, mean error", error, "%", "≤ 8")


def sentences_of_known_rate() -> dict[str, list[tuple[str, float, float]]]:
    """Real sentences, by what they are: file, syllables a second, seconds."""
    labelled, read = [], []
    for entry in manifest():
        labels = dict(label.split("=", 1) for label in entry["labels"].split(";") if "=" in label)
        if "syll_per_s" in labels:
            seconds = int(labels["syllables"]) / float(labels["syll_per_s"])
            labelled.append((entry["file"], float(labels["syll_per_s"]), seconds))
        elif "librispeech" in entry["file"]:
            seconds = float(labels["speech_span_s"])
            read.append((entry["file"], count_syllables(entry["transcript"]) / seconds, seconds))
    return {"German sentences, labelled": labelled, "English read speech": read}


def _tempo_rows() -> Iterator[Row]:
    """The rate of readers made faster, and of readers who lost packets, over their rate as they are."""
    readers: dict[str, list[Samples]] = {}
    for entry in manifest():
        if "librispeech" in entry["file"]:
            readers.setdefault(entry["speaker"], []).append(recording(entry["file"]))
    whole = [np.concatenate(parts) for parts in readers.values()]
    own = np.array([_rate(sound) for sound in whole])
    for tempo, least, most in ((1.3, 1.27, 1.33), (1.5, 1.45, 1.55)):
        ratio = np.array([_rate(filtered(sound, f"atempo={tempo}")) for sound in whole]) / own
        within = 100 * np.mean((ratio >= least) & (ratio <= most))
        yield Row(f"rate at ×{tempo} over the rate before, mean", float(ratio.mean()), "")
        yield Row(f"rate at ×{tempo}: readers with {least} to {most}", within, f"% of {len(whole)}", "≥ 90")
    random = np.random.default_rng(1)
    for share in (0.01, 0.03, 0.05):
        lost = np.array([_rate(sounds.lost_packets(sound, share, random)) for sound in whole]) / own
        change = 100 * float(np.abs(lost - 1).max())
        yield Row(f"{100 * share:.0f} % of packets lost: largest change of a reader's rate", change, "%", "≤ 5")


def _rate(sound: Samples) -> float:
    local = LocalRate()
    return float(np.mean([rate_sps for frame in speech_frames(sound) for rate_sps in local.feed(frame)]))


def rate_errors(
    sentences: list[tuple[str, float, float]], *, telephone: bool, engine: Engine = DEFAULT
) -> tuple[float, float]:
    """Correlation with the true rates, and mean error in per cent."""
    truth = np.array([rate for _, rate, _ in sentences])
    found = []
    for name, _, seconds in sentences:
        sound = recording(name)
        nuclei = syllable_nuclei(sounds.telephone(sound) if telephone else sound, SAMPLE_RATE_HZ, engine)
        found.append(len(nuclei) / seconds)
    error = float(np.mean(np.abs(np.array(found) / truth - 1)))
    return float(np.corrcoef(truth, found)[0, 1]), 100 * error


def _head_rows() -> Iterator[Row]:
    """Of sentences that come after 15 s of nothing on a telephone line, how much is over before their turn begins."""
    lost = [_head_lost_s(recording(name)) for name in _read_sentences()]
    yield Row("head of a turn on the telephone that is not in it, p90", float(np.quantile(lost, 0.9)), "s", "≤ 0.1")
    share = 100 * float(np.mean(np.array(lost) > HEAD_S))
    yield Row("turns on the telephone that begin more than 0.1 s late", share, f"% of {len(lost)}")


def _read_sentences() -> list[str]:
    return sorted(str(path.relative_to(AUDIO)) for path in AUDIO.glob("read_speech/librispeech/*.flac"))


def _head_lost_s(sentence: Samples) -> float:
    """From the first sample within 20 dB of the loudest to the start of the turn; 2 s if there is none."""
    sound = sentence[: 2 * SAMPLE_RATE_HZ]
    start = int(np.flatnonzero(np.abs(sound) > 0.1 * np.abs(sound).max())[0])
    line = np.concatenate([sounds.silence(SILENCE_S), sounds.telephone(sounds.at_level(sound, HEAD_DBFS))])
    line += sounds.noise(len(line) / SAMPLE_RATE_HZ, LINE_DBFS)[: len(line)]
    taking = TurnTaking(("agent",))
    exchanges = [*(item for frame in speech_frames(line) for item in taking.feed([frame])), *taking.flush(len(line))]
    begins_s = next((item.start_s for item in exchanges if isinstance(item, Turn)), len(line) / SAMPLE_RATE_HZ)
    return max(0.0, begins_s - SILENCE_S - start / SAMPLE_RATE_HZ)
