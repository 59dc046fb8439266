/* Clients that wait for their TLS handshake, in the order of their turns.
 *
 * Addresses take turns, and in each turn the client of that address that has waited longest is served. So an address
 * with hundreds of clients that stall delays a client of another address by one turn.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tcp/ts-handshake-queue.h"

#include "measure/ts-time.h"

/* All clients of a site behind one address may come back at once after an outage. A client further back in the queue
 * would give up before its handshake. */
#define MAX_WAITING_PER_ADDRESS 256

#define MAX_TURN_NS (2 * TS_NS_PER_S)
#define MIN_TURN_NS (250 * TS_NS_PER_MS)

typedef struct
{
  TsThrottleEntry *address;
  GQueue clients; /* the longest waiting first */
  GList link;     /* in the queue of turns */
} Waiting;

struct _TsHandshakeQueue
{
  GHashTable *by_address; /* of Waiting */
  GQueue turns;           /* of Waiting, the next first */
};

/**
 * ts_handshake_queue_new:
 *
 * Returns: (transfer full): an empty queue, for one thread
 */
TsHandshakeQueue *
ts_handshake_queue_new (void)
{
  TsHandshakeQueue *self = g_new0 (TsHandshakeQueue, 1);

  self->by_address = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

/**
 * ts_handshake_queue_free:
 * @self: (transfer full): an empty queue
 */
void
ts_handshake_queue_free (TsHandshakeQueue *self)
{
  g_hash_table_unref (self->by_address);
  g_free (self);
}

/**
 * ts_handshake_queue_push:
 * @self: a queue
 * @address: of a client; it stays valid as long as the client waits
 * @link: of the client, with its data set; in no queue
 *
 * Returns: whether the client waits; %FALSE if too many of its address wait already
 */
gboolean
ts_handshake_queue_push (TsHandshakeQueue *self,
                         TsThrottleEntry *address,
                         GList *link)
{
  Waiting *waiting = g_hash_table_lookup (self->by_address, address);

  if (waiting == NULL)
    {
      waiting = g_new0 (Waiting, 1);
      waiting->address = address;
      waiting->link.data = waiting;
      g_hash_table_insert (self->by_address, address, waiting);
      g_queue_push_tail_link (&self->turns, &waiting->link);
    }
  if (waiting->clients.length >= MAX_WAITING_PER_ADDRESS)
    return FALSE;
  g_queue_push_tail_link (&waiting->clients, link);
  return TRUE;
}

static void
forget_if_empty (TsHandshakeQueue *self,
                 Waiting *waiting)
{
  if (waiting->clients.length > 0)
    return;
  g_queue_unlink (&self->turns, &waiting->link);
  g_hash_table_remove (self->by_address, waiting->address);
}

/**
 * ts_handshake_queue_pop:
 * @self: a queue
 *
 * Takes out the client whose turn it is. An address that ts_throttle_begin_handshake() refuses is passed over. For the
 * client that is taken out, that function has been called.
 *
 * Returns: (transfer none) (nullable): the data of its link
 */
gpointer
ts_handshake_queue_pop (TsHandshakeQueue *self)
{
  for (GList *link = self->turns.head; link != NULL; link = link->next)
    {
      Waiting *waiting = link->data;
      gpointer client;

      if (!ts_throttle_begin_handshake (waiting->address))
        continue;
      client = g_queue_pop_head_link (&waiting->clients)->data;
      g_queue_unlink (&self->turns, &waiting->link);
      g_queue_push_tail_link (&self->turns, &waiting->link);
      forget_if_empty (self, waiting);
      return client;
    }
  return NULL;
}

/**
 * ts_handshake_queue_remove:
 * @self: a queue
 * @address: of a client that waits
 * @link: of the client
 *
 * Takes the client out of the queue.
 */
void
ts_handshake_queue_remove (TsHandshakeQueue *self,
                           TsThrottleEntry *address,
                           GList *link)
{
  Waiting *waiting = g_hash_table_lookup (self->by_address, address);

  g_queue_unlink (&waiting->clients, link);
  forget_if_empty (self, waiting);
}

/**
 * ts_handshake_queue_get_turn_ns:
 * @self: a queue
 * @address: of a client that shakes hands
 *
 * Returns: how long the client may keep one of GIO's threads waiting: the more clients of its own address and the more
 *   addresses wait for that thread, the less
 */
gint64
ts_handshake_queue_get_turn_ns (TsHandshakeQueue *self,
                                TsThrottleEntry *address)
{
  Waiting *waiting = g_hash_table_lookup (self->by_address, address);
  guint n_own = waiting != NULL ? waiting->clients.length : 0;
  gint64 among_all_ns =
    MAX_TURN_NS * TS_HANDSHAKE_QUEUE_AT_ONCE / (TS_HANDSHAKE_QUEUE_AT_ONCE + self->turns.length);
  gint64 among_own_ns = MAX_TURN_NS * TS_THROTTLE_MAX_HANDSHAKES / (TS_THROTTLE_MAX_HANDSHAKES + n_own);

  return MAX (MIN_TURN_NS, MIN (among_all_ns, among_own_ns));
}
