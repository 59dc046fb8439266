/* ts-isolate, ts-join: names and numbers in a text that runs the other way, and what joins words.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-isolate.h"

#include <fribidi.h>
#include <pango/pangocairo.h>

#include "chart/model/ts-chart-words.h"
#include "measure/ts-time.h"
#include "share/ts-share-words.h"
#include "ts-locale.h"
#include "words/ts-format.h"
#include "words/ts-join.h"
#include "words/ts-words.h"

/* Returns: (transfer full): @text from left to right as it is shown in a paragraph from right to left; letters in the
 *   form in which they are written down and not drawn */
static char *
lay_out (const char *text)
{
  glong length;
  g_autofree gunichar *logical = g_utf8_to_ucs4_fast (text, -1, &length);
  g_autofree gunichar *visual = g_new0 (gunichar, length + 1);
  FriBidiParType direction = FRIBIDI_PAR_RTL;
  GString *shown = g_string_new (NULL);
  char *normal;

  fribidi_log2vis (logical, (int) length, &direction, visual, NULL, NULL, NULL);
  for (glong i = 0; i < length; i++)
    if (g_unichar_type (visual[i]) != G_UNICODE_FORMAT)
      g_string_append_unichar (shown, visual[i] == 0x2009 ? ' ' : visual[i]);
  normal = g_utf8_normalize (shown->str, -1, G_NORMALIZE_NFKC);
  g_string_free (shown, TRUE);
  return normal;
}

static void
assert_laid_out (char *text,
                 const char *expected)
{
  g_autofree char *shown = lay_out (text);

  g_assert_cmpstr (shown, ==, expected);
  g_free (text);
}

/* A text that begins with it runs as the language does. */
static void
assert_runs_rtl (char *text)
{
  PangoContext *pango = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  g_autoptr (PangoLayout) layout = pango_layout_new (pango);

  pango_layout_set_text (layout, text, -1);
  g_assert_cmpint (pango_layout_get_direction (layout, 0), ==, PANGO_DIRECTION_RTL);
  g_object_unref (pango);
  g_free (text);
}

static void
test_rtl (void)
{
  TsEstimate now = { .estimate_ns = -12427000, .proven_min_ns = -15022000, .proven_max_ns = -9838000 };
  TsEstimate in_step = { .estimate_ns = 0, .error_ns = 4999999, .proven_min_ns = -6000000, .proven_max_ns = 6000000 };

  g_assert_cmpstr (ts_unit_get_symbol (TS_UNIT_DAYS), ==, "يوم");
  assert_laid_out (ts_isolate_name ("[::1]:20002"), "[::1]:20002");
  assert_laid_out (ts_isolate_name ("שעון.example:123"), "ןועש.example:123");
  assert_laid_out (ts_isolate_number ("\u22121.93"), "\u22121.93");
  assert_laid_out (ts_isolate_amount ("+12.4", "ms"), "+12.4 ms");
  /* A word of the language stands where it is read, but the sign stays before the digits. */
  assert_laid_out (ts_isolate_amount ("\u22122", "يوم"), "موي \u22122");
  assert_laid_out (ts_words_offset (&now), "\u221212.4 ms");
  assert_laid_out (ts_words_offset (&in_step), "\u00b15 ms");
  assert_laid_out (ts_share_words_client (&(TsShareClient) { .address = "[fe80::1%eth0]" }), "[fe80::1%eth0]");
  assert_laid_out (ts_words_key ((const guint8[TS_SEAL_KEY_SIZE]){ 1 }), "01d0-fabd-251f-cbbe-2b93");
  assert_runs_rtl (ts_isolate_name ("[::1]:20002"));
  assert_runs_rtl (ts_isolate_amount ("50", "ms"));
  assert_laid_out (ts_format_interval (-1930000, 2070000, 0), "+2.1 ms ىلإ \u22122.0");
}

static void
test_ltr (void)
{
  g_autofree char *name = ts_isolate_name ("[::1]:20002");
  g_autofree char *hebrew = ts_isolate_name ("שעון");
  g_autofree char *address = ts_isolate_name ("שעון.example:123");
  g_autofree char *number = ts_isolate_number ("\u22121.93");
  g_autofree char *amount = ts_isolate_amount ("\u22121.93", "ms");

  g_assert_cmpstr (name, ==, "[::1]:20002");
  g_assert_cmpstr (hebrew, ==, "\u2068שעון\u2069");
  g_assert_cmpstr (address, ==, "\u2066שעון.example\u200e:123\u2069");
  g_assert_cmpstr (number, ==, "\u22121.93");
  g_assert_cmpstr (amount, ==, "\u22121.93" TS_THIN_SPACE "ms");
}

static void
test_join (void)
{
  const char *const parts[] = { NULL, "one", NULL, "two", NULL };
  g_autofree char *sentences = ts_join_sentences ("One.", "Two.");
  g_autofree char *first = ts_join_sentences ("One.", "");
  g_autofree char *second = ts_join_sentences ("", "Two.");
  g_autofree char *caption = ts_join_caption ("One", "two");
  g_autofree char *list = ts_join_list (parts, G_N_ELEMENTS (parts));
  g_autofree char *clauses = ts_join_clauses (parts, G_N_ELEMENTS (parts));
  g_autofree char *none = ts_join_clauses (parts, 1);

  g_assert_cmpstr (sentences, ==, "One. Two.");
  g_assert_cmpstr (first, ==, "One.");
  g_assert_cmpstr (second, ==, "Two.");
  g_assert_cmpstr (caption, ==, "One: two");
  g_assert_cmpstr (list, ==, "one, two");
  g_assert_cmpstr (clauses, ==, "one; two");
  g_assert_cmpstr (none, ==, "");
}

/* What joins words, and the symbols of units, are the language's own. */
static void
test_chinese (void)
{
  const char *const parts[] = { "一", NULL, "二" };
  g_autofree char *statements = ts_join_statements ("一", "二");
  g_autofree char *sentences = ts_join_sentences ("一。", "二。");
  g_autofree char *caption = ts_join_caption ("一", "二");
  g_autofree char *list = ts_join_list (parts, G_N_ELEMENTS (parts));
  g_autofree char *clauses = ts_join_clauses (parts, G_N_ELEMENTS (parts));
  g_autofree char *so_far = ts_chart_format_so_far (20 * 60 * TS_NS_PER_S);

  g_assert_cmpstr (statements, ==, "一。二");
  g_assert_cmpstr (sentences, ==, "一。二。");
  g_assert_cmpstr (caption, ==, "一：二");
  g_assert_cmpstr (list, ==, "一，二");
  g_assert_cmpstr (clauses, ==, "一；二");
  g_assert_cmpstr (so_far, ==, "目前 20" TS_THIN_SPACE "分钟");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ts_locale_init ();
  if (g_strcmp0 (g_getenv ("LANGUAGE"), "ar") == 0)
    g_test_add_func ("/isolate/rtl", test_rtl);
  else if (g_strcmp0 (g_getenv ("LANGUAGE"), "zh_CN") == 0)
    g_test_add_func ("/isolate/chinese", test_chinese);
  else
    {
      g_test_add_func ("/isolate/ltr", test_ltr);
      g_test_add_func ("/isolate/join", test_join);
    }
  return g_test_run ();
}
