/* Takes values apart that are encoded by DER, the distinguished encoding of ASN.1.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TS_DER_INTEGER          0x02
#define TS_DER_BIT_STRING       0x03
#define TS_DER_OCTETS           0x04
#define TS_DER_OID              0x06
#define TS_DER_GENERALIZED_TIME 0x18
#define TS_DER_SEQUENCE         0x30
#define TS_DER_CONTEXT_0        0xa0

/**
 * TsDer:
 * @bytes: (transfer none): the bytes, which the caller owns
 * @length: how many
 *
 * Values one after the other, or the contents of one value.
 */
typedef struct
{
  const guint8 *bytes;
  gsize length;
} TsDer;

gboolean ts_der_take (TsDer  *der,
                      guint8  tag,
                      TsDer  *value);

G_END_DECLS
