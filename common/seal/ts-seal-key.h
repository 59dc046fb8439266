/* A key that signs seals, and verification of its signatures.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "wire/ts-seal.h"

G_BEGIN_DECLS

typedef struct _TsSealKey TsSealKey;

#define TS_SEAL_KEY_ERROR (ts_seal_key_error_quark ())

/**
 * TsSealKeyError:
 * @TS_SEAL_KEY_ERROR_UNSUPPORTED: this program was built without GnuTLS
 * @TS_SEAL_KEY_ERROR_INVALID: there is no such key in the file, other users may read the file, or a signature is wrong
 */
typedef enum
{
  TS_SEAL_KEY_ERROR_UNSUPPORTED,
  TS_SEAL_KEY_ERROR_INVALID,
} TsSealKeyError;

GQuark        ts_seal_key_error_quark        (void);
gboolean      ts_seal_key_make               (const char       *path,
                                              GError          **error);
TsSealKey    *ts_seal_key_load               (const char       *path,
                                              GError          **error);
void          ts_seal_key_free               (TsSealKey        *self);
const guint8 *ts_seal_key_get_public         (const TsSealKey  *self);
gboolean      ts_seal_key_sign               (TsSealKey        *self,
                                              const guint8     *bytes,
                                              gsize             length,
                                              guint8            signature[TS_SEAL_SIGNATURE_SIZE]);
gboolean      ts_seal_key_verify             (const guint8      public_key[TS_SEAL_KEY_SIZE],
                                              const guint8     *bytes,
                                              gsize             length,
                                              const guint8      signature[TS_SEAL_SIGNATURE_SIZE],
                                              GError          **error);
char         *ts_seal_key_to_string          (const guint8      public_key[TS_SEAL_KEY_SIZE]);
gboolean      ts_seal_key_from_string        (const char       *text,
                                              guint8            public_key[TS_SEAL_KEY_SIZE]);
char         *ts_seal_key_format_fingerprint (const guint8      public_key[TS_SEAL_KEY_SIZE]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsSealKey, ts_seal_key_free)

G_END_DECLS
