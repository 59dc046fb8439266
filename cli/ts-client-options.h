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
 * @count: how many samples of each host; 0: not given
 * @interval_ns: from one sample to the next; 0: not given
 * @timeout_ns: for each step
 * @deadline_ns: for everything; 0: none
 * @watches: whether each sample is shown
 * @writes_json: whether output is JSON
 * @writes_csv: whether it is CSV
 * @is_quiet: whether nothing is written, because the exit status is the result
 * @has_no_color: whether no color is used
 * @has_unit: whether a unit was chosen
 * @unit: the unit of durations in text for people
 * @protocol: the only protocol to speak; %TS_PROTOCOL_UNKNOWN: as the address says
 * @family: the only family of addresses to use; %G_SOCKET_FAMILY_INVALID: any
 * @within_ns: the program ends when each proven interval is wholly within this distance from 0; -1: not given
 * @within_samples: in so many samples in a row
 * @evidence: (nullable): the file to write evidence into
 * @token: (nullable): the file of a time-stamp token to add to that evidence, instead of measuring
 * @text: (nullable): the help or the version, to be written instead of measuring
 * @targets: (element-type TsAddress): the hosts to measure, at least one
 * @record: (nullable): the file to record into
 * @trust: (nullable): the certificates to trust; %NULL: those that the system trusts
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
