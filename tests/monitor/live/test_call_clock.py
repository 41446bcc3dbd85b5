import numpy as np

from audio.block import AudioBlock
from audio.values import SoundLost
from monitor.call.events import Health
from monitor.live.call_clock import shifted, shifted_health, shifted_loss


def test_a_block_moves_to_another_clock_and_loses_what_lies_before_it() -> None:
    block = AudioBlock("agent", 100, np.arange(50, dtype=np.float32))
    moved = shifted(block, 120)
    assert moved is not None
    assert (moved.start, moved.samples.tolist()) == (0, list(range(20, 50)))
    assert shifted(block, 150) is None
    later = shifted(block, 40)
    assert later is not None
    assert (later.start, len(later.samples)) == (60, 50)


def test_lost_sound_moves_along_unless_all_of_it_is_before_the_call() -> None:
    lost = SoundLost("agent", 1.0, 3.0, "The headset was gone.")
    assert shifted_loss(lost, 32_000) == SoundLost("agent", -1.0, 1.0, "The headset was gone.")
    assert shifted_loss(lost, 48_000) is None


def test_the_state_of_the_sound_is_never_from_before_the_call() -> None:
    gone = Health(3.0, "microphone", fine=False, note="The headset is gone.")
    assert shifted_health(gone, 16_000).at_s == 2.0
    assert shifted_health(gone, 160_000).at_s == 0.0
