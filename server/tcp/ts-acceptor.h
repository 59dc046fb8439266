/* Accepts connections, up to a cap, and hands them to workers.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "limit/ts-throttle.h"
#include "net/clock/ts-clock.h"

G_BEGIN_DECLS

typedef struct _TsAcceptor TsAcceptor;

TsAcceptor *ts_acceptor_new             (GPtrArray        *sockets,
                                         GPtrArray        *workers,
                                         TsThrottle       *throttle,
                                         TsClock          *clock,
                                         guint             max_clients,
                                         GError          **error);
void        ts_acceptor_free            (TsAcceptor       *self);
void        ts_acceptor_set_max_clients (TsAcceptor       *self,
                                         guint             max_clients);
guint       ts_acceptor_count_clients   (const GPtrArray  *workers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsAcceptor, ts_acceptor_free)

G_END_DECLS
