/* Numbers in the byte order of the network, which need not be aligned.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

static inline guint64
ts_get_be64 (const guint8 *bytes)
{
  guint64 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT64_FROM_BE (value);
}

static inline guint32
ts_get_be32 (const guint8 *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT32_FROM_BE (value);
}

static inline void
ts_put_be64 (guint8 *bytes,
             guint64 value)
{
  value = GUINT64_TO_BE (value);
  memcpy (bytes, &value, sizeof value);
}

static inline void
ts_put_be32 (guint8 *bytes,
             guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (bytes, &value, sizeof value);
}

G_END_DECLS
