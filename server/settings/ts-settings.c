/* What an operator can set: command line and configuration file.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "settings/ts-settings.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "settings/ts-setting-text.h"
#include "wire/ts-wire.h"

#define MAX_DEFAULT_WORKERS 8

typedef enum
{
  KIND_WHOLE,     /* int, from min to max */
  KIND_NUMBER,    /* double, from min to max */
  KIND_RATE,      /* the same, or 0 for no limit */
  KIND_BOOLEAN,   /* gboolean */
  KIND_FILE,      /* char * */
  KIND_METRICS,   /* char *, a path or a loopback endpoint */
  KIND_NTP,       /* char *, a port or an endpoint */
  KIND_ADDRESSES, /* char **, separated by semicolons */
} Kind;

typedef struct
{
  const char *name; /* of the option and of the key */
  Kind kind;
  gsize offset;
  double min;
  double max;
  gboolean is_fixed; /* while the server runs */
} Setting;

#define AT(field) G_STRUCT_OFFSET (TsSettings, field)

static const Setting settings[] = {
  { "port", KIND_WHOLE, AT (port), 0, G_MAXUINT16, TRUE },
  { "address", KIND_ADDRESSES, AT (addresses), 0, 0, TRUE },
  { "workers", KIND_WHOLE, AT (n_workers), 1, 256, TRUE },
  { "max-connections", KIND_WHOLE, AT (max_connections), 0, 10000000, FALSE },
  { "max-connections-per-address", KIND_WHOLE, AT (max_connections_per_address), 0, 10000000, FALSE },
  { "requests-per-second", KIND_RATE, AT (requests_per_second), 1, 100000000, FALSE },
  { "address-requests-per-second", KIND_RATE, AT (address_requests_per_second), 1, 100000000, FALSE },
  { "idle-timeout", KIND_NUMBER, AT (idle_timeout_s), 0.1, 86400, FALSE },
  { "handshake-timeout", KIND_NUMBER, AT (handshake_timeout_s), 0.1, 3600, FALSE },
  { "tls-certificate", KIND_FILE, AT (tls_certificate), 0, 0, FALSE },
  { "tls-key", KIND_FILE, AT (tls_key), 0, 0, FALSE },
  { "metrics", KIND_METRICS, AT (metrics), 0, 0, TRUE },
  { "ntp", KIND_NTP, AT (ntp), 0, 0, TRUE },
  { "local-stratum", KIND_WHOLE, AT (local_stratum), 0, 15, TRUE },
  { "log-addresses", KIND_BOOLEAN, AT (logs_addresses), 0, 0, FALSE },
};

G_DEFINE_QUARK (ts-settings-error-quark, ts_settings_error)

static const Setting *
find_setting (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    if (strcmp (settings[i].name, name) == 0)
      return &settings[i];
  return NULL;
}

/* A field of a setting that is a text; all but these live in the structure itself. */
static char **
get_text (const TsSettings *self,
          const Setting *setting)
{
  return (char **) G_STRUCT_MEMBER_P (self, setting->offset);
}

static gboolean
is_text (const Setting *setting)
{
  return setting->kind == KIND_FILE || setting->kind == KIND_METRICS || setting->kind == KIND_NTP;
}

static gboolean
set_text (TsSettings *self,
          const Setting *setting,
          const char *text,
          GError **error)
{
  char **field = get_text (self, setting);

  if ((setting->kind == KIND_FILE && !ts_setting_text_check_file (text, error)) ||
      (setting->kind == KIND_METRICS && !ts_setting_text_check_metrics (text, error)) ||
      (setting->kind == KIND_NTP && !ts_setting_text_check_ntp (text, error)))
    return FALSE;
  g_free (*field);
  *field = g_strdup (text);
  return TRUE;
}

static gboolean
set_addresses (TsSettings *self,
               const char *text,
               GError **error)
{
  char **addresses = ts_setting_text_to_addresses (text, error);

  if (addresses == NULL)
    return FALSE;
  g_strfreev (self->addresses);
  self->addresses = addresses;
  return TRUE;
}

static gboolean
is_same (const TsSettings *a,
         const TsSettings *b,
         const Setting *setting)
{
  static const char *const none[] = { NULL };

  if (is_text (setting))
    return g_strcmp0 (*get_text (a, setting), *get_text (b, setting)) == 0;
  if (setting->kind == KIND_ADDRESSES)
    return g_strv_equal (a->addresses != NULL ? (const char *const *) a->addresses : none,
                         b->addresses != NULL ? (const char *const *) b->addresses : none);
  return memcmp (G_STRUCT_MEMBER_P (a, setting->offset), G_STRUCT_MEMBER_P (b, setting->offset),
                 setting->kind == KIND_NUMBER || setting->kind == KIND_RATE ? sizeof (double) : sizeof (int)) == 0;
}

/**
 * ts_settings_new_default:
 *
 * Returns: (transfer full): what holds where nothing is set
 */
TsSettings *
ts_settings_new_default (void)
{
  TsSettings *self = g_new0 (TsSettings, 1);

  self->port = TS_DEFAULT_PORT;
  self->n_workers = (int) MIN (g_get_num_processors (), MAX_DEFAULT_WORKERS);
  self->max_connections_per_address = 4096;
  self->requests_per_second = 1000;
  self->address_requests_per_second = 10000;
  self->idle_timeout_s = 120;
  self->handshake_timeout_s = 10;
  return self;
}

/**
 * ts_settings_copy:
 * @self: settings
 *
 * Returns: (transfer full): a copy
 */
TsSettings *
ts_settings_copy (const TsSettings *self)
{
  TsSettings *copy = g_memdup2 (self, sizeof *self);

  copy->addresses = g_strdupv (self->addresses);
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    if (is_text (&settings[i]))
      *get_text (copy, &settings[i]) = g_strdup (*get_text (self, &settings[i]));
  return copy;
}

/**
 * ts_settings_free:
 * @self: (transfer full): settings
 */
void
ts_settings_free (TsSettings *self)
{
  g_strfreev (self->addresses);
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    if (is_text (&settings[i]))
      g_free (*get_text (self, &settings[i]));
  g_free (self);
}

/**
 * ts_settings_has:
 * @name: a name
 *
 * Returns: whether there is such a setting
 */
gboolean
ts_settings_has (const char *name)
{
  return find_setting (name) != NULL;
}

/**
 * ts_settings_set:
 * @self: settings
 * @name: of an option, without its dashes, or of a key of the file
 * @text: the value; several addresses are separated by semicolons
 * @error: return location for a #TsSettingsError that quotes @text but does not name the setting
 *
 * Sets one setting, replacing what it was. On an error it stays as it was.
 *
 * Returns: whether it is set
 */
gboolean
ts_settings_set (TsSettings *self,
                 const char *name,
                 const char *text,
                 GError **error)
{
  const Setting *setting = find_setting (name);
  gpointer field;

  g_return_val_if_fail (setting != NULL, FALSE);

  field = G_STRUCT_MEMBER_P (self, setting->offset);
  switch (setting->kind)
    {
    case KIND_WHOLE:
      return ts_setting_text_to_whole (text, (int) setting->min, (int) setting->max, field, error);
    case KIND_NUMBER:
    case KIND_RATE:
      return ts_setting_text_to_number (text, setting->min, setting->max, setting->kind == KIND_RATE, field, error);
    case KIND_BOOLEAN:
      return ts_setting_text_to_boolean (text, field, error);
    case KIND_ADDRESSES:
      return set_addresses (self, text, error);
    case KIND_FILE:
    case KIND_METRICS:
    case KIND_NTP:
    default:
      return set_text (self, setting, text, error);
    }
}

/**
 * ts_settings_validate:
 * @self: settings, wherever they came from
 * @error: return location for a %TS_SETTINGS_ERROR_CONFLICT that names them
 *
 * Returns: whether they go together
 */
gboolean
ts_settings_validate (const TsSettings *self,
                      GError **error)
{
  if (self->tls_key == NULL || self->tls_certificate != NULL)
    return TRUE;
  g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_CONFLICT, _("tls-key is of no use without tls-certificate"));
  return FALSE;
}

/**
 * ts_settings_describe_fixed:
 * @self: what a server runs with
 * @wanted: what it should run with
 *
 * Returns: (transfer full) (nullable): the names of those settings that differ and that a server takes up only when it
 *   starts, separated by commas; %NULL: none
 */
char *
ts_settings_describe_fixed (const TsSettings *self,
                            const TsSettings *wanted)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    if (settings[i].is_fixed && !is_same (self, wanted, &settings[i]))
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", settings[i].name);
  return names->len > 0 ? g_string_free (g_steal_pointer (&names), FALSE) : NULL;
}
