/* The clocks of this computer, or fake ones for tests.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/clock/ts-clock.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "measure/ts-time.h"

struct _TsClock
{
  GObject parent_instance;

  gboolean is_fake;
  /* Atomic, because a test sets the clock that other threads read. */
  gint64 shift_ns;     /* a system clock: added to the realtime clock */
  gint64 now_ns;       /* a fake one */
  gint64 monotonic_ns; /* a fake one */
  gint64 boot_ns;      /* a fake one: monotonic and suspended time */
  guint generation;
};

G_DEFINE_FINAL_TYPE (TsClock, ts_clock, G_TYPE_OBJECT)

static gint64
read_clock_ns (clockid_t id)
{
  struct timespec now;

  clock_gettime (id, &now);
  return now.tv_sec * TS_NS_PER_S + now.tv_nsec;
}

static gint64
get (const gint64 *field)
{
  return __atomic_load_n (field, __ATOMIC_RELAXED);
}

static void
add (gint64 *field,
     gint64 difference)
{
  __atomic_fetch_add (field, difference, __ATOMIC_RELAXED);
}

static void
ts_clock_class_init (TsClockClass *klass)
{
}

static void
ts_clock_init (TsClock *self)
{
}

/**
 * ts_clock_new_system:
 * @shift_ns: added to every instant; 0 unless a test wants a clock that is wrong by a known amount
 *
 * Returns: (transfer full): this computer's clock
 */
TsClock *
ts_clock_new_system (gint64 shift_ns)
{
  TsClock *self = g_object_new (TS_TYPE_CLOCK, NULL);

  self->shift_ns = shift_ns;
  return self;
}

/**
 * ts_clock_new_fake:
 * @now_ns: what it shows, in nanoseconds since the Unix epoch
 *
 * Returns: (transfer full): a clock that stands still until a function moves it
 */
TsClock *
ts_clock_new_fake (gint64 now_ns)
{
  TsClock *self = g_object_new (TS_TYPE_CLOCK, NULL);

  self->is_fake = TRUE;
  self->now_ns = now_ns;
  return self;
}

/**
 * ts_clock_advance:
 * @self: a fake clock
 * @elapsed_ns: how much time passes
 */
void
ts_clock_advance (TsClock *self,
                  gint64 elapsed_ns)
{
  g_return_if_fail (self->is_fake && elapsed_ns >= 0);

  add (&self->now_ns, elapsed_ns);
  add (&self->monotonic_ns, elapsed_ns);
  add (&self->boot_ns, elapsed_ns);
}

/**
 * ts_clock_suspend:
 * @self: a fake clock
 * @elapsed_ns: for how long the computer sleeps
 */
void
ts_clock_suspend (TsClock *self,
                  gint64 elapsed_ns)
{
  g_return_if_fail (self->is_fake && elapsed_ns >= 0);

  add (&self->now_ns, elapsed_ns);
  add (&self->boot_ns, elapsed_ns);
}

/**
 * ts_clock_step:
 * @self: a fake or a shifted clock
 * @step_ns: how far it is set forward, without any time passing
 */
void
ts_clock_step (TsClock *self,
               gint64 step_ns)
{
  if (self->is_fake)
    add (&self->now_ns, step_ns);
  else
    add (&self->shift_ns, step_ns);
  g_atomic_int_inc (&self->generation);
}

/**
 * ts_clock_get_now_ns:
 * @self: a clock
 *
 * Returns: nanoseconds since the Unix epoch, by this clock
 */
gint64
ts_clock_get_now_ns (TsClock *self)
{
  return self->is_fake ? get (&self->now_ns) : read_clock_ns (CLOCK_REALTIME) + get (&self->shift_ns);
}

/**
 * ts_clock_get_monotonic_ns:
 * @self: a clock
 *
 * Returns: nanoseconds since some instant; never goes back, stands still while the computer is suspended
 */
gint64
ts_clock_get_monotonic_ns (TsClock *self)
{
  return self->is_fake ? get (&self->monotonic_ns) : read_clock_ns (CLOCK_MONOTONIC);
}

/* A reading that takes longer was interrupted, and is repeated. */
#define UNHURRIED_READING_NS 2000
#define MAX_READINGS         8

static TsClockReading
read_clocks (void)
{
  gint64 begin_ns = read_clock_ns (CLOCK_BOOTTIME);
  gint64 real_ns = read_clock_ns (CLOCK_REALTIME);
  gint64 raw_ns = read_clock_ns (CLOCK_MONOTONIC_RAW);
  gint64 end_ns = read_clock_ns (CLOCK_BOOTTIME);

  return (TsClockReading) { real_ns, begin_ns + (end_ns - begin_ns) / 2, raw_ns, end_ns - begin_ns };
}

/**
 * ts_clock_read:
 * @self: a clock
 * @reading: (out caller-allocates): its three clocks, read as close together as possible
 */
void
ts_clock_read (TsClock *self,
               TsClockReading *reading)
{
  if (self->is_fake)
    {
      *reading = (TsClockReading) { get (&self->now_ns), get (&self->boot_ns), get (&self->monotonic_ns), 0 };
      return;
    }
  *reading = read_clocks ();
  for (guint i = 1; i < MAX_READINGS && reading->width_ns > UNHURRIED_READING_NS; i++)
    {
      TsClockReading again = read_clocks ();

      if (again.width_ns < reading->width_ns)
        *reading = again;
    }
  reading->real_ns += get (&self->shift_ns);
}

/**
 * ts_clock_from_kernel_ns:
 * @self: a clock
 * @stamp_ns: an instant that the kernel read from its realtime clock
 *
 * Returns: what @self showed at that instant
 */
gint64
ts_clock_from_kernel_ns (TsClock *self,
                         gint64 stamp_ns)
{
  return self->is_fake ? get (&self->now_ns) : stamp_ns + get (&self->shift_ns);
}

/**
 * ts_clock_get_generation:
 * @self: a clock
 *
 * Any thread may call this.
 *
 * Returns: a number that changes whenever ts_clock_watch_steps() sees that the clock was set
 */
guint
ts_clock_get_generation (TsClock *self)
{
  return g_atomic_int_get (&self->generation);
}

/* The kernel ends the wait of such a timer with ECANCELED when the clock is set (timerfd_create(2)). */
static gboolean
arm_step_timer (int fd)
{
  const struct itimerspec never = { .it_value.tv_sec = TS_INSTANT_MAX_NS / TS_NS_PER_S };

  return timerfd_settime (fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) == 0;
}

typedef struct
{
  TsClock *clock;
  int fd;
} StepWatch;

static gboolean
step_timer_ready (int fd,
                  GIOCondition condition,
                  gpointer user_data)
{
  StepWatch *watch = user_data;
  guint64 n_expirations;

  if (read (fd, &n_expirations, sizeof n_expirations) < 0 && errno == ECANCELED)
    g_atomic_int_inc (&watch->clock->generation);
  arm_step_timer (fd);
  return G_SOURCE_CONTINUE;
}

static void
step_watch_free (gpointer data)
{
  StepWatch *watch = data;

  close (watch->fd);
  g_object_unref (watch->clock);
  g_free (watch);
}

/**
 * ts_clock_watch_steps:
 * @self: a clock
 *
 * Watches in the thread-default main context whether the computer's clock is set, and changes the generation of @self
 * then.
 *
 * Returns: (transfer full) (nullable): the watch, which lasts until it is destroyed; %NULL if the kernel cannot do this
 */
GSource *
ts_clock_watch_steps (TsClock *self)
{
  int fd = timerfd_create (CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  StepWatch *watch;
  GSource *source;

  if (fd < 0)
    return NULL;
  if (!arm_step_timer (fd))
    {
      close (fd);
      return NULL;
    }
  watch = g_new (StepWatch, 1);
  *watch = (StepWatch) { g_object_ref (self), fd };
  source = g_unix_fd_source_new (fd, G_IO_IN);
  g_source_set_callback (source, G_SOURCE_FUNC (step_timer_ready), watch, step_watch_free);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}
