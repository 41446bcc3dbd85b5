"""Stores figures of the built-in call that must not change unless `MEASURES` is raised: `python -m tools.measures`."""

from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import soundfile

from monitor.archive.key import MEASURES
from monitor.recordings.one import AnalysisOptions, analyze_recording
from monitor.recordings.recorded_call import RecordedCall
from monitor.sample import CALL
from monitor.settings.config import Settings

STORED = Path(__file__).parents[1] / "tests" / "data" / "measures.json"
STRETCHES_S = ((0, 30), (78, 20))
"""Where the sound starts, and how long it is: a calm beginning; a long turn with an interruption."""


def figures() -> dict[str, float]:
    """The figures of these stretches, by their names; of a curve, how many values it has, and their mean."""
    found: dict[str, float] = {}
    for start_s, length_s in STRETCHES_S:
        analysis = _analysis(start_s, length_s)
        measured = {name: analysis[name] for name in ("speakers", "tone", "turns", "dead_air", "interruptions")}
        found |= {f"{start_s} s: {name}": round(value, 3) for name, value in _numbers(measured)}
    return found


def _analysis(start_s: int, length_s: int) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "stretch.wav"
        rate = soundfile.info(CALL).samplerate
        sound, _ = soundfile.read(CALL, dtype="int16", start=start_s * rate, frames=length_s * rate)
        soundfile.write(path, sound, rate)
        options = AnalysisOptions(settings=Settings(), model="none")
        analysis = analyze_recording(RecordedCall((path,)), options).analysis
    assert analysis  # noqa: S101 - nothing was to be skipped
    return dict(msgspec.json.decode(analysis.to_json()))


def _numbers(value: object, name: str = "") -> Iterator[tuple[str, float]]:
    match value:
        case dict():
            for key, part in value.items():
                yield from _numbers(part, f"{name} {key}".strip())
        case [dict(), *_]:
            for number, part in enumerate(value, 1):
                yield from _numbers(part, f"{name} {number}")
        case list():
            known = [one for one in value if one is not None]
            yield f"{name} values", len(known)
            if known:
                yield f"{name} mean", mean(known)
        case int() | float():
            yield name, float(value)


def main() -> None:
    """Store them."""
    stored = {"measures": MEASURES, "figures": figures()}
    STORED.write_bytes(msgspec.json.format(msgspec.json.encode(stored)) + b"\n")


if __name__ == "__main__":
    main()
