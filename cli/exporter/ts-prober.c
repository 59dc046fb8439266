/* Measures servers when a scraper asks for them, if they are on a list, and not too often.
 *
 * Nobody can use this as a scanner, because a target that is not on the list is refused without sending a packet.
 * Nobody can flood a server with it either, because the result of the last exchange is repeated until the least
 * interval is over.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "exporter/ts-prober.h"

#include "measure/ts-time.h"
#include "wire/ts-address.h"

/* Connecting, the handshake and the answer may each take so long, which together is less than a scraper waits. */
#define MAX_STEP_NS (3 * TS_NS_PER_S / 2)

/* At most so many requests wait for exchanges to end. That is half of the endpoint's clients, so that the others are
 * answered. */
#define MAX_WAITING 8

#define PLAIN_TEXT "text/plain; charset=utf-8"

/* A request that waits for its target's exchange. */
typedef struct
{
  TsPeer *peer;
  TsHttpRequest *request;
} Waiting;

struct _TsProber
{
  TsClock *clock;
  GHashTable *peers; /* by target */
  gint64 least_interval_ns;
  GQueue waiting; /* (element-type Waiting) */
};

static void
answer_peer (TsPeer *peer,
             TsHttpRequest *request)
{
  TsMetricsFormat format = ts_http_request_get_format (request);
  GString *text = g_string_new (NULL);
  TsPeerFigures figures;

  ts_peer_get_figures (peer, &figures);
  ts_metrics_text_begin_family (text, format, "timesync_probe_success", "gauge", NULL,
                                "Whether the newest exchange succeeded.");
  g_string_append_printf (text, "timesync_probe_success %d\n", figures.is_current ? 1 : 0);
  ts_peer_figures_append (&figures, 1, format, text);
  ts_metrics_text_end (text, format);
  ts_http_request_answer_metrics (request, g_string_free (text, FALSE));
}

static void
refuse (TsHttpRequest *request,
        guint status,
        const char *why)
{
  ts_http_request_answer (request, status, PLAIN_TEXT, g_strdup (why));
}

static void
exchange_ended (TsPeer *peer,
                gpointer user_data)
{
  TsProber *self = user_data;
  GQueue others = G_QUEUE_INIT;
  Waiting *waiting;

  while ((waiting = g_queue_pop_head (&self->waiting)) != NULL)
    {
      if (waiting->peer != peer)
        {
          g_queue_push_tail (&others, waiting);
          continue;
        }
      answer_peer (peer, waiting->request);
      g_free (waiting);
    }
  self->waiting = others;
}

static GHashTable *
new_table (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) ts_peer_free);
}

/**
 * ts_prober_new:
 * @clock: this computer's clock
 *
 * Returns: (transfer full): a prober with an empty list
 */
TsProber *
ts_prober_new (TsClock *clock)
{
  TsProber *self = g_new0 (TsProber, 1);

  self->clock = g_object_ref (clock);
  self->peers = new_table ();
  return self;
}

static void
refuse_waiting (TsProber *self)
{
  Waiting *waiting;

  while ((waiting = g_queue_pop_head (&self->waiting)) != NULL)
    {
      refuse (waiting->request, 503, "the list changes\n");
      g_free (waiting);
    }
}

/**
 * ts_prober_free:
 * @self: (transfer full): a prober; requests that still wait are answered with an error
 */
void
ts_prober_free (TsProber *self)
{
  refuse_waiting (self);
  g_hash_table_unref (self->peers);
  g_object_unref (self->clock);
  g_free (self);
}

/**
 * ts_prober_set_targets:
 * @self: a prober
 * @targets: (element-type TsAddress): the servers of the list
 * @least_interval_ns: the shortest time between two exchanges with a server
 * @settings: how to measure the servers
 * @keeps_known: whether servers that are already on the list stay as they are, with when they were last asked
 *
 * Replaces the list.
 */
void
ts_prober_set_targets (TsProber *self,
                       GPtrArray *targets,
                       gint64 least_interval_ns,
                       const TsPeerSettings *settings,
                       gboolean keeps_known)
{
  g_autoptr (GHashTable) known = g_steal_pointer (&self->peers);
  TsPeerSettings quick = *settings;

  refuse_waiting (self);
  quick.timeout_ns = MIN (quick.timeout_ns, MAX_STEP_NS);
  self->least_interval_ns = least_interval_ns;
  self->peers = new_table ();
  for (guint i = 0; i < targets->len; i++)
    {
      g_autofree char *target = ts_address_to_string (targets->pdata[i]);
      TsPeer *peer = NULL;

      if (g_hash_table_contains (self->peers, target))
        continue;
      if (!keeps_known || !g_hash_table_steal_extended (known, target, NULL, (gpointer *) &peer))
        peer = ts_peer_new (targets->pdata[i], &quick, self->clock, exchange_ended, self);
      g_hash_table_insert (self->peers, (gpointer) ts_peer_get_target (peer), peer);
    }
}

/* Returns: (nullable): the server with that address, if it is on the list */
static TsPeer *
find_peer (TsProber *self,
           const char *target)
{
  g_autoptr (TsAddress) address = ts_address_parse (target, NULL);
  g_autofree char *name = address != NULL ? ts_address_to_string (address) : NULL;

  return name != NULL ? g_hash_table_lookup (self->peers, name) : NULL;
}

/**
 * ts_prober_answer:
 * @self: a prober
 * @request: (transfer full): a request, whose field "target" names a server
 *
 * Answers with the metrics of that server: at once if it was asked within the least interval, otherwise when the
 * exchange has ended. A server that is not on the list is forbidden, and nothing is sent to it.
 */
void
ts_prober_answer (TsProber *self,
                  TsHttpRequest *request)
{
  const char *target = ts_http_request_get_field (request, "target");
  TsPeer *peer = target != NULL ? find_peer (self, target) : NULL;
  Waiting *waiting;

  if (peer == NULL)
    {
      refuse (request, 403, "this target is not on the list\n");
      return;
    }
  if (!ts_peer_is_asking (peer) && !ts_peer_may_ask (peer, self->least_interval_ns))
    {
      answer_peer (peer, request);
      return;
    }
  if (self->waiting.length == MAX_WAITING)
    {
      refuse (request, 503, "too many requests wait\n");
      return;
    }
  waiting = g_new (Waiting, 1);
  *waiting = (Waiting) { .peer = peer, .request = request };
  g_queue_push_tail (&self->waiting, waiting);
  if (!ts_peer_is_asking (peer))
    ts_peer_ask_once (peer);
}
