/* `ts-client check`: a plugin for monitoring, by the Monitoring Plugins guidelines.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "shared/ts-output.h"

G_BEGIN_DECLS

int ts_check_run (int       argc,
                  char     *argv[],
                  TsOutput *output);

G_END_DECLS
