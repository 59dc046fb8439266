/* What `ts-client --watch` shows on a terminal: a lane for each host, redrawn after exchanges.
 *
 * It uses the alternate screen, so that the terminal is as before afterwards, however the view ends: normally, by
 * signals that the output takes, by Ctrl+Z (until fg), or by signals that kill.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "live/ts-live-view.h"

#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "live/ts-lane.h"
#include "measure/estimate/ts-certainty.h"

#define ENTER "\033[?1049h\033[?25l"
#define LEAVE "\033[0m\033[?25h\033[?1049l"

/* The shortest time between two drawings. */
#define PAUSE_MS 50

struct _TsLiveView
{
  TsOutput *output;
  TsQuantityUnit unit;
  gboolean has_color;
  gboolean is_unicode;
  GPtrArray *monitors;
  int signal_fd;
  guint signal_source;
  guint timer; /* 0: nothing to draw */
};

/* The terminal's mode before the view, which the handler of signals that kill restores. */
static struct termios usual_mode;

static const int killers[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGHUP, SIGQUIT };

static void
restore_and_die (int number)
{
  gssize ignored G_GNUC_UNUSED = write (STDOUT_FILENO, LEAVE, strlen (LEAVE));

  tcsetattr (STDOUT_FILENO, TCSANOW, &usual_mode);
  signal (number, SIG_DFL);
  raise (number);
}

static void
set_killers (void (*handler) (int))
{
  for (gsize i = 0; i < G_N_ELEMENTS (killers); i++)
    signal (killers[i], handler);
}

static void
enter (TsLiveView *self)
{
  struct termios mode;

  tcgetattr (STDOUT_FILENO, &usual_mode);
  mode = usual_mode;
  mode.c_lflag &= ~(tcflag_t) ECHO;
  set_killers (restore_and_die);
  tcsetattr (STDOUT_FILENO, TCSANOW, &mode);
  ts_output_write (self->output, ENTER);
}

static void
leave (TsLiveView *self)
{
  ts_output_write (self->output, LEAVE);
  tcsetattr (STDOUT_FILENO, TCSANOW, &usual_mode);
  set_killers (SIG_DFL);
}

static void
append_lines (GString *screen,
              const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (*c == '\n')
      g_string_append (screen, "\033[K\r\n");
    else
      g_string_append_c (screen, *c);
}

/* Returns: (transfer none): what begins the style of a lane's words: red for a failure, and bold but for what nothing
 *   proves */
static const char *
get_style (const TsLiveView *self,
           const TsEstimate *now,
           const GError *error)
{
  if (!self->has_color)
    return "";
  if (error != NULL)
    return "\033[1;31m";
  return now == NULL || ts_certainty_judge (now) == TS_CERTAINTY_CERTAIN ? "\033[1m" : "";
}

static void
append_lane (TsLiveView *self,
             GString *screen,
             TsMonitor *monitor,
             const struct winsize *size,
             int height)
{
  const TsSample *sample = ts_monitor_get_last_sample (monitor);
  const GError *error = ts_monitor_get_error (monitor);
  TsEstimate estimate;
  gboolean is_known = ts_monitor_get_estimate (monitor, ts_clock_get_now_ns (ts_monitor_get_clock (monitor)), &estimate);
  g_autofree char *host = ts_monitor_get_address (monitor);
  g_autofree char *head = ts_lane_describe (host, is_known ? &estimate : NULL, sample != NULL ? sample->delay_ns : 0,
                                            error != NULL ? error->message : NULL, self->unit, size->ws_col);
  g_autofree char *chart = height > 1 ? ts_lane_draw (ts_monitor_get_history (monitor), size->ws_col, height - 1,
                                                      self->is_unicode)
                                      : g_strdup ("");

  g_string_append (screen, get_style (self, is_known ? &estimate : NULL, error));
  append_lines (screen, head);
  g_string_append (screen, self->has_color ? "\033[0m" : "");
  append_lines (screen, "\n");
  append_lines (screen, chart);
}

static void
draw (TsLiveView *self)
{
  struct winsize size = { .ws_row = 24, .ws_col = 80 };
  g_autoptr (GString) screen = g_string_new ("\033[H");
  int n_lanes = (int) self->monitors->len;
  int height;

  ioctl (STDOUT_FILENO, TIOCGWINSZ, &size);
  if (size.ws_row == 0 || size.ws_col == 0)
    return;
  height = MAX (size.ws_row / n_lanes, 1);
  for (int i = 0; i < MIN (n_lanes, size.ws_row); i++)
    append_lane (self, screen, self->monitors->pdata[i], &size, height);
  /* A line feed after the last row would scroll. */
  g_string_truncate (screen, screen->len - strlen ("\r\n"));
  g_string_append (screen, "\033[J");
  ts_output_write (self->output, screen->str);
}

static gboolean
timer_ran_out (gpointer user_data)
{
  TsLiveView *self = user_data;

  self->timer = 0;
  draw (self);
  return G_SOURCE_REMOVE;
}

/* The terminal's size has changed, or the user typed Ctrl+Z, which stops the program after the terminal is as
 * before. */
static gboolean
got_signal (int fd,
            GIOCondition condition,
            gpointer user_data)
{
  TsLiveView *self = user_data;
  struct signalfd_siginfo info;

  if (read (fd, &info, sizeof info) != sizeof info)
    return G_SOURCE_CONTINUE;
  if (info.ssi_signo == SIGTSTP)
    {
      leave (self);
      kill (getpid (), SIGSTOP);
      enter (self);
    }
  draw (self);
  return G_SOURCE_CONTINUE;
}

/**
 * ts_live_view_is_possible:
 *
 * Returns: whether standard output is a terminal that can place text
 */
gboolean
ts_live_view_is_possible (void)
{
  const char *term = g_getenv ("TERM");

  return isatty (STDOUT_FILENO) && term != NULL && *term != '\0' && strcmp (term, "dumb") != 0;
}

/**
 * ts_live_view_new:
 * @output: where to draw
 * @unit: the unit of durations
 * @has_color: whether colors may be used
 *
 * Takes the terminal until ts_live_view_free(). To be called before there is a second thread, because threads inherit
 * which signals are blocked.
 *
 * Returns: (transfer full): the view
 */
TsLiveView *
ts_live_view_new (TsOutput *output,
                  TsQuantityUnit unit,
                  gboolean has_color)
{
  TsLiveView *self = g_new0 (TsLiveView, 1);
  sigset_t signals;

  self->output = output;
  self->unit = unit;
  self->has_color = has_color;
  self->is_unicode = g_get_charset (NULL);
  self->monitors = g_ptr_array_new_with_free_func (g_object_unref);
  sigemptyset (&signals);
  sigaddset (&signals, SIGTSTP);
  sigaddset (&signals, SIGWINCH);
  sigprocmask (SIG_BLOCK, &signals, NULL);
  self->signal_fd = signalfd (-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  self->signal_source = g_unix_fd_add (self->signal_fd, G_IO_IN, got_signal, self);
  enter (self);
  return self;
}

/**
 * ts_live_view_free:
 * @self: (transfer full): a view
 *
 * Gives the terminal back as it was.
 */
void
ts_live_view_free (TsLiveView *self)
{
  leave (self);
  g_source_remove (self->signal_source);
  close (self->signal_fd);
  if (self->timer != 0)
    g_source_remove (self->timer);
  g_ptr_array_unref (self->monitors);
  g_free (self);
}

/**
 * ts_live_view_add:
 * @self: a view
 * @monitor: a monitor
 *
 * Adds a lane for the monitor's host.
 */
void
ts_live_view_add (TsLiveView *self,
                  TsMonitor *monitor)
{
  g_ptr_array_add (self->monitors, g_object_ref (monitor));
}

/**
 * ts_live_view_update:
 * @self: a view
 *
 * Redraws the view soon.
 */
void
ts_live_view_update (TsLiveView *self)
{
  if (self->timer == 0)
    self->timer = g_timeout_add (PAUSE_MS, timer_ran_out, self);
}
