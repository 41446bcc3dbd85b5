from pathlib import Path

import pytest

from monitor.recordings.pairs import call_name, in_calls


@pytest.mark.parametrize(
    ("agent", "customer"),
    [
        ("1-out.wav", "1-in.wav"),
        ("1_AGENT.wav", "1_caller.wav"),
        ("1 agent.mp3", "1 customer.mp3"),
        ("1.tx.wav", "1.rx.wav"),
    ],
)
def test_the_two_sides_of_a_call_are_found_in_any_order(agent: str, customer: str) -> None:
    assert list(in_calls([Path(customer), Path(agent)])) == [(Path(agent), Path(customer))]
    assert call_name(Path(agent)) == call_name(Path(customer))


def test_a_side_alone_another_folder_or_another_call_is_no_pair() -> None:
    files = [Path("a/1-in.wav"), Path("b/1-out.wav"), Path("a/2-out.wav"), Path("sign.wav")]
    assert list(in_calls(files)) == [(path,) for path in files]


def test_a_side_that_is_there_twice_pairs_with_nothing() -> None:
    files = [Path("1-in.wav"), Path("1-in.mp3"), Path("1-out.wav")]
    assert list(in_calls(files)) == [(path,) for path in files]


def test_a_file_that_is_named_twice_is_one() -> None:
    assert list(in_calls([Path("a.wav"), Path("a.wav")])) == [(Path("a.wav"),)]
