/* The command line of ts-server.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "settings/ts-settings.h"

G_BEGIN_DECLS

/**
 * TsOptions:
 * @config: (nullable): the configuration file
 * @checks_config: whether to check the configuration and do nothing else
 * @new_signing_key: (nullable): the file into which to write a new key; the program then does nothing else
 * @shows_version: whether to show the version and do nothing else
 * @help: (nullable): the help, if the user wants it
 * @values: the settings of the command line, by name, as they were typed; each is valid by itself
 * @addresses: (nullable): the addresses to listen on, as they were typed; empty: all; %NULL: none was given
 */
typedef struct
{
  char *config;
  gboolean checks_config;
  char *new_signing_key;
  gboolean shows_version;
  char *help;
  GHashTable *values;
  GPtrArray *addresses;
} TsOptions;

TsOptions  *ts_options_parse         (int               *argc,
                                      char            ***argv,
                                      GError           **error);
void        ts_options_free          (TsOptions         *self);
TsSettings *ts_options_load_settings (const TsOptions   *self,
                                      GError           **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsOptions, ts_options_free)

G_END_DECLS
