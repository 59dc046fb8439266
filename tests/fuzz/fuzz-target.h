/* What a fuzz target defines: the entry that libFuzzer calls, and our own driver too.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * LLVMFuzzerTestOneInput:
 * @data: (array length=size): any bytes at all
 * @size: how many there are
 *
 * Runs the code under test on @data and aborts where an invariant does not hold.
 *
 * Returns: 0
 */
int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

G_END_DECLS
