/* `ts-client exporter`: measures servers continuously and serves the results to Prometheus over HTTP.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "shared/ts-output.h"

G_BEGIN_DECLS

int ts_exporter_run (int       argc,
                     char     *argv[],
                     TsOutput *output);

G_END_DECLS
