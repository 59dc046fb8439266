/* Logs which clients were refused, if the operator wants to know.
 *
 * The threads that refuse only count, by address, in a table of fixed size, and the main loop writes the table to the
 * log from time to time. So neither a flood of refusals nor a slow journal slows the threads down. No address is kept
 * unless the log is enabled.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "limit/ts-refusal-log.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>

#include <arpa/inet.h>

#include "report/ts-log.h"

typedef struct
{
  guint8 address[TS_REFUSAL_ADDRESS_SIZE];
  TsCounters counters; /* of refusals alone */
} Client;

typedef struct
{
  Client clients[TS_REFUSAL_MAX_CLIENTS];
  guint n_clients;
  guint n_others; /* refusals of clients that the table had no room for */
} Table;

struct _TsRefusalLog
{
  int is_enabled; /* atomic */
  /* Not a GMutex, because the thread sanitizer cannot follow one. */
  pthread_mutex_t lock;
  Table table;
};

/**
 * ts_refusal_log_new:
 *
 * Returns: (transfer full): a log that is not enabled, which any thread may use
 */
TsRefusalLog *
ts_refusal_log_new (void)
{
  TsRefusalLog *self = g_new0 (TsRefusalLog, 1);

  pthread_mutex_init (&self->lock, NULL);
  return self;
}

/**
 * ts_refusal_log_free:
 * @self: (transfer full): a log that no thread uses any longer
 */
void
ts_refusal_log_free (TsRefusalLog *self)
{
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

/**
 * ts_refusal_log_set_enabled:
 * @self: a log
 * @is_enabled: whether addresses are kept and logged; if not, those that were kept are forgotten
 */
void
ts_refusal_log_set_enabled (TsRefusalLog *self,
                            gboolean is_enabled)
{
  pthread_mutex_lock (&self->lock);
  g_atomic_int_set (&self->is_enabled, is_enabled);
  if (!is_enabled)
    self->table = (Table) { 0 };
  pthread_mutex_unlock (&self->lock);
}

/* Returns: (nullable): the client with the address; %NULL if there is no room for one more */
static Client *
find_client (Table *table,
             const guint8 address[TS_REFUSAL_ADDRESS_SIZE])
{
  Client *client;

  for (guint i = 0; i < table->n_clients; i++)
    if (memcmp (table->clients[i].address, address, TS_REFUSAL_ADDRESS_SIZE) == 0)
      return &table->clients[i];
  if (table->n_clients == TS_REFUSAL_MAX_CLIENTS)
    return NULL;
  client = &table->clients[table->n_clients++];
  memcpy (client->address, address, TS_REFUSAL_ADDRESS_SIZE);
  return client;
}

/**
 * ts_refusal_log_note:
 * @self: a log
 * @reason: the reason, one of those that ts_log_describe_refusals() describes
 * @address: the client's address; the last 8 bytes of an IPv6 address that is not a mapped IPv4 one are not logged
 *
 * Counts that a client was refused, if the log is enabled. Writes nothing. Any thread may call this.
 */
void
ts_refusal_log_note (TsRefusalLog *self,
                     TsCount reason,
                     const guint8 address[TS_REFUSAL_ADDRESS_SIZE])
{
  if (!g_atomic_int_get (&self->is_enabled))
    return;
  pthread_mutex_lock (&self->lock);
  /* The log may have been disabled meanwhile. */
  if (g_atomic_int_get (&self->is_enabled))
    {
      Client *client = find_client (&self->table, address);

      if (client != NULL)
        ts_counters_add (&client->counters, reason, 1);
      else
        self->table.n_others++;
    }
  pthread_mutex_unlock (&self->lock);
}

/* Returns: (transfer full): the text of an address; an IPv6 address is shown as its /64, because that is what counts */
static char *
describe_address (const guint8 address[TS_REFUSAL_ADDRESS_SIZE])
{
  struct in6_addr ipv6;
  char text[INET6_ADDRSTRLEN];

  memcpy (&ipv6, address, sizeof ipv6);
  if (IN6_IS_ADDR_V4MAPPED (&ipv6))
    return g_strdup (inet_ntop (AF_INET, address + 12, text, sizeof text));
  memset (ipv6.s6_addr + 8, 0, 8);
  inet_ntop (AF_INET6, &ipv6, text, sizeof text);
  return g_strconcat (text, "/64", NULL);
}

static void
write_client (const Client *client)
{
  const TsCounters none = { 0 };
  g_autofree char *message = ts_log_describe_refusals (&none, &client->counters);
  g_autofree char *address = describe_address (client->address);

  if (message != NULL)
    ts_log_event (G_LOG_LEVEL_INFO, "client-refused", address, message);
}

/**
 * ts_refusal_log_write:
 * @self: a log
 *
 * Writes one message for each client that was refused since the last call, up to %TS_REFUSAL_MAX_CLIENTS of them, and
 * one for all others. The caller has to limit how often this happens.
 */
void
ts_refusal_log_write (TsRefusalLog *self)
{
  g_autofree Table *table = g_new (Table, 1);
  g_autofree char *others = NULL;

  pthread_mutex_lock (&self->lock);
  *table = self->table;
  self->table = (Table) { 0 };
  pthread_mutex_unlock (&self->lock);

  for (guint i = 0; i < table->n_clients; i++)
    write_client (&table->clients[i]);
  if (table->n_others == 0)
    return;
  others = g_strdup_printf (_("refused: %u × other clients"), table->n_others);
  ts_log_event (G_LOG_LEVEL_INFO, "client-refused", NULL, others);
}
