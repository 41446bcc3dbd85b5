"""The recording of a call: which files of its folder hold it."""

from pathlib import Path


def sound_parts(folder: Path) -> tuple[Path, ...]:
    """Find the recording of a call: one FLAC, or the WAV parts of a call that is in progress or broke off."""
    flac = folder / "audio.flac"
    if flac.exists():
        return (flac,)
    first = folder / "audio.wav"
    numbered = sorted(folder.glob("audio.*.wav"), key=lambda path: int(path.suffixes[0][1:] or 0))
    return ((first,) if first.exists() else ()) + tuple(numbered)
