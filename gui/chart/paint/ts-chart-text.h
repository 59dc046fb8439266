/* Text in the charts.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

PangoLayout *ts_chart_text_new             (PangoContext  *pango,
                                            const char    *text);
PangoLayout *ts_chart_text_new_styled      (PangoContext  *pango,
                                            const char    *text,
                                            double         scale,
                                            gsize          n_bold);
void         ts_chart_text_get_size        (PangoLayout   *text,
                                            double        *width_px,
                                            double        *height_px);
double       ts_chart_text_measure         (PangoLayout   *text);
void         ts_chart_text_shorten         (PangoLayout   *text,
                                            double         max_width_px);
void         ts_chart_text_keep_end        (PangoLayout   *text,
                                            double         max_width_px);
void         ts_chart_text_fit_line        (PangoLayout   *time,
                                            PangoLayout   *values,
                                            double         width_px);
void         ts_chart_text_draw            (cairo_t       *cr,
                                            PangoLayout   *text,
                                            const GdkRGBA *color,
                                            double         x_px,
                                            double         y_px);
double       ts_chart_text_get_scale       (PangoContext  *pango);
double       ts_chart_text_get_width       (PangoContext  *pango,
                                            const char    *text);
double       ts_chart_text_get_line_height (PangoContext  *pango);
double       ts_chart_text_get_width_scale (GtkWidget     *widget);
gboolean     ts_chart_text_is_large        (GtkWidget     *widget);
void         ts_chart_text_widen           (GtkWindow     *window);

G_END_DECLS
