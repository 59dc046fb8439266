"""What was measured: samples by round, tables, and values held against bars.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import math
import statistics


def _divide(value, divisor):
    return value / divisor if divisor > 0 else math.nan


class Bar:
    """A value that shall be at least, or at most, as much as the bar."""

    def __init__(self, what, value, by_rounds=None, at_least=None, at_most=None, unit=""):
        self.what, self.value, self.by_rounds, self.unit = what, value, by_rounds, unit
        self.at_least, self.at_most = at_least, at_most

    def verdict(self):
        if self.value is None:
            return "not measured"
        is_met = self.value >= self.at_least if self.at_least is not None else self.value <= self.at_most
        return "met" if is_met else "**missed**"


class Table:
    """Figures of one part; the first column of each row names it."""

    def __init__(self, title, columns, note=""):
        self.title, self.columns, self.note, self.rows = title, columns, note, []


class Samples:
    """What the load generator told in each round, by key."""

    def __init__(self):
        self._told = {}

    def add(self, key, told):
        self._told.setdefault(key, []).append(told)

    def median(self, key, *path):
        return statistics.median(self.values(key, *path))

    def values(self, key, *path):
        found = []
        for told in self._told[key]:
            for name in path:
                told = told[name]
            found.append(told)
        return found

    def ratios(self, key, other, *path):
        """Returns: the ratio of the medians, and the median of the ratios"""
        pairs = zip(self.values(key, *path), self.values(other, *path))
        return (_divide(self.median(key, *path), self.median(other, *path)),
                statistics.median(_divide(value, divisor) for value, divisor in pairs))
