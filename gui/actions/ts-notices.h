/* What the window tells in passing: toasts, and the undo that some of them offer.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "monitor/ts-monitor.h"

G_BEGIN_DECLS

typedef struct _TsNotices TsNotices;

TsNotices *ts_notices_new           (AdwToastOverlay *overlay);
void       ts_notices_free          (TsNotices       *self);
void       ts_notices_tell          (TsNotices       *self,
                                     const char      *text);
void       ts_notices_tell_problem  (TsNotices       *self,
                                     const char      *problem);
void       ts_notices_tell_listed   (TsNotices       *self,
                                     TsMonitor       *monitor);
void       ts_notices_offer_history (TsNotices       *self,
                                     TsMonitor       *monitor);
void       ts_notices_offer_removed (TsNotices       *self,
                                     GPtrArray       *removed);
void       ts_notices_end_offer     (TsNotices       *self);

G_END_DECLS
