/* Columns of whole numbers as few bytes.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TS_PACKING_MAX_ROWS    65536
#define TS_PACKING_MAX_COLUMNS 64

#define TS_PACKING_ERROR (ts_packing_error_quark ())

/**
 * TsPackingError:
 * @TS_PACKING_ERROR_DAMAGED: the bytes are not what was written
 *
 * Why packed numbers cannot be read.
 */
typedef enum
{
  TS_PACKING_ERROR_DAMAGED,
} TsPackingError;

GQuark      ts_packing_error_quark (void);
GByteArray *ts_packing_write       (const gint64  *values,
                                    gsize          n_rows,
                                    gsize          n_columns,
                                    guint64        tag);
gint64     *ts_packing_read        (const guint8  *data,
                                    gsize          length,
                                    gsize          n_columns,
                                    guint64        tag,
                                    gsize         *n_rows,
                                    GError       **error);

G_END_DECLS
