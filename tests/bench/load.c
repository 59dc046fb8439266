/* Loads a server on this computer and tells as one line of JSON how it did.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "load-client.h"
#include "load-run.h"
#include "measure/ts-time.h"

enum
{
  EXIT_USAGE = 2,
};

typedef struct
{
  const char *name;
  void (*run) (const LoadOptions *options, LoadResult *result);
} Mode;

static const Mode modes[] = {
  { "kept", load_run_kept },
  { "connect", load_run_connect },
  { "burst", load_run_burst },
  { "offset", load_run_offset },
};

static gboolean
parse_options (int *argc,
               char ***argv,
               LoadOptions *options,
               char **mode,
               int *timeout_s)
{
  const GOptionEntry entries[] = {
    { "mode", 'm', 0, G_OPTION_ARG_STRING, mode, "kept, connect, burst, offset or idle", "MODE" },
    { "port", 'p', 0, G_OPTION_ARG_INT, &options->port, "The server's port on 127.0.0.1", "PORT" },
    { "server-pid", 0, 0, G_OPTION_ARG_INT, &options->server_pid, "Count its processor time", "PID" },
    { "connections", 'c', 0, G_OPTION_ARG_INT, &options->n_connections, "At a time", "N" },
    { "depth", 'd', 0, G_OPTION_ARG_INT, &options->depth, "Requests under way on each, up to 64", "N" },
    { "sealed", 0, 0, G_OPTION_ARG_NONE, &options->is_sealed, "Have the server keep transcripts", NULL },
    { "requests", 'n', 0, G_OPTION_ARG_INT, &options->n_requests, "In all", "N" },
    { "bursts", 'b', 0, G_OPTION_ARG_INT, &options->n_bursts, "How often all connect at once", "N" },
    { "pause", 0, 0, G_OPTION_ARG_INT, &options->pause_us, "Microseconds between exchanges or bursts", "N" },
    { "timeout", 0, 0, G_OPTION_ARG_INT, timeout_s, "Give up after so many seconds", "N" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    g_printerr ("load: %s\n", error->message);
  else if (options->port < 1 || options->port > G_MAXUINT16 || options->n_connections < 1 ||
           options->depth < 1 || options->depth > LOAD_MAX_DEPTH || options->n_requests < 0 ||
           options->n_bursts < 0 || options->pause_us < 0 || *mode == NULL)
    g_printerr ("load: needs a mode, a port, and numbers that make sense\n");
  else
    return TRUE;
  return FALSE;
}

static int
compare_ns (gconstpointer a,
            gconstpointer b)
{
  gint64 a_ns = *(const gint64 *) a;
  gint64 b_ns = *(const gint64 *) b;

  return (a_ns > b_ns) - (a_ns < b_ns);
}

/* Appends percentiles in microseconds, by the nearest rank. */
static void
append_percentiles (GString *json,
                    const char *name,
                    GArray *values_ns)
{
  static const struct
  {
    const char *name;
    double share;
  } ranks[] = { { "p50", 0.5 }, { "p90", 0.9 }, { "p99", 0.99 }, { "p999", 0.999 }, { "max", 1 } };

  if (values_ns->len == 0)
    return;
  g_array_sort (values_ns, compare_ns);
  g_string_append_printf (json, ", \"%s\": {", name);
  for (gsize i = 0; i < G_N_ELEMENTS (ranks); i++)
    {
      guint index = MIN ((guint) (ranks[i].share * values_ns->len), values_ns->len - 1);

      g_string_append_printf (json, "%s\"%s\": %.3f", i == 0 ? "" : ", ", ranks[i].name,
                              (double) g_array_index (values_ns, gint64, index) / TS_NS_PER_US);
    }
  g_string_append_c (json, '}');
}

static void
print_result (const Mode *mode,
              const LoadResult *result)
{
  g_autoptr (GString) json = g_string_new (NULL);
  guint n_requests = result->latencies_ns->len + result->offsets_ns->len;

  g_string_append_printf (json, "{\"mode\": \"%s\", \"requests\": %u", mode->name, n_requests);
  g_string_append_printf (json, ", \"elapsed_s\": %.6f", (double) result->elapsed_ns / TS_NS_PER_S);
  g_string_append_printf (json, ", \"requests_per_s\": %.1f",
                          n_requests / ((double) result->elapsed_ns / TS_NS_PER_S));
  g_string_append_printf (json, ", \"server_cpu_us\": %.4f",
                          (double) result->server_cpu_ns / TS_NS_PER_US / n_requests);
  g_string_append_printf (json, ", \"server_busy\": %.3f",
                          (double) result->server_cpu_ns / (double) result->elapsed_ns);
  g_string_append_printf (json, ", \"load_busy\": %.3f",
                          (double) result->own_cpu_ns / (double) result->elapsed_ns);
  g_string_append_printf (json, ", \"kernel_stamps\": %" G_GUINT64_FORMAT, result->n_kernel_stamps);
  append_percentiles (json, "latency_us", result->latencies_ns);
  append_percentiles (json, "offset_us", result->offsets_ns);
  append_percentiles (json, "delay_us", result->delays_ns);
  g_print ("%s}\n", json->str);
}

static int
run_mode (const char *name,
          const LoadOptions *options)
{
  LoadResult result = { 0 };

  if (strcmp (name, "idle") == 0)
    {
      load_run_idle (options);
      return EXIT_SUCCESS;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    if (strcmp (name, modes[i].name) == 0)
      {
        result.latencies_ns = g_array_new (FALSE, FALSE, sizeof (gint64));
        result.offsets_ns = g_array_new (FALSE, FALSE, sizeof (gint64));
        result.delays_ns = g_array_new (FALSE, FALSE, sizeof (gint64));
        modes[i].run (options, &result);
        print_result (&modes[i], &result);
        g_array_unref (result.latencies_ns);
        g_array_unref (result.offsets_ns);
        g_array_unref (result.delays_ns);
        return EXIT_SUCCESS;
      }
  g_printerr ("load: there is no mode “%s”\n", name);
  return EXIT_USAGE;
}

int
main (int argc,
      char *argv[])
{
  LoadOptions options = { .n_connections = 1, .depth = 1, .n_requests = 10000, .n_bursts = 10 };
  g_autofree char *mode = NULL;
  int timeout_s = 120;
  struct rlimit limit;

  if (!parse_options (&argc, &argv, &options, &mode, &timeout_s))
    return EXIT_USAGE;
  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
  /* Its death by this signal is a failure that the caller sees. */
  alarm ((guint) MAX (timeout_s, 1));
  return run_mode (mode, &options);
}
