/* Limits how much one address may have.
 *
 * A token bucket is kept as the instant at which it will be full again (the generic cell rate algorithm of ITU-T
 * I.371). So each request of an address's connections, in any thread, takes one compare-and-swap.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "limit/ts-throttle.h"

#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

#include "ts-random.h"
#include "measure/ts-time.h"

/* How many addresses without a connection are remembered for their latest requests: this many that had a connection
 * before, and as many that never had one. Forged addresses push out only the latter. */
#define MAX_IDLE_ENTRIES 16384

/* Only the network of an IPv6 address counts, because one household or machine has a whole /64. The table's seed is
 * secret, so that clients cannot choose colliding addresses. */
typedef struct
{
  guint8 bytes[16];
  guint32 seed;
} AddressKey;

struct _TsThrottleEntry
{
  AddressKey key;
  GList link; /* in one of the table's queues */
  GList rank; /* among those with as many connections */
  guint n_connections;
  gint64 full_at_ns; /* atomic; a request needs only this field */
  gint64 datagrams_full_at_ns; /* the same for requests without a connection */
  gboolean had_connection;
  int n_handshakes;  /* atomic */
  guint8 peer[16];   /* the whole address of what came last */
};

struct _TsThrottle
{
  /* Not a GMutex, because the thread sanitizer cannot follow one. */
  pthread_mutex_t lock;
  GHashTable *entries;
  GQueue idle;      /* those that had a connection, the longest idle first */
  GQueue strangers; /* those that never had one, and whose address may be forged, the longest idle first */
  GQueue connected; /* the others, whose latest connection is the oldest first */
  GArray *ranks;    /* of GQueue, by n_connections */
  guint most;       /* the greatest n_connections of all */
  TsThrottleLimits limits; /* each atomic */
  TsRefusalLog *log;       /* (nullable) */
  guint32 seed;
};

static guint
hash_key (gconstpointer key)
{
  const AddressKey *address = key;
  guint32 words[4];
  guint32 hash = address->seed;

  memcpy (words, address->bytes, sizeof words);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      hash = (hash ^ words[i]) * 2654435761u;
      hash ^= hash >> 15;
    }
  return hash;
}

static gboolean
equal_keys (gconstpointer a,
            gconstpointer b)
{
  return memcmp (a, b, sizeof (AddressKey)) == 0;
}

static void
copy_address (const struct sockaddr *address,
              guint8 bytes[16])
{
  memset (bytes, 0, 16);
  if (address->sa_family == AF_INET)
    {
      bytes[10] = bytes[11] = 0xff;
      memcpy (bytes + 12, (const guint8 *) address + G_STRUCT_OFFSET (struct sockaddr_in, sin_addr), 4);
    }
  else if (address->sa_family == AF_INET6)
    memcpy (bytes, (const guint8 *) address + G_STRUCT_OFFSET (struct sockaddr_in6, sin6_addr), 16);
}

/* @bytes: of a whole address */
static AddressKey
make_key (const TsThrottle *self,
          const guint8 bytes[16])
{
  AddressKey key = { .seed = self->seed };
  struct in6_addr ipv6;

  memcpy (&ipv6, bytes, sizeof ipv6);
  memcpy (key.bytes, bytes, IN6_IS_ADDR_V4MAPPED (&ipv6) ? 16 : 8);
  return key;
}

/* Returns: @full_at_ns after one more request, which counts as @n_requests but at most as half a bucket; -1 if that
 *   would be too many */
static gint64
take (gint64 full_at_ns,
      double per_second,
      guint n_requests,
      gint64 now_ns)
{
  gint64 interval_ns = (gint64) ((double) TS_NS_PER_S / per_second);
  gint64 size_ns = MAX (TS_NS_PER_S, interval_ns);
  gint64 cost_ns = MIN (n_requests * interval_ns, MAX (size_ns / 2, interval_ns));
  gint64 next_ns = MAX (full_at_ns, now_ns) + cost_ns;

  return next_ns - now_ns > size_ns ? -1 : next_ns;
}

/* @bucket: of the address */
static gboolean
admit_address (gint64 *bucket,
               double per_second,
               guint n_requests,
               gint64 now_ns)
{
  gint64 full_at_ns = __atomic_load_n (bucket, __ATOMIC_RELAXED);
  gint64 next_ns;

  if (per_second <= 0)
    return TRUE;
  do
    {
      next_ns = take (full_at_ns, per_second, n_requests, now_ns);
      if (next_ns < 0)
        return FALSE;
    }
  while (!__atomic_compare_exchange_n (bucket, &full_at_ns, next_ns, TRUE, __ATOMIC_RELAXED,
                                       __ATOMIC_RELAXED));
  return TRUE;
}

/* Returns: the queue that an address belongs to */
static GQueue *
get_queue (TsThrottle *self,
           const TsThrottleEntry *entry)
{
  if (entry->n_connections > 0)
    return &self->connected;
  return entry->had_connection ? &self->idle : &self->strangers;
}

static void
put_back (TsThrottle *self,
          TsThrottleEntry *entry)
{
  GQueue *queue = get_queue (self, entry);

  g_queue_push_tail_link (queue, &entry->link);
  if (entry->n_connections == 0 && queue->length > MAX_IDLE_ENTRIES)
    {
      TsThrottleEntry *oldest = queue->head->data;

      g_queue_unlink (queue, &oldest->link);
      g_hash_table_remove (self->entries, &oldest->key);
    }
}

/* Returns: (transfer none): the entry of @address, taken out of its queue */
static TsThrottleEntry *
take_entry (TsThrottle *self,
            const struct sockaddr *address)
{
  guint8 bytes[16];
  AddressKey key;
  TsThrottleEntry *entry;

  copy_address (address, bytes);
  key = make_key (self, bytes);
  entry = g_hash_table_lookup (self->entries, &key);

  if (entry == NULL)
    {
      entry = g_new0 (TsThrottleEntry, 1);
      entry->key = key;
      entry->link.data = entry->rank.data = entry;
      g_hash_table_insert (self->entries, &entry->key, entry);
    }
  else
    g_queue_unlink (get_queue (self, entry), &entry->link);
  memcpy (entry->peer, bytes, sizeof bytes);
  return entry;
}

/**
 * ts_throttle_new:
 * @limits: how much each address may have; copied
 *
 * Returns: (transfer full): a table of addresses that any thread may use
 */
TsThrottle *
ts_throttle_new (const TsThrottleLimits *limits)
{
  TsThrottle *self = g_new0 (TsThrottle, 1);

  pthread_mutex_init (&self->lock, NULL);
  self->entries = g_hash_table_new_full (hash_key, equal_keys, NULL, g_free);
  self->ranks = g_array_new (FALSE, TRUE, sizeof (GQueue));
  g_array_set_size (self->ranks, 2);
  self->limits = *limits;
  self->seed = (guint32) ts_random_uint64 ();
  return self;
}

/**
 * ts_throttle_set_log:
 * @self: a table that no thread uses so far
 * @log: the log of clients that have had too much; it has to outlive the table
 */
void
ts_throttle_set_log (TsThrottle *self,
                     TsRefusalLog *log)
{
  self->log = log;
}

/**
 * ts_throttle_free:
 * @self: (transfer full): a table that no thread uses any longer
 */
void
ts_throttle_free (TsThrottle *self)
{
  g_hash_table_unref (self->entries);
  g_array_unref (self->ranks);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

static TsThrottleLimits
get_limits (TsThrottle *self)
{
  TsThrottleLimits limits;

  __atomic_load (&self->limits.requests_per_second, &limits.requests_per_second, __ATOMIC_RELAXED);
  __atomic_load (&self->limits.address_requests_per_second, &limits.address_requests_per_second, __ATOMIC_RELAXED);
  limits.max_connections = __atomic_load_n (&self->limits.max_connections, __ATOMIC_RELAXED);
  return limits;
}

/**
 * ts_throttle_set_limits:
 * @self: a table
 * @limits: how much each address may have from now on
 */
void
ts_throttle_set_limits (TsThrottle *self,
                        const TsThrottleLimits *limits)
{
  TsThrottleLimits copy = *limits;

  __atomic_store (&self->limits.requests_per_second, &copy.requests_per_second, __ATOMIC_RELAXED);
  __atomic_store (&self->limits.address_requests_per_second, &copy.address_requests_per_second, __ATOMIC_RELAXED);
  __atomic_store_n (&self->limits.max_connections, copy.max_connections, __ATOMIC_RELAXED);
}

/**
 * ts_throttle_note_refusal:
 * @self: a table
 * @entry: the entry of a client that is refused
 * @reason: why
 *
 * Counts the refusal in the log. The table itself counts clients with too many connections or requests.
 */
void
ts_throttle_note_refusal (TsThrottle *self,
                          const TsThrottleEntry *entry,
                          TsCount reason)
{
  G_STATIC_ASSERT (sizeof entry->key.bytes == TS_REFUSAL_ADDRESS_SIZE);

  if (self->log != NULL)
    ts_refusal_log_note (self->log, reason, entry->key.bytes);
}

static void
set_n_connections (TsThrottle *self,
                   TsThrottleEntry *entry,
                   guint n_connections)
{
  if (entry->n_connections > 0)
    g_queue_unlink (&g_array_index (self->ranks, GQueue, entry->n_connections), &entry->rank);
  entry->n_connections = n_connections;
  if (n_connections >= self->ranks->len)
    g_array_set_size (self->ranks, 2 * n_connections);
  if (n_connections > 0)
    g_queue_push_tail_link (&g_array_index (self->ranks, GQueue, n_connections), &entry->rank);
  self->most = MAX (self->most, n_connections);
  while (self->most > 0 && g_array_index (self->ranks, GQueue, self->most).length == 0)
    self->most--;
}

/**
 * ts_throttle_find_largest:
 * @self: a table
 *
 * Returns: (nullable): the entry of the address that has the most connections; only to be compared with others, because
 *   it may be gone by then
 */
gconstpointer
ts_throttle_find_largest (TsThrottle *self)
{
  gconstpointer entry;

  pthread_mutex_lock (&self->lock);
  entry = self->most > 0 ? g_queue_peek_head (&g_array_index (self->ranks, GQueue, self->most)) : NULL;
  pthread_mutex_unlock (&self->lock);
  return entry;
}

/**
 * ts_throttle_enter:
 * @self: a table
 * @address: the address of a new connection's peer
 * @is_within_limit: (out): whether the address may have one more
 *
 * Counts a connection until ts_throttle_leave(). A connection over the limit is counted, too, because it stays until it
 * has got its refusal. But an address has at most twice as many as the limit.
 *
 * Returns: (transfer none) (nullable): the entry of the address; %NULL: the connection is to be closed at once
 */
TsThrottleEntry *
ts_throttle_enter (TsThrottle *self,
                   const struct sockaddr *address,
                   gboolean *is_within_limit)
{
  guint max_connections = get_limits (self).max_connections;
  TsThrottleEntry *entry;
  gboolean is_taken;

  pthread_mutex_lock (&self->lock);
  entry = take_entry (self, address);
  is_taken = max_connections == 0 || entry->n_connections / 2 < max_connections;
  if (is_taken)
    set_n_connections (self, entry, entry->n_connections + 1);
  entry->had_connection = TRUE;
  put_back (self, entry);
  *is_within_limit = max_connections == 0 || entry->n_connections <= max_connections;
  if (!*is_within_limit)
    ts_throttle_note_refusal (self, entry, TS_COUNT_REFUSED_CONNECTIONS);
  pthread_mutex_unlock (&self->lock);
  return is_taken ? entry : NULL;
}

/**
 * ts_throttle_leave:
 * @self: a table
 * @entry: an entry from ts_throttle_enter(), not to be used afterwards
 *
 * Ends the count of a connection.
 */
void
ts_throttle_leave (TsThrottle *self,
                   TsThrottleEntry *entry)
{
  pthread_mutex_lock (&self->lock);
  if (entry->n_connections == 1)
    g_queue_unlink (&self->connected, &entry->link);
  set_n_connections (self, entry, entry->n_connections - 1);
  if (entry->n_connections == 0)
    put_back (self, entry);
  pthread_mutex_unlock (&self->lock);
}

/**
 * ts_throttle_begin_handshake:
 * @entry: the entry of an address with a connection
 *
 * Counts a TLS handshake of the address until ts_throttle_end_handshake(), unless it already has
 * %TS_THROTTLE_MAX_HANDSHAKES. Any thread may call this.
 *
 * Returns: whether the handshake may begin
 */
gboolean
ts_throttle_begin_handshake (TsThrottleEntry *entry)
{
  if (g_atomic_int_add (&entry->n_handshakes, 1) < TS_THROTTLE_MAX_HANDSHAKES)
    return TRUE;
  g_atomic_int_add (&entry->n_handshakes, -1);
  return FALSE;
}

/**
 * ts_throttle_end_handshake:
 * @entry: the entry of an address with a connection whose handshake is over
 */
void
ts_throttle_end_handshake (TsThrottleEntry *entry)
{
  g_atomic_int_add (&entry->n_handshakes, -1);
}

/**
 * ts_throttle_limits_requests:
 * @self: a table
 *
 * Returns: whether requests are limited; if they are not, ts_throttle_admit() needs no clock
 */
gboolean
ts_throttle_limits_requests (TsThrottle *self)
{
  TsThrottleLimits limits = get_limits (self);

  return limits.requests_per_second > 0 || limits.address_requests_per_second > 0;
}

/* Takes from both buckets or from none. Returns: whether both had enough */
static gboolean
admit_both (const TsThrottleLimits *limits,
            TsThrottleEntry *entry,
            TsBucket *connection,
            guint n_requests,
            gint64 now_ns)
{
  gint64 next_ns = 0;

  if (limits->requests_per_second > 0)
    {
      next_ns = take (connection->full_at_ns, limits->requests_per_second, n_requests, now_ns);
      if (next_ns < 0)
        return FALSE;
    }
  if (!admit_address (&entry->full_at_ns, limits->address_requests_per_second, n_requests, now_ns))
    return FALSE;
  connection->full_at_ns = next_ns;
  return TRUE;
}

/**
 * ts_throttle_admit:
 * @self: a table
 * @entry: the entry of the connection's address
 * @connection: the connection's own bucket
 * @n_requests: how many requests this one counts as; at most as half a bucket, but at least as one
 * @now_ns: a monotonic clock
 *
 * Returns: whether one more request may be answered now, which is taken from both buckets then
 */
gboolean
ts_throttle_admit (TsThrottle *self,
                   TsThrottleEntry *entry,
                   TsBucket *connection,
                   guint n_requests,
                   gint64 now_ns)
{
  TsThrottleLimits limits = get_limits (self);
  gboolean was_refused = connection->is_refused;

  connection->is_refused = !admit_both (&limits, entry, connection, n_requests, now_ns);
  /* A request that is judged twice counts as refused once. */
  if (connection->is_refused && !was_refused)
    ts_throttle_note_refusal (self, entry, TS_COUNT_REFUSED_REQUESTS);
  return !connection->is_refused;
}

/**
 * ts_throttle_admit_address:
 * @self: a table
 * @address: the address of a request without a connection, which may be forged
 * @now_ns: a monotonic clock
 *
 * Such requests have their own bucket, so that forged ones cannot use up the bucket of an address's connections.
 *
 * Returns: whether one more request may be answered now, which is taken from the bucket then
 */
gboolean
ts_throttle_admit_address (TsThrottle *self,
                           const struct sockaddr *address,
                           gint64 now_ns)
{
  double per_second = get_limits (self).address_requests_per_second;
  TsThrottleEntry *entry;
  gboolean is_admitted;

  if (per_second <= 0)
    return TRUE;
  pthread_mutex_lock (&self->lock);
  entry = take_entry (self, address);
  is_admitted = admit_address (&entry->datagrams_full_at_ns, per_second, 1, now_ns);
  if (!is_admitted)
    ts_throttle_note_refusal (self, entry, TS_COUNT_REFUSED_REQUESTS);
  put_back (self, entry);
  pthread_mutex_unlock (&self->lock);
  return is_admitted;
}

/**
 * ts_throttle_get_size:
 * @self: a table
 *
 * Returns: how many addresses it knows
 */
gsize
ts_throttle_get_size (TsThrottle *self)
{
  gsize size;

  pthread_mutex_lock (&self->lock);
  size = g_hash_table_size (self->entries);
  pthread_mutex_unlock (&self->lock);
  return size;
}

static TsThrottleClient
describe_client (const TsThrottleEntry *entry)
{
  TsThrottleClient client = { .n_connections = entry->n_connections };

  memcpy (client.address, entry->peer, sizeof client.address);
  client.asked_ns = MAX (__atomic_load_n (&entry->full_at_ns, __ATOMIC_RELAXED), entry->datagrams_full_at_ns);
  return client;
}

/**
 * ts_throttle_list:
 * @self: a table
 * @clients: (out caller-allocates) (array length=n_max): some of the addresses: those with a connection, the newest
 *   first, then those without one, beginning with the one that lost its connection last
 * @n_max: how many there is room for; the time of the call grows with it, and meanwhile no connection begins or ends,
 *   but requests do not wait
 * @n_connected: (out): how many addresses have a connection, whether or not they are in @clients
 *
 * Returns: how many are in @clients
 */
guint
ts_throttle_list (TsThrottle *self,
                  TsThrottleClient *clients,
                  guint n_max,
                  guint *n_connected)
{
  guint n_clients = 0;

  pthread_mutex_lock (&self->lock);
  *n_connected = self->connected.length;
  for (const GList *link = self->connected.tail; link != NULL && n_clients < n_max; link = link->prev)
    clients[n_clients++] = describe_client (link->data);
  for (const GList *link = self->idle.tail; link != NULL && n_clients < n_max; link = link->prev)
    clients[n_clients++] = describe_client (link->data);
  for (const GList *link = self->strangers.tail; link != NULL && n_clients < n_max; link = link->prev)
    clients[n_clients++] = describe_client (link->data);
  pthread_mutex_unlock (&self->lock);
  return n_clients;
}
