/* The text in the ladder's picture.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ladder/ts-ladder-texts.h"

#include <glib/gi18n.h>
#include <string.h>

#include "chart/paint/ts-chart-text.h"
#include "ladder/ts-ladder-numbers.h"

#define LEFT_TO_RIGHT_MARK "\u200e"

static PangoLayout *
make_note (PangoContext *pango,
           const char *text)
{
  return ts_chart_text_new_styled (pango, text, PANGO_SCALE_SMALL, 0);
}

static PangoLayout *
make_heading (PangoContext *pango,
              const TsLadderExchange *exchange,
              const char *name,
              TsLadderInstant instant)
{
  g_autofree char *date = ts_ladder_format_date (exchange, instant);
  g_autofree char *text = date != NULL ? g_strconcat (name, "\n", date, NULL) : g_strdup (name);
  PangoLayout *layout = ts_chart_text_new_styled (pango, text, PANGO_SCALE_SMALL, strlen (name));

  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_MIDDLE);
  return layout;
}

static PangoLayout *
make_stamp (PangoContext *pango,
            const TsLadderExchange *exchange,
            TsLadderInstant instant,
            gboolean is_compact)
{
  g_autofree char *stamp = ts_ladder_format_stamp (exchange, instant, is_compact);
  /* Without the mark the time would be left of its symbol where text runs from right to left. */
  g_autofree char *symbol = g_strconcat (LEFT_TO_RIGHT_MARK, ts_ladder_get_symbol (instant), NULL);
  g_autofree char *text = g_strconcat (symbol, " ", stamp, NULL);

  return ts_chart_text_new_styled (pango, text, is_compact ? PANGO_SCALE_SMALL : 1, strlen (symbol));
}

static PangoLayout *
make_way (PangoContext *pango,
          const TsLadderExchange *exchange,
          gboolean is_answer,
          gboolean is_short)
{
  g_autofree char *text = ts_ladder_format_way (exchange, is_answer, is_short);

  return make_note (pango, text);
}

static PangoLayout *
make_duration (PangoContext *pango,
               const TsLadderExchange *exchange,
               gint64 duration_ns)
{
  g_autofree char *text = ts_ladder_format_duration (exchange, duration_ns);

  return make_note (pango, text);
}

/**
 * ts_ladder_texts_init:
 * @self: (out): the text
 * @pango: the widget's context
 * @exchange: the exchange to show
 * @server: the server's name
 * @is_compact: whether there is little room for the instants
 */
void
ts_ladder_texts_init (TsLadderTexts *self,
                      PangoContext *pango,
                      const TsLadderExchange *exchange,
                      const char *server,
                      gboolean is_compact)
{
  self->headings[0] = make_heading (pango, exchange, _("This computer"), TS_LADDER_T1);
  self->headings[1] = make_heading (pango, exchange, server, TS_LADDER_T2);
  for (guint i = 0; i < TS_LADDER_N_INSTANTS; i++)
    {
      self->stamps[i] = make_stamp (pango, exchange, i, is_compact);
      self->events[i] = make_note (pango, ts_ladder_get_event (i));
    }
  self->waited = make_duration (pango, exchange, ts_ladder_exchange_get_waited_ns (exchange));
  self->served = make_duration (pango, exchange, ts_ladder_exchange_get_served_ns (exchange));
  self->request = make_way (pango, exchange, FALSE, FALSE);
  self->request_short = make_way (pango, exchange, FALSE, TRUE);
  self->answer = make_way (pango, exchange, TRUE, FALSE);
  self->answer_short = make_way (pango, exchange, TRUE, TRUE);
}

/**
 * ts_ladder_texts_clear:
 * @self: the text
 */
void
ts_ladder_texts_clear (TsLadderTexts *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->headings); i++)
    g_clear_object (&self->headings[i]);
  for (guint i = 0; i < TS_LADDER_N_INSTANTS; i++)
    {
      g_clear_object (&self->stamps[i]);
      g_clear_object (&self->events[i]);
    }
  g_clear_object (&self->waited);
  g_clear_object (&self->served);
  g_clear_object (&self->request);
  g_clear_object (&self->request_short);
  g_clear_object (&self->answer);
  g_clear_object (&self->answer_short);
}

/**
 * ts_ladder_texts_measure:
 * @self: the text
 *
 * Returns: its sizes
 */
TsLadderSizes
ts_ladder_texts_measure (const TsLadderTexts *self)
{
  TsLadderSizes sizes = {
    .ours_px = ts_chart_text_measure (self->waited), .theirs_px = ts_chart_text_measure (self->served),
  };
  double heading_px;

  ts_chart_text_get_size (self->headings[0], NULL, &sizes.heading_px);
  ts_chart_text_get_size (self->headings[1], NULL, &heading_px);
  sizes.heading_px = MAX (sizes.heading_px, heading_px);
  ts_chart_text_get_size (self->stamps[TS_LADDER_T1], NULL, &sizes.stamp_px);
  ts_chart_text_get_size (self->waited, NULL, &sizes.note_px);
  for (guint i = 0; i < TS_LADDER_N_INSTANTS; i++)
    {
      double *width_px = i == TS_LADDER_T1 || i == TS_LADDER_T4 ? &sizes.ours_px : &sizes.theirs_px;

      *width_px = MAX (*width_px, ts_chart_text_measure (self->stamps[i]));
      *width_px = MAX (*width_px, ts_chart_text_measure (self->events[i]));
    }
  return sizes;
}
