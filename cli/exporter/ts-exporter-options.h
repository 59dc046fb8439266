/* What the user of `ts-client exporter` wants.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TsExporterOptions:
 * @listen: where to serve: the absolute path of a socket, or "address:port"
 * @targets: (element-type TsAddress): the hosts to measure continuously
 * @probe_targets: (element-type TsAddress): the hosts to measure when a scraper asks for them
 * @interval_ns: from one sample to the next; 0: as usual for each host
 * @probe_interval_ns: the shortest time between two measurements of one of @probe_targets
 * @timeout_ns: for each step
 * @trust: (nullable): the certificates to trust; %NULL: those that the system trusts
 * @bus: (nullable): "session" or "system": the message bus to answer on as well
 * @enables_reload: whether a request may reload the configuration
 * @text: (nullable): what to write instead of measuring: the help or the version
 */
typedef struct
{
  char *listen;
  GPtrArray *targets;
  GPtrArray *probe_targets;
  gint64 interval_ns;
  gint64 probe_interval_ns;
  gint64 timeout_ns;
  GTlsDatabase *trust;
  char *bus;
  gboolean enables_reload;
  char *text;
} TsExporterOptions;

gboolean ts_exporter_options_parse (TsExporterOptions  *options,
                                    int                 argc,
                                    char              **argv,
                                    GError            **error);
void     ts_exporter_options_clear (TsExporterOptions  *options);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TsExporterOptions, ts_exporter_options_clear)

G_END_DECLS
