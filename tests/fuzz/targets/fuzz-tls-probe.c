/* Fuzz target of ts-tls-probe, and of ts-tcp-probe over it: whatever a server answers inside TLS.
 *
 * The input is a byte that chooses the server's certificate and protocol, and what the server does (fuzz-probe.h).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/tcp/ts-tcp-probe.h"

#include "fuzz-probe.h"
#include "fuzz-target.h"
#include "fuzz-witness.h"

static const char *const certificates[] = {
  "server.pem", "expired.pem", "early.pem", "other-host.pem", "self-signed.pem", "stranger.pem", "no-names.pem",
  "many-names.pem",
};
static const char *const hosts[] = { "127.0.0.1", "localhost", "[::ffff:127.0.0.1]" };
static const char *const protocols[] = { TS_TLS_PROTOCOL, "http/1.1", NULL };

static GTlsCertificate *
get_certificate (guint i)
{
  static GTlsCertificate *loaded[G_N_ELEMENTS (certificates)];
  g_autofree char *path = g_build_filename (CERTIFICATES, certificates[i], NULL);
  g_autoptr (GError) error = NULL;

  if (loaded[i] == NULL)
    loaded[i] = g_tls_certificate_new_from_files (path, CERTIFICATES "/server.key", &error);
  g_assert_no_error (error);
  return loaded[i];
}

static GTlsDatabase *
get_trust (void)
{
  static GTlsDatabase *trust;
  g_autoptr (GError) error = NULL;

  if (trust == NULL)
    trust = g_tls_file_database_new (CERTIFICATES "/authority.pem", &error);
  g_assert_no_error (error);
  return trust;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  FuzzServer server = { .input = { data, size } };
  guint8 choice = fuzz_input_byte (&server.input);
  g_autoptr (TsClock) clock = ts_clock_new_fake (FUZZ_NOW_NS);
  g_autoptr (TsAddress) target = NULL;
  g_autoptr (TsWitness) witness = g_object_new (FUZZ_TYPE_WITNESS, NULL);
  g_autofree char *text = NULL;
  TsProbe *probe;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    return 0;
  if (choice < 192)
    server.certificate = get_certificate (choice % 16 % G_N_ELEMENTS (certificates));
  server.protocol = protocols[choice / 16 % G_N_ELEMENTS (protocols)];
  fuzz_server_open (&server);
  text = g_strdup_printf ("timesyncs://%s:%u", hosts[size % G_N_ELEMENTS (hosts)], server.port);
  target = ts_address_parse (text, NULL);
  /* An impatient one gives the handshake up. */
  probe = ts_tcp_probe_new (target, choice / 16 == 11 ? TS_NS_PER_MS : 5 * TS_NS_PER_S, clock, get_trust ());
  if (choice % 16 >= 8)
    ts_probe_set_witness (probe, witness);
  fuzz_exchange_all (&server, probe);
  g_object_unref (probe);
  fuzz_server_free (&server);
  return 0;
}
