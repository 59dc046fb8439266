/* A queue that rises and falls by chance and is the same for whoever meets it at one time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SimQueue SimQueue;

SimQueue *sim_queue_new  (gint64    memory_ns,
                          guint32   seed);
void      sim_queue_free (SimQueue *queue);
double    sim_queue_read (SimQueue *queue,
                          gint64    at_ns);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimQueue, sim_queue_free)

G_END_DECLS
