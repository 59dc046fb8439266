/* A cloud of half transparent dots, which is denser where more of them lie on each other.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TS_SCATTER_MAX_DOT_PX 25

/**
 * TsScatterDot:
 * @size_px: how wide and high it is, an odd number
 * @opacity: how dense each of its pixels is, row by row
 *
 * A round dot with soft edges.
 */
typedef struct
{
  int size_px;
  guint8 opacity[TS_SCATTER_MAX_DOT_PX * TS_SCATTER_MAX_DOT_PX];
} TsScatterDot;

void   ts_scatter_dot_init    (TsScatterDot       *self,
                               double              radius_px,
                               double              opacity);
void   ts_scatter_dot_add     (const TsScatterDot *self,
                               guint8             *mask,
                               int                 stride,
                               int                 width_px,
                               int                 height_px,
                               double              x_px,
                               double              y_px);
double ts_scatter_get_opacity (guint               n_points);

G_END_DECLS
