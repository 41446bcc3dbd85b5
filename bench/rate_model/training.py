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
MOMENT_S = THIN * MOMENT / SAMPLE_RATE_HZ
HIDDEN = (32, 16)
FIRST_RATE_SPS = 4.5
BATCH = 16
STEP, LAST_STEP = 3e-3, 2e-5
DECAY = 2e-3
LEAST_SYLLABLES = 0.05
TEXT_WEIGHT, SAME_WEIGHT, STEADY_WEIGHT, TILT_WEIGHT = 1.0, 2.0, 1.0, 1.0
"""Of what the text says; of the difference between two tempos of a sentence; of that between its halves, as people are
more even than the sounds of their words; and of a rate that follows the tempo only in part."""

Layers = list[tuple[NDArray[np.float32], NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How good the weights are after a round, as differences of logarithms."""

    round: int
    from_text: float
    """RMS of counted against expected syllables."""
    between_tempos: float
    """RMS between a sentence and the same sentence at another tempo."""


def expected_syllables(examples: Sequence[Example]) -> NDArray[np.float64]:
    """Syllables that each sentence has, weighed by how long such words take; 0 where its text is unknown.

    "Strengths" takes longer than "a", at the same tempo. How long syllables, words and consonants take is fitted to
    how long the sentences took, each speaker's own speed taken out; a mean sentence keeps its number of syllables.
    """
    contents = np.array([one.contents for one in examples])
    took_s = np.array([len(one.own) / THIN * MOMENT_S for one in examples])
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
    expected = expected_syllables(examples)
    layers = layers or first_layers(random, examples[0].own.shape[1])
    values = [part for layer in layers for part in layer]
    mean, square = ([np.zeros_like(value) for value in values] for _ in range(2))
    done, progress = 0, []
    for number in range(rounds):
        step = LAST_STEP + STEP * 0.5 * (1 + np.cos(np.pi * number / rounds))
        errors = []
        for batch in np.array_split(random.permutation(len(examples)), max(len(examples) // BATCH, 1)):
            done += 1
            gradients, error = _gradients(values, [examples[at] for at in batch], expected[batch])
            errors.append(error)
            for at, gradient in enumerate(gradients):
                mean[at] += 0.1 * (gradient - mean[at])
                square[at] += 0.01 * (gradient**2 - square[at])
                change = mean[at] / (1 - 0.9**done) / (np.sqrt(square[at] / (1 - 0.99**done)) + 1e-8)
                values[at] -= np.float32(step) * (change + DECAY * values[at])
        from_text, between = np.sqrt(np.mean(errors, axis=0))
        progress.append(Progress(number, float(from_text), float(between)))
        sys.stderr.write(f"{progress[-1]}\n")
    return list(zip(values[::2], values[1::2], strict=True)), progress


def _gradients(
    values: list[NDArray[np.float32]], examples: Sequence[Example], expected: NDArray[np.float64]
) -> tuple[list[NDArray[np.float32]], tuple[float, float]]:
    """Gradients of the loss over a batch, and its squared errors."""
    read = [half for one in examples for bands in (one.own, one.other) for half in np.array_split(bands[::THIN], 2)]
    lengths = np.array([len(half) for half in read])
    inputs, first, second, rate = _forward(values, np.concatenate(read).astype(np.float32))
    halves = np.array([part.sum() for part in np.split(rate, np.cumsum(lengths)[:-1])]).reshape(-1, 2, 2)
    halves = halves * MOMENT_S + LEAST_SYLLABLES / 2
    counts = np.log(halves.sum(2))
    known = expected > 0
    error = np.where(known[:, None], counts - np.log(np.maximum(expected, LEAST_SYLLABLES))[:, None], 0)
    apart = counts[:, 1] - counts[:, 0]
    tempo = np.log([len(one.own) / len(one.other) for one in examples])
    tilt = apart @ tempo / (tempo @ tempo)
    push = 2 * SAME_WEIGHT * apart / len(apart) + 2 * TILT_WEIGHT * tilt * tempo / (tempo @ tempo)
    slope = TEXT_WEIGHT * error / max(int(known.sum()), 1) + np.stack([-push, push], axis=1)
    uneven = STEADY_WEIGHT * 2 * np.diff(np.log(halves / lengths.reshape(halves.shape)), axis=2) / counts.size
    by_half = slope[:, :, None] / halves.sum(2, keepdims=True) + np.concatenate([-uneven, uneven], axis=2) / halves
    by_moment = np.repeat(by_half.reshape(-1) * MOMENT_S, lengths)
    back = (by_moment * (1 - np.exp(-rate))).astype(np.float32)[:, None]
    gradients = [back.T @ second, back.sum(0)]
    back = back @ values[4] * (second > 0)
    gradients = [back.T @ first, back.sum(0), *gradients]
    back = back @ values[2] * (first > 0)
    gradients = [back.T @ inputs, back.sum(0), *gradients]
    return gradients, (float((error**2).sum() / 2 / max(int(known.sum()), 1)), float((apart**2).mean()))


def _forward(values: list[NDArray[np.float32]], inputs: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
    first = np.maximum(inputs @ values[0].T + values[1], 0)
    second = np.maximum(first @ values[2].T + values[3], 0)
    return inputs, first, second, np.logaddexp(0, second @ values[4].T + values[5])[:, 0]
