/* The hosts that answered before, and their last offsets.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-recent-hosts.h"

#include <glib/gi18n.h>

#include "measure/ts-time.h"
#include "wire/ts-address.h"
#include "words/ts-join.h"
#include "words/ts-words.h"
#include "words/ts-zone.h"

#define MAX_HOSTS 5

/* The address, our clock at the last measurement, the estimate and the proven interval, as in the settings' schema. */
#define HOSTS_TYPE "a(sxxxx)"

static void
free_recent (gpointer data)
{
  TsRecentHost *recent = data;

  g_free (recent->host);
  g_free (recent);
}

/* Returns: (transfer none) (nullable): the entry of @host */
static TsRecentHost *
find (GPtrArray *hosts,
      const char *host)
{
  for (guint i = 0; i < hosts->len; i++)
    {
      TsRecentHost *recent = hosts->pdata[i];

      if (g_str_equal (recent->host, host))
        return recent;
    }
  return NULL;
}

static void
save (GSettings *settings,
      GPtrArray *hosts)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (HOSTS_TYPE));
  for (guint i = 0; i < MIN (hosts->len, MAX_HOSTS); i++)
    {
      const TsRecentHost *recent = hosts->pdata[i];

      g_variant_builder_add (&builder, "(sxxxx)", recent->host, recent->last.at_ns, recent->last.estimate_ns,
                             recent->last.proven_min_ns, recent->last.proven_max_ns);
    }
  g_settings_set_value (settings, "recent-hosts", g_variant_builder_end (&builder));
}

/**
 * ts_recent_hosts_load:
 * @settings: the application's
 *
 * Returns: (transfer full) (element-type TsRecentHost): the recent hosts, the one that was measured last first
 */
GPtrArray *
ts_recent_hosts_load (GSettings *settings)
{
  g_autoptr (GVariant) value = g_settings_get_value (settings, "recent-hosts");
  GPtrArray *hosts = g_ptr_array_new_with_free_func (free_recent);
  GVariantIter iter;
  TsRecentHost recent = { 0 };

  g_variant_iter_init (&iter, value);
  while (g_variant_iter_loop (&iter, "(sxxxx)", &recent.host, &recent.last.at_ns, &recent.last.estimate_ns,
                              &recent.last.proven_min_ns, &recent.last.proven_max_ns))
    /* An older version also saved hosts that never answered. */
    if (recent.last.at_ns != 0)
      {
        TsRecentHost *copy = g_memdup2 (&recent, sizeof recent);

        copy->host = g_strdup (recent.host);
        g_ptr_array_add (hosts, copy);
      }
  return hosts;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  const TsRecentHost *one = *(TsRecentHost **) a, *other = *(TsRecentHost **) b;

  return (one->last.at_ns < other->last.at_ns) - (one->last.at_ns > other->last.at_ns);
}

/**
 * ts_recent_hosts_record:
 * @settings: the application's
 * @host: the address of a server that has answered
 * @last: what was known of its clock at the last measurement
 *
 * Saves that among the recent hosts, in place of what was known of @host before.
 */
void
ts_recent_hosts_record (GSettings *settings,
                        const char *host,
                        const TsEstimate *last)
{
  g_autoptr (GPtrArray) hosts = ts_recent_hosts_load (settings);
  TsRecentHost *recent = find (hosts, host);

  if (recent == NULL)
    {
      recent = g_new0 (TsRecentHost, 1);
      recent->host = g_strdup (host);
      g_ptr_array_add (hosts, recent);
    }
  recent->last = *last;
  g_ptr_array_sort (hosts, compare);
  save (settings, hosts);
}

/**
 * ts_recent_host_get_shown_address:
 * @recent: a recent host
 *
 * Returns: (transfer full): its address for people
 */
char *
ts_recent_host_get_shown_address (const TsRecentHost *recent)
{
  g_autoptr (TsAddress) address = ts_address_parse (recent->host, NULL);

  return address != NULL ? ts_address_to_display (address) : g_strdup (recent->host);
}

/**
 * ts_recent_host_describe:
 * @recent: a recent host
 * @now_ns: our clock now
 *
 * Returns: (transfer full): its last offset, and when it was measured: "+12.4 ms, today 10:24"
 */
char *
ts_recent_host_describe (const TsRecentHost *recent,
                         gint64 now_ns)
{
  g_autoptr (GDateTime) then = ts_zone_new_date_time (recent->last.at_ns / TS_NS_PER_S);
  g_autoptr (GDateTime) now = ts_zone_new_date_time (now_ns / TS_NS_PER_S);
  /* Only what was certain is remembered. */
  TsEstimate last = recent->last;
  g_autofree char *offset = NULL;
  g_autofree char *when = NULL;
  GDate then_date, now_date;
  int n_days;

  if (then == NULL || now == NULL)
    return g_strdup ("");
  last.error_ns = G_MAXINT64;
  offset = ts_words_offset (&last);
  g_date_set_dmy (&then_date, (GDateDay) g_date_time_get_day_of_month (then),
                  (GDateMonth) g_date_time_get_month (then), (GDateYear) g_date_time_get_year (then));
  g_date_set_dmy (&now_date, (GDateDay) g_date_time_get_day_of_month (now),
                  (GDateMonth) g_date_time_get_month (now), (GDateYear) g_date_time_get_year (now));
  n_days = g_date_days_between (&then_date, &now_date);
  /* Translators: when a server was measured, as in g_date_time_format(). */
  when = g_date_time_format (then, n_days == 0 ? _("today %H:%M") : n_days == 1 ? _("yesterday %H:%M") : "%x");
  return ts_join_list ((const char *const[]) { offset, when }, 2);
}
