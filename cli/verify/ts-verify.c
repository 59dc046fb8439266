/* `ts-client verify`: verifies evidence and says in sentences what it proves, and against whom.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "verify/ts-verify.h"

#include <glib/gi18n.h>
#include <string.h>

#include "evidence/ts-evidence-verifier.h"
#include "evidence/ts-time-stamp.h"
#include "measure/ts-time.h"
#include "seal/ts-seal-key.h"
#include "shared/ts-arguments.h"
#include "shared/ts-quantity.h"
#include "wire/ts-hex.h"

enum
{
  EXIT_PROVEN = 0,
  EXIT_NOT_PROVEN = 1,
  EXIT_USAGE = 2,
};

/* What the user wants. */
typedef struct
{
  char **server_keys; /* (nullable): as typed */
  GArray *keys;       /* the keys that the user knows, TS_SEAL_KEY_SIZE bytes each */
  char **words;       /* (nullable): the words that are not options, the program's name first */
  char *text;         /* (nullable): the help or the version, to be written instead */
} Options;

static void
options_clear (Options *options)
{
  g_strfreev (options->server_keys);
  g_strfreev (options->words);
  g_clear_pointer (&options->keys, g_array_unref);
  g_free (options->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_keys (Options *options,
            GError **error)
{
  options->keys = g_array_new (FALSE, FALSE, TS_SEAL_KEY_SIZE);
  for (guint i = 0; options->server_keys != NULL && options->server_keys[i] != NULL; i++)
    {
      guint8 key[TS_SEAL_KEY_SIZE];

      if (!ts_seal_key_from_string (options->server_keys[i], key))
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       _("--server-key: “%s” is not 64 hexadecimal digits"), options->server_keys[i]);
          return FALSE;
        }
      g_array_append_vals (options->keys, key, 1);
    }
  return TRUE;
}

static gboolean
parse_options (Options *options,
               char **argv,
               GError **error)
{
  const GOptionEntry entries[] = {
    { "server-key", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->server_keys,
      N_("Accept only seals of this key, as ts-server prints it; may be repeated"), N_("KEY") },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("FILE"));

  g_option_context_set_summary (context, _("Says what the evidence of ts-client --evidence proves, and against whom.\n"
                                           "The exit status is 0 if it is proven, and 1 if it is not."));
  options->words = g_strdupv (argv);
  if (!ts_arguments_parse_options (context, entries, 0, &options->words, &options->text, error))
    return FALSE;
  return options->text != NULL ||
         (ts_arguments_expect_one (options->words, _("verify takes exactly one file"), error) &&
          parse_keys (options, error));
}

static gboolean
is_known (const Options *options,
          const TsEvidenceClaim *claim)
{
  for (guint i = 0; i < options->keys->len; i++)
    if (memcmp (options->keys->data + i * TS_SEAL_KEY_SIZE, claim->key, TS_SEAL_KEY_SIZE) == 0)
      return TRUE;
  return FALSE;
}

/* Returns: whether a claim proves something to this user */
static gboolean
is_proven (const Options *options,
           const TsEvidenceClaim *claim)
{
  return claim->has_key && claim->n_exchanges > 0 && (options->keys->len == 0 || is_known (options, claim));
}

static char *
format_instant (gint64 instant_ns)
{
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_utc (instant_ns / TS_NS_PER_S);
  g_autofree char *text = seconds != NULL ? g_date_time_format (seconds, "%Y-%m-%dT%H:%M:%S") : g_strdup ("?");

  return g_strdup_printf ("%s.%06" G_GINT64_FORMAT "Z", text, instant_ns % TS_NS_PER_S / 1000);
}

static char *
format_size (gint64 duration_ns)
{
  return ts_quantity_format (ABS (duration_ns), TS_QUANTITY_AUTO, FALSE);
}

/* @whose: the other clock; the offset is positive when that clock is ahead */
static void
append_bounds (GString *text,
               const char *whose,
               gint64 first_ns,
               gint64 last_ns,
               gint64 min_ns,
               gint64 max_ns)
{
  g_autofree char *first = format_instant (first_ns);
  g_autofree char *last = format_instant (last_ns);
  g_autofree char *min = format_size (min_ns);
  g_autofree char *max = format_size (max_ns);

  if (min_ns >= 0)
    g_string_append_printf (
      text, _("Between %1$s and %2$s the recorder’s clock was behind %3$s by at least %4$s and at most %5$s."),
      first, last, whose, min, max);
  else if (max_ns <= 0)
    g_string_append_printf (
      text, _("Between %1$s and %2$s the recorder’s clock was ahead of %3$s by at least %4$s and at most %5$s."),
      first, last, whose, max, min);
  else
    g_string_append_printf (
      text, _("Between %1$s and %2$s the recorder’s clock was at most %4$s ahead of %3$s and at most %5$s behind it."),
      first, last, whose, min, max);
  g_string_append_c (text, '\n');
}

static void
append_key (GString *text,
            const Options *options,
            const TsEvidenceClaim *claim)
{
  g_autofree char *key = ts_seal_key_to_string (claim->key);
  g_autofree char *fingerprint = ts_seal_key_format_fingerprint (claim->key);
  g_autofree char *sealed = format_instant (claim->sealed_ns);

  g_string_append_printf (
    text, _("%s: sealed by the key %s (fingerprint %s), the last time at %s by its holder’s clock."),
    claim->server, key, fingerprint, sealed);
  g_string_append_c (text, ' ');
  if (is_known (options, claim))
    g_string_append (text, _("This is a key that you named."));
  else if (options->keys->len > 0)
    g_string_append (text, _("This is not a key that you named."));
  else
    g_string_append (text, _("The evidence does not say whose key this is; ask somebody you trust."));
  g_string_append_c (text, '\n');
}

static void
append_claim (GString *text,
              const Options *options,
              const TsEvidenceClaim *claim)
{
  g_autofree char *whose = NULL;

  if (claim->has_key)
    {
      g_autofree char *fingerprint = ts_seal_key_format_fingerprint (claim->key);

      append_key (text, options, claim);
      whose = g_strdup_printf (_("the clock of the holder of the key %s"), fingerprint);
    }
  else
    {
      g_string_append_printf (text, _("%s (%s): by the recorder’s word alone, because no seal covers it."),
                              claim->server, claim->protocol);
      g_string_append_c (text, '\n');
      whose = g_strdup_printf (_("the clock of %s"), claim->server);
    }
  if (claim->n_exchanges == 0)
    {
      g_string_append_printf (text, "  %s\n", _("No exchange is sealed at both ends."));
      return;
    }
  g_string_append_printf (text, "  %s ", _("By the closest exchange:"));
  append_bounds (text, whose, claim->best.first_ns, claim->best.last_ns, claim->best.min_ns, claim->best.max_ns);
  g_string_append (text, "  ");
  g_string_append_printf (text, _("In each of the exchanges (%u):"), claim->n_exchanges);
  g_string_append_c (text, ' ');
  append_bounds (text, whose, claim->first_ns, claim->last_ns, claim->min_ns, claim->max_ns);
  if (claim->n_half == 0)
    return;
  g_string_append (text, "  ");
  g_string_append_printf (text, _("Exchanges of which only the upper end is sealed are not counted (%u)."),
                          claim->n_half);
  g_string_append_c (text, '\n');
}

/* Says what a time-stamp token adds: the evidence existed at that time, by the word of whoever signed the token. */
static void
append_time_stamp (GString *text,
                   const TsEvidenceReport *report)
{
  g_auto (TsTimeStamp) stamp = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *imprint = NULL;

  if (report->token == NULL)
    {
      g_string_append_printf (text, _("Sum of the whole evidence, to be time-stamped: %s"), report->digest);
      g_string_append_c (text, '\n');
      return;
    }
  if (!ts_time_stamp_read (report->token->data, report->token->len, &stamp, &error))
    {
      g_string_append_printf (text, "%s\n", error->message);
      return;
    }
  imprint = ts_hex_encode (stamp.imprint, sizeof stamp.imprint);
  if (g_str_equal (imprint, report->digest))
    g_string_append_printf (
      text, _("The evidence existed at %s, by the time-stamp of “%s”, whose certificate is not judged here."),
      stamp.generated, stamp.signer);
  else
    g_string_append (text, _("The time-stamp is for something else."));
  g_string_append_c (text, '\n');
}

/* Returns: whether something is proven about each server, and nothing is wrong */
static gboolean
judge (const Options *options,
       const TsEvidenceReport *report)
{
  for (guint i = 0; i < report->claims->len; i++)
    {
      const TsEvidenceClaim *claim = report->claims->pdata[i];
      gboolean is_server_proven = FALSE;

      for (guint j = 0; j < report->claims->len; j++)
        {
          const TsEvidenceClaim *other = report->claims->pdata[j];

          is_server_proven |= g_str_equal (other->server, claim->server) && is_proven (options, other);
        }
      if (!is_server_proven || (claim->has_key && options->keys->len > 0 && !is_known (options, claim)))
        return FALSE;
    }
  return report->findings->len == 0 && report->claims->len > 0;
}

static char *
describe (const Options *options,
          const TsEvidenceReport *report,
          gboolean is_proven_whole)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < report->findings->len; i++)
    g_string_append_printf (text, "%s\n", (const char *) report->findings->pdata[i]);
  if (report->findings->len > 0)
    g_string_append_printf (text, "%s\n", _("The file was changed or damaged, so it proves nothing."));
  else
    for (guint i = 0; i < report->claims->len; i++)
      append_claim (text, options, report->claims->pdata[i]);
  if (report->findings->len == 0 && report->digest != NULL)
    append_time_stamp (text, report);
  g_string_append_printf (text, "%s\n",
                          is_proven_whole ? _("Proven, if both clocks said what was stated.") : _("Not proven."));
  return g_string_free (text, FALSE);
}

static int
verify (const Options *options,
        TsOutput *output)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsEvidenceReport) report = ts_evidence_verify (options->words[1], &error);
  g_autofree char *text = NULL;
  gboolean is_proven_whole;

  if (report == NULL)
    {
      ts_output_write_message (output, error->message);
      return EXIT_NOT_PROVEN;
    }
  is_proven_whole = judge (options, report);
  text = describe (options, report, is_proven_whole);
  return ts_output_write_information (output, text) && is_proven_whole ? EXIT_PROVEN : EXIT_NOT_PROVEN;
}

/**
 * ts_verify_run:
 * @argc: the number of words
 * @argv: (array length=argc): the command's name, its options and the file
 * @output: where to write
 *
 * Returns: the exit status: 0 proven, 1 not, 2 usage
 */
int
ts_verify_run (int argc,
               char *argv[],
               TsOutput *output)
{
  g_auto (Options) options = { 0 };
  g_autoptr (GError) error = NULL;

  if (!parse_options (&options, argv, &error))
    {
      ts_output_write_usage_error (output, error);
      return EXIT_USAGE;
    }
  if (options.text != NULL)
    return ts_output_write_information (output, options.text) ? EXIT_PROVEN : EXIT_NOT_PROVEN;
  return verify (&options, output);
}
