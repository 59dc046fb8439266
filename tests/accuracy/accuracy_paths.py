"""The emulated paths that accuracy is measured over, and the bars for the error over each.

Some have names and were chosen; the others are drawn at random from their number, so that anybody can measure over
paths that nobody has seen.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import dataclasses
import math
import random


@dataclasses.dataclass(frozen=True)
class Path:
    title: str
    what: str
    there: str  # from the client to the server; see path-model.c
    back: str
    bars: dict  # of our rate in Hz: the most that our error may be of chronyd's


PATHS = {
    "lan": Path(
        "LAN", "0.2 ms each way, normally distributed by 20 µs",
        "base=0.2,noise=0.02", "base=0.2,noise=0.02", {4: 1.2}),
    "wan": Path(
        "WAN", "20 ms each way, gamma jitter of mean 2 ms",
        "base=20,jitter=2/2", "base=20,jitter=2/2", {4: 0.35, 1: 0.75}),
    "bufferbloat": Path(
        "bufferbloat", "20 ms each way, gamma jitter of mean 15 ms; on the way there also bursts, one in 5 s, "
        "of up to 200 ms that decay over 0.5 s",
        "base=20,jitter=15/2,burst=0.2/200/500", "base=20,jitter=15/2", {4: 0.40, 1: 1.0}),
    "asymmetric": Path(
        "asymmetric", "10 ms each way; only the way back has gamma jitter, of mean 8 ms",
        "base=10", "base=10,jitter=8/2", {4: 0.25, 1: 0.9}),
    "lossy": Path(
        "lossy, heavy tails", "20 ms each way, gamma jitter of mean 2 ms, 2 % lost, and every tenth packet "
        "held back by a Pareto-distributed time (exponent 1.5, scale 10 ms)",
        "base=20,jitter=2/2,tail=0.1/1.5/10,loss=0.02", "base=20,jitter=2/2,tail=0.1/1.5/10,loss=0.02",
        {4: 0.20, 1: 0.3}),
}

# Without any jitter: what is then not zero comes from the emulator, and from both ends.
STILL = Path("still", "1 ms each way, nothing random", "base=1", "base=1", {})

RANDOM_PREFIX = "random-"

# The numbers of the paths that are drawn unless others are asked for.
RANDOM_NUMBERS = range(1, 13)

# At our faster rate: the most that the median over the random paths may be, and the worst of them.
RANDOM_RATE_HZ, RANDOM_MEDIAN_BAR, RANDOM_WORST_BAR = 4, 0.4, 0.9

# Shorter jitter than this drowns in what the emulator and both ends add themselves.
BASES_MS, JITTERS_MS = (0.2, 100), (0.05, 15)


def _between(source, least, most):
    """Returns: a number whose logarithm is evenly distributed"""
    return math.exp(source.uniform(math.log(least), math.log(most)))


def _draw_queue(source, mean_ms):
    law = source.choice(("gamma", "gamma", "exponential", "weibull", "lognormal"))
    if law == "gamma":
        return "jitter=%.3g/%.2g" % (mean_ms, _between(source, 0.6, 4))
    if law == "exponential":
        return "jitter=%.3g/1" % mean_ms
    if law == "weibull":
        return "weibull=%.3g/%.2g" % (mean_ms, _between(source, 0.7, 3))
    return "lognormal=%.3g/%.2g" % (mean_ms, source.uniform(0.4, 1.2))


def _draw_addition(source, mean_ms):
    """Returns: what makes the way of another kind, often nothing"""
    kind = source.choice(("none", "none", "none", "mode", "slot", "burst", "tail", "saw", "loss"))
    if kind == "mode":
        return ",mode=%.2g/%.3g" % (source.uniform(0.1, 0.7), mean_ms * _between(source, 3, 30))
    if kind == "slot":
        return ",slot=1"
    if kind == "burst":
        return ",burst=%.2g/%.3g/%.3g" % (_between(source, 0.05, 0.5), mean_ms * _between(source, 5, 30),
                                          _between(source, 200, 2000))
    if kind == "tail":
        return ",tail=%.2g/%.2g/%.3g" % (source.uniform(0.02, 0.3), source.uniform(1.1, 2.5), mean_ms)
    if kind == "saw":
        return ",saw=%.3g/%.2g" % (mean_ms * _between(source, 2, 10), _between(source, 1, 20))
    if kind == "loss":
        return ",loss=%.2g" % source.uniform(0.005, 0.1)
    return ""


def _draw_way(source, base_ms, mean_ms):
    text = "base=%.3g," % base_ms + _draw_queue(source, mean_ms)
    return text + _draw_addition(source, mean_ms)


def draw_path(number):
    """Returns: the path of that number: two ways that begin equally long, each with a queue of its own"""
    source = random.Random("timesync path %d" % number)
    base_ms, scale_ms = _between(source, *BASES_MS), _between(source, *JITTERS_MS)
    there, back = (_draw_way(source, base_ms, scale_ms * _between(source, 1 / 3, 3)) for _ in range(2))
    if source.random() < 0.2:
        there = "base=%.3g" % base_ms
    return Path("random %d" % number, "drawn", there, back, {})


def is_random(name):
    return name.startswith(RANDOM_PREFIX)


def find_path(name):
    """Returns: the path of that name; None: there is none"""
    number = name[len(RANDOM_PREFIX):]
    if is_random(name) and number.isdecimal():
        return draw_path(int(number))
    return PATHS.get(name)


def name_random(numbers):
    return ["%s%d" % (RANDOM_PREFIX, number) for number in numbers]
