/* The words that go with what is copied or saved: a summary, a file name, a span of time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "save/ts-save-format.h"
#include "monitor/ts-monitor.h"

G_BEGIN_DECLS

/**
 * TsSaveSubject:
 * @host: the address as a person types it
 * @name: what the user calls it
 * @address: (nullable): the network address in use
 * @protocol: its protocol
 * @now_ns: our clock
 * @is_live: whether it is being measured
 * @error: (nullable): why the last exchange failed
 * @now: (nullable): the estimate by all samples
 * @history: its history
 * @last_sample: (nullable): the newest sample
 *
 * A server, and what is known of its clock.
 */
typedef struct
{
  const char *host;
  const char *name;
  const char *address;
  TsProtocol protocol;
  gint64 now_ns;
  gboolean is_live;
  const GError *error;
  const TsEstimate *now;
  const TsHistory *history;
  const TsSample *last_sample;
} TsSaveSubject;

char *ts_save_summary       (const TsSaveSubject *subject);
char *ts_save_summarize     (TsMonitor             *monitor);
char *ts_save_format_span   (gint64                 begin_ns,
                             gint64                 end_ns);
char *ts_save_picture_title (const char            *name,
                             const char *const     *overlays,
                             const char            *span_text);
char *ts_save_file_name     (const char            *name,
                             gint64                 now_ns,
                             TsSaveFormat         format);

G_END_DECLS
