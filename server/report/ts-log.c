/* Messages of the server, with fields for the journal and a limit on their number.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "report/ts-log.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

static const char *
find_field (const GLogField *fields,
            gsize n_fields,
            const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, key) == 0 && fields[i].length < 0)
      return fields[i].value;
  return NULL;
}

/* Longer messages are cut, because a message may quote a whole file. */
#define MAX_MESSAGE_CHARACTERS 1000

static gboolean
is_visible (gunichar character)
{
  if (character == ' ')
    return TRUE;
  switch (g_unichar_type (character))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SPACE_SEPARATOR:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
      return FALSE;
    default:
      return TRUE;
    }
}

/**
 * ts_log_clean:
 * @text: text from anywhere, such as an argument or a file
 *
 * Returns: (transfer full): @text in UTF-8 and not too long; characters that are invisible or could control a terminal
 *   are replaced by their code points, such as <U+001B>
 */
char *
ts_log_clean (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GString) clean = g_string_new (NULL);
  guint n_characters = 0;

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      if (n_characters++ == MAX_MESSAGE_CHARACTERS)
        {
          g_string_append (clean, "…");
          break;
        }
      if (is_visible (character))
        g_string_append_unichar (clean, character);
      else
        g_string_append_printf (clean, "<U+%04X>", character);
    }
  return g_string_free (g_steal_pointer (&clean), FALSE);
}

/* Writes every message with its fields to the journal. A terminal gets the messages for people, in the form of all our
 * messages. */
static GLogWriterOutput
write_log (GLogLevelFlags level,
           const GLogField *fields,
           gsize n_fields,
           gpointer user_data)
{
  const char *program = user_data;
  const char *message = find_field (fields, n_fields, "MESSAGE");
  gboolean is_event = find_field (fields, n_fields, "TIMESYNC_EVENT") != NULL;
  /* If the operator wants clients to be named, the messages that name them are written wherever messages go. */
  gboolean is_for_people = (level & (G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_WARNING)) != 0 ||
                           find_field (fields, n_fields, "TIMESYNC_CLIENT") != NULL;

  if (!is_event || message == NULL)
    return g_log_writer_default (level, fields, n_fields, NULL);
  if (!is_for_people && (level & G_LOG_LEVEL_DEBUG) != 0 && g_log_writer_default_would_drop (level, G_LOG_DOMAIN))
    return G_LOG_WRITER_HANDLED;
  if (g_log_writer_is_journald (STDERR_FILENO) &&
      g_log_writer_journald (level, fields, n_fields, NULL) == G_LOG_WRITER_HANDLED)
    return G_LOG_WRITER_HANDLED;
  if (is_for_people)
    {
      g_autofree char *clean = ts_log_clean (message);

      g_printerr ("%s: %s\n", program, clean);
    }
  else if (!g_log_writer_default_would_drop (level, G_LOG_DOMAIN))
    return g_log_writer_standard_streams (level, fields, n_fields, NULL);
  return G_LOG_WRITER_HANDLED;
}

/**
 * ts_log_install:
 * @program: (not nullable): the name before each message; kept, not copied
 *
 * From this call on, messages of ts_log_event() go to the journal with their fields if standard error is the journal,
 * and otherwise to standard error. May be called once.
 */
void
ts_log_install (const char *program)
{
  g_log_set_writer_func (write_log, (gpointer) program, NULL);
}

/**
 * ts_log_event:
 * @level: %G_LOG_LEVEL_WARNING: the operator has to correct something; %G_LOG_LEVEL_MESSAGE: worth knowing;
 *   %G_LOG_LEVEL_INFO: for the journal only; %G_LOG_LEVEL_DEBUG: only if G_MESSAGES_DEBUG says so
 * @event: what happened, which is the same for all messages of a kind, such as "reload-failed"; the journal's field
 *   TIMESYNC_EVENT
 * @client: (nullable): the address of the client that caused it, if the operator wants to know; the journal's field
 *   TIMESYNC_CLIENT
 * @message: one line for a person, without @client
 *
 * Writes a message. What a client can cause must go through a #TsLogLimit first.
 */
void
ts_log_event (GLogLevelFlags level,
              const char *event,
              const char *client,
              const char *message)
{
  const char *program = g_get_prgname ();

  if (program == NULL)
    program = "ts-server";
  if (client != NULL)
    g_log_structured (G_LOG_DOMAIN, level, "SYSLOG_IDENTIFIER", program, "TIMESYNC_EVENT", event, "TIMESYNC_CLIENT",
                      client, "MESSAGE", "%s (%s)", message, client);
  else
    g_log_structured (G_LOG_DOMAIN, level, "SYSLOG_IDENTIFIER", program, "TIMESYNC_EVENT", event, "MESSAGE", "%s",
                      message);
}

/**
 * ts_log_failure:
 * @message: one line for a person
 *
 * Writes why the program cannot go on. In the journal this is an error (priority 3). The only level of GLib's with this
 * priority ends the program, so the field is set here.
 */
void
ts_log_failure (const char *message)
{
  const char *program = g_get_prgname ();
  const GLogField fields[] = {
    { "PRIORITY", "3", -1 },
    { "SYSLOG_IDENTIFIER", program != NULL ? program : "ts-server", -1 },
    { "TIMESYNC_EVENT", "failed", -1 },
    { "GLIB_DOMAIN", G_LOG_DOMAIN, -1 },
    { "MESSAGE", message, -1 },
  };

  g_log_structured_array (G_LOG_LEVEL_MESSAGE, fields, G_N_ELEMENTS (fields));
}

/**
 * ts_log_limit_admit:
 * @self: a limit
 * @now_ns: the monotonic clock
 * @n_withheld: (out): if there may be a message, how many were withheld since the message before
 *
 * A period begins with the first message after the end of the period before.
 *
 * Returns: whether there may be a message now
 */
gboolean
ts_log_limit_admit (TsLogLimit *self,
                    gint64 now_ns,
                    guint *n_withheld)
{
  if (now_ns >= self->end_ns)
    {
      self->end_ns = now_ns + self->period_ns;
      self->n_said = 0;
    }
  if (self->n_said >= self->n_max)
    {
      self->n_withheld++;
      return FALSE;
    }
  self->n_said++;
  *n_withheld = self->n_withheld;
  self->n_withheld = 0;
  return TRUE;
}

/**
 * ts_log_describe_refusals:
 * @before: what the server had done before
 * @now: what it has done now
 *
 * Returns: (transfer full) (nullable): one line that says what was refused in between, without naming clients; %NULL if
 *   nothing was refused
 */
char *
ts_log_describe_refusals (const TsCounters *before,
                          const TsCounters *now)
{
  /* In a message: “refused: 3 × too many connections, 1 × …”. */
  static const struct
  {
    TsCount count;
    const char *reason;
  } reasons[] = {
    { TS_COUNT_REFUSED_CONNECTIONS, N_("too many connections from one address") },
    { TS_COUNT_REFUSED_REQUESTS, N_("too many requests") },
    { TS_COUNT_REFUSED_VERSION, N_("an unsupported version of the protocol") },
    { TS_COUNT_REFUSED_SEALS, N_("a seal, because there is no key to sign with") },
    { TS_COUNT_MALFORMED, N_("bytes that are not a request") },
    { TS_COUNT_FAILED_HANDSHAKES, N_("a failed TLS handshake") },
  };
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      guint64 n = now->counts[reasons[i].count] - before->counts[reasons[i].count];

      if (n > 0)
        g_string_append_printf (text, "%s%" G_GUINT64_FORMAT " × %s", text->len > 0 ? ", " : "", n,
                                _(reasons[i].reason));
    }
  return text->len > 0 ? g_strdup_printf (_("refused: %s"), text->str) : NULL;
}
