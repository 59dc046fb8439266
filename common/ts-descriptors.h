/* The descriptors that a program starts with.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

void ts_descriptors_open_standard (void);
