/* TLS connections of a probe, and messages about what is wrong with them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/tcp/ts-tls-probe.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "measure/ts-time.h"
#include "wire/ts-wire.h"

/* How many names of a certificate a message quotes. */
#define MAX_QUOTED_CHARACTERS 200
#define MAX_QUOTED_NAMES      4

/* Returns: (transfer full) (nullable): the IPv4 address that an IPv6 address stands for (RFC 4291 §2.5.5.2) */
static GInetAddress *
unmap (GInetAddress *address)
{
  static const guint8 prefix[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6 || memcmp (bytes, prefix, sizeof prefix) != 0)
    return NULL;
  return g_inet_address_new_from_bytes (bytes + sizeof prefix, G_SOCKET_FAMILY_IPV4);
}

/* Returns: (transfer full): the identity that the certificate has to have. It contains neither a zone nor the last dot
 * of a name, because these matter on this computer only. For an address it is not a GNetworkAddress, whose host is sent
 * as the server name: that may only be a name (RFC 6066 §3), and servers refuse an IPv6 address there. */
static GSocketConnectable *
make_identity (const TsAddress *target)
{
  gboolean is_ipv6 = strchr (target->host, ':') != NULL;
  gsize length = is_ipv6 ? strcspn (target->host, "%") : strlen (target->host);
  g_autofree char *host = g_strndup (target->host, length - (g_str_has_suffix (target->host, ".") ? 1 : 0));
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  g_autoptr (GInetAddress) unmapped = address != NULL ? unmap (address) : NULL;

  if (address == NULL)
    return g_network_address_new (host, target->port);
  return G_SOCKET_CONNECTABLE (g_inet_socket_address_new (unmapped != NULL ? unmapped : address, target->port));
}

/**
 * ts_tls_probe_prepare:
 * @trust: (nullable): as in ts_tls_probe_connection_new()
 *
 * Loads what the first TLS connection needs, the library and the certificates of the system, before there is a
 * connection. A server takes a connection that is silent for 250 ms for a classic one, and loading takes that long on a
 * slow or busy machine.
 */
void
ts_tls_probe_prepare (GTlsDatabase *trust)
{
  g_autoptr (GInputStream) input = g_memory_input_stream_new ();
  g_autoptr (GOutputStream) output = g_memory_output_stream_new_resizable ();
  g_autoptr (GIOStream) nowhere = g_simple_io_stream_new (input, output);
  g_autoptr (GIOStream) connection = g_tls_client_connection_new (nowhere, NULL, NULL);

  if (connection != NULL && trust != NULL)
    g_tls_connection_set_database (G_TLS_CONNECTION (connection), trust);
}

/**
 * ts_tls_probe_connection_new:
 * @base: a connection to the server
 * @target: the server, whose certificate must be for the host of that name
 * @trust: (nullable): the authorities to trust; %NULL: those that the system trusts
 * @error: return location for a %G_TLS_ERROR
 *
 * Returns: (transfer full) (nullable): a TLS connection that has not shaken hands
 */
GTlsConnection *
ts_tls_probe_connection_new (TsStampedStream *base,
                             const TsAddress *target,
                             GTlsDatabase *trust,
                             GError **error)
{
  const char *const protocols[] = { TS_TLS_PROTOCOL, NULL };
  g_autoptr (GSocketConnectable) identity = make_identity (target);
  g_autoptr (GIOStream) connection = g_tls_client_connection_new (G_IO_STREAM (base), identity, error);

  if (connection == NULL)
    return NULL;
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (connection), protocols);
  if (trust != NULL)
    g_tls_connection_set_database (G_TLS_CONNECTION (connection), trust);
  return G_TLS_CONNECTION (g_steal_pointer (&connection));
}

/**
 * ts_tls_probe_check_protocol:
 * @connection: a connection that has shaken hands
 * @error: return location for %G_TLS_ERROR_MISC
 *
 * Returns: whether the server agreed to speak Time Sync, over TLS 1.2 or later
 */
gboolean
ts_tls_probe_check_protocol (GTlsConnection *connection,
                             GError **error)
{
  /* This check is needed because GnuTLS does not exclude earlier versions. */
  if (g_tls_connection_get_protocol_version (connection) < G_TLS_PROTOCOL_VERSION_TLS_1_2)
    {
      g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_MISC,
                           _("it speaks only a version of TLS that is no longer safe"));
      return FALSE;
    }
  if (g_strcmp0 (g_tls_connection_get_negotiated_protocol (connection), TS_TLS_PROTOCOL) == 0)
    return TRUE;
  g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_MISC, _("it speaks TLS, but not Time Sync over it"));
  return FALSE;
}

/**
 * ts_tls_probe_renegotiated:
 *
 * During another handshake, which GIO makes in another thread, a connection is ready to be read at every turn of the
 * main loop, so a peer that asks for handshakes again and again would keep a processor busy. TLS 1.3 has no second
 * handshake, and Time Sync does not need one.
 *
 * Returns: (transfer full): a %G_TLS_ERROR_MISC
 */
GError *
ts_tls_probe_renegotiated (void)
{
  return g_error_new_literal (G_TLS_ERROR, G_TLS_ERROR_MISC, _("it asked for a second TLS handshake"));
}

/* Returns: (transfer full): text from anywhere, made safe for a terminal */
static char *
quote (const char *text,
       gssize length)
{
  g_autofree char *valid = g_utf8_make_valid (text, length);
  GString *quoted = g_string_new (NULL);
  guint n_characters = 0;

  for (const char *c = valid; *c != '\0' && n_characters < MAX_QUOTED_CHARACTERS; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      g_string_append_unichar (quoted, g_unichar_isprint (character) ? character : '?');
      n_characters++;
    }
  return g_string_free (quoted, FALSE);
}

static char *
format_date (GDateTime *date)
{
  g_autoptr (GDateTime) utc = g_date_time_to_utc (date);

  return g_date_time_format (utc, "%Y-%m-%d %H:%M UTC");
}

static char *
format_now (gint64 now_ns)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (now_ns / TS_NS_PER_S);

  return now != NULL ? format_date (now) : g_strdup ("?");
}

/* Returns: (transfer full) (nullable): the earliest end or the latest beginning in the chain of @certificate, because
 * GIO judges the whole chain at once and does not say which certificate is wrong */
static GDateTime *
find_bound (GTlsCertificate *certificate,
            GDateTime *(*get_bound) (GTlsCertificate *certificate),
            int sign)
{
  GDateTime *bound = NULL;

  for (; certificate != NULL; certificate = g_tls_certificate_get_issuer (certificate))
    {
      g_autoptr (GDateTime) date = get_bound (certificate);

      if (date != NULL && (bound == NULL || sign * g_date_time_compare (date, bound) > 0))
        {
          g_clear_pointer (&bound, g_date_time_unref);
          bound = g_steal_pointer (&date);
        }
    }
  return bound;
}

static char *
describe_expiry (GTlsCertificate *certificate,
                 gint64 now_ns)
{
  g_autoptr (GDateTime) end = find_bound (certificate, g_tls_certificate_get_not_valid_after, -1);
  g_autofree char *end_text = end != NULL ? format_date (end) : g_strdup ("?");
  g_autofree char *now_text = format_now (now_ns);

  return g_strdup_printf (_("its certificate expired on %s, and this computer’s clock says %s"), end_text, now_text);
}

static char *
describe_beginning (GTlsCertificate *certificate,
                    gint64 now_ns)
{
  g_autoptr (GDateTime) beginning = find_bound (certificate, g_tls_certificate_get_not_valid_before, 1);
  g_autofree char *beginning_text = beginning != NULL ? format_date (beginning) : g_strdup ("?");
  g_autofree char *now_text = format_now (now_ns);

  return g_strdup_printf (_("its certificate is valid from %s on, and this computer’s clock says %s"),
                          beginning_text, now_text);
}

static char *
describe_authority (GTlsCertificate *certificate)
{
  g_autofree char *subject = NULL, *issuer = NULL, *quoted = NULL;

  while (g_tls_certificate_get_issuer (certificate) != NULL)
    certificate = g_tls_certificate_get_issuer (certificate);
  subject = g_tls_certificate_get_subject_name (certificate);
  issuer = g_tls_certificate_get_issuer_name (certificate);
  quoted = quote (issuer != NULL ? issuer : "?", -1);
  if (g_strcmp0 (subject, issuer) == 0)
    return g_strdup_printf (_("its certificate is signed only by itself (“%s”)"), quoted);
  return g_strdup_printf (_("its certificate is from an authority that is not trusted here: “%s”"), quoted);
}

/* Returns: (transfer full): the hosts that @certificate is for */
static char *
list_names (GTlsCertificate *certificate)
{
  g_autoptr (GPtrArray) dns_names = g_tls_certificate_get_dns_names (certificate);
  g_autoptr (GPtrArray) addresses = g_tls_certificate_get_ip_addresses (certificate);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; dns_names != NULL && i < dns_names->len; i++)
    {
      gsize length;
      const char *name = g_bytes_get_data (dns_names->pdata[i], &length);

      g_ptr_array_add (names, quote (name, (gssize) length));
    }
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    g_ptr_array_add (names, g_inet_address_to_string (addresses->pdata[i]));
  if (names->len == 0)
    {
      g_autofree char *subject = g_tls_certificate_get_subject_name (certificate);

      g_ptr_array_add (names, quote (subject != NULL ? subject : "?", -1));
    }
  if (names->len > MAX_QUOTED_NAMES)
    {
      g_ptr_array_set_size (names, MAX_QUOTED_NAMES);
      g_ptr_array_add (names, g_strdup ("…"));
    }
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **) names->pdata);
}

static char *
describe_identity (GTlsCertificate *certificate,
                   const TsAddress *target)
{
  g_autofree char *names = list_names (certificate);

  return g_strdup_printf (_("its certificate is for %s, and not for %s"), names, target->host);
}

/* Returns: (transfer full): everything that is wrong with @certificate */
static char *
describe_certificate (GTlsCertificate *certificate,
                      GTlsCertificateFlags flaws,
                      const TsAddress *target,
                      gint64 now_ns)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) sentences = NULL;
  char *sentence;

#define ADD(flaw, description)                   \
  if (flaws & (flaw))                            \
    {                                            \
      sentence = description;                    \
      g_strv_builder_add (builder, sentence);    \
      g_free (sentence);                         \
    }
  ADD (G_TLS_CERTIFICATE_UNKNOWN_CA, describe_authority (certificate));
  ADD (G_TLS_CERTIFICATE_BAD_IDENTITY, describe_identity (certificate, target));
  ADD (G_TLS_CERTIFICATE_NOT_ACTIVATED, describe_beginning (certificate, now_ns));
  ADD (G_TLS_CERTIFICATE_EXPIRED, describe_expiry (certificate, now_ns));
  ADD (G_TLS_CERTIFICATE_REVOKED, g_strdup (_("its certificate was revoked")));
  ADD (G_TLS_CERTIFICATE_INSECURE, g_strdup (_("its certificate is signed in a way that is no longer safe")));
  ADD (G_TLS_CERTIFICATE_GENERIC_ERROR, g_strdup (_("its certificate cannot be verified")));
#undef ADD
  sentences = g_strv_builder_end (builder);
  return g_strjoinv ("; ", sentences);
}

static gboolean
is_closed (const GError *cause)
{
  return g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS) ||
         g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_EOF) ||
         g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

/* Returns: whether the stream began with TLS, and not with a classic answer, a web page or the like */
static gboolean
began_with_tls (TsStampedStream *base)
{
  int first_byte = ts_stamped_stream_get_first_byte (base);

  return first_byte == TS_TLS_RECORD_HANDSHAKE || first_byte == TS_TLS_RECORD_ALERT;
}

/**
 * ts_tls_probe_explain:
 * @connection: (nullable): a connection that could not shake hands; %NULL if it could not even be made
 * @cause: the error of the handshake or of ts_tls_probe_connection_new()
 * @target: the server
 * @now_ns: the time by this computer's clock, by which certificates are valid or not
 *
 * Returns: (transfer full): an error of the same domain and code, whose message is for people and does not name the
 *   server
 */
GError *
ts_tls_probe_explain (GTlsConnection *connection,
                      const GError *cause,
                      const TsAddress *target,
                      gint64 now_ns)
{
  g_autoptr (GIOStream) base = NULL;
  g_autofree char *text = NULL;
  TsReceiveStamp stamp;

  if (connection == NULL)
    {
      if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_UNAVAILABLE))
        return g_error_new_literal (cause->domain, cause->code, _("TLS needs glib-networking, which is not installed"));
      return g_error_copy (cause);
    }

  g_object_get (connection, "base-io-stream", &base, NULL);
  ts_stamped_stream_get_last_stamp (TS_STAMPED_STREAM (base), &stamp);
  if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE) &&
      g_tls_connection_get_peer_certificate (connection) != NULL)
    {
      text = describe_certificate (g_tls_connection_get_peer_certificate (connection),
                                   g_tls_connection_get_peer_certificate_errors (connection), target, now_ns);
      return g_error_new_literal (cause->domain, cause->code, text);
    }
  if (is_closed (cause) && stamp.instant_ns == 0)
    return g_error_new_literal (cause->domain, cause->code,
                                _("it closed the connection during the TLS handshake"));
  if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS) ||
      (stamp.instant_ns != 0 && !began_with_tls (TS_STAMPED_STREAM (base))))
    return g_error_new_literal (cause->domain, cause->code, _("it does not speak TLS, or broke off the handshake"));
  return g_error_new (cause->domain, cause->code, _("the TLS handshake failed: %s"), cause->message);
}
