"""Figures from the records of runs: errors, for the true offset is zero.

An error is of what somebody believes at a moment, four times a second, whether or not he has just measured:
the estimate that ts-client wrote last, or what chronyd answers to who asks.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import bisect
import math
import statistics

WINDOWS_S = (12, 16), (56, 64)
GRID_S = 0.25
NS_PER_S = 1e9

# As the headline does while there is no estimate: RFC 5905's clock filter.
N_FILTERED = 8

OURS = {"4 Hz": "4", "1 Hz": "1"}
CHRONYD = {"chronyd": "plain", "chronyd, xleave": "xleave", "chronyd, tuned": "tuned"}


def _filter(samples):
    """Returns: of each sample, the offset of the one of least delay among the newest eight"""
    return [min(samples[max(i + 1 - N_FILTERED, 0):i + 1], key=lambda sample: sample["delay_ns"])["offset_ns"]
            for i in range(len(samples))]


def has_estimates(samples):
    return any(sample.get("estimate_ns") is not None for sample in samples)


def samples_of(record, rate):
    """Returns: the exchanges that were no failures"""
    return [told for told in record["ours"].get(rate, []) if "error" not in told]


def beliefs_of(record, who):
    """Returns: instants in ns, and from each on what was believed, in ns"""
    if who in CHRONYD:
        asked = record["chronyd"].get(CHRONYD[who], [])
        return [told[0] for told in asked], [told[1] for told in asked]
    samples = samples_of(record, OURS[who])
    if has_estimates(samples):
        samples = [sample for sample in samples if sample.get("estimate_ns") is not None]
        beliefs = [sample["estimate_ns"] for sample in samples]
    else:
        beliefs = _filter(samples)
    return [sample["t4_ns"] for sample in samples], beliefs


def errors_in(record, who, window_s):
    """Returns: the errors in ns at each step of a window; None where the run does not cover it"""
    instants, beliefs = beliefs_of(record, who)
    if record["seconds"] < window_s[1]:
        return None
    errors = []
    for step in range(round((window_s[1] - window_s[0]) / GRID_S)):
        at_ns = record["began_ns"] + (window_s[0] + step * GRID_S) * NS_PER_S
        i = bisect.bisect_right(instants, at_ns)
        if i == 0:
            return None
        errors.append(beliefs[i - 1])
    return errors


def rms(values):
    return math.sqrt(sum(value * value for value in values) / len(values))


def figures_of(records, who, window_s):
    """Returns: of runs over one path, medians of RMS and greatest error in ns, and the range of the RMS; None"""
    all_errors = [errors for record in records if (errors := errors_in(record, who, window_s))]
    if not all_errors:
        return None
    all_rms = [rms(errors) for errors in all_errors]
    return (statistics.median(all_rms), statistics.median(max(map(abs, errors)) for errors in all_errors),
            min(all_rms), max(all_rms))


def ratios_of(records, who, window_s, peers=tuple(CHRONYD)):
    """Returns: of each run the ratio of our RMS error to chronyd's, the best of them in that run"""
    ratios = []
    for record in records:
        errors = errors_in(record, who, window_s)
        theirs = [rms(found) for name in peers if (found := errors_in(record, name, window_s))]
        if errors and theirs and min(theirs) > 0:
            ratios.append(rms(errors) / min(theirs))
    return ratios


def ratio_of_medians(records, who, window_s):
    """Returns: of medians over all runs, ours against the best of the chronyds; None"""
    ours = figures_of(records, who, window_s)
    theirs = [found[0] for name in CHRONYD if (found := figures_of(records, name, window_s))]
    return ours[0] / min(theirs) if ours and theirs and min(theirs) > 0 else None


def count_untruths(samples):
    """Returns: how many intervals that were proven are wrong, how many estimates are outside of theirs,
    and which share of estimates is within its own statement of its error (None: there are no estimates)"""
    n_wrong = n_outside = n_within = n_estimates = 0
    for sample in samples:
        n_wrong += not sample["proven_min_ns"] <= 0 <= sample["proven_max_ns"]
        if sample.get("now_min_ns") is not None:
            n_wrong += not sample["now_min_ns"] <= 0 <= sample["now_max_ns"]
        if sample.get("estimate_ns") is not None:
            n_estimates += 1
            n_within += abs(sample["estimate_ns"]) <= (sample.get("estimate_error_ns") or 0)
            if sample.get("now_min_ns") is not None:
                n_outside += not sample["now_min_ns"] <= sample["estimate_ns"] <= sample["now_max_ns"]
    return n_wrong, n_outside, n_within / n_estimates if n_estimates else None


def one_shots_of(records, who):
    """Returns: of all one-shots of somebody, the errors in ns of those that came to something, and how long
    each took in s"""
    shots = [shot for record in records for shot in record["one_shots"] if shot["who"] == who]
    errors = [abs(shot["offset_ns"]) for shot in shots if shot["offset_ns"] is not None]
    return errors, [shot["took_s"] for shot in shots]
