/* What an earlier window has recorded of the test's server.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "record/ts-recorder.h"
#include "servers/ts-archive.h"

#include "test-fixture.h"
#include "test-records.h"

#define N_RECORDED 3000

/* Three days ago: an exchange a second. Returns: when the last one ended */
static inline gint64
record_past (Fixture *fixture)
{
  g_autofree char *path = ts_archive_get_default_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  const TsRecorderSettings settings = { .path = path, .is_own = TRUE };
  g_autoptr (TsClock) clock = NULL;
  g_autoptr (TsRecorder) recorder = NULL;
  TestSeries series;
  guint number;

  g_mkdir_with_parents (folder, 0700);
  test_series_init (&series, 3, TS_NS_PER_S);
  series.is_plain = TRUE;
  series.offset_ns = 60 * TS_NS_PER_MS;
  series.at_ns = ts_clock_get_now_ns (fixture->clock) - 3 * 86400 * TS_NS_PER_S;
  clock = ts_clock_new_fake (series.at_ns);
  recorder = ts_recorder_new (&settings, clock);
  number = ts_recorder_begin (recorder, fixture->host, fixture->host, TRUE);
  for (guint i = 0; i < N_RECORDED; i++)
    {
      TsRecord record = test_series_next (&series);

      ts_recorder_add (recorder, number, &record);
    }
  ts_recorder_stop (recorder);
  test_series_clear (&series);
  return series.last.exchange.t4_ns;
}
