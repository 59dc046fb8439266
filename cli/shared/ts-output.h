/* Standard output and standard error, which can be full pipes, and the signals that end the program.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TsOutput:
 * @signal_fd: readable when SIGINT or SIGTERM has come
 * @is_interrupted: whether one of these has come
 * @error: the number of the error of writing to standard output; 0: none
 */
typedef struct
{
  int signal_fd;
  gboolean is_interrupted;
  int error;
} TsOutput;

void     ts_output_init              (TsOutput     *self);
void     ts_output_clear             (TsOutput     *self);
void     ts_output_run               (TsOutput     *self,
                                      GMainLoop    *loop,
                                      gint64        deadline_ns);
gboolean ts_output_write             (TsOutput     *self,
                                      const char   *text);
gboolean ts_output_write_information (TsOutput     *self,
                                      const char   *text);
void     ts_output_write_message     (TsOutput     *self,
                                      const char   *message);
void     ts_output_write_error       (TsOutput     *self);
void     ts_output_write_usage_error (TsOutput     *self,
                                      const GError *error);
gboolean ts_output_end               (TsOutput     *self);

G_END_DECLS
