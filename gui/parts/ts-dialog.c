/* A message with buttons.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "parts/ts-dialog.h"

#include "chart/paint/ts-chart-text.h"
#include "parts/ts-sentence.h"

/**
 * ts_dialog_new:
 * @parent: (nullable): a window
 * @heading: what it is about
 * @body: (nullable): more about it
 *
 * It parts no name by a hyphen. Where the user's text is large its heading is not much larger, because a long word would be broken.
 *
 * Returns: (transfer none): a dialog that is not shown yet; owned by GTK, as windows are
 */
AdwMessageDialog *
ts_dialog_new (GtkWindow *parent,
               const char *heading,
               const char *body)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, heading, body);

  ts_sentence_forbid_hyphens (dialog);
  if (ts_chart_text_is_large (dialog))
    gtk_widget_add_css_class (dialog, "large-text");
  return ADW_MESSAGE_DIALOG (dialog);
}
