from concurrent.futures import ThreadPoolExecutor

from monitor.whisper.request_queue import LIVE_FOR_S, RequestQueue, Work
from monitor.whisper.wire_format import Answer, ModelSpec, Request, Urgency


def work(urgency: Urgency, queue: RequestQueue) -> Work:
    one = Work(Request(number=0, method="final", model=ModelSpec("odd"), urgency=urgency), print)
    queue.put(one)
    return one


def test_live_words_come_before_recordings_and_the_oldest_before_the_others() -> None:
    queue = RequestQueue(2)
    again, recording, partial, first, second = (
        work(Urgency(urgency), queue) for urgency in (Urgency.AGAIN, Urgency.RECORDING, Urgency.PARTIAL, 0, 0)
    )
    begun = []
    for _ in range(5):
        begun.append(queue.begin())
        queue.end(begun[-1])
    assert begun == [first, second, partial, recording, again]


def test_recordings_leave_a_worker_to_calls_while_there_are_any() -> None:
    now_s = [100.0]
    queue = RequestQueue(2, lambda: now_s[0])
    call = work(Urgency.LIVE, queue)
    queue.end(queue.begin())
    recordings = [work(Urgency.RECORDING, queue) for _ in range(3)]
    assert queue.begin() is recordings[0]
    call = work(Urgency.LIVE, queue)
    assert queue.begin() is call
    queue.end(call)
    with ThreadPoolExecutor(1) as threads:
        second = threads.submit(queue.begin)
        call = work(Urgency.LIVE, queue)
        assert second.result(20) is call, "not the second recording, which has waited longer"
    now_s[0] += LIVE_FOR_S
    assert queue.begin() is recordings[1]


def test_what_a_program_that_left_had_not_begun_is_dropped() -> None:
    queue = RequestQueue(2)
    gone: list[Answer] = []
    theirs = Work(Request(number=0, method="final"), gone.append)
    queue.put(theirs)
    ours = work(Urgency.AGAIN, queue)
    queue.withdraw(gone.append)
    assert queue.begin() is ours
    queue.close()
    assert queue.begin() is None
