/* Numbers that cannot be guessed.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-random.h"

#include <errno.h>
#include <sys/random.h>

/**
 * ts_random_uint64:
 *
 * GLib's generator is not used, because it is a Mersenne twister, whose state can be computed from some hundred
 * numbers.
 *
 * Returns: a number from the kernel's generator
 */
guint64
ts_random_uint64 (void)
{
  guint64 number = 0;

  while (getrandom (&number, sizeof number, 0) < 0 && errno == EINTR)
    ;
  return number;
}
