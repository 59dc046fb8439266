/* A key that signs seals, and verification of its signatures.
 *
 * Ed25519 (RFC 8032) comes from GnuTLS, which glib-networking uses as well. A program that was built without GnuTLS
 * neither signs nor verifies, and says so.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "seal/ts-seal-key.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/ts-hex.h"

#ifdef HAVE_GNUTLS
#include <gnutls/abstract.h>
#endif

/* The group may read a key, because systemd hands over credentials like that. */
#define FORBIDDEN_MODE (S_IWGRP | S_IXGRP | S_IRWXO)

#define MAX_FILE_SIZE 65536

struct _TsSealKey
{
  pthread_mutex_t lock; /* GnuTLS lets one thread at a time use a key */
#ifdef HAVE_GNUTLS
  gnutls_privkey_t private_key;
#endif
  guint8 public_key[TS_SEAL_KEY_SIZE];
};

G_DEFINE_QUARK (ts-seal-key-error-quark, ts_seal_key_error)

#ifdef HAVE_GNUTLS

static gboolean
set_file_error (const char *path,
                GError **error)
{
  int code = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s", path, g_strerror (code));
  return FALSE;
}

/* Returns: %FALSE, with GnuTLS's reason */
static gboolean
set_invalid (const char *path,
             int code,
             GError **error)
{
  g_set_error (error, TS_SEAL_KEY_ERROR, TS_SEAL_KEY_ERROR_INVALID,
               _("%s: there is no usable Ed25519 private key in it: %s"), path, gnutls_strerror (code));
  return FALSE;
}

/* Generates a key as PEM of PKCS #8 into @pem, to be freed with gnutls_free().
 * Returns: a negative number on failure */
static int
generate (gnutls_datum_t *pem)
{
  gnutls_x509_privkey_t key;
  int code = gnutls_x509_privkey_init (&key);

  if (code < 0)
    return code;
  code = gnutls_x509_privkey_generate (key, GNUTLS_PK_EDDSA_ED25519,
                                       GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_ED25519), 0);
  if (code >= 0)
    code = gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, pem);
  gnutls_x509_privkey_deinit (key);
  return code;
}

static gboolean
write_all (int fd,
           const guint8 *bytes,
           gsize length)
{
  while (length > 0)
    {
      gssize n_written = write (fd, bytes, length);

      if (n_written < 0 && errno != EINTR)
        return FALSE;
      bytes += MAX (n_written, 0);
      length -= (gsize) MAX (n_written, 0);
    }
  return fsync (fd) == 0;
}

/* Removes the file again if it could not be written whole. */
static gboolean
write_new_file (const char *path,
                const gnutls_datum_t *pem,
                GError **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  gboolean is_written;

  if (fd < 0)
    return set_file_error (path, error);
  is_written = write_all (fd, pem->data, pem->size);
  if (!is_written)
    {
      set_file_error (path, error);
      unlink (path);
    }
  close (fd);
  return is_written;
}

/* Returns: (transfer full) (nullable): the text of the file, if no other users may read it */
static char *
read_private_file (const char *path,
                   gsize *length,
                   GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  g_autofree char *text = g_malloc (MAX_FILE_SIZE);
  gssize n_read;
  struct stat status;

  if (fd < 0 || fstat (fd, &status) != 0 || (n_read = read (fd, text, MAX_FILE_SIZE)) < 0)
    {
      set_file_error (path, error);
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  close (fd);
  if (status.st_mode & FORBIDDEN_MODE)
    {
      g_set_error (error, TS_SEAL_KEY_ERROR, TS_SEAL_KEY_ERROR_INVALID,
                   _("%s: other users may read or change this file (its mode is %03o; 600 is safe)"), path,
                   (guint) status.st_mode & 0777);
      return NULL;
    }
  *length = (gsize) n_read;
  return g_steal_pointer (&text);
}

static int
import (TsSealKey *self,
        const char *text,
        gsize length)
{
  const gnutls_datum_t pem = { (unsigned char *) text, (unsigned int) length };
  gnutls_datum_t x = { NULL, 0 }, k = { NULL, 0 };
  gnutls_ecc_curve_t curve;
  int code = gnutls_privkey_import_x509_raw (self->private_key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0);

  if (code < 0)
    return code;
  if (gnutls_privkey_get_pk_algorithm (self->private_key, NULL) != GNUTLS_PK_EDDSA_ED25519)
    return GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM;
  code = gnutls_privkey_export_ecc_raw2 (self->private_key, &curve, &x, NULL, &k, 0);
  if (code < 0)
    return code;
  if (x.size == TS_SEAL_KEY_SIZE)
    memcpy (self->public_key, x.data, TS_SEAL_KEY_SIZE);
  else
    code = GNUTLS_E_INVALID_REQUEST;
  gnutls_memset (k.data, 0, k.size);
  gnutls_free (k.data);
  gnutls_free (x.data);
  return code;
}

#else

static void
set_unsupported (GError **error)
{
  g_set_error (error, TS_SEAL_KEY_ERROR, TS_SEAL_KEY_ERROR_UNSUPPORTED, _("this program was built without seals"));
}

#endif

/**
 * ts_seal_key_make:
 * @path: the path of a file that does not exist
 * @error: return location for a %G_FILE_ERROR or %TS_SEAL_KEY_ERROR that names the file
 *
 * Generates a key and writes it into a new file (PEM, PKCS #8) that only its owner may read.
 *
 * Returns: whether the file was written
 */
gboolean
ts_seal_key_make (const char *path,
                  GError **error)
{
#ifdef HAVE_GNUTLS
  gnutls_datum_t pem = { NULL, 0 };
  int code = generate (&pem);
  gboolean is_made;

  if (code < 0)
    return set_invalid (path, code, error);
  is_made = write_new_file (path, &pem, error);
  gnutls_memset (pem.data, 0, pem.size);
  gnutls_free (pem.data);
  return is_made;
#else
  set_unsupported (error);
  return FALSE;
#endif
}

/**
 * ts_seal_key_load:
 * @path: the path of a PEM file with an Ed25519 private key that only its owner, and perhaps its group, may read
 * @error: return location for a %G_FILE_ERROR or %TS_SEAL_KEY_ERROR that names the file
 *
 * Returns: (transfer full) (nullable): the key
 */
TsSealKey *
ts_seal_key_load (const char *path,
                  GError **error)
{
#ifdef HAVE_GNUTLS
  gsize length;
  g_autofree char *text = read_private_file (path, &length, error);
  g_autoptr (TsSealKey) self = NULL;
  int code;

  if (text == NULL)
    return NULL;
  self = g_new0 (TsSealKey, 1);
  pthread_mutex_init (&self->lock, NULL);
  code = gnutls_privkey_init (&self->private_key);
  if (code >= 0)
    code = import (self, text, length);
  gnutls_memset (text, 0, MAX_FILE_SIZE);
  if (code >= 0)
    return g_steal_pointer (&self);
  set_invalid (path, code, error);
#else
  set_unsupported (error);
#endif
  return NULL;
}

/**
 * ts_seal_key_free:
 * @self: (transfer full): a key
 */
void
ts_seal_key_free (TsSealKey *self)
{
#ifdef HAVE_GNUTLS
  gnutls_privkey_deinit (self->private_key);
#endif
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

/**
 * ts_seal_key_get_public:
 * @self: a key
 *
 * Returns: (transfer none): the %TS_SEAL_KEY_SIZE bytes of the public key
 */
const guint8 *
ts_seal_key_get_public (const TsSealKey *self)
{
  return self->public_key;
}

/**
 * ts_seal_key_sign:
 * @self: a key; any thread may use it
 * @bytes: (array length=length): what to sign
 * @length: how many bytes
 * @signature: (out): receives the signature
 *
 * Returns: whether GnuTLS has signed the bytes
 */
gboolean
ts_seal_key_sign (TsSealKey *self,
                  const guint8 *bytes,
                  gsize length,
                  guint8 signature[TS_SEAL_SIGNATURE_SIZE])
{
#ifdef HAVE_GNUTLS
  const gnutls_datum_t data = { (unsigned char *) bytes, (unsigned int) length };
  gnutls_datum_t signed_data = { NULL, 0 };
  gboolean is_signed;
  int code;

  pthread_mutex_lock (&self->lock);
  code = gnutls_privkey_sign_data2 (self->private_key, GNUTLS_SIGN_EDDSA_ED25519, 0, &data, &signed_data);
  pthread_mutex_unlock (&self->lock);
  is_signed = code >= 0 && signed_data.size == TS_SEAL_SIGNATURE_SIZE;
  if (is_signed)
    memcpy (signature, signed_data.data, TS_SEAL_SIGNATURE_SIZE);
  gnutls_free (signed_data.data);
  return is_signed;
#else
  return FALSE;
#endif
}

/**
 * ts_seal_key_verify:
 * @public_key: a public key
 * @bytes: (array length=length): what was signed
 * @length: how many bytes
 * @signature: the signature
 * @error: return location for a %TS_SEAL_KEY_ERROR, which says why the signature proves nothing
 *
 * Returns: whether the holder of the key has signed the bytes
 */
gboolean
ts_seal_key_verify (const guint8 public_key[TS_SEAL_KEY_SIZE],
                    const guint8 *bytes,
                    gsize length,
                    const guint8 signature[TS_SEAL_SIGNATURE_SIZE],
                    GError **error)
{
#ifdef HAVE_GNUTLS
  const gnutls_datum_t x = { (unsigned char *) public_key, TS_SEAL_KEY_SIZE };
  const gnutls_datum_t data = { (unsigned char *) bytes, (unsigned int) length };
  const gnutls_datum_t signed_data = { (unsigned char *) signature, TS_SEAL_SIGNATURE_SIZE };
  gnutls_pubkey_t key;
  int code = gnutls_pubkey_init (&key);

  if (code >= 0)
    {
      code = gnutls_pubkey_import_ecc_raw (key, GNUTLS_ECC_CURVE_ED25519, &x, NULL);
      if (code >= 0)
        code = gnutls_pubkey_verify_data2 (key, GNUTLS_SIGN_EDDSA_ED25519, 0, &data, &signed_data);
      gnutls_pubkey_deinit (key);
    }
  if (code >= 0)
    return TRUE;
  g_set_error (error, TS_SEAL_KEY_ERROR, TS_SEAL_KEY_ERROR_INVALID, _("the signature was not made with this key: %s"),
               gnutls_strerror (code));
#else
  set_unsupported (error);
#endif
  return FALSE;
}

/**
 * ts_seal_key_to_string:
 * @public_key: a public key
 *
 * Returns: (transfer full): its bytes as 64 hexadecimal digits
 */
char *
ts_seal_key_to_string (const guint8 public_key[TS_SEAL_KEY_SIZE])
{
  return ts_hex_encode (public_key, TS_SEAL_KEY_SIZE);
}

/**
 * ts_seal_key_from_string:
 * @text: a text that may come from ts_seal_key_to_string()
 * @public_key: (out): receives the key; left alone on failure
 *
 * Returns: whether @text is 64 hexadecimal digits and nothing else
 */
gboolean
ts_seal_key_from_string (const char *text,
                         guint8 public_key[TS_SEAL_KEY_SIZE])
{
  g_autoptr (GByteArray) bytes = ts_hex_decode (text);

  if (bytes == NULL || bytes->len != TS_SEAL_KEY_SIZE)
    return FALSE;
  memcpy (public_key, bytes->data, TS_SEAL_KEY_SIZE);
  return TRUE;
}

/**
 * ts_seal_key_format_fingerprint:
 * @public_key: a public key
 *
 * Returns: (transfer full): the first 80 bits of its SHA-256 as five groups of four hexadecimal digits, for people to
 *   compare; another key with the same ones would take 2⁸⁰ tries
 */
char *
ts_seal_key_format_fingerprint (const guint8 public_key[TS_SEAL_KEY_SIZE])
{
  g_autofree char *digits = g_compute_checksum_for_data (G_CHECKSUM_SHA256, public_key, TS_SEAL_KEY_SIZE);

  return g_strdup_printf ("%.4s-%.4s-%.4s-%.4s-%.4s", digits, digits + 4, digits + 8, digits + 12, digits + 16);
}
