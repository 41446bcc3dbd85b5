"""The Whisper process: transcribes for all programs that connect, until the last one has been gone for a while."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from queue import Queue
from threading import Thread

import msgspec

from audio.words.model import ModelError
from monitor.call.lock import HeldError, hold_file
from monitor.whisper import base_model, self_test
from monitor.whisper.address import Address, accept, listen, written
from monitor.whisper.arenas import share_among_threads
from monitor.whisper.memory import held_mb, keep_private
from monitor.whisper.models import Models
from monitor.whisper.request_queue import RequestQueue, Work
from monitor.whisper.run_folder import Files, files
from monitor.whisper.wire_format import LONGEST_BYTES, METHODS, Answer, ModelSpec, Request, decode, encode

TICK_S = 0.5
"""Between two looks at what is in progress. Time is counted in looks, so a machine that slept causes no timeout."""
LOAD_S = 600.0
"""How long a model may take to load."""
ALONE_S = 20.0
"""How long the process waits for the next program."""
LAST_WORDS_S = 1.0
"""How long answers may take to be sent before the process ends."""
LEAST_WORKERS = 2
FAILURES = 3
"""After so many failures in a row the process ends, and Whisper is loaded again."""
HUNG = 70
"""Exit code of a process that can't continue: "internal software error" of sysexits.h."""


class Guest:
    """A program that is connected.

    What is sent to it waits in a queue of its own: one that does not read holds up nobody else.

    Args:
        connection: not yet proven.
        address: which it must have read.
        queue: takes its requests.
    """

    def __init__(self, connection: Connection, address: Address, queue: RequestQueue) -> None:
        self.gone = False
        self._connection = connection
        self._address = address
        self._queue = queue
        self._outbox = Queue[Answer | None]()

    @property
    def unsent(self) -> int:
        """Answers that have not been sent."""
        return self._outbox.unfinished_tasks

    def start(self) -> None:
        """Serve it on threads of its own."""
        Thread(target=self._read, name="requests", daemon=True).start()

    def reply(self, answer: Answer) -> None:
        """Send an answer when its turn comes."""
        self._outbox.put(answer)

    def _read(self) -> None:
        proven = accept(self._connection, self._address)
        Thread(target=self._write, name="answers", daemon=True).start()
        if proven:
            with suppress(EOFError, OSError, msgspec.DecodeError):
                while (request := decode(self._connection.recv_bytes(LONGEST_BYTES), Request)).method != "leave":
                    if request.method == "ping":
                        self.reply(Answer(number=request.number, kind="alive"))
                    else:
                        self._queue.put(Work(request, self.reply))
        self.gone = True
        self._queue.withdraw(self.reply)
        self._outbox.put(None)

    def _write(self) -> None:
        while answer := self._outbox.get():
            with suppress(OSError):  # it has gone
                self._connection.send_bytes(encode(answer))
            self._outbox.task_done()
        with suppress(OSError):
            self._connection.close()


class Process:
    """Serves until nobody needs it.

    Args:
        listener: takes connections.
        address: of the listener.
        own: the files that lead to it.
        workers: how many utterances are transcribed at the same time.
    """

    def __init__(self, listener: Listener, address: Address, own: Files, workers: int) -> None:
        self._listener = listener
        self._address = address
        self._files = own
        self._queue = RequestQueue(workers)
        self._models = Models(workers)
        self._guests: list[Guest] = []
        self._failures = 0
        self._base_is_wanted = False
        self._workers = [Thread(target=self._work, name="words", daemon=True) for _ in range(workers)]

    def serve(self) -> int:
        """Serve; return the exit code."""
        for thread in (*self._workers, Thread(target=self._accept, name="programs", daemon=True)):
            thread.start()
        alone_s = 0.0
        while alone_s < ALONE_S:
            time.sleep(TICK_S)
            self._guests = [guest for guest in self._guests if not guest.gone]
            alone_s = 0.0 if self._guests else alone_s + TICK_S
            if (late := self._late()) or self._failures >= FAILURES:
                return self._give_up(late)
            self._models.drop_unused(TICK_S)
            found = written(self._files) == self._address
            if self._models.leaks or not (found or self._guests):
                break
        else:
            self._try_base()
        self._retire()
        return 0

    def _try_base(self) -> None:
        """Find out whether base keeps up on this machine, now that nobody needs the process, if a program asked."""
        if not self._base_is_wanted or self_test.remembered():
            return
        with suppress(ModelError, OSError):  # whoever chooses the model hears what is wrong with it
            model = self._models.get(ModelSpec(str(base_model.joined())))
            measured = self_test.measure(model)
            if not self._guests:
                self_test.remember(measured)

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listener.accept()
            except OSError:  # it is closed, or the program has already gone
                time.sleep(TICK_S / 10)
                continue
            guest = Guest(connection, self._address, self._queue)
            self._guests.append(guest)
            guest.start()

    def _late(self) -> list[Work]:
        """What has taken longer than it may."""
        begun = self._queue.begun
        for work in begun:
            work.ticks += 1
        return [work for work in begun if work.ticks * TICK_S > (work.request.allowed_s if work.loaded else LOAD_S)]

    def _give_up(self, late: list[Work]) -> int:
        """Report what hung, and end with it: a thread in native code can't be stopped."""
        self._withdraw_address()
        for work in late:
            work.reply(Answer(number=work.request.number, kind="late"))
        self._send_rest()
        return HUNG

    def _retire(self) -> None:
        """Finish what has begun, and leave the rest to a new process."""
        self._withdraw_address()
        self._queue.close()
        while self._queue.begun and not self._late():
            time.sleep(TICK_S)
        for guest in self._guests:
            guest.reply(Answer(number=0, kind="bye"))
        self._send_rest()

    def _withdraw_address(self) -> None:
        if written(self._files) == self._address:
            self._files.address.unlink(missing_ok=True)
        self._listener.close()

    def _send_rest(self) -> None:
        until_s = time.monotonic() + LAST_WORDS_S
        while any(guest.unsent for guest in self._guests) and time.monotonic() < until_s:
            time.sleep(0.01)

    def _work(self) -> None:
        while work := self._queue.begin():
            work.reply(self._answer(work))
            self._queue.end(work)

    def _answer(self, work: Work) -> Answer:
        request = work.request
        try:
            model = self._models.get(request.model)
            work.loaded, work.ticks = True, 0
            result: object = None
            if request.method == "try base":
                self._base_is_wanted = True
            elif request.method == "cpu":
                result = time.process_time()
            elif request.method == "memory":
                result = held_mb()
            elif request.method == "measure":
                result = self_test.measure(model)
            elif request.method in METHODS and request.method != "load":
                import numpy as np  # as heavy as the model, and only needed with it

                samples = np.frombuffer(request.sound, np.float32)
                result = getattr(model, request.method)(samples, **request.options)
            self._failures = 0
            return Answer(number=request.number, kind="result", content=encode(result))
        except ModelError as error:
            return Answer(number=request.number, kind="model", why=str(error))
        except Exception as error:  # noqa: BLE001 - reported where the words are asked for; only its kind, not its words
            self._failures += 1
            return Answer(number=request.number, kind="failed", why=type(error).__name__)


def main(folder: str) -> int:
    """Serve on the address of a folder, unless another process does; return the exit code."""
    keep_private()
    share_among_threads()
    own = files(Path(folder))
    own.lock.touch(mode=0o600)
    while True:
        try:
            with hold_file(own.lock, patience_s=TICK_S):
                listener, address = listen(own)
                return Process(listener, address, own, max(LEAST_WORKERS, os.cpu_count() or 0)).serve()
        except HeldError:
            if written(own):
                return 0  # another one serves


if __name__ == "__main__":
    exit_code = main(sys.argv[1])
    os._exit(exit_code)  # a thread that hangs in native code would hold up an ordinary end
