"""Learns the weights: as many syllables in a sentence as it has, at every tempo and over every line."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ
from audio.measure.local_rate import MOMENT
from bench.rate_model.examples import Example

THIN = 2
"""Every second moment is learnt from: neighbours overlap by 13 of 15."""
MOMENT_S = MOMENT / SAMPLE_RATE_HZ
HIDDEN = (32, 16)
FIRST_RATE_SPS = 4.5
BATCH = 16
STEP, LAST_STEP = 3e-3, 2e-5
DECAY = 2e-3
LEAST_SYLLABLES = 0.1
TEXT_SHARE = 0.5
"""Of a sentence's own syllables in the rate that it is taught; the rest is its speaker's mean, as people are more even
than the sounds of their words."""
RATE_WEIGHT, TEMPO_WEIGHT, TILT_WEIGHT, STEADY_WEIGHT = 1.0, 8.0, 8.0, 5.0
"""Of the rate itself; of how far a version's rate over that of its sentence is from its tempo; of a rate that follows
the tempo only in part; and of the difference between the halves of a version."""

Layers = list[tuple[NDArray[np.float32], NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How good the weights are after a round, as differences of logarithms."""

    round: int
    from_text: float
    """RMS of rates against those that are taught."""
    from_tempo: float
    """RMS of a version's rate over that of its sentence, against its tempo."""


def expected_syllables(examples: Sequence[Example]) -> NDArray[np.float64]:
    """Syllables that each sentence has, weighed by how long such words take; 0 where its text is unknown.

    "Strengths" takes longer than "a", at the same tempo. How long syllables, words and consonants take is fitted to
    how long the sentences took, each speaker's own speed taken out; a mean sentence keeps its number of syllables.
    """
    contents = np.array([one.contents for one in examples])
    took_s = _took_s(examples)
    known = contents[:, 0] > 0
    speed = np.zeros(len(examples))
    for speaker in {one.speaker for one in examples}:
        own = known & np.array([one.speaker == speaker for one in examples])
        if own.any():
            speed[own] = took_s[own].sum() / contents[own, 0].sum()
    weight = (1 / np.sqrt(took_s[known]))[:, None]
    parts = contents[known] * speed[known, None]
    lengths, *_ = np.linalg.lstsq(parts * weight, took_s[known] * weight[:, 0], rcond=None)
    return np.asarray(np.where(known, contents @ lengths, 0.0))


def taught_rates(examples: Sequence[Example]) -> NDArray[np.float64]:
    """Logarithm of the rate at which each sentence was said, in syllables a second; NaN where its text is unknown."""
    contents, took_s = np.array([one.contents for one in examples]), _took_s(examples)
    own = np.log(np.maximum(expected_syllables(examples), LEAST_SYLLABLES) / took_s)
    usual = np.full(len(examples), np.nan)
    for speaker in {one.speaker for one in examples}:
        known = (contents[:, 0] > 0) & np.array([one.speaker == speaker for one in examples])
        if known.any():
            usual[known] = np.log(contents[known, 0].sum() / took_s[known].sum())
    return np.asarray(TEXT_SHARE * own + (1 - TEXT_SHARE) * usual)


def _took_s(examples: Sequence[Example]) -> NDArray[np.float64]:
    return np.array([len(one.versions[0].moments) * MOMENT_S for one in examples])


def first_layers(random: np.random.Generator, inputs: int) -> Layers:
    """Weights to begin with."""
    sizes = (inputs, *HIDDEN, 1)
    layers = [
        (random.normal(0, 1 / np.sqrt(size), (wide, size)).astype(np.float32), np.zeros(wide, np.float32))
        for size, wide in pairwise(sizes)
    ]
    weights, _ = layers[-1]
    layers[-1] = (weights * np.float32(0.3), np.full(1, FIRST_RATE_SPS, np.float32))
    return layers


def learn(
    examples: Sequence[Example], rounds: int, random: np.random.Generator, layers: Layers | None = None
) -> tuple[Layers, list[Progress]]:
    """Learn the weights from examples, in so many rounds through all of them, by Adam."""
    taught = taught_rates(examples)
    layers = layers or first_layers(random, examples[0].versions[0].moments.shape[1])
    values = [part for layer in layers for part in layer]
    mean, square = ([np.zeros_like(value) for value in values] for _ in range(2))
    done, progress = 0, []
    for number in range(rounds):
        step = LAST_STEP + STEP * 0.5 * (1 + np.cos(np.pi * number / rounds))
        errors = []
        for batch in np.array_split(random.permutation(len(examples)), max(len(examples) // BATCH, 1)):
            done += 1
            gradients, error = _gradients(values, [examples[at] for at in batch], taught[batch], random)
            errors.append(error)
            for at, gradient in enumerate(gradients):
                mean[at] += 0.1 * (gradient - mean[at])
                square[at] += 0.01 * (gradient**2 - square[at])
                change = mean[at] / (1 - 0.9**done) / (np.sqrt(square[at] / (1 - 0.99**done)) + 1e-8)
                values[at] -= np.float32(step) * (change + DECAY * values[at])
        from_text, from_tempo = np.sqrt(np.mean(errors, axis=0))
        progress.append(Progress(number, float(from_text), float(from_tempo)))
        sys.stderr.write(f"{progress[-1]}\n")
    return list(zip(values[::2], values[1::2], strict=True)), progress


def _gradients(
    values: list[NDArray[np.float32]],
    examples: Sequence[Example],
    taught: NDArray[np.float64],
    random: np.random.Generator,
) -> tuple[list[NDArray[np.float32]], tuple[float, float]]:
    """Gradients of the loss over a batch, and its squared errors."""
    first_one = random.integers(THIN, size=(len(examples), len(examples[0].versions)))
    read = [
        half
        for one, firsts in zip(examples, first_one, strict=True)
        for version, first in zip(one.versions, firsts, strict=True)
        for half in np.array_split(version.moments[first::THIN], 2)
    ]
    lengths = np.array([len(half) for half in read])
    inputs, first, second, rate = _forward(values, np.concatenate(read).astype(np.float32))
    halves = np.add.reduceat(rate, np.cumsum(lengths) - lengths).reshape(*first_one.shape, 2)
    rates = np.log(halves.sum(2) / lengths.reshape(halves.shape).sum(2))
    tempos = np.log([[version.tempo for version in one.versions] for one in examples])
    known = ~np.isnan(taught)[:, None]
    error = np.where(known, rates - np.where(known, taught[:, None], 0) - tempos, 0)
    count = max(int(known.sum()) * error.shape[1], 1)
    off, spread = (rates - rates[:, :1] - tempos)[:, 1:], tempos[:, 1:]
    tilt = (off * spread).sum() / (spread**2).sum()
    push = 2 * TEMPO_WEIGHT * off / off.size + 2 * TILT_WEIGHT * tilt * spread / (spread**2).sum()
    slope = 2 * RATE_WEIGHT * error / count + np.concatenate([-push.sum(1, keepdims=True), push], axis=1)
    uneven = 2 * STEADY_WEIGHT * np.diff(np.log(halves / lengths.reshape(halves.shape)), axis=2) / rates.size
    by_half = slope[:, :, None] / halves.sum(2, keepdims=True) + np.concatenate([-uneven, uneven], axis=2) / halves
    by_moment = np.repeat(by_half.reshape(-1), lengths)
    back = (by_moment * (1 - np.exp(-rate))).astype(np.float32)[:, None]
    gradients = [back.T @ second, back.sum(0)]
    back = back @ values[4] * (second > 0)
    gradients = [back.T @ first, back.sum(0), *gradients]
    back = back @ values[2] * (first > 0)
    gradients = [back.T @ inputs, back.sum(0), *gradients]
    return gradients, (float((error**2).sum() / count), float((off**2).mean()))


def _forward(values: list[NDArray[np.float32]], inputs: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
    first = np.maximum(inputs @ values[0].T + values[1], 0)
    second = np.maximum(first @ values[2].T + values[3], 0)
    return inputs, first, second, np.logaddexp(0, second @ values[4].T + values[5])[:, 0]
