/* Fuzz target of ts-http-endpoint and ts-prober: whatever a scraper sends, in any pieces.
 *
 * The input is a byte for the length of the pieces, and the request.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <gio/gunixsocketaddress.h>
#include <unistd.h>

#include "exporter/ts-prober.h"
#include "measure/ts-time.h"
#include "metrics/ts-http-endpoint.h"

#include "fuzz-input.h"
#include "fuzz-target.h"

typedef struct
{
  TsHttpEndpoint *endpoint;
  TsProber *prober;
  TsClock *clock;
  char *path;
} Exporter;

static void
answer_metrics (TsHttpRequest *request,
                gpointer user_data)
{
  TsMetricsFormat format = ts_http_request_get_format (request);
  GString *text = g_string_new (NULL);

  ts_metrics_text_begin_family (text, format, "timesync_build", "info", NULL, "The program.");
  ts_metrics_text_end (text, format);
  ts_http_request_answer_metrics (request, g_string_free (text, FALSE));
}

static void
answer_probe (TsHttpRequest *request,
              gpointer user_data)
{
  ts_prober_answer (((Exporter *) user_data)->prober, request);
}

static void
answer_action (TsHttpRequest *request,
               gpointer user_data)
{
  ts_http_request_answer (request, 200, "text/plain", g_strdup ("done\n"));
}

static const TsHttpRoute routes[] = {
  { "/metrics", FALSE, answer_metrics },
  { "/probe", FALSE, answer_probe },
  { "/-/reload", TRUE, answer_action },
  { NULL },
};

static Exporter *
get_exporter (void)
{
  static Exporter exporter;
  const TsPeerSettings settings = { .interval_ns = TS_NS_PER_S, .timeout_ns = TS_NS_PER_S };
  g_autoptr (GPtrArray) targets = NULL;
  g_autoptr (GError) error = NULL;

  if (exporter.endpoint != NULL)
    return &exporter;
  exporter.clock = ts_clock_new_fake (G_GINT64_CONSTANT (1790000000) * TS_NS_PER_S);
  exporter.prober = ts_prober_new (exporter.clock);
  targets = g_ptr_array_new_with_free_func ((GDestroyNotify) ts_address_free);
  /* Nothing listens there, and so it is known at once. */
  g_ptr_array_add (targets, ts_address_parse ("timesync://127.0.0.1:1", NULL));
  ts_prober_set_targets (exporter.prober, targets, TS_NS_PER_S, &settings, FALSE);
  exporter.path = g_strdup_printf ("%s/timesync-fuzz-%d.socket", g_get_tmp_dir (), getpid ());
  exporter.endpoint = ts_http_endpoint_new (exporter.path, routes, &exporter, &error);
  g_assert_no_error (error);
  return &exporter;
}

/* Sends all of it, and waits for the end. Returns: what came */
static GByteArray *
ask (const char *path,
     FuzzInput *input,
     gsize piece)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  GByteArray *answer = g_byte_array_new ();
  guint8 bytes[4096];
  gssize n;

  g_assert_true (g_socket_connect (socket, address, NULL, NULL));
  g_socket_set_blocking (socket, FALSE);
  while (input->size > 0)
    {
      g_autoptr (GBytes) next = fuzz_input_take (input, piece);
      gsize size;
      const char *data = g_bytes_get_data (next, &size);

      g_socket_send (socket, data, size, NULL, NULL);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  g_socket_shutdown (socket, FALSE, TRUE, NULL);
  while ((n = g_socket_receive (socket, (char *) bytes, sizeof bytes, NULL, NULL)) != 0)
    if (n > 0)
      g_byte_array_append (answer, bytes, (guint) n);
    else if (g_socket_condition_check (socket, G_IO_HUP) != 0)
      break;
    else
      g_main_context_iteration (NULL, FALSE);
  g_socket_close (socket, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return answer;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  FuzzInput input = { data, size };
  gsize piece = fuzz_input_byte (&input) + 1;
  Exporter *exporter = get_exporter ();
  g_autoptr (GByteArray) answer = ask (exporter->path, &input, piece);

  g_assert_cmpmem (answer->data, MIN (answer->len, 7), "HTTP/1.", MIN (answer->len, 7));
  /* Once a second its targets are asked again. */
  ts_clock_advance (exporter->clock, TS_NS_PER_S / 8);
  return 0;
}
