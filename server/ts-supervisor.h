/* The program that started the server and watches it: systemd, or one that speaks its protocols.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TsSupervisorIsAlive:
 * @user_data: as given to ts_supervisor_start_watchdog()
 *
 * Returns: whether all threads are alive
 */
typedef gboolean (*TsSupervisorIsAlive) (gpointer user_data);

/* The first of the descriptors that ts_supervisor_take_sockets() counts. */
#define TS_SUPERVISOR_FIRST_FD 3

guint    ts_supervisor_take_sockets   (void);
gboolean ts_supervisor_is_listening   (void);
void     ts_supervisor_say_ready      (const char *status);
void     ts_supervisor_say_reloading  (void);
void     ts_supervisor_say_stopping   (void);
void     ts_supervisor_say_status     (const char *status);
guint    ts_supervisor_start_watchdog (TsSupervisorIsAlive is_alive,
                                       gpointer            user_data);

G_END_DECLS
