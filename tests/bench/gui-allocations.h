/* Counts what is allocated, whoever does.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>

size_t gui_allocations_get_bytes (void);
