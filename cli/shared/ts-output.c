/* Standard output and standard error, which may not be read by anybody, and the signals that end the program.
 *
 * A program whose output goes to a pipe that is full would wait in write() until somebody reads, and a signal that only
 * the main loop looks at would never end it. So the signals are blocked and come through a descriptor, which is
 * watched together with the output. Nothing is written before the output takes it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shared/ts-output.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* How long what is left to say may take after a signal. */
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

/**
 * ts_output_take_signal:
 * @self: the output
 *
 * Returns: whether SIGINT or SIGTERM has come since this was asked last
 */
gboolean
ts_output_take_signal (TsOutput *self)
{
  struct signalfd_siginfo info;

  if (read (self->signal_fd, &info, sizeof info) != sizeof info)
    return FALSE;
  self->is_interrupted = TRUE;
  return TRUE;
}

/* Returns: whether @fd takes something now; not where a signal came first, or had come and the time is over */
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
      if (n_ready == 0 || (n_ready > 0 && ts_output_take_signal (self)))
        return FALSE;
    }
}

/**
 * ts_output_write:
 * @self: the output
 * @text: data for standard output
 *
 * Writes nothing more once something could not be written.
 *
 * Returns: whether it is written; where not, @self's error tells why, %EINTR where a signal came while nobody read
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
      /* A pipe that is ready takes so much without blocking. */
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

/* Returns: (transfer full): @message without what would do something to a terminal */
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
 * @message: a line for standard error, for people, which may quote what anybody wrote
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
 * @self: the output, to which something could not be written
 *
 * Says on standard error why.
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
 * What a full disk swallows was not said: standard error then says why.
 *
 * Returns: whether it is written
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
 * Says it on standard error, and how to get help.
 */
void
ts_output_write_usage_error (TsOutput *self,
                             const GError *error)
{
  ts_output_write_message (self, error->message);
  g_printerr (_("Try “%s --help”.\n"), g_get_prgname ());
}
