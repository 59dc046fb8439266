/* Bytes as hexadecimal digits.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char       *ts_hex_encode (const guint8 *bytes,
                           gsize         length);
GByteArray *ts_hex_decode (const char   *text);

G_END_DECLS
