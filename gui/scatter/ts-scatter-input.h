/* What keys and pointer do to the scatter.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "scatter/ts-scatter.h"

G_BEGIN_DECLS

void ts_scatter_input_attach (TsScatter *scatter);

G_END_DECLS
