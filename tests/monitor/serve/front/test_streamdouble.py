"""The dialect of Twilio, driven by a simulator that others wrote."""

import asyncio
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from monitor.serve.signals import Sound
from tests.monitor.serve.front.recording_desk import TOKEN, running

SECONDS = 1.0

pytestmark = pytest.mark.slow


async def test_streamdouble_s_call_arrives_with_both_tracks_and_its_losses(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    legs = {name: random.integers(-9000, 9000, round(8000 * SECONDS), np.int16) for name in ("customer", "agent")}
    for name, samples in legs.items():
        soundfile.write(tmp_path / f"{name}.wav", samples, 8000)
    program = Path(sys.executable).with_name("streamdouble")
    async with running() as to:
        process = await asyncio.create_subprocess_exec(
            *[program, "call", "--fork", "--track", "both", "--audio", tmp_path / "customer.wav"],
            *["--agent-audio", tmp_path / "agent.wav", "--param", "agent=sam", "--packet-loss", "0.1"],
            *["--jitter", "20", "--chaos-seed", "1", to.url(f"/twilio/{TOKEN}")],
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said = (await process.communicate())[0].decode()
        await to.until(lambda: len(to.desk.ends()) == 2, f"both sides have ended: {said}")

    assert [(one.role, one.agent, one.dialect) for one in to.desk.begun] == [
        ("customer", "sam", "twilio"),
        ("agent", "sam", "twilio"),
    ]
    assert all(end.call_over for end in to.desk.ends())
    for side, name in enumerate(("customer", "agent")):
        sounds = [one for _, one in to.desk.signals if isinstance(one, Sound) and one.side == side]
        places = np.concatenate([np.arange(160) + (one.first_sample or 0) for one in sounds])
        came = np.frombuffer(b"".join(one.samples for one in sounds), "<i2")
        assert np.corrcoef(came, legs[name][places])[0, 1] > 0.999
        assert 30 <= len(sounds) < 50 if name == "customer" else len(sounds) == 50
