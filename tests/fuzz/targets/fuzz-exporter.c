/* Fuzz target of ts-http-endpoint and ts-prober: whatever scrapers send, in any pieces.
 *
 * The input is a byte for the length of the pieces, one for where it is asked and for other clients, and the request.
 * The others send nothing, or the same; or, where the input has a zero, what is before it, and the client what is after.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <gio/gunixsocketaddress.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "exporter/ts-prober.h"
#include "measure/ts-time.h"
#include "metrics/ts-http-endpoint.h"

#include "fuzz-input.h"
#include "fuzz-target.h"

#define MAX_OTHERS 31

/* A server that never answers; each process that runs this may have one. */
#define SILENT_HOST "127.9.9.9"
#define SILENT_PORT 10085

enum
{
  IS_TCP = 1,
  ARE_OTHERS_SILENT = 64,
  IS_RESTARTED = 128,
};

typedef struct
{
  TsHttpEndpoint *endpoints[2]; /* on a Unix socket and on TCP */
  GSocketAddress *addresses[2];
  GSocket *silent; /* a server that never answers */
  TsProber *prober;
  TsClock *clock;
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
set_targets (Exporter *self,
             gboolean keeps_known)
{
  const TsPeerSettings settings = { .interval_ns = TS_NS_PER_S, .timeout_ns = 5 * TS_NS_PER_MS };
  g_autoptr (GPtrArray) targets = g_ptr_array_new_with_free_func ((GDestroyNotify) ts_address_free);

  /* Nothing listens there, and so it is known at once. */
  g_ptr_array_add (targets, ts_address_parse ("timesync://127.0.0.1:1", NULL));
  g_ptr_array_add (targets, ts_address_parse ("timesync://127.0.0.1:1", NULL));
  g_ptr_array_add (targets, ts_address_parse ("timesync://" SILENT_HOST, NULL));
  ts_prober_set_targets (self->prober, targets, TS_NS_PER_S, &settings, keeps_known);
}

static void
answer_action (TsHttpRequest *request,
               gpointer user_data)
{
  set_targets (user_data, TRUE);
  ts_http_request_answer (request, 200, "text/plain", g_strdup ("done\n"));
}

static const TsHttpRoute routes[] = {
  { "/metrics", FALSE, answer_metrics },
  { "/probe", FALSE, answer_probe },
  { "/-/reload", TRUE, answer_action },
  { NULL },
};

/* Where metrics cannot be served is told, and nothing is changed there. */
static void
check_place (const char *where)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;

  g_assert_false (ts_http_endpoint_check (where, &error));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (ts_http_endpoint_new (where, routes, NULL, &again));
  g_assert_true (g_utf8_validate (again->message, -1, NULL));
}

static void
serve (Exporter *self,
       guint i,
       const char *where)
{
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;

  ts_http_endpoint_check (where, &error);
  g_assert_no_error (error);
  self->endpoints[i] = ts_http_endpoint_new (where, routes, self, &error);
  g_assert_no_error (error);
  address = ts_http_endpoint_get_address (self->endpoints[i]);
  check_place (address);
  if (*address == '/')
    self->addresses[i] = g_unix_socket_address_new (address);
  else
    self->addresses[i] = g_inet_socket_address_new_from_string ("127.0.0.1", (guint) atoi (strrchr (address, ':') + 1));
}

/* What a program that died leaves behind. */
static void
leave_socket (const char *path)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);

  g_assert_true (g_socket_bind (socket, address, FALSE, NULL));
}

static void
stop (Exporter *self)
{
  /* It answers those that wait. */
  ts_prober_free (self->prober);
  for (guint i = 0; i < G_N_ELEMENTS (self->endpoints); i++)
    {
      ts_http_endpoint_free (self->endpoints[i]);
      g_object_unref (self->addresses[i]);
    }
  g_object_unref (self->clock);
}

static void
listen_silently (Exporter *self)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (SILENT_HOST, SILENT_PORT);
  g_autoptr (GError) error = NULL;

  self->silent = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_socket_set_option (self->silent, SOL_SOCKET, SO_REUSEPORT, 1, NULL);
  g_assert_true (g_socket_bind (self->silent, address, FALSE, &error) && g_socket_listen (self->silent, &error));
  g_assert_no_error (error);
}

static Exporter *
get_exporter (gboolean is_new)
{
  static Exporter exporter;
  g_autofree char *path = NULL;

  if (exporter.prober != NULL && !is_new)
    return &exporter;
  if (exporter.prober != NULL)
    stop (&exporter);
  else
    listen_silently (&exporter);
  exporter.clock = ts_clock_new_fake (G_GINT64_CONSTANT (1790000000) * TS_NS_PER_S);
  exporter.prober = ts_prober_new (exporter.clock);
  set_targets (&exporter, FALSE);
  path = g_strdup_printf ("%s/timesync-fuzz-%d.socket", g_get_tmp_dir (), getpid ());
  leave_socket (path);
  serve (&exporter, 0, path);
  serve (&exporter, IS_TCP, "127.0.0.1:0");
  check_place ("/dev/null");
  check_place ("/nowhere/socket");
  check_place ("nowhere");
  return &exporter;
}

static GSocket *
open_client (const Exporter *exporter,
             guint8 flags)
{
  GSocketAddress *address = exporter->addresses[flags & IS_TCP];
  GSocket *socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT,
                                  NULL);

  g_assert_true (g_socket_connect (socket, address, NULL, NULL));
  g_socket_set_blocking (socket, FALSE);
  return socket;
}

static void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Opens what the flags say, before or after the client that matters. Returns: how many */
static guint
open_others (const Exporter *exporter,
             guint8 flags,
             const FuzzInput *input,
             GSocket *others[MAX_OTHERS])
{
  guint n = flags >> 1 & MAX_OTHERS;

  for (guint i = 0; i < n; i++)
    {
      others[i] = open_client (exporter, flags);
      if ((flags & ARE_OTHERS_SILENT) == 0)
        g_socket_send (others[i], (const char *) input->data, input->size, NULL, NULL);
      turn ();
    }
  return n;
}

/* Sends all of it, and waits for the end. Returns: what came */
static GByteArray *
ask (GSocket *socket,
     FuzzInput *input,
     gsize piece)
{
  GByteArray *answer = g_byte_array_new ();
  guint8 bytes[4096];
  gssize n;

  while (input->size > 0)
    {
      g_autoptr (GBytes) next = fuzz_input_take (input, piece);
      gsize size;
      const char *data = g_bytes_get_data (next, &size);

      g_socket_send (socket, data, size, NULL, NULL);
      turn ();
    }
  g_socket_shutdown (socket, FALSE, TRUE, NULL);
  while ((n = g_socket_receive (socket, (char *) bytes, sizeof bytes, NULL, NULL)) != 0)
    if (n > 0)
      g_byte_array_append (answer, bytes, (guint) n);
    else if ((g_socket_condition_check (socket, G_IO_HUP | G_IO_ERR) & (G_IO_HUP | G_IO_ERR)) != 0)
      break;
    else
      g_main_context_iteration (NULL, FALSE);
  g_socket_close (socket, NULL);
  turn ();
  return answer;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  FuzzInput input = { data, size };
  gsize piece = fuzz_input_byte (&input) + 1;
  guint8 flags = fuzz_input_byte (&input);
  const uint8_t *zero = memchr (input.data, 0, input.size);
  FuzzInput first = { input.data, zero != NULL ? (size_t) (zero - input.data) : input.size };
  Exporter *exporter = get_exporter ((flags & IS_RESTARTED) != 0);
  GSocket *others[MAX_OTHERS];
  guint n_others = open_others (exporter, flags, &first, others);
  g_autoptr (GSocket) socket = open_client (exporter, flags);
  g_autoptr (GByteArray) answer = NULL;

  if (zero != NULL)
    input = (FuzzInput) { zero + 1, input.size - first.size - 1 };
  answer = ask (socket, &input, piece);
  g_assert_cmpmem (answer->data, MIN (answer->len, 7), "HTTP/1.", MIN (answer->len, 7));
  for (guint i = 0; i < n_others; i++)
    {
      g_socket_close (others[i], NULL);
      g_object_unref (others[i]);
      turn ();
    }
  /* Once a second its targets are asked again. */
  ts_clock_advance (exporter->clock, TS_NS_PER_S / 8);
  return 0;
}
