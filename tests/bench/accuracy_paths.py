"""The emulated paths that accuracy is measured over, and the bars for the error over each.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import dataclasses


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
