from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from monitor.whisper import address as addresses
from monitor.whisper.address import accept, connect, listen, written
from monitor.whisper.run_folder import files


@pytest.mark.parametrize("path", ["short", "too-long-for-a-socket-" * 5])
def test_both_sides_prove_that_they_can_read_the_address(path: str, tmp_path: Path) -> None:
    own = files(tmp_path)
    own = replace(own, socket=tmp_path / path)
    listener, address = listen(own)
    assert own.address.stat().st_mode & 0o777 == 0o600
    assert written(own) == address
    assert bool(address.port) == (path != "short")
    stranger = msgspec.structs.replace(address, key="another")
    with closing(listener), ThreadPoolExecutor(1) as threads:
        for reader, fine in ((address, True), (stranger, False)):
            taken = threads.submit(lambda: accept(listener.accept(), address))
            connection = connect(reader)
            assert bool(connection) == fine
            assert taken.result() == fine
            if connection:
                connection.close()


def test_a_process_that_does_not_answer_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "HELLO_S", 0.05)
    listener, address = listen(files(tmp_path))
    with closing(listener), pytest.raises(TimeoutError):
        connect(address)
    assert connect(address) is None, "nobody listens any more"
