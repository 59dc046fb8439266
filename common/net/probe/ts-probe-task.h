/* The task of a probe's exchange.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "measure/ts-exchange.h"

G_BEGIN_DECLS

/**
 * TsProbeTaskFunc:
 * @task: an exchange under way, which the user has cancelled
 *
 * It has to end @task, at once or later.
 */
typedef void (*TsProbeTaskFunc) (GTask *task);

GTask   *ts_probe_task_new         (gpointer              probe,
                                    gpointer              source_tag,
                                    GCancellable         *cancellable,
                                    TsProbeTaskFunc       cancelled,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
void     ts_probe_task_set_state   (GTask                *task,
                                    gpointer              state,
                                    GDestroyNotify        free_state);
gpointer ts_probe_task_get_state   (GTask                *task);
void     ts_probe_task_set_timer   (GTask                *task,
                                    gint64                duration_ns,
                                    GSourceFunc           ran_out);
void     ts_probe_task_clear_timer (GTask                *task);
void     ts_probe_task_succeed     (GTask                *task,
                                    const TsSample       *sample);
void     ts_probe_task_fail        (GTask                *task,
                                    GError               *error);

G_END_DECLS
