/* The addresses under which other computers on the network can reach this one.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

struct ifaddrs;

G_BEGIN_DECLS

/* How many are listed; a computer with more has bridges and the like. */
#define TS_HOST_MAX_ADDRESSES 16

char **ts_host_addresses_list   (void);
char **ts_host_addresses_choose (const char           *host_name,
                                 const struct ifaddrs *interfaces);

G_END_DECLS
