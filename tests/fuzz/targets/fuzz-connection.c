/* Fuzz target of ts-connection: clients over socket pairs that send, wait, stop reading and go, in any order.
 *
 * The input is a byte of flags and then steps: a byte that says what to do, and what that needs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fuzz-serving.h"

#include <glib/gstdio.h>

#include "../../seal/test-key.h"
#include "fuzz-input.h"
#include "fuzz-target.h"

#define N_CLIENTS 3

enum
{
  HAS_KEY = 1,
  HAS_LIMITS = 2,
};

typedef struct
{
  TsServing serving;
  int fds[N_CLIENTS]; /* -1: closed */
  gsize n_sent;
  gsize n_received;
} Fuzz;

static TsPolicy *
new_policy (guint8 flags)
{
  g_autoptr (TsSettings) settings = ts_settings_new_default ();
  TsPolicy *policy;

  settings->max_connections_per_address = (flags & HAS_LIMITS) != 0 ? 1 : 0;
  settings->requests_per_second = (flags & HAS_LIMITS) != 0 ? 60 : 0;
  if ((flags & HAS_KEY) != 0)
    settings->signing_key = test_key_write (TEST_KEY_PEM);
  policy = ts_policy_new (settings, NULL);
  if (settings->signing_key != NULL)
    g_unlink (settings->signing_key);
  return policy;
}

static void
drain (Fuzz *self,
       int fd)
{
  guint8 bytes[4096];
  gssize n;

  while ((n = recv (fd, bytes, sizeof bytes, 0)) > 0)
    self->n_received += (gsize) n;
}

static void
close_client (Fuzz *self,
              guint i)
{
  if (self->fds[i] < 0)
    return;
  close (self->fds[i]);
  self->fds[i] = -1;
}

/* Sends the same bytes over and over, and takes no answer, until the server reads no more. */
static void
flood (Fuzz *self,
       int fd,
       GBytes *bytes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);
  gboolean is_read = TRUE;

  for (guint i = 0; i < 5000 && is_read; i++)
    {
      gssize n = send (fd, data, size, MSG_NOSIGNAL);

      if (n < 0)
        {
          fuzz_serving_turn (&self->serving);
          n = send (fd, data, size, MSG_NOSIGNAL);
        }
      is_read = n > 0;
      self->n_sent += (gsize) MAX (n, 0);
    }
}

static void
act (Fuzz *self,
     FuzzInput *input)
{
  static const gint64 waits_ns[] = { 1, 20 * TS_NS_PER_MS, 250 * TS_NS_PER_MS, TS_NS_PER_S, 120 * TS_NS_PER_S };
  guint8 step = fuzz_input_byte (input), amount;
  guint i = step >> 4 & 3;
  g_autoptr (GBytes) bytes = NULL;
  gconstpointer data;
  gsize size;

  if (i == N_CLIENTS)
    i = 0;
  if (self->fds[i] < 0)
    self->fds[i] = fuzz_serving_open (&self->serving);
  amount = fuzz_input_byte (input);
  switch (step & 7)
    {
    case 0:
    case 1:
      bytes = fuzz_input_take (input, amount);
      data = g_bytes_get_data (bytes, &size);
      self->n_sent += (gsize) MAX (send (self->fds[i], data, size, MSG_NOSIGNAL), 0);
      break;
    case 2:
      bytes = fuzz_input_take (input, 64);
      if ((step & 8) != 0 && g_bytes_get_size (bytes) == 64)
        flood (self, self->fds[i], bytes);
      break;
    case 3:
      ts_clock_advance (self->serving.service.clock, waits_ns[amount % G_N_ELEMENTS (waits_ns)]);
      break;
    case 4:
      shutdown (self->fds[i], SHUT_WR);
      break;
    case 5:
      drain (self, self->fds[i]);
      break;
    case 6:
      close_client (self, i);
      break;
    default:
      if ((step & 8) != 0)
        ts_connection_update_all (&self->serving);
      else
        ts_connection_evict (&self->serving, ts_throttle_find_largest (self->serving.service.throttle), amount % 3);
      break;
    }
  fuzz_serving_turn (&self->serving);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  FuzzInput input = { data, size };
  g_autoptr (TsPolicy) policy = new_policy (fuzz_input_byte (&input));
  Fuzz self = { .fds = { -1, -1, -1 } };

  fuzz_serving_init (&self.serving, policy);
  while (input.size > 0)
    act (&self, &input);
  ts_connection_end_all (&self.serving);
  for (guint i = 0; i < N_CLIENTS; i++)
    if (self.fds[i] >= 0)
      drain (&self, self.fds[i]);
  fuzz_serving_turn (&self.serving);
  /* Those that never close are cut off, after a while. */
  ts_clock_advance (self.serving.service.clock, 2 * TS_NS_PER_S);
  fuzz_serving_turn (&self.serving);
  for (guint i = 0; i < N_CLIENTS; i++)
    if (self.fds[i] >= 0)
      {
        drain (&self, self.fds[i]);
        close_client (&self, i);
      }
  fuzz_serving_clear (&self.serving);
  return 0;
}
