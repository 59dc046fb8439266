/* Numbers that cannot be guessed.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint64 ts_random_uint64 (void);

G_END_DECLS
