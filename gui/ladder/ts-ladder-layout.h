/* Where in the ladder's picture everything is drawn.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ladder/ts-ladder-exchange.h"

G_BEGIN_DECLS

/* From a line to the text beside it; at the server's there may be a leader between. */
#define TS_LADDER_OURS_GAP_PX   14
#define TS_LADDER_THEIRS_GAP_PX 20

/**
 * TsLadderSizes:
 * @heading_px: how high the names above both lines are
 * @stamp_px: how high an instant is written
 * @note_px: how high a line of small text is
 * @ours_px: how wide the text beside our line is
 * @theirs_px: how wide the text beside the server's is
 *
 * Sizes of the text in the picture.
 */
typedef struct
{
  double heading_px;
  double stamp_px;
  double note_px;
  double ours_px;
  double theirs_px;
} TsLadderSizes;

/**
 * TsLadderLayout:
 * @ours_x: our line; left of the server's, or where text runs from right to left, right of it
 * @theirs_x: the server's line
 * @top_px: where both begin
 * @bottom_px: where both end
 * @points_y: t1 to t4 on their lines
 * @ours_y: the upper edges of the text beside our line: t1 with its note below, the time waited, t4 with its note
 *   below
 * @theirs_y: the upper edges of the text beside the server's line: t2 with its note above, the server's time, t3
 *   with its note below
 */
typedef struct
{
  double ours_x;
  double theirs_x;
  double top_px;
  double bottom_px;
  double points_y[4];
  double ours_y[3];
  double theirs_y[3];
} TsLadderLayout;

double   ts_ladder_layout_get_min_height_px (const TsLadderSizes    *sizes);
gboolean ts_ladder_layout_has_room          (const TsLadderSizes    *sizes,
                                             double                  width_px);
double   ts_ladder_layout_get_text_scale    (const TsLadderSizes    *sizes,
                                             double                  width_px);
void     ts_ladder_layout_init              (TsLadderLayout         *self,
                                             const TsLadderExchange *exchange,
                                             const TsLadderSizes    *sizes,
                                             double                  width_px,
                                             double                  height_px,
                                             gboolean                is_mirrored);

G_END_DECLS
