/* The bytes of a seal, which signs all requests and answers of a connection.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "wire/ts-wire.h"

G_BEGIN_DECLS

#define TS_SEAL_SIZE           192
#define TS_SEAL_SIGNED_SIZE    96
#define TS_SEAL_HASH_SIZE      32
#define TS_SEAL_KEY_SIZE       32
#define TS_SEAL_SIGNATURE_SIZE 64

/**
 * TsTranscript:
 * @hash: H; 32 zero bytes while @n_exchanges is 0
 * @n_exchanges: how many exchanges are in it
 *
 * The exchanges of one connection, in their order. All zero: none.
 */
typedef struct
{
  guint8 hash[TS_SEAL_HASH_SIZE];
  guint64 n_exchanges;
} TsTranscript;

/**
 * TsSeal:
 * @cookie: the cookie of the request for the seal
 * @instant_ns: the server's clock when it signed, nanoseconds since the Unix epoch
 * @transcript: the transcript that it signed
 * @key: the server's Ed25519 public key (RFC 8032)
 * @signature: the signature over the %TS_SEAL_SIGNED_SIZE bytes before it, by that key
 *
 * A decoded seal.
 */
typedef struct
{
  guint64 cookie;
  gint64 instant_ns;
  TsTranscript transcript;
  guint8 key[TS_SEAL_KEY_SIZE];
  guint8 signature[TS_SEAL_SIGNATURE_SIZE];
} TsSeal;

gboolean  ts_frame_wants_transcript (const guint8   bytes[TS_FRAME_SIZE]);
void      ts_seal_encode            (const TsSeal  *seal,
                                     guint8         bytes[TS_SEAL_SIZE]);
TsDecoded ts_seal_decode            (const guint8  *bytes,
                                     gsize          length,
                                     TsSeal        *seal,
                                     GError       **error);

G_END_DECLS
