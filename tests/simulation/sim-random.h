/* Seeded random numbers of the distributions that clocks and paths need.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

double sim_random_normal      (GRand  *random);
double sim_random_exponential (GRand  *random);
double sim_random_gamma       (GRand  *random,
                               double  shape);
double sim_random_weibull     (GRand  *random,
                               double  shape);
double sim_random_pareto      (GRand  *random,
                               double  shape);
double sim_random_between     (GRand  *random,
                               double  least,
                               double  most);

G_END_DECLS
