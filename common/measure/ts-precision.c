/* By how much a stamp may be off its instant.
 *
 * Stamps are coarse because a clock ticks, or because their text has few digits. Few sizes occur, so a precision is
 * one of 60 steps, and an entry of a history keeps the number of its step in a few bits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-precision.h"

/* 0; the powers of ten up to a second, and 2, 4 and 5 times each from a microsecond on; and the powers of two of a
 * second down to 2⁻³⁰, as NTP states them, plus 2 ns, because NTP's stamps are rounded to nanoseconds. */
static const gint64 steps_ns[] = {
  0, 1, 2, 3, 5, 9, 10, 16, 31, 61, 100, 121, 240, 478, 955, 1000, 1909, 2000, 3816, 4000, 5000, 7631, 10000,
  15260, 20000, 30519, 40000, 50000, 61037, 100000, 122072, 200000, 244142, 400000, 488283, 500000, 976564,
  1000000, 1953127, 2000000, 3906252, 4000000, 5000000, 7812502, 10000000, 15625002, 20000000, 31250002,
  40000000, 50000000, 62500002, 100000000, 125000002, 200000000, 250000002, 400000000, 500000000, 500000002,
  1000000000, 1000000002,
};

G_STATIC_ASSERT (G_N_ELEMENTS (steps_ns) <= 1 << TS_PRECISION_BITS);

/**
 * ts_precision_to_code:
 * @precision_ns: a precision, from 0 to about a second
 *
 * Returns: the number of the smallest step that is not below @precision_ns, or of the last one
 */
guint
ts_precision_to_code (gint64 precision_ns)
{
  guint code = 0;

  while (code + 1 < G_N_ELEMENTS (steps_ns) && steps_ns[code] < precision_ns)
    code++;
  return code;
}

/**
 * ts_precision_from_code:
 * @code: what ts_precision_to_code() returned
 *
 * Returns: the step, in nanoseconds
 */
gint64
ts_precision_from_code (guint code)
{
  return steps_ns[MIN (code, G_N_ELEMENTS (steps_ns) - 1)];
}

/**
 * ts_precision_round_up:
 * @precision_ns: as in ts_precision_to_code()
 *
 * Returns: the smallest step that is not below @precision_ns, or the last one, in nanoseconds
 */
gint64
ts_precision_round_up (gint64 precision_ns)
{
  return ts_precision_from_code (ts_precision_to_code (precision_ns));
}
