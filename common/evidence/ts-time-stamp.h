/* A time-stamp token of RFC 3161: what was stamped, when, and by whom.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The size of a SHA-256 hash. */
#define TS_TIME_STAMP_IMPRINT_SIZE 32

/**
 * TsTimeStamp:
 * @imprint: the SHA-256 hash that was stamped
 * @generated: when it was stamped, in the form of the token: "YYYYMMDDhhmmss[.f]Z"
 * @signer: the subject of the certificate that has signed the token
 */
typedef struct
{
  guint8 imprint[TS_TIME_STAMP_IMPRINT_SIZE];
  char *generated;
  char *signer;
} TsTimeStamp;

gboolean ts_time_stamp_read  (const guint8  *token,
                              gsize          length,
                              TsTimeStamp   *stamp,
                              GError       **error);
void     ts_time_stamp_clear (TsTimeStamp   *stamp);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TsTimeStamp, ts_time_stamp_clear)

G_END_DECLS
