"""What call.toml says of a call, and what it says in folders of older versions."""

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.call.files import ABOUT
from monitor.call.info import CallKind, read_info, to_toml, write_info
from tests.made_calls import info


@pytest.mark.parametrize("kind", ["live", "recording"])
def test_the_kind_of_a_call_is_written_and_read(tmp_path: Path, kind: CallKind) -> None:
    write_info(tmp_path, replace(info(), kind=kind))
    assert f'kind = "{kind}"' in (tmp_path / ABOUT).read_text()
    assert read_info(tmp_path).kind == kind


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("call 17.wav", "recording"),
        ("Anruf.von.Jörg.MP3", "recording"),
        ("out-200-100.3gp", "recording"),
        ("Jabra Evolve2 65 and Monitor of Built-in Audio", "live"),
        ("USB Audio 2.0", "live"),
        ("alsa_output.pci-0000_00_1b.0.analog-stereo.monitor", "live"),
    ],
)
def test_a_folder_of_an_older_version_is_a_recording_if_its_source_is_a_file(
    tmp_path: Path, source: str, kind: CallKind
) -> None:
    written = to_toml(replace(info(), source=source)).replace('kind = "live"\n', "")
    assert "kind" not in written
    (tmp_path / ABOUT).write_text(written)
    assert read_info(tmp_path).kind == kind
