/* `ts-client replay`: runs the estimator on recorded exchanges again.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "shared/ts-output.h"

G_BEGIN_DECLS

int ts_replay_command_run (int       argc,
                           char     *argv[],
                           TsOutput *output);

G_END_DECLS
