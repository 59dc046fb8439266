/* `ts-client exporter`: measures servers continuously and serves the results to Prometheus over HTTP.
 *
 * A scrape only reads what is known already. So no scraper, however slow or hostile, delays an exchange by more than it
 * takes to write the text, and the kernel stamps the exchange.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "exporter/ts-exporter.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdlib.h>

#include "bus/ts-bus.h"
#include "exporter/ts-exporter-options.h"
#include "exporter/ts-prober.h"
#include "metrics/ts-http-endpoint.h"

enum
{
  EXIT_USAGE = 2,
};

#define PLAIN_TEXT "text/plain; charset=utf-8"

typedef struct
{
  int argc;
  char **argv;
  TsOutput *output;
  TsExporterOptions options;
  TsClock *clock;
  GMainLoop *loop;
  GPtrArray *peers; /* (element-type TsPeer) */
  TsProber *prober;
  TsHttpEndpoint *endpoint;
  GListStore *monitors; /* the peers' monitors, for the bus */
  TsBus *bus;           /* (nullable) */
} Exporter;

static void
answer_metrics (TsHttpRequest *request,
                gpointer user_data)
{
  Exporter *self = user_data;
  TsMetricsFormat format = ts_http_request_get_format (request);
  g_autofree TsPeerFigures *figures = g_new (TsPeerFigures, self->peers->len);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->peers->len; i++)
    ts_peer_get_figures (self->peers->pdata[i], &figures[i]);
  ts_metrics_text_begin_family (text, format, "timesync_build", "info", NULL, "The program.");
  g_string_append_printf (text, "timesync_build_info{version=\"%s\"} 1\n", TS_VERSION);
  ts_peer_figures_append (figures, self->peers->len, format, text);
  ts_metrics_text_end (text, format);
  ts_http_request_answer_metrics (request, g_string_free (text, FALSE));
}

static void
answer_probe (TsHttpRequest *request,
              gpointer user_data)
{
  Exporter *self = user_data;

  ts_prober_answer (self->prober, request);
}

static void
answer_healthy (TsHttpRequest *request,
                gpointer user_data)
{
  ts_http_request_answer (request, 200, PLAIN_TEXT, g_strdup ("healthy\n"));
}

/* The exporter is ready when each server has answered or failed. */
static void
answer_ready (TsHttpRequest *request,
              gpointer user_data)
{
  Exporter *self = user_data;
  guint n_missing = 0;

  for (guint i = 0; i < self->peers->len; i++)
    if (!ts_peer_has_ended_one (self->peers->pdata[i]))
      n_missing++;
  if (n_missing == 0)
    ts_http_request_answer (request, 200, PLAIN_TEXT, g_strdup ("ready\n"));
  else
    ts_http_request_answer (request, 503, PLAIN_TEXT,
                            g_strdup_printf ("servers not asked so far: %u\n", n_missing));
}

static void
exchange_ended (TsPeer *peer,
                gpointer user_data)
{
}

static TsPeerSettings
get_settings (const TsExporterOptions *options)
{
  return (TsPeerSettings) {
    .interval_ns = options->interval_ns,
    .timeout_ns = options->timeout_ns,
    .trust = options->trust,
  };
}

/* Returns: (transfer full) (nullable): the server with that name, taken out of @peers */
static TsPeer *
steal_peer (GPtrArray *peers,
            const char *target)
{
  for (guint i = 0; i < peers->len; i++)
    if (g_str_equal (ts_peer_get_target (peers->pdata[i]), target))
      return g_ptr_array_steal_index (peers, i);
  return NULL;
}

/* Measures the servers of the options. @known: (nullable): servers that go on if the options name them again */
static void
start_peers (Exporter *self,
             GPtrArray *known)
{
  TsPeerSettings settings = get_settings (&self->options);

  g_list_store_remove_all (self->monitors);
  self->peers = g_ptr_array_new_with_free_func ((GDestroyNotify) ts_peer_free);
  for (guint i = 0; i < self->options.targets->len; i++)
    {
      g_autofree char *target = ts_address_to_string (self->options.targets->pdata[i]);
      TsPeer *peer = steal_peer (self->peers, target); /* because the options may name it twice */

      if (peer == NULL && known != NULL)
        peer = steal_peer (known, target);
      if (peer == NULL)
        {
          peer = ts_peer_new (self->options.targets->pdata[i], &settings, self->clock, exchange_ended, self);
          ts_peer_start (peer);
        }
      g_ptr_array_add (self->peers, peer);
      g_list_store_append (self->monitors, ts_peer_get_monitor (peer));
    }
  ts_prober_set_targets (self->prober, self->options.probe_targets, self->options.probe_interval_ns, &settings,
                         known != NULL);
}

/* Returns: whether servers that both options name can go on as they are */
static gboolean
has_same_settings (const TsExporterOptions *a,
                   const TsExporterOptions *b)
{
  return a->interval_ns == b->interval_ns && a->timeout_ns == b->timeout_ns && a->trust == NULL && b->trust == NULL;
}

/* Reads the configuration file again. The place to serve on stays the same, and so does whether a request may do this.
 *
 * Returns: whether the file is valid; otherwise everything stays as it is */
static gboolean
reload (Exporter *self,
        GError **error)
{
  g_auto (TsExporterOptions) options = { 0 };
  TsExporterOptions old = self->options;
  g_autoptr (GPtrArray) known = NULL;

  if (!ts_exporter_options_parse (&options, self->argc, self->argv, error))
    return FALSE;
  options.enables_reload = old.enables_reload;
  known = self->peers;
  self->options = options;
  start_peers (self, has_same_settings (&old, &options) ? known : NULL);
  options = old;
  return TRUE;
}

static void
answer_reload (TsHttpRequest *request,
               gpointer user_data)
{
  Exporter *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!self->options.enables_reload)
    ts_http_request_answer (request, 403, PLAIN_TEXT, g_strdup ("reloading is not enabled\n"));
  else if (reload (self, &error))
    ts_http_request_answer (request, 200, PLAIN_TEXT, g_strdup ("reloaded\n"));
  else
    ts_http_request_answer (request, 500, PLAIN_TEXT, g_strdup_printf ("%s\n", error->message));
}

static const TsHttpRoute routes[] = {
  { "/metrics", FALSE, answer_metrics },
  { "/probe", FALSE, answer_probe },
  { "/-/healthy", FALSE, answer_healthy },
  { "/-/ready", FALSE, answer_ready },
  { "/-/reload", TRUE, answer_reload },
  { NULL },
};

static gboolean
got_hangup (gpointer user_data)
{
  Exporter *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;

  if (reload (self, &error))
    return G_SOURCE_CONTINUE;
  message = g_strdup_printf (_("kept the old configuration: %s"), error->message);
  ts_output_write_message (self->output, message);
  return G_SOURCE_CONTINUE;
}

/* Returns: whether the endpoint is open */
static gboolean
open_endpoint (Exporter *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;
  g_autofree char *line = NULL;

  self->endpoint = ts_http_endpoint_new (self->options.listen, routes, self, &error);
  if (self->endpoint == NULL)
    {
      ts_output_write_message (self->output, error->message);
      return FALSE;
    }
  address = ts_http_endpoint_get_address (self->endpoint);
  line = g_strdup_printf ("telling metrics on %s\n", address);
  return ts_output_write_information (self->output, line);
}

static void
lost_name (GDBusConnection *connection,
           const char *name,
           gpointer user_data)
{
  Exporter *self = user_data;
  g_autofree char *message = g_strdup_printf (_("cannot answer as %s on the message bus, because it does not have that name"),
                                               name);

  ts_output_write_message (self->output, message);
}

/* Returns: whether the message bus is there, if the user wants one */
static gboolean
join_bus (Exporter *self)
{
  GBusType type = g_strcmp0 (self->options.bus, "system") == 0 ? G_BUS_TYPE_SYSTEM : G_BUS_TYPE_SESSION;
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  if (self->options.bus == NULL)
    return TRUE;
  connection = g_bus_get_sync (type, NULL, &error);
  if (connection == NULL)
    {
      ts_output_write_message (self->output, error->message);
      return FALSE;
    }
  /* The measurements go on when the bus ends. */
  g_dbus_connection_set_exit_on_close (connection, FALSE);
  self->bus = ts_bus_new (G_LIST_MODEL (self->monitors), connection, lost_name, self);
  return TRUE;
}

static int
export (Exporter *self)
{
  gboolean is_open;

  self->clock = ts_clock_new_system (0);
  self->loop = g_main_loop_new (NULL, FALSE);
  self->prober = ts_prober_new (self->clock);
  self->monitors = g_list_store_new (TS_TYPE_MONITOR);
  is_open = join_bus (self) && open_endpoint (self);
  if (is_open)
    {
      start_peers (self, NULL);
      g_unix_signal_add (SIGHUP, got_hangup, self);
      ts_output_run (self->output, self->loop, 0);
      g_ptr_array_unref (self->peers);
    }
  g_clear_pointer (&self->bus, ts_bus_free);
  g_clear_object (&self->monitors);
  ts_prober_free (self->prober);
  g_clear_pointer (&self->endpoint, ts_http_endpoint_free);
  g_main_loop_unref (self->loop);
  g_object_unref (self->clock);
  return is_open ? EXIT_SUCCESS : EXIT_FAILURE;
}

/**
 * ts_exporter_run:
 * @argc: the number of words
 * @argv: (array length=argc): the command, its options and hosts
 * @output: where to write
 *
 * Measures servers and answers scrapers until a signal comes.
 *
 * Returns: the exit status
 */
int
ts_exporter_run (int argc,
                 char *argv[],
                 TsOutput *output)
{
  Exporter self = { .argc = argc, .argv = argv, .output = output };
  g_autoptr (GError) error = NULL;
  int status;

  if (!ts_exporter_options_parse (&self.options, argc, argv, &error))
    {
      ts_output_write_usage_error (output, error);
      status = EXIT_USAGE;
    }
  else if (self.options.text != NULL)
    status = ts_output_write_information (output, self.options.text) ? EXIT_SUCCESS : EXIT_FAILURE;
  else
    status = export (&self);
  ts_exporter_options_clear (&self.options);
  return status;
}
