/* path-emulator: joins two network namespaces by a path with delay, jitter, bursts, tails and loss.
 *
 * Each namespace gets a device, `path0`; who started this gives them addresses. What is sent into one comes out of
 * the other when the direction's model says so, counted from when it was sent.
 *
 * One thread does it all: it sleeps until shortly before a packet is due, and then looks at the clock and for
 * other packets in turn. At the end, on SIGTERM or SIGINT, it writes a JSON object with what it did in each
 * direction; "late_us" is when it let a packet go against when it should have, which is all that it adds.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "path-device.h"
#include "path-model.h"

#define NS_PER_S G_GINT64_CONSTANT (1000000000)

/* Timers wake a sleeper up to some tens of µs late, in a virtual machine later still. */
#define AWAKE_NS 150000

/* More than a direction ever holds of what this is for; what exceeds it is lost, as in any queue. */
#define N_QUEUED_MAX 4096
#define N_LATE_MAX (1 << 20)

typedef struct
{
  gint64 due_ns;
  gsize length;
  guint8 bytes[PATH_DEVICE_MTU];
} Packet;

typedef struct
{
  PathDirection path;
  GQueue waiting; /* of Packet, the next first */
  PathDevice from;
  PathDevice to;
  gint64 asked_ns; /* the sum of all delays */
  GArray *late_ns; /* of gint64 */
  guint64 n_sent;
  guint64 n_lost;
  guint64 n_overflowed;
} Direction;

typedef struct
{
  char *namespaces[2];
  char *models[2];
  int seed;
} Options;

static const char *const direction_names[2] = { "there", "back" };

static volatile sig_atomic_t is_over;

static void
got_signal (int number)
{
  is_over = 1;
}

/* Sorted by when they are due. Where order is kept that is always the end. */
static void
enqueue (Direction *self,
         Packet *packet)
{
  GList *before = self->waiting.tail;

  while (before != NULL && ((Packet *) before->data)->due_ns > packet->due_ns)
    before = before->prev;
  if (before != NULL)
    g_queue_insert_after (&self->waiting, before, packet);
  else
    g_queue_push_head (&self->waiting, packet);
}

static void
take_in (Direction *self,
         const guint8 *bytes,
         gsize length,
         gint64 sent_ns)
{
  gint64 due_ns;
  Packet *packet;

  /* The kernel's own search for IPv6 routers is no business of the path's. */
  if (length == 0 || bytes[0] >> 4 != 4)
    return;
  self->n_sent++;
  if (!path_direction_schedule (&self->path, sent_ns, &due_ns))
    {
      self->n_lost++;
      return;
    }
  if (self->waiting.length >= N_QUEUED_MAX)
    {
      self->n_overflowed++;
      return;
    }
  packet = g_new (Packet, 1);
  packet->due_ns = due_ns;
  packet->length = length;
  memcpy (packet->bytes, bytes, length);
  self->asked_ns += due_ns - sent_ns;
  enqueue (self, packet);
}

static void
receive (Direction *self)
{
  guint8 bytes[PATH_DEVICE_MTU];
  gint64 sent_ns;
  gsize length;

  while ((length = path_device_receive (&self->from, bytes, &sent_ns)) > 0)
    take_in (self, bytes, length, sent_ns);
}

/* Lets go of what is due. */
static void
release (Direction *self)
{
  Packet *packet;
  gint64 late_ns;

  while ((packet = g_queue_peek_head (&self->waiting)) != NULL &&
         (late_ns = path_device_now_ns () - packet->due_ns) >= 0)
    {
      /* A device that was taken down refuses; its packets are then lost, as they would be anywhere. */
      if (!path_device_send (&self->to, packet->bytes, packet->length))
        self->n_overflowed++;
      else if (self->late_ns->len < N_LATE_MAX)
        g_array_append_val (self->late_ns, late_ns);
      g_free (g_queue_pop_head (&self->waiting));
    }
}

static gint64
next_due_ns (const Direction directions[2])
{
  gint64 next_ns = G_MAXINT64;

  for (int i = 0; i < 2; i++)
    if (directions[i].waiting.head != NULL)
      next_ns = MIN (next_ns, ((const Packet *) directions[i].waiting.head->data)->due_ns);
  return next_ns;
}

/* Returns when a packet has come, when one is nearly due, or at the end, which only here is looked for. */
static void
sleep_until (const Direction directions[2],
             gint64 wake_ns,
             const sigset_t *awaited)
{
  struct pollfd devices[] = { { directions[0].from.tun_fd, POLLIN, 0 }, { directions[1].from.tun_fd, POLLIN, 0 } };
  gint64 pause_ns = MAX (wake_ns - path_device_now_ns (), 0);
  struct timespec pause = { .tv_sec = pause_ns / NS_PER_S, .tv_nsec = pause_ns % NS_PER_S };

  ppoll (devices, G_N_ELEMENTS (devices), wake_ns == G_MAXINT64 ? NULL : &pause, awaited);
}

static void
forward (Direction directions[2],
         const sigset_t *awaited)
{
  while (!is_over)
    {
      gint64 due_ns = next_due_ns (directions);

      if (due_ns == G_MAXINT64 || due_ns - path_device_now_ns () > AWAKE_NS)
        sleep_until (directions, due_ns == G_MAXINT64 ? due_ns : due_ns - AWAKE_NS, awaited);
      for (int i = 0; i < 2; i++)
        {
          receive (&directions[i]);
          release (&directions[i]);
        }
    }
}

static int
compare_ns (gconstpointer a,
            gconstpointer b)
{
  gint64 a_ns = *(const gint64 *) a, b_ns = *(const gint64 *) b;

  return (a_ns > b_ns) - (a_ns < b_ns);
}

static double
quantile_us (const GArray *sorted_ns,
             double share)
{
  guint i = (guint) (share * sorted_ns->len);

  return sorted_ns->len == 0 ? 0 : (double) g_array_index (sorted_ns, gint64, MIN (i, sorted_ns->len - 1)) / 1e3;
}

static void
report (const Direction *self,
        const char *name)
{
  guint64 n_taken = self->n_sent - self->n_lost;

  g_array_sort (self->late_ns, compare_ns);
  printf ("\"%s\": {\"sent\": %" G_GUINT64_FORMAT ", \"lost\": %" G_GUINT64_FORMAT
          ", \"overflowed\": %" G_GUINT64_FORMAT ", \"mean_delay_ms\": %.4f, \"late_us\": "
          "{\"p50\": %.2f, \"p99\": %.2f, \"max\": %.2f}}",
          name, self->n_sent, self->n_lost, self->n_overflowed,
          n_taken == 0 ? 0 : (double) self->asked_ns / 1e6 / (double) n_taken,
          quantile_us (self->late_ns, 0.5), quantile_us (self->late_ns, 0.99), quantile_us (self->late_ns, 1));
}

/* Signals are only taken while it sleeps, so that none comes right before that and is overlooked. */
static void
await_signals (sigset_t *awaited)
{
  const struct sigaction action = { .sa_handler = got_signal };
  sigset_t ending;

  sigemptyset (&ending);
  sigaddset (&ending, SIGTERM);
  sigaddset (&ending, SIGINT);
  sigprocmask (SIG_BLOCK, &ending, awaited);
  sigdelset (awaited, SIGTERM);
  sigdelset (awaited, SIGINT);
  sigaction (SIGTERM, &action, NULL);
  sigaction (SIGINT, &action, NULL);
}

/* Returns: whether it goes before all that is not in so much of a hurry, as who started it may have arranged */
static gboolean
hurry (void)
{
  /* The kernel else wakes us up to 50 µs later than we ask. */
  prctl (PR_SET_TIMERSLACK, 1);
  return sched_getscheduler (0) == SCHED_FIFO;
}

static gboolean
parse_options (int *argc,
               char ***argv,
               Options *options,
               PathModel models[2],
               GError **error)
{
  const GOptionEntry entries[] = {
    { "near", 0, 0, G_OPTION_ARG_FILENAME, &options->namespaces[0], "One network namespace", "FILE" },
    { "far", 0, 0, G_OPTION_ARG_FILENAME, &options->namespaces[1], "The other", "FILE" },
    { "there", 0, 0, G_OPTION_ARG_STRING, &options->models[0], "From near to far", "MODEL" },
    { "back", 0, 0, G_OPTION_ARG_STRING, &options->models[1], "From far to near", "MODEL" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &options->seed, "What decides all that is random", "NUMBER" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, "Joins two network namespaces by a path that is slow and unreliable.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  for (int i = 0; i < 2; i++)
    {
      if (options->namespaces[i] == NULL || options->models[i] == NULL)
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "two namespaces and two models are needed");
          return FALSE;
        }
      if (!path_model_parse (options->models[i], &models[i], error))
        return FALSE;
    }
  return TRUE;
}

int
main (int argc,
      char *argv[])
{
  Options options = { .seed = 1 };
  PathModel models[2];
  Direction directions[2] = { 0 };
  sigset_t awaited;
  g_autoptr (GError) error = NULL;

  if (!parse_options (&argc, &argv, &options, models, &error))
    {
      g_printerr ("path-emulator: %s\n", error->message);
      return EXIT_FAILURE;
    }
  for (int i = 0; i < 2; i++)
    {
      directions[i].from = directions[!i].to = path_device_open (options.namespaces[i]);
      path_direction_init (&directions[i].path, &models[i], (guint32) options.seed * 2 + (guint32) i,
                           path_device_now_ns ());
      directions[i].late_ns = g_array_new (FALSE, FALSE, sizeof (gint64));
    }
  await_signals (&awaited);
  printf ("{\"device\": \"" PATH_DEVICE_NAME "\", \"is_realtime\": %s}\n", hurry () ? "true" : "false");
  fflush (stdout);
  forward (directions, &awaited);

  printf ("{");
  for (int i = 0; i < 2; i++)
    {
      report (&directions[i], direction_names[i]);
      printf (i == 0 ? ", " : "}\n");
      path_direction_clear (&directions[i].path);
      g_queue_clear_full (&directions[i].waiting, g_free);
      g_array_unref (directions[i].late_ns);
      path_device_close (&directions[i].from);
      g_free (options.namespaces[i]);
      g_free (options.models[i]);
    }
  return EXIT_SUCCESS;
}
