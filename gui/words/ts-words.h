/* The sentences about a measurement.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/estimate/ts-estimator.h"
#include "net/probe/ts-probe.h"
#include "seal/ts-seal-key.h"

G_BEGIN_DECLS

/* The jitter that people read is that of so many of the last samples. */
#define TS_WORDS_N_JITTER 16

char       *ts_words_headline    (const TsEstimate *now,
                                  const char       *server,
                                  gboolean          is_past);
char       *ts_words_certainty   (const TsEstimate *now);
gboolean    ts_words_is_change   (const TsEstimate *shown,
                                  const TsEstimate *now);
char       *ts_words_shorten     (const char       *name,
                                  guint             n_chars);
char       *ts_words_premise     (const TsEstimate *now);
char       *ts_words_step        (TsClockEvent      event,
                                  gint64            size_ns);
char       *ts_words_offset      (const TsEstimate *now);
char       *ts_words_drift_range (const TsEstimate *now);
char       *ts_words_own_clock   (const TsSample   *sample);
gboolean    ts_words_is_unsynchronized (const TsSample *sample);
char       *ts_words_age         (gint64            age_ns);
char       *ts_words_failure     (const GError     *error,
                                  TsProbe          *probe,
                                  const char       *name);
const char *ts_words_failure_details (const GError *error,
                                      TsProbe      *probe,
                                      const char   *name);
char       *ts_words_error_hint  (const GError     *error);
char       *ts_words_next_try    (gint64            until_ns);
char       *ts_words_interval    (double            interval_s);
const char *ts_words_protocol    (TsProtocol        protocol);
char       *ts_words_key         (const guint8      key[TS_SEAL_KEY_SIZE]);

G_END_DECLS
