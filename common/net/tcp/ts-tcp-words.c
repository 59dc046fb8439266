/* Messages about what went wrong between a TCP probe and its server.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/tcp/ts-tcp-words.h"

#include <glib/gi18n-lib.h>

#include "net/probe/ts-probe-words.h"
#include "net/probe/ts-probe.h"
#include "measure/ts-time.h"
#include "wire/ts-wire.h"

/* How many bytes of an answer a message quotes. */
#define MAX_QUOTED_BYTES 32

/**
 * ts_tcp_words_closed:
 *
 * Returns: (transfer full): a %TS_PROBE_ERROR_CLOSED
 */
GError *
ts_tcp_words_closed (void)
{
  return g_error_new_literal (TS_PROBE_ERROR, TS_PROBE_ERROR_CLOSED,
                              _("the connection was closed before an answer came"));
}

/**
 * ts_tcp_words_only_classic:
 *
 * Returns: (transfer full): a %TS_PROBE_ERROR_MALFORMED, if only frames are wanted
 */
GError *
ts_tcp_words_only_classic (void)
{
  return g_error_new_literal (TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED, _("the server speaks the classic protocol only"));
}

/**
 * ts_tcp_words_malformed:
 * @bytes: (array length=length): the bytes that came
 * @length: how many
 *
 * Returns: (transfer full): a %TS_PROBE_ERROR_MALFORMED that quotes the first bytes, escaped
 */
GError *
ts_tcp_words_malformed (const guint8 *bytes,
                        gsize length)
{
  g_autoptr (GString) escaped = g_string_new (NULL);

  for (gsize i = 0; i < MIN (length, MAX_QUOTED_BYTES); i++)
    if (g_ascii_isprint (bytes[i]) && bytes[i] != '\\')
      g_string_append_c (escaped, (char) bytes[i]);
    else
      g_string_append_printf (escaped, "\\x%02x", bytes[i]);
  /* The first bytes of a text that is too long may well look like a time. */
  if (length > MAX_QUOTED_BYTES)
    g_string_append (escaped, "…");
  return g_error_new (TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED, _("the reply is not a time: “%s”"),
                      escaped->str);
}

static const char *
describe_refusal (guint16 reason)
{
  switch (reason)
    {
    case TS_REFUSAL_TOO_MANY_CONNECTIONS:
      return _("the server refused: too many connections");
    case TS_REFUSAL_TOO_MANY_REQUESTS:
      return _("the server refused: too many requests");
    case TS_REFUSAL_SHUTTING_DOWN:
      return _("the server refused: it is shutting down");
    case TS_REFUSAL_VERSION_NOT_SPOKEN:
      return _("the server refused: it speaks another version of the protocol");
    case TS_REFUSAL_NO_SIGNING_KEY:
      return _("the server refused: it has no key to sign with");
    default:
      return _("the server refused without a known reason");
    }
}

/**
 * ts_tcp_words_refused:
 * @reason: a #TsRefusalReason, or another number from a newer server
 *
 * Returns: (transfer full): a %TS_PROBE_ERROR_REFUSED
 */
GError *
ts_tcp_words_refused (guint16 reason)
{
  return g_error_new_literal (TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED, describe_refusal (reason));
}

/**
 * ts_tcp_words_timed_out:
 * @target: the server
 * @step: the step that took too long
 * @timeout_ns: how long it may take
 *
 * Returns: (transfer full): a %G_IO_ERROR_TIMED_OUT, or, if the name was not looked up, a
 *   %G_RESOLVER_ERROR_TEMPORARY_FAILURE; its message names the server
 */
GError *
ts_tcp_words_timed_out (const TsAddress *target,
                        TsTcpStep step,
                        gint64 timeout_ns)
{
  g_autofree char *server = ts_probe_words_name_server (target);

  if (step == TS_TCP_STEP_LOOK_UP)
    return ts_probe_words_not_looked_up (target);
  return g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                      step == TS_TCP_STEP_CONNECT ? _("%s did not accept a connection within %g s")
                      : step == TS_TCP_STEP_HANDSHAKE ? _("%s did not finish the TLS handshake within %g s")
                      : _("%s did not answer within %g s"),
                      server, (double) timeout_ns / TS_NS_PER_S);
}
