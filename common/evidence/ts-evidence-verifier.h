/* Verifies evidence: finds what it proves, against whom, and what is wrong with it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "wire/ts-seal.h"

G_BEGIN_DECLS

/**
 * TsEvidenceClaim:
 * @server: the server's address, as the user typed it
 * @protocol: the protocol's name, from ts_protocol_get_name()
 * @has_key: whether a key has sealed what follows; otherwise it is the recorder's word alone
 * @key: the key that has sealed it
 * @n_exchanges: how many exchanges are known with both ends
 * @first_ns: t1 of the first of them, by the recorder's clock, nanoseconds since the Unix epoch
 * @last_ns: t4 of the last of them
 * @min_ns: the offset was at least this in each of them; positive when the server's clock was ahead
 * @max_ns: the offset was at most this in each of them
 * @best: the same four of the exchange that leaves the least room
 * @sealed_ns: when the last seal was signed, by the clock of the holder of @key
 * @n_half: how many exchanges are sealed at their upper end only
 *
 * What is known about one server, by one key or by none.
 */
typedef struct
{
  char *server;
  char *protocol;
  gboolean has_key;
  guint8 key[TS_SEAL_KEY_SIZE];
  guint n_exchanges;
  gint64 first_ns;
  gint64 last_ns;
  gint64 min_ns;
  gint64 max_ns;
  struct
  {
    gint64 first_ns;
    gint64 last_ns;
    gint64 min_ns;
    gint64 max_ns;
  } best;
  gint64 sealed_ns;
  guint n_half;
} TsEvidenceClaim;

/**
 * TsEvidenceReport:
 * @claims: (element-type TsEvidenceClaim): what was measured, in the order of the file
 * @findings: (element-type utf8): what is wrong, each with its line; text for people
 * @digest: (nullable): the sum of the whole evidence, to be time-stamped; %NULL if the evidence has no end
 * @token: (nullable): a time-stamp token (DER) that was added to the evidence
 */
typedef struct
{
  GPtrArray *claims;
  GPtrArray *findings;
  char *digest;
  GByteArray *token;
} TsEvidenceReport;

TsEvidenceReport *ts_evidence_verify      (const char        *path,
                                           GError           **error);
void              ts_evidence_report_free (TsEvidenceReport  *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsEvidenceReport, ts_evidence_report_free)

G_END_DECLS
