/* Rows that ask what to save: in which format, and how much.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "save/ts-save-format.h"

G_BEGIN_DECLS

#define TS_TYPE_SAVE_CHOICE (ts_save_choice_get_type ())
G_DECLARE_FINAL_TYPE (TsSaveChoice, ts_save_choice, TS, SAVE_CHOICE, AdwPreferencesGroup)

GtkWidget      *ts_save_choice_new        (TsSaveFormat  format,
                                           gboolean        is_whole);
TsSaveFormat  ts_save_choice_get_format (TsSaveChoice   *self);
gboolean        ts_save_choice_is_whole   (TsSaveChoice   *self);

G_END_DECLS
