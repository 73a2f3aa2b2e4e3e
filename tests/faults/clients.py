"""Candidates as their browsers behave: a journal first, then the network, again until it is acknowledged.

They are rougher than any browser: they send out of order, send old requests again, and give a
question ten answers in the time others take to read it.
"""

import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from bench.load import SEQ
from bench.room import Candidate
from lsp.exams.rules.journal import first_seq

#: Answers in one request at most; what a browser sends after it was away.
BATCH = 10
#: Answers a candidate has waiting at most: somebody who is away for long goes on reading. Otherwise
#: a machine that takes long to start the server again has more to send than it can in any time.
MOST_WAITING = 500
#: Fates that mean "it is in the database".
KEPT = ("saved", "older", "late")
Key = tuple[int, int]


@dataclass
class Journal:
    """What a browser holds: answers not acknowledged yet, and what was."""

    queue: dict[Key, dict[str, Any]] = field(default_factory=dict)
    acknowledged: dict[Key, Any] = field(default_factory=dict)
    #: Requests that broke off; nobody knows whether they arrived.
    broken: int = 0
    #: Old requests that were sent again on purpose.
    replayed: int = 0
    #: What the server said that it must not say; empty at the end.
    wrong: list[str] = field(default_factory=list)


class Sitter(threading.Thread):
    """One candidate at work until told to finish; then everything left is sent."""

    def __init__(
        self, candidate: Candidate, headers: dict[str, str], saves: list[str], port: int, seed: int
    ) -> None:
        super().__init__(daemon=True)
        self.path = f"/ujian/{candidate.attempt_id}/jawaban"
        self.candidate, self.headers, self.port = candidate, headers, port
        self.responses = [
            json.loads(save.replace(SEQ.decode(), "0"))["answers"][0] for save in saves
        ]
        self.chance = random.Random(seed)
        self.journal = Journal()
        self.seq = first_seq(1)
        self.finish = threading.Event()
        #: While set, this candidate's network is away.
        self.away = threading.Event()
        self.old: list[bytes] = []
        self.connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        while not self.finish.is_set():
            if len(self.journal.queue) < MOST_WAITING:
                for _ in range(self.chance.randint(1, 3)):
                    self._answer()
            self._pause()
            if not self.away.is_set():
                self._send()
                if self.old and self.chance.random() < 0.2:
                    self._replay()
        while self.journal.queue and not self.journal.wrong:
            self._send()
            self._pause()
        self._hang_up()

    def _answer(self) -> None:
        """Choose something; it goes to the journal before anything else."""
        self.seq += 1
        answer = {**self.chance.choice(self.responses), "seq": self.seq}
        if "text" in (answer["response"] or {}) and len(answer["response"]["text"]) > 20:
            answer["response"] = {"text": f"{answer['response']['text']} {self.seq}"}
        self.journal.queue[answer["position"], self.seq] = answer

    def _send(self) -> None:
        """Send some of the queue, in any order."""
        keys = list(self.journal.queue)
        self.chance.shuffle(keys)
        answers = [self.journal.queue[key] for key in keys[:BATCH]]
        if not answers:
            return
        body = json.dumps({"window": 1, "answers": answers}).encode()
        told = self._post(body)
        if told is None:
            self.journal.broken += 1
            self._pause(5)  # the server needs the processor to come back
            return
        self.old = [*self.old[-20:], body]
        for one in told["answers"]:
            key = (one["position"], one["seq"])
            if one["fate"] not in KEPT:
                self.journal.wrong.append(f"{one}")
            elif key in self.journal.queue:
                self.journal.acknowledged[key] = self.journal.queue.pop(key)["response"]

    def _replay(self) -> None:
        """Send a request of long ago again, as a phone does that wakes up."""
        told = self._post(self.chance.choice(self.old))
        self.journal.replayed += told is not None
        for one in (told or {"answers": []})["answers"]:
            if one["fate"] not in KEPT:
                self.journal.wrong.append(f"replayed: {one}")

    def _post(self, body: bytes) -> Any:
        """The server's answer, or None when there was no whole one."""
        response = None
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            self.connection.request("POST", self.path, body, self.headers)
            response = self.connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException):
            if response is not None:
                response.close()
            self._hang_up()
            return None
        if response.status >= 500:
            return None  # the database was away: not acknowledged, sent again
        if response.status != 200:
            self.journal.wrong.append(f"{response.status} {text[:200]!r}")
            return None
        return json.loads(text)

    def _hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def _pause(self, times: int = 1) -> None:
        time.sleep(times * self.chance.uniform(0.01, 0.06))
