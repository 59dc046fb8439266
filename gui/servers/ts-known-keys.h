/* The keys by which servers have sealed what they said, remembered from the first time on.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "wire/ts-seal.h"

G_BEGIN_DECLS

/**
 * TsKnownKey:
 * @TS_KNOWN_KEY_NEW: none was known, and this one is remembered now
 * @TS_KNOWN_KEY_SAME: it is the one that is remembered
 * @TS_KNOWN_KEY_CHANGED: another is remembered
 */
typedef enum
{
  TS_KNOWN_KEY_NEW,
  TS_KNOWN_KEY_SAME,
  TS_KNOWN_KEY_CHANGED,
} TsKnownKey;

TsKnownKey ts_known_keys_meet        (GSettings     *settings,
                                      const char    *server,
                                      const guint8   key[TS_SEAL_KEY_SIZE],
                                      guint8         before[TS_SEAL_KEY_SIZE]);
void       ts_known_keys_remember    (GSettings     *settings,
                                      const char    *server,
                                      const guint8   key[TS_SEAL_KEY_SIZE]);
gboolean   ts_known_keys_get         (GSettings     *settings,
                                      const char    *server,
                                      guint8         key[TS_SEAL_KEY_SIZE]);
gboolean   ts_known_keys_get_changed (GSettings     *settings,
                                      const char    *server,
                                      guint8         key[TS_SEAL_KEY_SIZE]);

G_END_DECLS
