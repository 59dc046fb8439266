/* The keys by which servers have sealed what they said, remembered from the first time on.
 *
 * A key that is not the remembered one is kept beside it until the user has decided, or the remembered one comes again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-known-keys.h"

#include <string.h>

#include "seal/ts-seal-key.h"

#define REMEMBERED "server-keys"
#define CHANGED    "changed-server-keys"

static gboolean
look_up (GSettings *settings,
         const char *setting,
         const char *server,
         guint8 key[TS_SEAL_KEY_SIZE])
{
  g_autoptr (GVariant) keys = g_settings_get_value (settings, setting);
  const char *text;

  return g_variant_lookup (keys, server, "&s", &text) && ts_seal_key_from_string (text, key);
}

/* @key: (nullable): the server's from now on; %NULL: none */
static void
store (GSettings *settings,
       const char *setting,
       const char *server,
       const guint8 *key)
{
  g_autoptr (GVariant) keys = g_settings_get_value (settings, setting);
  g_autofree char *text = key != NULL ? ts_seal_key_to_string (key) : NULL;
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));
  const char *other, *value;
  GVariantIter iter;

  g_variant_iter_init (&iter, keys);
  while (g_variant_iter_next (&iter, "{&s&s}", &other, &value))
    if (!g_str_equal (other, server))
      g_variant_builder_add (&builder, "{ss}", other, value);
  if (text != NULL)
    g_variant_builder_add (&builder, "{ss}", server, text);
  g_settings_set_value (settings, setting, g_variant_builder_end (&builder));
}

/**
 * ts_known_keys_meet:
 * @settings: the app's
 * @server: its address, as ts_address_to_string() has it
 * @key: by which it has sealed something, verified
 * @before: (out): the key that is remembered, where that is another
 *
 * A key that is the first one of its server is remembered.
 *
 * Returns: what is known of the key
 */
TsKnownKey
ts_known_keys_meet (GSettings *settings,
                    const char *server,
                    const guint8 key[TS_SEAL_KEY_SIZE],
                    guint8 before[TS_SEAL_KEY_SIZE])
{
  if (!look_up (settings, REMEMBERED, server, before))
    {
      ts_known_keys_remember (settings, server, key);
      return TS_KNOWN_KEY_NEW;
    }
  if (memcmp (before, key, TS_SEAL_KEY_SIZE) == 0)
    {
      store (settings, CHANGED, server, NULL);
      return TS_KNOWN_KEY_SAME;
    }
  store (settings, CHANGED, server, key);
  return TS_KNOWN_KEY_CHANGED;
}

/**
 * ts_known_keys_remember:
 * @settings: the app's
 * @server: its address
 * @key: what it seals with from now on
 */
void
ts_known_keys_remember (GSettings *settings,
                        const char *server,
                        const guint8 key[TS_SEAL_KEY_SIZE])
{
  store (settings, REMEMBERED, server, key);
  store (settings, CHANGED, server, NULL);
}

/**
 * ts_known_keys_get:
 * @settings: the app's
 * @server: its address
 * @key: (out): the key that is remembered
 *
 * Returns: whether one is
 */
gboolean
ts_known_keys_get (GSettings *settings,
                   const char *server,
                   guint8 key[TS_SEAL_KEY_SIZE])
{
  return look_up (settings, REMEMBERED, server, key);
}

/**
 * ts_known_keys_get_changed:
 * @settings: the app's
 * @server: its address
 * @key: (out): the key by which it sealed something last, which is not the one that is remembered
 *
 * Returns: whether there is one, and the user has not decided so far
 */
gboolean
ts_known_keys_get_changed (GSettings *settings,
                           const char *server,
                           guint8 key[TS_SEAL_KEY_SIZE])
{
  return look_up (settings, CHANGED, server, key);
}
