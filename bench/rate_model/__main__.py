"""Make the weights of the local rate: `python -m bench.rate_model OUT.npz LIST.csv…`.

The lists name recordings of single sentences: columns path, speaker, seconds and text (which may be empty). The same
lists and options always give the same weights. docs/local-rate.md says from which the shipped ones were made.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from bench.rate_model.examples import example, sentences
from bench.rate_model.training import learn

SEED = 11
LEAST_MOMENTS = 60
"""About a second that sounds, in each version."""


def main() -> None:
    """Read the lists, learn, write the weights, and print how good they are."""
    parser = argparse.ArgumentParser(description="Make the weights of the local rate.")
    parser.add_argument("out", type=Path)
    parser.add_argument("lists", type=Path, nargs="+")
    parser.add_argument("--each", type=int, nargs="+", default=[40], help="sentences of each speaker, list by list")
    parser.add_argument("--most", type=int, default=600, help="sentences in all, drawn by chance")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=1, help="processes that make the examples")
    parser.add_argument("--without", nargs="*", default=[], help="speakers to leave out")
    options = parser.parse_args()
    random = np.random.default_rng(SEED)
    each = options.each * len(options.lists) if len(options.each) == 1 else options.each
    if len(each) != len(options.lists):
        parser.error(f"--each has {len(each)} numbers for {len(options.lists)} lists: give one for all, or one a list.")
    known = [
        one for one in sentences(dict(zip(options.lists, each, strict=True))) if one.speaker not in options.without
    ]
    chosen = [known[at] for at in random.permutation(len(known))[: options.most]]
    with ProcessPoolExecutor(options.jobs) as pool:
        made = pool.map(example, chosen, [np.random.default_rng((SEED, at)) for at in range(len(chosen))])
        examples = [one for one in made if min(len(version.moments) for version in one.versions) >= LEAST_MOMENTS]
    layers, progress = learn(examples, options.rounds, random)
    names = [f"{kind}_{number}" for number in range(len(layers)) for kind in ("weights", "bias")]
    np.savez_compressed(options.out, **dict(zip(names, (part for layer in layers for part in layer), strict=True)))
    last = progress[-1]
    sys.stdout.write(
        f"{len(examples)} sentences of {len({one.speaker for one in examples})} speakers: "
        f"rates {100 * last.from_text:.1f} % off, {100 * last.from_tempo:.1f} % off their tempo\n"
    )


if __name__ == "__main__":
    main()
