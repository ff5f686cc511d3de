#!/usr/bin/env python3
"""How many people at once, and what breaks first: a simulation of the way an answer goes, with measured times.

The way is that of the code (docs/adr/0001-gather-writes-twice.md): each gateway spends processor time on an answer, gathers
what waits and has at most two messages of at most 512 answers on their way; each storage process takes whatever messages
wait, at most 512 answers, and makes them durable in one batch. A batch takes a fixed time (the disk, the round trips) and
a time for each answer, in which it holds one of the database's workers. People answer, read, look and type, and answer
again: a log-normal pause with the given mean.

    scale.py --batch-ms 5.0 --answer-us 120 --gateway-us 31                 people from a hundred to what breaks it
    scale.py … --storages 2 --gateways 2 --workers 2                        the same with more processes

Times come from `nameit bench`, see the section "Scale" of docs/operate.md. It simulates no failure and no network but a
fixed delay; what it is good for is where the knee is, and which station has it.
"""

import argparse
import heapq
import math
import random
from collections import deque

IN_FLIGHT = 2  # messages of a gateway on their way to storage (crates/gateway/src/ingest.rs)
BATCH_MAX = 512  # answers of a message and of a batch
NETWORK = 0.0003  # seconds from one process to the next
WARM_UP = 15.0
MEASURED = 30.0


class Gateway:
    """Answers that wait, and messages on their way."""

    def __init__(self):
        self.free_at, self.waiting, self.in_flight = 0.0, deque(), 0


class Storage:
    """Messages that wait for the one committer."""

    def __init__(self):
        self.waiting, self.working = deque(), False


class Simulation:
    """One run with so many people."""

    def __init__(self, people, times, seed=1):
        self.times, self.random = times, random.Random(seed)
        self.gateways = [Gateway() for _ in range(times.gateways)]
        self.storages = [Storage() for _ in range(times.storages)]
        self.workers = [0.0] * times.workers
        self.events, self.order, self.now = [], 0, 0.0
        self.delays, self.batches = [], []
        self.sigma = 0.5
        self.mu = math.log(times.pause) - self.sigma**2 / 2
        for person in range(people):
            self.at(self.random.uniform(0, times.pause), self.answer, person % times.gateways)

    def at(self, when, what, *arguments):
        """Something that happens later."""
        self.order += 1
        heapq.heappush(self.events, (when, self.order, what, arguments))

    def run(self):
        """Lets time pass; gives the figures."""
        end = WARM_UP + MEASURED
        while self.events and self.events[0][0] < end:
            self.now, _, what, arguments = heapq.heappop(self.events)
            what(*arguments)
        self.delays.sort()
        return len(self.delays) / MEASURED, self.delays, sum(self.batches) / max(1, len(self.batches))

    def answer(self, gateway):
        """Somebody sends an answer: the gateway spends its processor's time on it."""
        station = self.gateways[gateway]
        station.free_at = max(station.free_at, self.now) + self.times.gateway
        self.at(station.free_at, self.gather, gateway, self.now)

    def gather(self, gateway, sent):
        """The answer waits for a message to storage."""
        self.gateways[gateway].waiting.append(sent)
        self.send(gateway)

    def send(self, gateway):
        """As many messages as may be on their way."""
        station = self.gateways[gateway]
        while station.waiting and station.in_flight < IN_FLIGHT:
            message = [station.waiting.popleft() for _ in range(min(BATCH_MAX, len(station.waiting)))]
            station.in_flight += 1
            storage = min(self.storages, key=lambda s: (len(s.waiting) + s.working, self.random.random()))
            self.at(self.now + NETWORK, self.arrive, storage, gateway, message)

    def arrive(self, storage, gateway, message):
        """A message waits for the committer."""
        storage.waiting.append((gateway, message))
        self.commit(storage)

    def commit(self, storage):
        """The committer takes what waits as one batch; its answers hold a worker of the database, its wait does not."""
        if storage.working or not storage.waiting:
            return
        batch, size = [], 0
        while storage.waiting and (not batch or size + len(storage.waiting[0][1]) <= BATCH_MAX):
            batch.append(storage.waiting.popleft())
            size += len(batch[-1][1])
        storage.working = True
        work = self.times.answer * size
        worker = min(range(len(self.workers)), key=self.workers.__getitem__)
        self.workers[worker] = max(self.workers[worker], self.now) + work
        done = self.workers[worker] + self.times.batch
        self.batches.append(size)
        self.at(done, self.durable, storage, batch)

    def durable(self, storage, batch):
        """The batch is durable: everybody hears, and goes on after a pause."""
        storage.working = False
        for gateway, message in batch:
            self.gateways[gateway].in_flight -= 1
            for sent in message:
                if self.now > WARM_UP:
                    self.delays.append(self.now + NETWORK - sent)
                pause = self.random.lognormvariate(self.mu, self.sigma) if self.times.pause else 0.0
                self.at(self.now + NETWORK + pause, self.answer, gateway)
            self.at(self.now + NETWORK, self.send, gateway)
        self.commit(storage)


def main():
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch-ms", type=float, required=True, help="fixed time of a batch")
    parser.add_argument("--answer-us", type=float, required=True, help="time of each answer of a batch in the database")
    parser.add_argument("--gateway-us", type=float, required=True, help="processor time of a gateway for an answer")
    parser.add_argument("--pause", type=float, default=4.0, help="mean seconds between two answers of a person")
    for name in ("gateways", "storages", "workers"):
        parser.add_argument(f"--{name}", type=int, default=1)
    parser.add_argument("--people", type=int, nargs="+", default=[100, 1000, 5000, 10000, 20000, 40000, 80000])
    given = parser.parse_args()
    given.batch, given.answer, given.gateway = given.batch_ms / 1e3, given.answer_us / 1e6, given.gateway_us / 1e6
    capacities = {
        "gateway": given.gateways / given.gateway,
        "database": given.workers / given.answer,
        # It is never idle while something waits; what bounds it is that a batch has a bound.
        "committer": given.storages * BATCH_MAX / (given.batch + BATCH_MAX * given.answer),
    }
    print(f"{'people':>7} {'answers/s':>10} {'p50 ms':>8} {'p99 ms':>8} {'batch':>6}  load of the busiest")
    for people in given.people:
        rate, delays, batch = Simulation(people, given).run()
        station = min(capacities, key=capacities.get)
        print(
            f"{people:>7} {rate:>10.0f} {delays[len(delays) // 2] * 1e3:>8.1f} "
            f"{delays[int(len(delays) * 0.99)] * 1e3:>8.1f} {batch:>6.1f}  "
            f"{station}, {rate / capacities[station]:.0%} of {capacities[station]:.0f}/s"
        )


if __name__ == "__main__":
    main()
