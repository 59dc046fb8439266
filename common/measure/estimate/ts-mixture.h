/* What several models say together, each weighed by how likely it is.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TsMixturePart:
 * @weight: how likely the model is, against the others
 * @offset_ns: mean of the offset
 * @deviation_ns: its standard deviation
 * @drift_ppm: mean of the drift
 * @drift_deviation_ppm: its standard deviation
 *
 * What one model says: two normal distributions.
 */
typedef struct
{
  double weight;
  double offset_ns;
  double deviation_ns;
  double drift_ppm;
  double drift_deviation_ppm;
} TsMixturePart;

TsMixturePart ts_mixture_average       (const TsMixturePart *parts,
                                        guint                n);
double        ts_mixture_find_error_ns (const TsMixturePart *parts,
                                        guint                n,
                                        const TsMixturePart *mean,
                                        double               probability);

G_END_DECLS
