/* What the user of ts-client wants.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "wire/ts-address.h"

G_BEGIN_DECLS

/**
 * TsClientOptions:
 * @count: how many samples of each host; 0: not said
 * @interval_ns: from one sample to the next; 0: not said
 * @timeout_ns: of each step
 * @deadline_ns: of all together; 0: none
 * @watches: whether each sample is shown
 * @writes_json: whether output is for programs
 * @evidence: (nullable): the file to write evidence into
 * @token: (nullable): the file of a time-stamp token to add to that evidence, instead of measuring
 * @text: (nullable): what to write instead of measuring: the help or the version
 * @targets: (element-type TsAddress): whom to measure, at least one
 * @record: (nullable): the file to record into
 * @trust: (nullable): whose certificates count; %NULL: those that the system trusts
 */
typedef struct
{
  int count;
  gint64 interval_ns;
  gint64 timeout_ns;
  gint64 deadline_ns;
  gboolean watches;
  gboolean writes_json;
  char *evidence;
  char *token;
  char *text;
  GPtrArray *targets;
  char *record;
  GTlsDatabase *trust;
} TsClientOptions;

gboolean ts_client_options_parse (TsClientOptions   *options,
                                  int                argc,
                                  char             **argv,
                                  const char        *description,
                                  GError           **error);
void     ts_client_options_clear (TsClientOptions   *options);

G_END_DECLS
