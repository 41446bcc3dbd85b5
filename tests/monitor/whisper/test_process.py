"""Crashes, hangs, failures and leaks of native code cost words for seconds, and never more than those."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from audio.block import Samples
from audio.words.model import ModelError
from monitor.whisper import line, recognizer
from monitor.whisper.client import BACK_OFF_S, HOUR_S, Client
from monitor.whisper.errors import WordsLateError
from monitor.whisper.recognizer import Patience, ProcessRecognizer
from monitor.whisper.run_folder import files, run_folder
from monitor.whisper.wire_format import ModelSpec, Urgency
from tests.monitor.whisper.odd_whisper import CRASHES, FAILS, HANGS, HOLDS, LEAKS, MISSING
from tests.waiting import until

pytestmark = pytest.mark.slow  # each test starts processes

ROOT = Path(__file__).parents[3]


def sound(samples: int) -> Samples:
    return np.zeros(samples, np.float32)


def heard(odd: ProcessRecognizer, samples: int = 5) -> str:
    (word,) = odd.final(sound(samples))
    return word.text


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_sound_is_heard_with_whatever_the_model_can_be_told(odd: ProcessRecognizer) -> None:
    odd.load()
    assert heard(odd, 160_000) == "160000"
    (word,) = odd.final(sound(7), quick=True, language="de")
    assert (word.text, word.probability) == ("7de", 0.5)
    assert odd.partial(sound(8)) == "8"
    assert odd.languages(sound(9)) == {"de": 1.0}
    assert odd.cpu_s() > 0


def test_words_of_a_process_that_is_killed_come_from_the_next_one(odd: ProcessRecognizer, starts: list[int]) -> None:
    assert heard(odd) == "5"
    os.kill(starts[0], signal.SIGKILL)
    assert heard(odd, 6) == "6"
    assert len(starts) == 2


def test_a_sound_that_crashes_the_process_twice_is_lost_and_no_other(odd: ProcessRecognizer, starts: list[int]) -> None:
    with pytest.raises(WordsLateError, match=r"^Whisper crashed twice at the same words; the words are lost\.$"):
        odd.final(sound(CRASHES))
    assert odd.client.restarting
    assert heard(odd) == "5"
    assert not odd.client.restarting
    assert len(starts) == 3


def test_a_sound_without_an_answer_is_given_up_with_its_process(
    odd: ProcessRecognizer, starts: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognizer, "LIVE", Patience(least_s=0.5, times=0.0))
    odd.load()
    with ThreadPoolExecutor(2) as threads:
        stuck = threads.submit(odd.final, sound(HANGS))
        assert threads.submit(heard, odd).result() == "5", "the other worker continues"
        with pytest.raises(WordsLateError, match=r"^Whisper timed out; the words are lost\.$"):
            stuck.result()
    until(lambda: not is_running(starts[0]), "the process that hangs is gone")
    assert heard(odd, 6) == "6"
    assert len(starts) == 2


@pytest.mark.parametrize("how", ["stopped", "held up by native code"])
def test_a_process_that_answers_nothing_is_killed_and_what_it_had_is_asked_again(
    how: str, odd: ProcessRecognizer, starts: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "TICK_S", 0.05)
    monkeypatch.setattr(line, "SILENT_S", 1.0)
    monkeypatch.setattr(line, "SILENT_LOADING_S", 3.0)
    odd.load()
    with ThreadPoolExecutor(1) as threads:
        if how == "stopped":
            os.kill(starts[0], signal.SIGSTOP)
            assert heard(odd, 160_000) == "160000"
        else:
            held_up = threads.submit(odd.final, sound(HOLDS))
            with pytest.raises(WordsLateError, match="crashed twice"):
                held_up.result()
            assert heard(odd) == "5"
    until(lambda: not is_running(starts[0]), "the first process is gone")


def test_a_model_that_leaks_is_loaded_again_and_nothing_is_lost(odd: ProcessRecognizer, starts: list[int]) -> None:
    odd.load()
    assert heard(odd, LEAKS) == str(LEAKS)
    until(lambda: not is_running(starts[0]), "the process that has grown is gone")
    assert heard(odd) == "5"
    assert len(starts) == 2
    assert not odd.client.restarting


def test_a_failure_costs_its_words_and_three_in_a_row_a_new_process(odd: ProcessRecognizer, starts: list[int]) -> None:
    for samples in (FAILS, FAILS, 5, FAILS, FAILS):
        if samples == FAILS:
            with pytest.raises(RuntimeError, match=r"^Whisper failed with a IndexError\.$"):
                odd.final(sound(FAILS))
        else:
            assert heard(odd) == "5"
    assert len(starts) == 1
    with pytest.raises(RuntimeError, match="IndexError"):
        odd.final(sound(FAILS))
    until(lambda: not is_running(starts[0]), "the process that only fails is gone")
    assert heard(odd, 6) == "6"


def test_the_wait_before_each_restart_grows_and_after_too_many_there_are_none_for_an_hour(
    client: Client, starts: list[int]
) -> None:
    now_s, waits = [0.0], []
    patient = Client(client.folder, clock=lambda: now_s[0], sleep=waits.append)
    odd = ProcessRecognizer(patient, ModelSpec("odd"))
    for _ in range(len(BACK_OFF_S)):
        assert heard(odd) == "5"
        os.kill(starts[-1], signal.SIGKILL)
        until(lambda: patient.pid is None, "the line is dead")
    with pytest.raises(ModelError, match=r"^Whisper keeps crashing or timing out\. Run tone-monitor doctor"):
        odd.final(sound(5))
    assert waits == list(BACK_OFF_S)
    now_s[0] = HOUR_S + 1
    assert heard(odd) == "5"
    patient.leave()


def test_a_model_that_cant_be_loaded_is_one_sentence_and_the_process_stays(
    odd: ProcessRecognizer, client: Client, starts: list[int]
) -> None:
    with pytest.raises(ModelError, match=r"^There is no model in missing\.$"):
        ProcessRecognizer(client, ModelSpec(MISSING)).load()
    assert heard(odd) == "5"
    assert len(starts) == 1


def test_two_programs_share_one_process_until_the_last_one_has_gone(
    odd: ProcessRecognizer, client: Client, starts: list[int]
) -> None:
    other = Client(client.folder)
    assert heard(odd) == "5"
    assert heard(ProcessRecognizer(other, ModelSpec("odd"), Urgency.RECORDING), 6) == "6"
    assert other.pid == client.pid == starts[0]
    assert len(starts) == 1
    other.leave()
    assert heard(odd) == "5"
    client.leave()
    until(lambda: not is_running(starts[0]), "nobody needs the process any more")
    assert not files(client.folder()).address.exists()


def test_programs_that_start_at_once_get_the_same_process(client: Client) -> None:
    others = [Client(client.folder) for _ in range(3)]
    with ThreadPoolExecutor(3) as threads:
        texts = list(threads.map(lambda one: heard(ProcessRecognizer(one, ModelSpec("odd"))), others))
    assert texts == ["5"] * 3
    assert len({one.pid for one in others}) == 1
    for one in others:
        one.leave()


USE = """
import sys
from pathlib import Path
import numpy as np
from monitor.whisper import client
from monitor.whisper.wire_format import ModelSpec
from monitor.whisper.recognizer import ProcessRecognizer
own = client.Client(lambda: Path(sys.argv[1]))
ProcessRecognizer(own, ModelSpec(sys.argv[2])).load()
print(own.pid, flush=True)
sys.stdin.read()
"""


def test_the_real_process_has_a_session_of_its_own_and_outlives_the_program_that_started_it(tmp_path: Path) -> None:
    folder = tmp_path / "whisper"
    folder.mkdir(mode=0o700)
    from audio.words.model import resolve  # noqa: PLC0415 - the other tests need no model

    programs = [
        subprocess.Popen(
            [sys.executable, "-c", USE, str(folder), str(resolve("default"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(2)
    ]
    first, second = (int(program.stdout.readline()) for program in programs if program.stdout)
    assert first == second
    assert os.getsid(first) == first, "no key of a terminal reaches it"
    for program in programs:
        assert is_running(first), "the other program still uses it"
        program.kill()
        program.communicate()
    files(folder).address.unlink()  # nobody can find it any more: it need not wait for the next program
    until(lambda: not is_running(first), "the process has ended after the last program")


def test_the_folder_is_for_its_owner_alone_and_a_folder_of_somebody_else_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert run_folder() == tmp_path / "tone-monitor" / "whisper"
    assert (tmp_path / "tone-monitor").stat().st_mode & 0o777 == 0o700
    monkeypatch.setattr("os.getuid", lambda: 4_242)
    alone = run_folder()
    assert alone.parent != tmp_path / "tone-monitor"
    assert alone.stat().st_mode & 0o777 == 0o700
    alone.rmdir()
