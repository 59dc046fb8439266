/* A resolver that finds addresses of one family only.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TS_TYPE_FAMILY_RESOLVER (ts_family_resolver_get_type ())
G_DECLARE_FINAL_TYPE (TsFamilyResolver, ts_family_resolver, TS, FAMILY_RESOLVER, GResolver)

void ts_family_resolver_install (GSocketFamily family);

G_END_DECLS
