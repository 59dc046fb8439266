/* Fuzz target of ts-evidence-verifier, ts-time-stamp and ts-der: evidence of whoever wants to convince us.
 *
 * The input is the file. Then it is verified once more with each line's sum as it should be, so that what lies behind
 * the sums is reached. A token in it is read, and so is the input itself as one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "evidence/ts-evidence-verifier.h"

#include <string.h>

#include "evidence/ts-evidence.h"
#include "evidence/ts-time-stamp.h"
#include "fuzz-file.h"
#include "fuzz-target.h"
#include "wire/ts-der.h"

static void
read_token (const guint8 *token,
            gsize length)
{
  g_auto (TsTimeStamp) stamp = { 0 };
  g_autoptr (GError) error = NULL;

  if (ts_time_stamp_read (token, length, &stamp, &error))
    {
      g_assert_nonnull (stamp.generated);
      g_assert_true (g_utf8_validate (stamp.signer, -1, NULL));
    }
  else
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

/* Values within values, as a token has them. */
static void
walk (TsDer der,
      guint depth)
{
  TsDer value;

  while (der.length > 0 && ts_der_take (&der, der.bytes[0], &value))
    if (depth < 8)
      walk (value, depth + 1);
}

static void
verify (const char *text,
        gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsEvidenceReport) report = ts_evidence_verify (fuzz_file_write (text, length), &error);

  g_assert_true ((report == NULL) == (error != NULL));
  if (report == NULL)
    return;
  for (guint i = 0; i < report->claims->len; i++)
    {
      const TsEvidenceClaim *claim = report->claims->pdata[i];

      g_assert_true (claim->n_exchanges > 0 || claim->n_half > 0 || claim->has_key);
      if (claim->n_exchanges > 0)
        g_assert_cmpint (claim->best.max_ns - claim->best.min_ns, <=, claim->max_ns - claim->min_ns);
    }
  for (guint i = 0; i < report->findings->len; i++)
    g_assert_true (g_utf8_validate (report->findings->pdata[i], -1, NULL));
  if (report->token != NULL)
    read_token (report->token->data, report->token->len);
}

/* Returns: the text with the sums that its lines should have; lines that are no objects stay as they are */
static GString *
add_up (const char *text,
        gsize length)
{
  g_autofree char *copy = g_strndup (length > 0 ? text : "", length);
  g_auto (GStrv) lines = g_strsplit (copy, "\n", -1);
  GString *all = g_string_new (NULL);
  char sum[TS_EVIDENCE_SUM_SIZE] = "";

  for (guint i = 0; lines[i] != NULL; i++)
    {
      gsize line_length = strlen (lines[i]);
      gboolean has_comma = line_length > 0 && lines[i][line_length - 1] == ',';
      g_autoptr (JsonObject) object = ts_evidence_parse_object (lines[i], line_length - has_comma);
      g_autofree char *line = NULL;

      if (i > 0)
        g_string_append_c (all, '\n');
      if (object != NULL)
        {
          json_object_remove_member (object, "sum");
          line = ts_evidence_make_line (object, sum);
          g_string_append_printf (all, "%s%s", line, has_comma ? "," : "");
        }
      else
        g_string_append (all, lines[i]);
    }
  return all;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  GString *again = add_up ((const char *) data, size);

  verify ((const char *) data, size);
  verify (again->str, again->len);
  g_string_free (again, TRUE);
  read_token (data, size);
  walk ((TsDer) { data, size }, 0);
  return 0;
}
