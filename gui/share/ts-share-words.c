/* The sentences about sharing this computer's time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "share/ts-share-words.h"

#include <glib/gi18n.h>

#include "words/ts-format.h"
#include "words/ts-isolate.h"
#include "measure/ts-time.h"

/* The clients are read once a second, so a smaller age would say nothing. */
#define JUST_NOW_NS (2 * TS_NS_PER_S)

static char *
describe_clients (guint n_clients,
                  gboolean is_brief)
{
  g_autofree char *count = ts_format_count (n_clients);

  if (n_clients == 0)
    return g_strdup (is_brief ? _("On, no clients") : _("On whenever Time Sync is open, no clients"));
  if (is_brief)
    /* Translators: sharing is on; a number of other computers that ask for the time. */
    return g_strdup_printf (ngettext ("On, %s client", "On, %s clients", n_clients), count);
  return g_strdup_printf (ngettext ("On whenever Time Sync is open, %s client", "On whenever Time Sync is open, %s clients",
                                    n_clients),
                          count);
}

/**
 * ts_share_words_state:
 * @is_enabled: whether the user wants time to be shared
 * @error: (nullable): why it is not
 * @port: the TCP port
 * @n_clients: how many clients there are
 * @is_brief: whether there is room for only a few words
 *
 * Returns: (transfer full): whether time is shared, in a line; if it is off and there is room, what sharing is good for
 */
char *
ts_share_words_state (gboolean is_enabled,
                      const GError *error,
                      guint port,
                      guint n_clients,
                      gboolean is_brief)
{
  if (!is_enabled)
    return g_strdup (is_brief ? _("Off") : _("Other computers can compare their clocks with this one"));
  if (error == NULL)
    return describe_clients (n_clients, is_brief);
  if (!is_brief)
    return ts_share_words_error (error, port);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    return g_strdup_printf (_("Port %u is in use"), port);
  return g_strdup (_("Not possible"));
}

/**
 * ts_share_words_error:
 * @error: why time cannot be shared
 * @port: the TCP port
 *
 * Returns: (transfer full): the reason as a sentence
 */
char *
ts_share_words_error (const GError *error,
                      guint port)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    return g_strdup_printf (_("Port %u is in use by another program"), port);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return g_strdup_printf (_("This computer does not allow port %u"), port);
  return g_strdup (error->message);
}

/**
 * ts_share_words_error_hint:
 * @error: why time cannot be shared
 *
 * Returns: (transfer full): the likely cause and what to do, or an empty text
 */
char *
ts_share_words_error_hint (const GError *error)
{
  const char *hint = "";

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    hint = _("If that is ts-server, it shares this computer’s time already. Otherwise choose another port.");
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    hint = _("Choose another port.");
  return g_strdup (hint);
}

/**
 * ts_share_words_answered:
 * @n_answered: how many requests were answered since sharing began
 *
 * Returns: (transfer full): that number, as a sentence
 */
char *
ts_share_words_answered (guint64 n_answered)
{
  g_autofree char *count = ts_format_count (n_answered);

  if (n_answered == 0)
    return g_strdup (_("No requests since it was switched on"));
  return g_strdup_printf (ngettext ("%s answer since it was switched on", "%s answers since it was switched on",
                                    (gulong) n_answered),
                          count);
}

/**
 * ts_share_words_client:
 * @client: a client
 *
 * Returns: (transfer full): its address, and whether it is this computer
 */
char *
ts_share_words_client (const TsShareClient *client)
{
  g_autofree char *address = ts_isolate_name (client->address);

  if (client->is_local)
    /* Translators: this computer is a client of its own; an IP address. */
    return g_strdup_printf (_("This computer (%s)"), address);
  return g_steal_pointer (&address);
}

static char *
describe_last_request (const TsShareClient *client)
{
  g_autofree char *age = ts_format_age (client->age_ns);

  if (client->age_ns < 0)
    return g_strdup (_("Has not asked yet"));
  if (client->age_ns < JUST_NOW_NS)
    return g_strdup (_("Asked just now"));
  /* Translators: a client sent its last request this long ago, such as “3 min 38 s”. */
  return g_strdup_printf (_("Asked %s ago"), age);
}

/**
 * ts_share_words_activity:
 * @client: a client
 *
 * Returns: (transfer full): when it sent its last request, and its connections if there are several
 */
char *
ts_share_words_activity (const TsShareClient *client)
{
  g_autofree char *asked = describe_last_request (client);
  g_autofree char *count = ts_format_count (client->n_connections);

  if (client->n_connections < 2)
    return g_steal_pointer (&asked);
  /* Translators: when a client asked last, as “Asked 3 s ago”, and the number of its connections. */
  return g_strdup_printf (ngettext ("%1$s, %2$s connection", "%1$s, %2$s connections", client->n_connections), asked,
                          count);
}

/**
 * ts_share_words_more:
 * @n_clients: how many clients are not listed
 *
 * Returns: (transfer full): that number, for the end of the list
 */
char *
ts_share_words_more (guint n_clients)
{
  g_autofree char *count = ts_format_count (n_clients);

  /* Translators: the last row of a list of clients: how many others there are. */
  return g_strdup_printf (ngettext ("and %s more", "and %s more", n_clients), count);
}
