"""Runs the unittest cases of a test program and reports them in TAP.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys
import traceback
import unittest


def _comment(text):
    for line in text.rstrip().splitlines():
        print("#", line)


class _Result(unittest.TestResult):
    """Says one line for each test, in the order in which they run."""

    def __init__(self):
        super().__init__()
        self.n_told = 0

    def startTest(self, test):
        super().startTest(test)
        self._is_good = True
        self._directive = ""

    def stopTest(self, test):
        super().stopTest(test)
        self.n_told += 1
        print("%s %d - %s%s" % ("ok" if self._is_good else "not ok", self.n_told,
                                test.id().removeprefix("__main__."), self._directive), flush=True)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._directive = " # SKIP " + reason

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._tell_why(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self._tell_why(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._tell_why(subtest, err)

    def _tell_why(self, test, err):
        self._is_good = False
        _comment(test.id() + "\n" + "".join(traceback.format_exception(*err)))


def main(*names):
    """Runs every unittest.TestCase of the program that calls this, or those of these names, and exits."""
    module = sys.modules["__main__"]
    suite = (unittest.defaultTestLoader.loadTestsFromNames(names, module) if names else
             unittest.defaultTestLoader.loadTestsFromModule(module))
    n_tests = suite.countTestCases()
    print("1..%d" % n_tests, flush=True)
    result = _Result()
    suite.run(result)
    # The set-up of a class or module that fails leaves its tests out.
    sys.exit(0 if result.wasSuccessful() and result.n_told == n_tests else 1)
