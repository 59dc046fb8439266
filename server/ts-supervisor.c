/* The program that started the server and watches it: systemd, or one that speaks its protocols.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-supervisor.h"

#ifdef HAVE_LIBSYSTEMD
#include <systemd/sd-daemon.h>
#endif

/* Does nothing without libsystemd. */
static void
notify (const char *state)
{
#ifdef HAVE_LIBSYSTEMD
  sd_notify (FALSE, state);
#endif
}

/* Returns: (transfer full): @status as one line */
static char *
make_status_line (const char *status)
{
  return g_strdelimit (g_strconcat ("STATUS=", status, NULL), "\n\r", ' ');
}

#ifdef HAVE_LIBSYSTEMD
typedef struct
{
  TsSupervisorIsAlive is_alive;
  gpointer user_data;
} Watchdog;

static gboolean
feed_watchdog (gpointer data)
{
  const Watchdog *watchdog = data;

  if (watchdog->is_alive (watchdog->user_data))
    notify ("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}
#endif

/**
 * ts_supervisor_take_sockets:
 *
 * Takes the sockets that were opened for this process before it started (sd_listen_fds(3)). Programs that this process
 * starts do not inherit them. May be called once.
 *
 * Returns: how many there are, from descriptor %TS_SUPERVISOR_FIRST_FD on
 */
guint
ts_supervisor_take_sockets (void)
{
#ifdef HAVE_LIBSYSTEMD
  int n_sockets = sd_listen_fds (TRUE);

  G_STATIC_ASSERT (SD_LISTEN_FDS_START == TS_SUPERVISOR_FIRST_FD);

  return (guint) MAX (n_sockets, 0);
#else
  return 0;
#endif
}

/**
 * ts_supervisor_is_listening:
 *
 * Returns: whether a supervisor wants to know the server's state
 */
gboolean
ts_supervisor_is_listening (void)
{
#ifdef HAVE_LIBSYSTEMD
  return g_getenv ("NOTIFY_SOCKET") != NULL;
#else
  return FALSE;
#endif
}

/**
 * ts_supervisor_say_ready:
 * @status: what a person reads in “systemctl status”
 *
 * Says that the server is ready, for the first time or after ts_supervisor_say_reloading().
 */
void
ts_supervisor_say_ready (const char *status)
{
  g_autofree char *line = make_status_line (status);
  g_autofree char *state = g_strconcat ("READY=1\n", line, NULL);

  notify (state);
}

/**
 * ts_supervisor_say_reloading:
 *
 * Says that the server reads its configuration again, and since when, as systemd's Type=notify-reload requires.
 */
void
ts_supervisor_say_reloading (void)
{
  /* GLib's monotonic clock is CLOCK_MONOTONIC, which the protocol requires. */
  g_autofree char *state = g_strdup_printf ("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());

  notify (state);
}

/**
 * ts_supervisor_say_stopping:
 *
 * Says that the server is about to end.
 */
void
ts_supervisor_say_stopping (void)
{
  notify ("STOPPING=1");
}

/**
 * ts_supervisor_say_status:
 * @status: what a person reads in “systemctl status”
 */
void
ts_supervisor_say_status (const char *status)
{
  g_autofree char *line = make_status_line (status);

  notify (line);
}

/**
 * ts_supervisor_start_watchdog:
 * @is_alive: says whether all threads are alive
 * @user_data: for @is_alive
 *
 * If a supervisor waits for signs of life, gives them from the default main context as long as all threads are alive,
 * twice as often as required.
 *
 * Returns: the ID of the source, for g_source_remove(); 0: no supervisor waits
 */
guint
ts_supervisor_start_watchdog (TsSupervisorIsAlive is_alive,
                              gpointer user_data)
{
#ifdef HAVE_LIBSYSTEMD
  guint64 timeout_us;

  if (sd_watchdog_enabled (FALSE, &timeout_us) > 0)
    {
      Watchdog *watchdog = g_new (Watchdog, 1);

      *watchdog = (Watchdog) { is_alive, user_data };
      return g_timeout_add_full (G_PRIORITY_DEFAULT, (guint) CLAMP (timeout_us / 2000, 1, G_MAXUINT), feed_watchdog,
                                 watchdog, g_free);
    }
#endif
  return 0;
}
