/* The plain call of ts-client: measures hosts and writes the results.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "shared/ts-output.h"

G_BEGIN_DECLS

int ts_measure_run (int         argc,
                    char       *argv[],
                    TsOutput   *output,
                    const char *description);

G_END_DECLS
