/* The settings of a server, from the command line and the configuration file.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "settings/ts-settings.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/socket.h>

#include "ts-endpoint.h"
#include "wire/ts-wire.h"

#define MAX_DEFAULT_WORKERS 8

#define AT(field) G_STRUCT_OFFSET (TsSettings, field)

/* The order is that of --help. */
static const TsSetting settings[] = {
  { "port", 'p', TS_SETTING_WHOLE, AT (port), 0, G_MAXUINT16, TRUE,
    N_("TCP port (default: 10085); 0 picks a free one"), N_("PORT") },
  { "address", 'a', TS_SETTING_ADDRESSES, AT (addresses), 0, 0, TRUE,
    N_("Listen only on this IP address; may be repeated"), N_("ADDRESS") },
  { "workers", 0, TS_SETTING_WHOLE, AT (n_workers), 1, 256, TRUE,
    N_("Number of threads (default: one for each processor, at most 8)"), N_("N") },
  { "max-connections", 0, TS_SETTING_WHOLE, AT (max_connections), 0, 10000000, FALSE,
    N_("Hold at most N connections (default: as many as there are descriptors for)"), N_("N") },
  { "max-connections-per-address", 0, TS_SETTING_WHOLE, AT (max_connections_per_address), 0, 10000000, FALSE,
    N_("Hold at most N connections from one IPv4 address or IPv6 /64 (default: 4096, but at most an eighth of all); "
       "0: no limit"), N_("N") },
  { "requests-per-second", 0, TS_SETTING_RATE, AT (requests_per_second), 1, 100000000, FALSE,
    N_("Answer at most N requests a second on one connection (default: 1000); 0: no limit"), N_("N") },
  { "address-requests-per-second", 0, TS_SETTING_RATE, AT (address_requests_per_second), 1, 100000000, FALSE,
    N_("Answer at most N requests a second from one address (default: 10000); 0: no limit"), N_("N") },
  { "idle-timeout", 0, TS_SETTING_NUMBER, AT (idle_timeout_s), 0.1, 86400, FALSE,
    N_("Close connections idle for SECONDS (default: 120)"), N_("SECONDS") },
  { "handshake-timeout", 0, TS_SETTING_NUMBER, AT (handshake_timeout_s), 0.1, 3600, FALSE,
    N_("Close connections whose TLS handshake takes longer than SECONDS (default: 10)"), N_("SECONDS") },
  { "tls-certificate", 0, TS_SETTING_FILE, AT (tls_certificate), 0, 0, FALSE,
    N_("Offer TLS with the certificate and its chain in this PEM file"), N_("FILE") },
  { "tls-key", 0, TS_SETTING_FILE, AT (tls_key), 0, 0, FALSE,
    N_("PEM file of the certificate’s private key (default: the file of the certificate)"), N_("FILE") },
  { "signing-key", 0, TS_SETTING_FILE, AT (signing_key), 0, 0, TRUE,
    N_("Sign seals with the key in this file, which --make-signing-key wrote"), N_("FILE") },
  { "metrics", 0, TS_SETTING_METRICS, AT (metrics), 0, 0, TRUE,
    N_("Serve metrics on a Unix socket (PATH) or a loopback ADDRESS:PORT"), N_("WHERE") },
  { "ntp", 0, TS_SETTING_NTP, AT (ntp), 0, 0, TRUE, N_("Answer NTP over UDP too"), N_("[ADDRESS:]PORT") },
  { "local-stratum", 0, TS_SETTING_WHOLE, AT (local_stratum), 0, 15, TRUE,
    N_("Claim stratum N in NTP answers while nothing synchronizes the clock"), N_("N") },
  { "log-addresses", 0, TS_SETTING_BOOLEAN, AT (logs_addresses), 0, 0, FALSE, N_("Name clients in messages"), NULL },
};

static const TsSetting *
find_setting (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    if (strcmp (settings[i].name, name) == 0)
      return &settings[i];
  return NULL;
}

/* Returns: the field of a setting that is a text on the heap */
static char **
get_text (const TsSettings *self,
          const TsSetting *setting)
{
  return (char **) G_STRUCT_MEMBER_P (self, setting->offset);
}

static gboolean
is_text (const TsSetting *setting)
{
  return setting->kind == TS_SETTING_FILE || setting->kind == TS_SETTING_METRICS || setting->kind == TS_SETTING_NTP;
}

static gboolean
set_text (TsSettings *self,
          const TsSetting *setting,
          const char *text,
          GError **error)
{
  char **field = get_text (self, setting);

  if ((setting->kind == TS_SETTING_FILE && !ts_setting_text_check_file (text, error)) ||
      (setting->kind == TS_SETTING_METRICS && !ts_setting_text_check_metrics (text, error)) ||
      (setting->kind == TS_SETTING_NTP && !ts_setting_text_check_ntp (text, error)))
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
         const TsSetting *setting)
{
  static const char *const none[] = { NULL };

  if (is_text (setting))
    return g_strcmp0 (*get_text (a, setting), *get_text (b, setting)) == 0;
  if (setting->kind == TS_SETTING_ADDRESSES)
    return g_strv_equal (a->addresses != NULL ? (const char *const *) a->addresses : none,
                         b->addresses != NULL ? (const char *const *) b->addresses : none);
  return memcmp (G_STRUCT_MEMBER_P (a, setting->offset), G_STRUCT_MEMBER_P (b, setting->offset),
                 setting->kind == TS_SETTING_NUMBER || setting->kind == TS_SETTING_RATE ? sizeof (double) : sizeof (int)) == 0;
}

/**
 * ts_settings_new_default:
 *
 * Returns: (transfer full): the defaults
 */
TsSettings *
ts_settings_new_default (void)
{
  TsSettings *self = g_new0 (TsSettings, 1);

  self->port = TS_DEFAULT_PORT;
  self->n_workers = (int) MIN (g_get_num_processors (), MAX_DEFAULT_WORKERS);
  self->max_connections_per_address = -1;
  self->requests_per_second = 1000;
  self->address_requests_per_second = 10000;
  self->idle_timeout_s = 120;
  self->handshake_timeout_s = 10;
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
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
  GHashTableIter iter;
  gpointer name, place;

  copy->addresses = g_strdupv (self->addresses);
  copy->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, self->places);
  while (g_hash_table_iter_next (&iter, &name, &place))
    ts_settings_set_place (copy, name, place);
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
  g_hash_table_unref (self->places);
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
 * ts_settings_get_table:
 * @n_settings: (out): how many there are
 *
 * Returns: (transfer none) (array length=n_settings): all settings, in the order of --help
 */
const TsSetting *
ts_settings_get_table (gsize *n_settings)
{
  *n_settings = G_N_ELEMENTS (settings);
  return settings;
}

/**
 * ts_settings_unset:
 * @self: settings
 * @name: the name of a setting
 *
 * Switches a setting off that can be off: a file, an endpoint or addresses. With the certificate its key is switched
 * off, too.
 *
 * Returns: whether the setting is off now
 */
gboolean
ts_settings_unset (TsSettings *self,
                   const char *name)
{
  const TsSetting *setting = find_setting (name);

  g_return_val_if_fail (setting != NULL, FALSE);

  if (setting->kind == TS_SETTING_ADDRESSES)
    g_clear_pointer (&self->addresses, g_strfreev);
  else if (is_text (setting))
    g_clear_pointer (get_text (self, setting), g_free);
  else
    return FALSE;
  g_hash_table_remove (self->places, name);
  /* A key without its certificate would be a contradiction that the operator did not write. */
  if (get_text (self, setting) == &self->tls_certificate)
    ts_settings_unset (self, "tls-key");
  return TRUE;
}

/**
 * ts_settings_set:
 * @self: settings
 * @name: the name of an option, without its dashes, or of a key of the file
 * @text: the value; several addresses are separated by semicolons
 * @error: return location for a #TsSettingsError that quotes @text but does not name the setting
 *
 * Replaces the value of a setting, or leaves it as it was on an error.
 *
 * Returns: whether it was set
 */
gboolean
ts_settings_set (TsSettings *self,
                 const char *name,
                 const char *text,
                 GError **error)
{
  const TsSetting *setting = find_setting (name);
  gpointer field;

  g_return_val_if_fail (setting != NULL, FALSE);

  field = G_STRUCT_MEMBER_P (self, setting->offset);
  switch (setting->kind)
    {
    case TS_SETTING_WHOLE:
      return ts_setting_text_to_whole (text, (int) setting->min, (int) setting->max, field, error);
    case TS_SETTING_NUMBER:
    case TS_SETTING_RATE:
      return ts_setting_text_to_number (text, setting->min, setting->max, setting->kind == TS_SETTING_RATE, field, error);
    case TS_SETTING_BOOLEAN:
      return ts_setting_text_to_boolean (text, field, error);
    case TS_SETTING_ADDRESSES:
      return set_addresses (self, text, error);
    case TS_SETTING_FILE:
    case TS_SETTING_METRICS:
    case TS_SETTING_NTP:
    default:
      return set_text (self, setting, text, error);
    }
}

/**
 * ts_settings_set_place:
 * @self: settings
 * @name: the name of a setting
 * @place: where it was set, for errors, such as "ts-server.conf:3: port" or "--port"
 */
void
ts_settings_set_place (TsSettings *self,
                       const char *name,
                       const char *place)
{
  g_hash_table_replace (self->places, g_strdup (name), g_strdup (place));
}

/**
 * ts_settings_get_place:
 * @self: settings
 * @name: the name of a setting
 *
 * Returns: (nullable): where it was set, from ts_settings_set_place(); %NULL: nowhere, so it has its default
 */
const char *
ts_settings_get_place (const TsSettings *self,
                       const char *name)
{
  return g_hash_table_lookup (self->places, name);
}

/**
 * ts_settings_prefix_place:
 * @self: settings
 * @name: the name of the setting that is wrong
 * @error: (inout) (nullable): an error, whose message gets the place as a prefix if the setting was set
 */
void
ts_settings_prefix_place (const TsSettings *self,
                          const char *name,
                          GError **error)
{
  const char *place = ts_settings_get_place (self, name);

  if (place != NULL)
    g_prefix_error (error, "%s: ", place);
}

static gboolean
is_any (GSocketAddress *endpoint)
{
  return g_inet_address_get_is_any (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (endpoint)));
}

/* Returns: whether sockets on these two addresses would take the same port of the same address */
static gboolean
do_overlap (const char *a,
            const char *b)
{
  g_autoptr (GSocketAddress) endpoint_a = g_inet_socket_address_new_from_string (a, 0);
  g_autoptr (GSocketAddress) endpoint_b = g_inet_socket_address_new_from_string (b, 0);
  struct sockaddr_storage native_a = { 0 }, native_b = { 0 };

  if (endpoint_a == NULL || endpoint_b == NULL ||
      g_socket_address_get_family (endpoint_a) != g_socket_address_get_family (endpoint_b))
    return FALSE;
  g_socket_address_to_native (endpoint_a, &native_a, sizeof native_a, NULL);
  g_socket_address_to_native (endpoint_b, &native_b, sizeof native_b, NULL);
  return is_any (endpoint_a) || is_any (endpoint_b) || memcmp (&native_a, &native_b, sizeof native_a) == 0;
}

static gboolean
validate_addresses (const TsSettings *self,
                    GError **error)
{
  for (guint i = 1; self->addresses != NULL && self->addresses[i] != NULL; i++)
    for (guint j = 0; j < i; j++)
      if (do_overlap (self->addresses[i], self->addresses[j]))
        {
          g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_CONFLICT, _("“%s” and “%s” overlap"),
                       self->addresses[j], self->addresses[i]);
          ts_settings_prefix_place (self, "address", error);
          return FALSE;
        }
  return TRUE;
}

static gboolean
validate_metrics (const TsSettings *self,
                  GError **error)
{
  static const char *const everywhere[] = { "0.0.0.0", "::", NULL };
  const char *const *addresses = self->addresses != NULL ? (const char *const *) self->addresses : everywhere;
  g_autofree char *host = NULL;
  guint16 port;

  if (self->metrics == NULL || !ts_endpoint_parse (self->metrics, &host, &port) || host == NULL ||
      port == 0 || port != self->port)
    return TRUE;
  for (guint i = 0; addresses[i] != NULL; i++)
    if (do_overlap (addresses[i], host))
      {
        g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_CONFLICT,
                     _("the port of “%s” already serves clients"), self->metrics);
        ts_settings_prefix_place (self, "metrics", error);
        return FALSE;
      }
  return TRUE;
}

/**
 * ts_settings_validate:
 * @self: settings from the command line, a file or both
 * @error: return location for a %TS_SETTINGS_ERROR_CONFLICT that names one of them and where it was set
 *
 * Returns: whether no two settings contradict each other
 */
gboolean
ts_settings_validate (const TsSettings *self,
                      GError **error)
{
  if (self->tls_key == NULL || self->tls_certificate != NULL)
    return validate_addresses (self, error) && validate_metrics (self, error);
  g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_CONFLICT, _("“%s” has no effect without tls-certificate"),
               self->tls_key);
  ts_settings_prefix_place (self, "tls-key", error);
  return FALSE;
}

/**
 * ts_settings_describe_fixed:
 * @self: the settings that a server runs with
 * @wanted: the settings that it should run with
 *
 * Returns: (transfer full) (nullable): the names, separated by commas, of settings that differ and take effect only
 *   when a server starts; %NULL: none
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
