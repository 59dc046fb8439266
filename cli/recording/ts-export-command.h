/* `ts-client export`: writes recorded exchanges as a table or as objects.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "shared/ts-output.h"

G_BEGIN_DECLS

int ts_export_command_run (int       argc,
                           char     *argv[],
                           TsOutput *output);

G_END_DECLS
