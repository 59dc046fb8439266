/* Loads the server's certificate, its chain and its private key from files.
 *
 * The start, a reload and --check-config use the same function, so that all three agree.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "settings/ts-certificate.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/socket.h>

#include "measure/ts-time.h"
#include "wire/ts-der.h"

/* NIST SP 800-57: a shorter key has less than 112 bits of strength. */
#define MIN_RSA_BITS 2048

#define HANDSHAKE_PATIENCE_S 10

static gboolean
der_is (const TsDer *der,
        const guint8 *bytes,
        gsize length)
{
  return der->length == length && memcmp (der->bytes, bytes, length) == 0;
}

/* Returns: how many bits the modulus of an RSA key has; 0: it is not an RSA key */
static guint
count_rsa_bits (TsDer key)
{
  static const guint8 rsa[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01 };
  TsDer algorithm, oid, bits, pair, modulus;
  guint n_bits;

  if (!ts_der_take (&key, TS_DER_SEQUENCE, &algorithm) || !ts_der_take (&algorithm, TS_DER_OID, &oid) ||
      !der_is (&oid, rsa, sizeof rsa) || !ts_der_take (&key, TS_DER_BIT_STRING, &bits) || bits.length < 1)
    return 0;
  bits = (TsDer) { bits.bytes + 1, bits.length - 1 };
  if (!ts_der_take (&bits, TS_DER_SEQUENCE, &pair) || !ts_der_take (&pair, TS_DER_INTEGER, &modulus))
    return 0;
  while (modulus.length > 0 && modulus.bytes[0] == 0)
    modulus = (TsDer) { modulus.bytes + 1, modulus.length - 1 };
  n_bits = (guint) modulus.length * 8;
  for (guint mask = 0x80; modulus.length > 0 && mask > 0 && (modulus.bytes[0] & mask) == 0; mask >>= 1)
    n_bits--;
  return n_bits;
}

/* Returns: whether RFC 5280's Certificate is signed with MD5 or SHA-1 */
static gboolean
is_signature_weak (const TsDer *oid)
{
  static const guint8 rsa_md5[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04 };
  static const guint8 rsa_sha1[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05 };
  static const guint8 ecdsa_sha1[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01 };

  return der_is (oid, rsa_md5, sizeof rsa_md5) || der_is (oid, rsa_sha1, sizeof rsa_sha1) ||
         der_is (oid, ecdsa_sha1, sizeof ecdsa_sha1);
}

/* RFC 5280 section 4.1: version, serial number, signature, issuer, validity, subject, key.
 *
 * Returns: (transfer full) (nullable): what is weak about the certificate, if anything is */
static char *
describe_weakness (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) bytes = NULL;
  TsDer whole, outer, part, key, algorithm, oid;
  guint n_bits;

  g_object_get (certificate, "certificate", &bytes, NULL);
  whole = (TsDer) { bytes->data, bytes->len };
  if (!ts_der_take (&whole, TS_DER_SEQUENCE, &outer) || !ts_der_take (&outer, TS_DER_SEQUENCE, &part))
    return NULL;
  ts_der_take (&part, TS_DER_CONTEXT_0, &key);
  if (!ts_der_take (&part, TS_DER_INTEGER, &key) || !ts_der_take (&part, TS_DER_SEQUENCE, &algorithm) ||
      !ts_der_take (&part, TS_DER_SEQUENCE, &key) || !ts_der_take (&part, TS_DER_SEQUENCE, &key) ||
      !ts_der_take (&part, TS_DER_SEQUENCE, &key) || !ts_der_take (&part, TS_DER_SEQUENCE, &key) ||
      !ts_der_take (&algorithm, TS_DER_OID, &oid))
    return NULL;
  n_bits = count_rsa_bits (key);
  if (n_bits > 0 && n_bits < MIN_RSA_BITS)
    return g_strdup_printf (_("its RSA key has only %u bits"), n_bits);
  return is_signature_weak (&oid) ? g_strdup (_("it is signed with MD5 or SHA-1")) : NULL;
}

/* Returns: whether each certificate was issued by the next, the server's own being the first */
static gboolean
check_order (GList *chain,
             const char *path,
             GError **error)
{
  for (guint i = 1; chain->next != NULL; chain = chain->next, i++)
    {
      g_autofree char *issuer = g_tls_certificate_get_issuer_name (chain->data);
      g_autofree char *next = g_tls_certificate_get_subject_name (chain->next->data);

      if (g_strcmp0 (issuer, next) == 0)
        continue;
      g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                   _("%s: the chain is in the wrong order: certificate %u is of “%s”, but certificate %u was issued by "
                     "“%s”"), path, i + 1, next, i, issuer);
      return FALSE;
    }
  return TRUE;
}

/* Returns: whether the certificate's file has a chain in the right order; otherwise @error names the file and where it
 *   was set */
static gboolean
check_chain (const TsSettings *settings,
             GError **error)
{
  const char *path = settings->tls_certificate;
  g_autoptr (GError) failure = NULL;
  GList *chain = g_tls_certificate_list_new_from_file (path, &failure);

  if (failure != NULL)
    g_prefix_error (&failure, "%s: ", path);
  else if (chain == NULL)
    g_set_error (&failure, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, _("%s: there is no certificate in it"), path);
  else
    check_order (chain, path, &failure);
  g_list_free_full (chain, g_object_unref);
  if (failure == NULL)
    return TRUE;
  ts_settings_prefix_place (settings, "tls-certificate", &failure);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

typedef struct
{
  guint n_left; /* sides */
  GError *error; /* (nullable): of the side that failed first */
} Handshake;

static void
did_handshake (GObject *connection,
               GAsyncResult *result,
               gpointer user_data)
{
  Handshake *handshake = user_data;
  g_autoptr (GError) error = NULL;

  handshake->n_left--;
  if (!g_tls_connection_handshake_finish (G_TLS_CONNECTION (connection), result, &error) && handshake->error == NULL)
    handshake->error = g_steal_pointer (&error);
  /* If this side fails, the stream is closed, because the other side would wait for it. */
  if (handshake->error != NULL)
    g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
}

/* @fd: (transfer full): one end of a pair of sockets
 * Returns: (transfer full) (nullable): TLS over it */
static GIOStream *
open_side (GType type,
           int fd,
           GTlsCertificate *certificate,
           GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, error);
  g_autoptr (GSocketConnection) base = NULL;

  if (socket == NULL)
    return NULL;
  g_socket_set_timeout (socket, HANDSHAKE_PATIENCE_S);
  base = g_socket_connection_factory_create_connection (socket);
  return g_initable_new (type, NULL, error, "base-io-stream", base, "database", NULL,
                         certificate != NULL ? "certificate" : NULL, certificate, NULL);
}

static gboolean
accept_any (void)
{
  return TRUE;
}

/* Returns: whether a client of this process gets through its handshake with the certificate */
static gboolean
try_handshake (GTlsCertificate *certificate,
               GError **error)
{
  GTlsBackend *backend = g_tls_backend_get_default ();
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GIOStream) server = NULL;
  g_autoptr (GIOStream) client = NULL;
  Handshake handshake = { .n_left = 2 };
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    return TRUE;
  server = open_side (g_tls_backend_get_server_connection_type (backend), fds[0], certificate, error);
  client = open_side (g_tls_backend_get_client_connection_type (backend), fds[1], NULL, server != NULL ? error : NULL);
  if (server == NULL || client == NULL)
    return FALSE;
  g_signal_connect (client, "accept-certificate", G_CALLBACK (accept_any), NULL);

  g_main_context_push_thread_default (context);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (server), G_PRIORITY_DEFAULT, NULL, did_handshake, &handshake);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (client), G_PRIORITY_DEFAULT, NULL, did_handshake, &handshake);
  while (handshake.n_left > 0)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);
  if (handshake.error == NULL)
    return TRUE;
  g_propagate_error (error, handshake.error);
  return FALSE;
}

/**
 * ts_certificate_load:
 * @settings: settings with a certificate
 * @error: return location for an error that names the file that is wrong, and where it was set
 *
 * Loads a certificate with which a server can serve: the key is the certificate's, the chain is in order, and a
 * handshake with it has succeeded. Clients decide for themselves whether they trust it.
 *
 * Returns: (transfer full) (nullable): the certificate
 */
GTlsCertificate *
ts_certificate_load (const TsSettings *settings,
                     GError **error)
{
  const char *path = settings->tls_certificate;
  const char *key_path = settings->tls_key != NULL ? settings->tls_key : path;
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GError) cause = NULL;

  if (!check_chain (settings, error))
    return NULL;
  certificate = g_tls_certificate_new_from_files (path, key_path, error);
  if (certificate == NULL)
    g_prefix_error (error, "%s: ", key_path);
  else if (try_handshake (certificate, &cause))
    return g_steal_pointer (&certificate);
  else
    g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                 _("%s: this private key and the certificate in %s do not work together: %s"), key_path,
                 path, cause->message);
  ts_settings_prefix_place (settings, settings->tls_key != NULL ? "tls-key" : "tls-certificate", error);
  return NULL;
}

/* Returns: (transfer full): the date and time, in UTC */
static char *
describe_instant (GDateTime *instant)
{
  g_autoptr (GDateTime) utc = g_date_time_to_utc (instant);

  return g_date_time_format (utc, "%Y-%m-%d %H:%M UTC");
}

/**
 * ts_certificate_describe_flaw:
 * @certificate: a certificate
 * @path: its file
 * @now_ns: the time, since the Unix epoch
 *
 * Returns: (transfer full) (nullable): in one line, why clients will mistrust a certificate that can be served: it has
 *   expired, is not valid so far, or is weak; %NULL if none of these
 */
char *
ts_certificate_describe_flaw (GTlsCertificate *certificate,
                              const char *path,
                              gint64 now_ns)
{
  g_autoptr (GDateTime) begin = g_tls_certificate_get_not_valid_before (certificate);
  g_autoptr (GDateTime) end = g_tls_certificate_get_not_valid_after (certificate);
  g_autofree char *weakness = describe_weakness (certificate);
  g_autofree char *begin_text = begin != NULL ? describe_instant (begin) : NULL;
  g_autofree char *end_text = end != NULL ? describe_instant (end) : NULL;

  if (end != NULL && g_date_time_to_unix (end) < now_ns / TS_NS_PER_S)
    return g_strdup_printf (_("%s: the certificate expired on %s"), path, end_text);
  if (begin != NULL && g_date_time_to_unix (begin) > now_ns / TS_NS_PER_S)
    return g_strdup_printf (_("%s: the certificate is not valid before %s"), path, begin_text);
  return weakness != NULL ? g_strdup_printf (_("%s: the certificate is weak: %s"), path, weakness) : NULL;
}

/**
 * ts_certificate_get_end_s:
 * @certificate: a certificate
 *
 * Returns: when it expires, in seconds since the Unix epoch; 0: not known
 */
gint64
ts_certificate_get_end_s (GTlsCertificate *certificate)
{
  g_autoptr (GDateTime) end = g_tls_certificate_get_not_valid_after (certificate);

  return end != NULL ? g_date_time_to_unix (end) : 0;
}
