/* The keys by which servers have sealed what they said, remembered from the first time on.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-known-keys.h"

#include <string.h>

#include "seal/ts-seal-key.h"

#define SETTING "server-keys"

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
  g_autoptr (GVariant) keys = g_settings_get_value (settings, SETTING);
  const char *known;

  if (!g_variant_lookup (keys, server, "&s", &known) || !ts_seal_key_from_string (known, before))
    {
      ts_known_keys_remember (settings, server, key);
      return TS_KNOWN_KEY_NEW;
    }
  return memcmp (before, key, TS_SEAL_KEY_SIZE) == 0 ? TS_KNOWN_KEY_SAME : TS_KNOWN_KEY_CHANGED;
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
  g_autoptr (GVariant) keys = g_settings_get_value (settings, SETTING);
  g_autofree char *text = ts_seal_key_to_string (key);
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));
  const char *other, *value;
  GVariantIter iter;

  g_variant_iter_init (&iter, keys);
  while (g_variant_iter_next (&iter, "{&s&s}", &other, &value))
    if (!g_str_equal (other, server))
      g_variant_builder_add (&builder, "{ss}", other, value);
  g_variant_builder_add (&builder, "{ss}", server, text);
  g_settings_set_value (settings, SETTING, g_variant_builder_end (&builder));
}
