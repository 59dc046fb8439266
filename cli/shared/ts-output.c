/* Standard output and standard error, which can be full pipes, and the signals that end the program.
 *
 * A program that writes into a full pipe would wait in write() until the pipe is read, and a signal that only the main
 * loop watches would never end it. So the signals are blocked and come through a descriptor, which is watched together
 * with the output. The program writes only when the output is ready.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shared/ts-output.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "measure/ts-time.h"

/* How long the last words may take after a signal. */
#define LAST_WORDS_MS 1000

/**
 * ts_output_init:
 * @self: (out): the output
 *
 * To be called before there is a second thread, because threads inherit which signals are blocked.
 */
void
ts_output_init (TsOutput *self)
{
  sigset_t signals;

  sigemptyset (&signals);
  sigaddset (&signals, SIGINT);
  sigaddset (&signals, SIGTERM);
  sigprocmask (SIG_BLOCK, &signals, NULL);
  *self = (TsOutput) { .signal_fd = signalfd (-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK) };
}

/**
 * ts_output_clear:
 * @self: the output
 */
void
ts_output_clear (TsOutput *self)
{
  close (self->signal_fd);
}

/* Returns: whether SIGINT or SIGTERM has come since the last call */
static gboolean
take_signal (TsOutput *self)
{
  struct signalfd_siginfo info;

  if (read (self->signal_fd, &info, sizeof info) != sizeof info)
    return FALSE;
  self->is_interrupted = TRUE;
  return TRUE;
}

/* The output and the main loop that a signal or the deadline ends. */
typedef struct
{
  TsOutput *output;
  GMainLoop *loop;
} Run;

static gboolean
got_signal (int fd,
            GIOCondition condition,
            gpointer user_data)
{
  Run *run = user_data;

  if (take_signal (run->output))
    g_main_loop_quit (run->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
deadline_passed (gpointer user_data)
{
  Run *run = user_data;

  g_main_loop_quit (run->loop);
  return G_SOURCE_CONTINUE;
}

/**
 * ts_output_run:
 * @self: the output
 * @loop: a main loop
 * @deadline_ns: how long it may run; 0: as long as it likes
 *
 * Runs @loop until it is quit, a signal comes or the deadline passes.
 */
void
ts_output_run (TsOutput *self,
               GMainLoop *loop,
               gint64 deadline_ns)
{
  Run run = { self, loop };
  guint signal_id = g_unix_fd_add (self->signal_fd, G_IO_IN, got_signal, &run);
  guint deadline_id =
    deadline_ns > 0 ? g_timeout_add ((guint) (deadline_ns / TS_NS_PER_MS), deadline_passed, &run) : 0;

  g_main_loop_run (loop);
  g_source_remove (signal_id);
  g_clear_handle_id (&deadline_id, g_source_remove);
}

/* Returns: whether @fd is ready for output; not if a signal comes first, or the last words have taken too long */
static gboolean
await_writable (TsOutput *self,
                int fd)
{
  for (;;)
    {
      struct pollfd fds[] = { { .fd = fd, .events = POLLOUT }, { .fd = self->signal_fd, .events = POLLIN } };
      int n_ready = poll (fds, G_N_ELEMENTS (fds), self->is_interrupted ? LAST_WORDS_MS : -1);

      if (n_ready > 0 && fds[0].revents != 0)
        return TRUE;
      if (n_ready == 0 || (n_ready > 0 && take_signal (self)))
        return FALSE;
    }
}

/**
 * ts_output_write:
 * @self: the output
 * @text: data for standard output
 *
 * Writes nothing after the first error.
 *
 * Returns: whether the text was written; if not, @self has the error, which is %EINTR if a signal came while the
 *   output was full
 */
gboolean
ts_output_write (TsOutput *self,
                 const char *text)
{
  gsize length = strlen (text);

  while (length > 0 && self->error == 0)
    {
      gssize n_written;

      if (!await_writable (self, STDOUT_FILENO))
        {
          self->error = EINTR;
          break;
        }
      /* A pipe that is ready takes this much without blocking. */
      n_written = write (STDOUT_FILENO, text, MIN (length, PIPE_BUF));
      if (n_written >= 0)
        {
          text += n_written;
          length -= (gsize) n_written;
        }
      else if (errno != EINTR && errno != EAGAIN)
        self->error = errno;
    }
  return self->error == 0;
}

/* Returns: (transfer full): @message without characters that control a terminal */
static char *
make_printable (const char *message)
{
  g_autofree char *valid = g_utf8_make_valid (message, -1);
  GString *printable = g_string_new (NULL);

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      if (g_unichar_iscntrl (character) || g_unichar_type (character) == G_UNICODE_FORMAT)
        g_string_append_printf (printable, character < 0x100 ? "\\x%02x" : "\\u%04x", character);
      else
        g_string_append_unichar (printable, character);
    }
  return g_string_free (printable, FALSE);
}

/**
 * ts_output_write_message:
 * @self: the output
 * @message: a line for people, for standard error; it may quote text from anywhere
 */
void
ts_output_write_message (TsOutput *self,
                         const char *message)
{
  g_autofree char *printable = make_printable (message);

  if (await_writable (self, STDERR_FILENO))
    g_printerr ("ts-client: %s\n", printable);
}

/**
 * ts_output_write_error:
 * @self: the output, which has an error
 *
 * Says on standard error why standard output could not be written.
 */
void
ts_output_write_error (TsOutput *self)
{
  g_autofree char *message = g_strdup_printf (_("cannot write: %s"), g_strerror (self->error));

  ts_output_write_message (self, message);
}

/**
 * ts_output_write_information:
 * @self: the output
 * @text: the help or the version, for standard output
 *
 * Writes @text, or says on standard error why it could not be written, for example because the disk is full.
 *
 * Returns: whether @text was written
 */
gboolean
ts_output_write_information (TsOutput *self,
                             const char *text)
{
  if (ts_output_write (self, text))
    return TRUE;
  ts_output_write_error (self);
  return FALSE;
}

/**
 * ts_output_write_usage_error:
 * @self: the output
 * @error: what is wrong with the arguments
 *
 * Says on standard error what is wrong, and how to get help.
 */
void
ts_output_write_usage_error (TsOutput *self,
                             const GError *error)
{
  ts_output_write_message (self, error->message);
  g_printerr (_("Try “%s --help”.\n"), g_get_prgname ());
}

/**
 * ts_output_end:
 * @self: the output, when all is written
 *
 * Says on standard error if something could not be written.
 *
 * Returns: whether everything was written, and no signal came
 */
gboolean
ts_output_end (TsOutput *self)
{
  if (self->error != 0)
    ts_output_write_error (self);
  return self->error == 0 && !self->is_interrupted;
}
