/* What the user of ts-client wants.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "net/probe/ts-probe.h"
#include "shared/ts-quantity.h"
#include "wire/ts-address.h"

G_BEGIN_DECLS

/**
 * TsClientOptions:
 * @count: how many samples of each host; 0: not said
 * @interval_ns: from one sample to the next; 0: not said
 * @timeout_ns: of each step
 * @deadline_ns: of all together; 0: none
 * @watches: whether each sample is shown
 * @writes_json: whether output is JSON
 * @writes_csv: whether it is CSV
 * @is_quiet: whether nothing is written, and the exit status alone tells
 * @has_no_color: whether no color is used
 * @has_unit: whether a unit was chosen
 * @unit: the unit of durations where text is for people
 * @protocol: what alone is spoken; %TS_PROTOCOL_UNKNOWN: what the host says
 * @family: whose addresses are used; %G_SOCKET_FAMILY_INVALID: all
 * @within_ns: end once each whole proven interval is within this magnitude; -1: not said
 * @within_samples: of so many samples in a row
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
  gboolean writes_csv;
  gboolean is_quiet;
  gboolean has_no_color;
  gboolean has_unit;
  TsQuantityUnit unit;
  TsProtocol protocol;
  GSocketFamily family;
  gint64 within_ns;
  int within_samples;
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
