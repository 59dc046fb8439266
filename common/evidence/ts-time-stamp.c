/* A time-stamp token of RFC 3161: what was stamped, when, and by whom.
 *
 * The token is signed data (RFC 5652) around a TSTInfo. Its signature is checked with a certificate in the token.
 * Whether to trust that certificate is up to the user.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "evidence/ts-time-stamp.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "seal/ts-seal-key.h"
#include "wire/ts-der.h"

#ifdef HAVE_GNUTLS
#include <gnutls/abstract.h>
#include <gnutls/pkcs7.h>
#endif

#define TST_INFO_OID "1.2.840.113549.1.9.16.1.4"

#ifdef HAVE_GNUTLS

/* Reads a TSTInfo (RFC 3161, section 2.4.2): version, policy, imprint, serial number, time. */
static gboolean
parse (TsDer whole,
       TsTimeStamp *stamp)
{
  static const guint8 sha256[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01 };
  TsDer info, imprint, algorithm, hash, part;

  if (!ts_der_take (&whole, TS_DER_SEQUENCE, &info) || !ts_der_take (&info, TS_DER_INTEGER, &part) ||
      !ts_der_take (&info, TS_DER_OID, &part) || !ts_der_take (&info, TS_DER_SEQUENCE, &imprint) ||
      !ts_der_take (&imprint, TS_DER_SEQUENCE, &algorithm) || !ts_der_take (&algorithm, TS_DER_OID, &part) ||
      part.length != sizeof sha256 || memcmp (part.bytes, sha256, sizeof sha256) != 0 ||
      !ts_der_take (&imprint, TS_DER_OCTETS, &hash) || hash.length != sizeof stamp->imprint ||
      !ts_der_take (&info, TS_DER_INTEGER, &part) || !ts_der_take (&info, TS_DER_GENERALIZED_TIME, &part))
    return FALSE;
  memcpy (stamp->imprint, hash.bytes, sizeof stamp->imprint);
  stamp->generated = g_utf8_make_valid ((const char *) part.bytes, (gssize) part.length);
  return TRUE;
}

/* Returns: whether the certificate has a key that GnuTLS can read. GnuTLS 3.7.9 loses memory where it finds that out
 * itself while it verifies. */
static gboolean
has_key (gnutls_x509_crt_t certificate)
{
  gnutls_pubkey_t key;
  gboolean is_read;

  if (gnutls_pubkey_init (&key) < 0)
    return FALSE;
  is_read = gnutls_pubkey_import_x509 (key, certificate, 0) >= 0;
  gnutls_pubkey_deinit (key);
  return is_read;
}

/* Returns: (transfer full) (nullable): the subject of the certificate in the token that has signed the token */
static char *
find_signer (gnutls_pkcs7_t token)
{
  int n_certificates = gnutls_pkcs7_get_crt_count (token);
  char *signer = NULL;

  for (int i = 0; i < n_certificates && signer == NULL; i++)
    {
      gnutls_datum_t der = { NULL, 0 }, name = { NULL, 0 };
      gnutls_x509_crt_t certificate;

      if (gnutls_pkcs7_get_crt_raw2 (token, (unsigned) i, &der) < 0 || gnutls_x509_crt_init (&certificate) < 0)
        continue;
      if (gnutls_x509_crt_import (certificate, &der, GNUTLS_X509_FMT_DER) >= 0 && has_key (certificate) &&
          gnutls_pkcs7_verify_direct (token, certificate, 0, NULL, 0) >= 0 &&
          gnutls_x509_crt_get_dn3 (certificate, &name, 0) >= 0)
        signer = g_utf8_make_valid ((const char *) name.data, name.size);
      gnutls_free (name.data);
      gnutls_x509_crt_deinit (certificate);
      gnutls_free (der.data);
    }
  return signer;
}

static gboolean
read_token (gnutls_pkcs7_t token,
            TsTimeStamp *stamp)
{
  const char *oid = gnutls_pkcs7_get_embedded_data_oid (token);
  gnutls_datum_t info = { NULL, 0 };
  gboolean is_read;

  if (g_strcmp0 (oid, TST_INFO_OID) != 0 || gnutls_pkcs7_get_embedded_data (token, 0, &info) < 0)
    return FALSE;
  is_read = parse ((TsDer) { info.data, info.size }, stamp);
  gnutls_free (info.data);
  if (is_read)
    stamp->signer = find_signer (token);
  return is_read && stamp->signer != NULL;
}

#endif

/**
 * ts_time_stamp_read:
 * @token: (array length=length): a token (DER)
 * @length: how many bytes it has
 * @stamp: (out caller-allocates): what the token says; to be cleared even on failure
 * @error: return location for a %TS_SEAL_KEY_ERROR
 *
 * Returns: whether this is a token for a SHA-256 hash that a certificate in it has signed
 */
gboolean
ts_time_stamp_read (const guint8 *token,
                    gsize length,
                    TsTimeStamp *stamp,
                    GError **error)
{
#ifdef HAVE_GNUTLS
  const gnutls_datum_t der = { (unsigned char *) token, (unsigned int) length };
  gnutls_pkcs7_t parsed;
  gboolean is_read = FALSE;

  *stamp = (TsTimeStamp) { 0 };
  if (gnutls_pkcs7_init (&parsed) >= 0)
    {
      is_read = gnutls_pkcs7_import (parsed, &der, GNUTLS_X509_FMT_DER) >= 0 && read_token (parsed, stamp);
      gnutls_pkcs7_deinit (parsed);
    }
  if (!is_read)
    g_set_error (error, TS_SEAL_KEY_ERROR, TS_SEAL_KEY_ERROR_INVALID,
                 _("the time-stamp is not an RFC 3161 token for SHA-256 that a certificate in it has signed"));
  return is_read;
#else
  *stamp = (TsTimeStamp) { 0 };
  g_set_error (error, TS_SEAL_KEY_ERROR, TS_SEAL_KEY_ERROR_UNSUPPORTED, _("this program was built without seals"));
  return FALSE;
#endif
}

/**
 * ts_time_stamp_clear:
 * @stamp: a time-stamp from ts_time_stamp_read()
 */
void
ts_time_stamp_clear (TsTimeStamp *stamp)
{
  g_clear_pointer (&stamp->generated, g_free);
  g_clear_pointer (&stamp->signer, g_free);
}
