/* Fuzz target of ts-saved-servers: whatever another program has written into the settings.
 *
 * The input is a byte that chooses the list, the present or the old one, and its form, and the list, as GVariant has it:
 * as bytes or as text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-saved-servers.h"

#define G_SETTINGS_ENABLE_BACKEND
#include <gio/gsettingsbackend.h>

#include "../../net/test-fake-probe.h"
#include "fuzz-input.h"
#include "fuzz-target.h"

enum
{
  IS_OLD = 1,
  IS_TEXT = 2,
};

static TsProbe *
new_probe (const TsAddress *address,
           gint64 timeout_ns,
           TsClock *clock)
{
  return TS_PROBE (fake_probe_new_for (address));
}

static GSettings *
new_settings (void)
{
  static GSettingsSchema *schema;
  g_autoptr (GSettingsBackend) backend = g_memory_settings_backend_new ();

  if (schema == NULL)
    {
      g_autoptr (GError) error = NULL;
      GSettingsSchemaSource *source = g_settings_schema_source_new_from_directory (SCHEMAS, NULL, TRUE, &error);

      g_assert_no_error (error);
      schema = g_settings_schema_source_lookup (source, "org.timesync.TimeSync", FALSE);
      g_settings_schema_source_unref (source);
    }
  return g_settings_new_full (schema, backend, NULL);
}

/* Returns: (transfer full) (nullable): a list of that type, in normal form as every backend keeps it */
static GVariant *
read_list (const GVariantType *type,
           guint8 flags,
           FuzzInput *input)
{
  g_autofree char *text = g_strndup ((const char *) input->data, input->size);
  g_autoptr (GBytes) bytes = fuzz_input_take (input, input->size);
  g_autoptr (GVariant) list = NULL;

  /* What is no UTF-8 the parser complains of to the programmer. */
  if ((flags & IS_TEXT) != 0 && !g_utf8_validate (text, -1, NULL))
    return NULL;
  if ((flags & IS_TEXT) != 0)
    return g_variant_parse (type, text, NULL, NULL, NULL);
  list = g_variant_ref_sink (g_variant_new_from_bytes (type, bytes, FALSE));
  return g_variant_get_normal_form (list);
}

static TsEnsemble *
load (GSettings *settings,
      TsClock *clock)
{
  TsEnsemble *ensemble = ts_ensemble_new ();

  ts_saved_servers_load (settings, ensemble, new_probe, clock);
  for (guint i = 0; i < ts_ensemble_get_length (ensemble); i++)
    {
      TsMonitor *monitor = ts_ensemble_get (ensemble, i);

      g_assert_cmpint (ts_monitor_get_interval_ns (monitor), >, 0);
      g_assert_cmpint (ts_monitor_get_limit (monitor)->limit_ns, >=, 0);
      g_assert_true (g_utf8_validate (ts_monitor_get_name (monitor), -1, NULL));
    }
  return ensemble;
}

static void
stop_all (TsEnsemble *ensemble)
{
  for (guint i = 0; i < ts_ensemble_get_length (ensemble); i++)
    {
      TsMonitor *monitor = ts_ensemble_get (ensemble, i);
      FakeProbe *probe = FAKE_PROBE (ts_monitor_get_probe (monitor));

      if (probe->task == NULL)
        continue;
      ts_probe_task_fail (g_steal_pointer (&probe->task), g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "no"));
      ts_monitor_pause (monitor);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (ensemble);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  FuzzInput input = { data, size };
  guint8 flags = fuzz_input_byte (&input);
  g_autoptr (GSettings) settings = new_settings ();
  g_autoptr (TsClock) clock = ts_clock_new_fake (G_GINT64_CONSTANT (1790000000) * TS_NS_PER_S);
  g_autoptr (GVariant) list = read_list (G_VARIANT_TYPE ((flags & IS_OLD) != 0 ? "a(ssdb)" : "a(sa{sv})"), flags, &input);
  g_autoptr (GVariant) saved = NULL;
  g_autoptr (GVariant) again = NULL;
  TsEnsemble *ensemble;

  if (list == NULL)
    return 0;
  g_settings_set_value (settings, (flags & IS_OLD) != 0 ? "servers" : "server-list", list);
  ensemble = load (settings, clock);
  ts_saved_servers_save (settings, ensemble);
  stop_all (ensemble);
  /* What was read and saved is read as it was saved. */
  saved = g_settings_get_value (settings, "server-list");
  ensemble = load (settings, clock);
  ts_saved_servers_save (settings, ensemble);
  stop_all (ensemble);
  again = g_settings_get_value (settings, "server-list");
  g_assert_cmpvariant (again, saved);
  return 0;
}
