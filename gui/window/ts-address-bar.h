/* The entry for a server's address with its button.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "wire/ts-address.h"

G_BEGIN_DECLS

#define TS_TYPE_ADDRESS_BAR (ts_address_bar_get_type ())
G_DECLARE_FINAL_TYPE (TsAddressBar, ts_address_bar, TS, ADDRESS_BAR, GtkBox)

GtkWidget *ts_address_bar_new             (void);
void       ts_address_bar_set_text        (TsAddressBar      *self,
                                           const char        *text);
void       ts_address_bar_set_current     (TsAddressBar      *self,
                                           const char        *current);
gboolean   ts_address_bar_is_typed        (TsAddressBar      *self);
void       ts_address_bar_set_compact     (TsAddressBar      *self,
                                           gboolean           is_compact);
void       ts_address_bar_set_suggestions (TsAddressBar      *self,
                                           GPtrArray         *hosts);
void       ts_address_bar_take_focus      (TsAddressBar      *self);
void       ts_address_bar_submit          (TsAddressBar      *self);

G_END_DECLS
