"""Whether CTranslate2 can calculate as the settings want it."""

from ctranslate2 import get_cuda_device_count, get_supported_compute_types

from audio.words.model import ModelError


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
