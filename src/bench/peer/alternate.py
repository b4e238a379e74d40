"""Alternates rounds between processes that are kept alive, and prints a table of Markdown rows.

A worker is a program that reads lines from its standard input and answers each with one line:
``check DIRECTORY`` computes once and writes its results there, answers ``done``; ``run N`` computes
N times, answers the milliseconds of wall clock and of CPU time of a call. It ends with its input.
"""

import os
import statistics
import subprocess
import sys
import time

import numpy


class Worker:
    """A candidate of a comparison and what was measured of it."""

    def __init__(self, label, command, warm):
        self.label = label
        self.warm_seconds = warm
        self.wall = []
        self.cpu = []
        self.calls = 1
        environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def ask(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline().strip()
        except BrokenPipeError:
            answer = ""
        if not answer:
            sys.exit(f"{self.label}: no answer to '{line}', exit code {self.process.wait()}")
        return answer

    def run(self, calls):
        wall, cpu = self.ask(f"run {calls}").split()
        return float(wall), float(cpu)

    def warm(self, round_seconds):
        """Runs for a while, and finds how many calls a round takes."""
        end = time.monotonic() + self.warm_seconds
        wall, _ = self.run(1)
        while time.monotonic() < end or wall == 0:
            wall, _ = self.run(max(1, int(300 / max(wall, 1e-3))))
        self.calls = max(1, round(round_seconds * 1e3 / wall))

    def measure(self):
        wall, cpu = self.run(self.calls)
        self.wall.append(wall)
        self.cpu.append(cpu)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def compare(label, directory, expected, names, tolerance, dtype="<f4"):
    """Exits unless every array is within the tolerance, relative to its largest element."""
    errors = []
    for name in names:
        want = numpy.fromfile(f"{expected}/{name}", dtype).astype(float)
        got = numpy.fromfile(f"{directory}/{name}", dtype).astype(float)
        if want.size != got.size or not want.size:
            sys.exit(f"{label}: {name} has {got.size} elements instead of {want.size}")
        error = numpy.abs(got - want).max() / numpy.abs(want).max()
        errors.append(f"{name} {error:.0e}")
        if not error <= tolerance:
            sys.exit(f"{label}: {name} differs by {error:.1e} of its largest element")
    print(f"{label}: {', '.join(errors)} (tolerance {tolerance:.0e})", file=sys.stderr)


def alternate(workers, rounds, round_seconds):
    for worker in workers:
        worker.warm(round_seconds)
    for _ in range(rounds):
        for worker in workers:
            worker.measure()


def rows(shape, workers):
    """One row a worker: medians with minima in brackets."""
    for worker in workers:
        wall, least = statistics.median(worker.wall), min(worker.wall)
        cpu, cpu_least = statistics.median(worker.cpu), min(worker.cpu)
        print(
            f"| {shape} | {worker.label} | {wall:.4g} ({least:.4g}) | {cpu:.4g} ({cpu_least:.4g}) |",
            flush=True,
        )


def ratio(shape, slow, fast):
    """A row that says how many times the time of the one the other takes."""
    wall = statistics.median(slow.wall) / statistics.median(fast.wall)
    cpu = min(slow.cpu) / min(fast.cpu)
    return f"| {shape} | {slow.label} / {fast.label} | {wall:.2f} | {cpu:.2f} |"


TIMES = "| shape | | wall, ms | CPU, ms |\n|---|---|---|---|"
RATIOS = "\n| shape | times | medians of wall clock | minima of CPU time |\n|---|---|---|---|"
