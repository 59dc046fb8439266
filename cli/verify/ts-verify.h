/* `ts-client verify`: says in sentences what evidence proves, and against whom.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "shared/ts-output.h"

G_BEGIN_DECLS

int ts_verify_run (int       argc,
                   char     *argv[],
                   TsOutput *output);

G_END_DECLS
