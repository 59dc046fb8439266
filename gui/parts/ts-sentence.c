/* A sentence that wraps between words only, whatever the length of the names in it.
 *
 * Pango would break a long name wherever the line ends, and after each hyphen. But part of a host's name is the name of
 * another host.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "parts/ts-sentence.h"

#include "words/ts-words.h"

#define MIN_CHARS      8 /* of a name that is shortened */
#define MAX_NAME_LINES 2

/* Words in scripts without spaces are told from names by the width of their characters. */
static gboolean
is_of_word (gunichar character)
{
  return character != 0 && !g_unichar_isspace (character) && !g_unichar_iswide (character) &&
         g_unichar_type (character) != G_UNICODE_FORMAT;
}

static const char *
find_end_of_word (const char *word)
{
  while (is_of_word (g_utf8_get_char (word)))
    word = g_utf8_next_char (word);
  return word;
}

/* Finds what no line may part from the word that begins at @from and ends before @to: quotation marks, the space that
 * joins French ones to it, and the letter beside Chinese ones. */
static void
find_neighbours (PangoLayout *layout,
                 const char *from,
                 const char *to,
                 char **before,
                 char **after)
{
  const char *text = pango_layout_get_text (layout);
  const PangoLogAttr *places = pango_layout_get_log_attrs_readonly (layout, NULL);
  const char *begin = from, *end = to;

  for (glong i = g_utf8_pointer_to_offset (text, from); i > 0 && !places[i].is_line_break; i--)
    begin = g_utf8_prev_char (begin);
  for (glong i = g_utf8_pointer_to_offset (text, to); *end != '\0' && !places[i].is_line_break; i++)
    {
      if (g_unichar_break_type (g_utf8_get_char (end)) == G_UNICODE_BREAK_SPACE)
        break;
      end = g_utf8_next_char (end);
    }
  *before = g_strndup (begin, (gsize) (from - begin));
  *after = g_strndup (to, (gsize) (end - to));
}

/* Returns: (transfer full): the word of @text that begins at @from and ends before @to; its middle is replaced by an
 *   ellipsis if it is wider than @width_px, together with what no line may part from it */
static char *
fit_word (GtkLabel *label,
          const char *text,
          const char *from,
          const char *to,
          int width_px)
{
  g_autoptr (PangoLayout) layout = NULL;
  g_autofree char *word = g_strndup (from, (gsize) (to - from));
  g_autofree char *fitting = g_strdup (word);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  guint n_chars = (guint) g_utf8_strlen (word, -1);

  if (width_px == 0 || n_chars <= MIN_CHARS)
    return g_steal_pointer (&fitting);
  layout = gtk_widget_create_pango_layout (GTK_WIDGET (label), text);
  find_neighbours (layout, pango_layout_get_text (layout) + (from - text), pango_layout_get_text (layout) + (to - text),
                   &before, &after);
  while (TRUE)
    {
      g_autofree char *piece = g_strconcat (before, fitting, after, NULL);
      int piece_px;

      pango_layout_set_text (layout, piece, -1);
      pango_layout_get_pixel_size (layout, &piece_px, NULL);
      if (piece_px <= width_px || n_chars <= MIN_CHARS)
        return g_steal_pointer (&fitting);
      n_chars = MAX (MIN (n_chars - 1, n_chars * (guint) width_px / (guint) piece_px), MIN_CHARS);
      g_free (fitting);
      fitting = ts_words_shorten (word, n_chars);
    }
}

static void
keep_whole (PangoAttrList *attributes,
            gsize begin,
            gsize end)
{
  PangoAttribute *whole = pango_attr_allow_breaks_new (FALSE);

  whole->start_index = (guint) begin;
  whole->end_index = (guint) end;
  pango_attr_list_insert (attributes, whole);
}

static gboolean
is_long (PangoLayout *layout,
         const char *name)
{
  pango_layout_set_text (layout, name, -1);
  return pango_layout_get_line_count (layout) > MAX_NAME_LINES;
}

/**
 * ts_sentence_fit_name:
 * @label: the label whose text it is for
 * @name: the name of a server
 * @width_px: how wide a line is; 0: that is not known so far
 *
 * Names that people give may be as long as they like, but a sentence is about what it says of them.
 *
 * Returns: (transfer full): @name, its middle replaced by an ellipsis if it needs more than two lines
 */
char *
ts_sentence_fit_name (GtkLabel *label,
                      const char *name,
                      int width_px)
{
  guint fits = MIN_CHARS, too_long = (guint) g_utf8_strlen (name, -1);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (label), NULL);

  pango_layout_set_width (layout, width_px * PANGO_SCALE);
  if (width_px <= 0 || !is_long (layout, name))
    return g_strdup (name);
  while (too_long - fits > 1)
    {
      guint middle = fits + (too_long - fits) / 2;
      g_autofree char *shortened = ts_words_shorten (name, middle);

      if (is_long (layout, shortened))
        too_long = middle;
      else
        fits = middle;
    }
  return ts_words_shorten (name, fits);
}

/**
 * ts_sentence_show:
 * @label: a label that wraps
 * @text: its text
 * @width_px: how wide a line is; 0: that is not known so far
 *
 * Shows the text without a break within a word. A word that is longer than a line gets an ellipsis in its middle.
 *
 * Returns: whether all of the text is shown
 */
gboolean
ts_sentence_show (GtkLabel *label,
                  const char *text,
                  int width_px)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  g_autoptr (GString) fitted = g_string_new (NULL);

  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  for (const char *from = text, *to; *from != '\0'; from = to)
    {
      g_autofree char *fitting = NULL;
      gsize begin = fitted->len;

      to = find_end_of_word (from);
      if (to == from)
        {
          to = g_utf8_next_char (from);
          g_string_append_len (fitted, from, to - from);
          continue;
        }
      fitting = fit_word (label, text, from, to, width_px);
      g_string_append (fitted, fitting);
      keep_whole (attributes, begin, fitted->len);
    }
  if (!g_str_equal (fitted->str, gtk_label_get_label (label)))
    {
      gtk_label_set_label (label, fitted->str);
      gtk_label_set_attributes (label, attributes);
    }
  return g_str_equal (fitted->str, text);
}

/**
 * ts_sentence_forbid_hyphens:
 * @widget: a widget that the toolkit makes, such as a dialog
 *
 * Lets no label in it part a name, or a key, by a hyphen: with the hyphen it would be another one.
 */
void
ts_sentence_forbid_hyphens (GtkWidget *widget)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    ts_sentence_forbid_hyphens (child);
  if (!GTK_IS_LABEL (widget))
    return;
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (GTK_LABEL (widget), attributes);
}
