"""Gives each moment of a track to one of two voices, if there are two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audio.block import seconds
from audio.measure.frames import FRAME
from audio.voices.listener import WINDOW_FRAMES, HeardVoices

REACH_FRAMES = 16
"""A window speaks for the half second around its middle, most for the middle."""
CHANGE_IN_SPEECH = 1.2
CHANGE_IN_PAUSE = 0.4
"""What a change of voice costs: the cosine between a frame and either voice must differ for long enough to pay it."""
ROUNDS = 30
"""Most rounds of regrouping windows; a handful is usual."""
REFINEMENTS = 3
"""Times that the voices are learnt again from the stretches given to them."""
PURE = 0.95
"""Share of a window's speech that must be one voice's for the voice to be learnt from it."""
FEWEST = 3
"""Windows from which a voice is learnt."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class VoiceSplit:
    """Two voices of a track, and how far they are apart."""

    switches: tuple[int, ...]
    """The samples at which the voice changes: in the middle of the pause between both, if there is one."""
    speech_s: float
    """Seconds of speech."""
    distance: float
    """Between the voices: 1 minus the cosine of their embeddings."""
    distinctness: float
    """`distance` over how far a voice is from itself, window by window."""
    clearness: float
    """How far the voices are apart on the line through both, in standard deviations of a voice."""
    smaller_share: float
    """Of the voice that speaks less, in all speech."""
    turns: int
    """How often the voice changes."""


def split(heard: HeardVoices) -> VoiceSplit | None:
    """Group what was heard by two voices; None if there is too little, or nothing to tell two by.

    The windows are grouped by two-means on the sphere, from both sides of the direction in which they differ most. A
    Viterbi path then gives each frame a voice, where changing costs less in a pause; the voices are learnt again from
    windows in which only one speaks.
    """
    found = _two_means(heard)
    for _ in range(REFINEMENTS):
        if found is None:
            return None
        path = _path(heard, found)
        pure = _pure(heard, path)
        found = _centres(heard, pure)
    if found is None:
        return None
    return _measured(heard, path, pure, found)


def _two_means(heard: HeardVoices) -> Matrix | None:
    """The mean of each of two groups of windows, shape (2, 256)."""
    embeddings, weights = heard.embeddings.astype(np.float64), heard.shares
    if len(embeddings) < 2 * FEWEST:
        return None
    middle = weights @ embeddings / weights.sum()
    directions = np.linalg.svd((embeddings - middle) * np.sqrt(weights)[:, None], full_matrices=False)[2]
    groups = (embeddings - middle) @ directions[0] > 0
    for _ in range(ROUNDS):
        centres = _means(embeddings * weights[:, None], groups)
        if centres is None:
            return None
        nearer = embeddings @ centres[1] > embeddings @ centres[0]
        if (nearer == groups).all():
            break
        groups = nearer
    return centres


def _means(embeddings: Matrix, groups: NDArray[np.bool_]) -> Matrix | None:
    if min(groups.sum(), (~groups).sum()) < FEWEST:
        return None
    sums = np.stack([embeddings[~groups].sum(axis=0), embeddings[groups].sum(axis=0)])
    return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), np.float64)


def _path(heard: HeardVoices, centres: Matrix) -> NDArray[np.int64]:
    """The likeliest voice of each frame."""
    gains = np.where(heard.speech, _leaning(heard, centres), 0.0)
    costs = np.where(heard.speech, CHANGE_IN_SPEECH, CHANGE_IN_PAUSE)
    ahead = 0.0
    """By how much the second voice is likelier than the first, as far as is known."""
    came_from = np.zeros((len(gains), 2), np.int64)
    for at, (gain, cost) in enumerate(zip(gains.tolist(), costs.tolist(), strict=True)):
        came_from[at] = int(ahead > cost), int(ahead >= -cost)
        ahead = min(max(ahead, -cost), cost) + gain
    path = np.zeros(len(gains), np.int64)
    voice = int(ahead > 0)
    for at in range(len(gains) - 1, -1, -1):
        path[at] = voice
        voice = int(came_from[at, voice])
    return path


def _leaning(heard: HeardVoices, centres: Matrix) -> Matrix:
    """How much nearer each frame is to the second voice than to the first, from the windows around it."""
    scores = heard.embeddings @ (centres[1] - centres[0])
    total, weight = np.zeros(len(heard.speech)), np.full(len(heard.speech), 1e-9)
    shape = 1 - np.abs(np.arange(-REACH_FRAMES, REACH_FRAMES + 1)) / (REACH_FRAMES + 1)
    for start, score in zip(heard.starts.tolist(), scores.tolist(), strict=True):
        first = start + WINDOW_FRAMES // 2 - REACH_FRAMES
        part = shape[: len(total) - first]
        total[first : first + len(part)] += part * score
        weight[first : first + len(part)] += part
    return np.asarray(total / weight, np.float64)


def _pure(heard: HeardVoices, path: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The windows in which only the first voice speaks, and those of the second."""
    shares = []
    for start in heard.starts.tolist():
        inside = slice(start, start + WINDOW_FRAMES)
        shares.append(float(path[inside][heard.speech[inside]].mean()))
    share = np.array(shares)
    return share <= 1 - PURE, share >= PURE


def _centres(heard: HeardVoices, pure: tuple[NDArray[np.bool_], NDArray[np.bool_]]) -> Matrix | None:
    first, second = pure
    either = first | second
    return _means(heard.embeddings[either].astype(np.float64), second[either])


def _measured(
    heard: HeardVoices,
    path: NDArray[np.int64],
    pure: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    centres: Matrix,
) -> VoiceSplit:
    own = [heard.embeddings[windows].astype(np.float64) for windows in pure]
    spread = float(np.mean([1 - (mine @ centre).mean() for mine, centre in zip(own, centres, strict=True)]))
    along = [mine @ (centres[1] - centres[0]) for mine in own]
    width = float(np.sqrt(np.mean([one.var() for one in along])))
    distance = 1 - float(centres[0] @ centres[1])
    spoken = path[heard.speech]
    share = float(spoken.mean())
    return VoiceSplit(
        switches=tuple(_switches(heard, path)),
        speech_s=seconds(len(spoken) * FRAME),
        distance=distance,
        distinctness=distance / max(spread, 1e-9),
        clearness=float(along[1].mean() - along[0].mean()) / max(width, 1e-9),
        smaller_share=min(share, 1 - share),
        turns=int(np.count_nonzero(np.diff(spoken))),
    )


def _switches(heard: HeardVoices, path: NDArray[np.int64]) -> Iterator[int]:
    """The sample of each change of voice, moved to the middle of its pause."""
    spoken = np.flatnonzero(heard.speech)
    for at in np.flatnonzero(np.diff(path[spoken])).tolist():
        yield int(spoken[at] + 1 + spoken[at + 1]) * FRAME // 2
