/* Tests of evidence: what is written is verified, and whatever is changed is found and named.
 *
 * --exchanges=N makes the long session so long; a day at 10 Hz is 864000.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "evidence/ts-evidence-verifier.h"
#include "evidence/ts-evidence-writer.h"
#include "evidence/ts-evidence.h"
#include "measure/ts-time.h"
#include "seal/ts-transcript.h"
#include "wire/ts-hex.h"

#include "test-key.h"

#define NOW_NS    (1700000000 * TS_NS_PER_S)
#define AHEAD_NS  (5 * TS_NS_PER_MS)
#define THERE_NS  (2 * TS_NS_PER_MS)
#define BACK_NS   (1 * TS_NS_PER_MS)
#define PERIOD_NS (100 * TS_NS_PER_MS)

static guint n_long_exchanges = 500;

/* A server with a key, a path of fixed lengths, and a witness. */
typedef struct
{
  char *folder;
  char *path;
  TsClock *clock;
  TsSealKey *key;
  TsEvidenceWriter *writer;
  TsTranscript transcript;
  guint connection;
  gint64 now_ns;
  gint64 last_t4_ns;
  guint64 n;
} Session;

/* Returns: whether there are seals to test */
static gboolean
session_init (Session *self)
{
  g_autoptr (GError) error = NULL;
  TsAddress target = { .scheme = TS_SCHEME_TIMESYNC, .host = (char *) "time.example", .port = TS_DEFAULT_PORT };
  const TsWitnessConnection about = { .target = &target, .remote = "192.0.2.1:10085", .protocol = "framed" };

  *self = (Session) { .key = test_key_load (), .now_ns = NOW_NS };
  if (self->key == NULL)
    return FALSE;
  self->folder = g_dir_make_tmp ("timesync-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "evidence.json", NULL);
  self->clock = ts_clock_new_fake (NOW_NS);
  self->writer = ts_evidence_writer_new (self->path, "test", self->clock, &error);
  g_assert_no_error (error);
  self->connection = ts_witness_connect (TS_WITNESS (self->writer), &about);
  return TRUE;
}

static void
session_clear (Session *self)
{
  g_assert_finalize_object (self->writer);
  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_clear_object (&self->clock);
  ts_seal_key_free (self->key);
  g_free (self->folder);
  g_free (self->path);
}

static void
exchange (Session *self,
          gboolean is_sealable)
{
  TsFrame request = { .version = TS_FRAME_VERSION, .kind = TS_FRAME_REQUEST, .cookie = ++self->n };
  TsFrame answer = { .version = TS_FRAME_VERSION, .kind = TS_FRAME_ANSWER, .cookie = self->n, .max_error_ns = 7 };
  TsLocalStamps stamps = { .t1_ns = self->now_ns + 300, .t1_source = TS_STAMP_KERNEL, .t4_source = TS_STAMP_KERNEL };
  guint8 request_bytes[TS_FRAME_SIZE], answer_bytes[TS_FRAME_SIZE];
  TsSample sample;

  if (is_sealable)
    {
      request.flags = TS_FRAME_WANTS_TRANSCRIPT;
      request.transmit_ns = self->now_ns;
      request.receive_ns = self->last_t4_ns;
    }
  answer.receive_ns = self->now_ns + THERE_NS + AHEAD_NS;
  answer.transmit_ns = answer.receive_ns + 1000;
  stamps.t4_ns = answer.transmit_ns - AHEAD_NS + BACK_NS;
  ts_frame_encode (&request, request_bytes);
  ts_frame_encode (&answer, answer_bytes);
  g_assert_true (ts_answer_frame_to_sample (&answer, &stamps, NULL, &sample, NULL));
  ts_witness_exchange (TS_WITNESS (self->writer),
                       &(TsWitnessExchange) { self->connection, request_bytes, TS_FRAME_SIZE, answer_bytes,
                                              TS_FRAME_SIZE, &stamps, &sample });
  if (is_sealable)
    ts_transcript_add (&self->transcript, request_bytes, answer_bytes);
  self->last_t4_ns = stamps.t4_ns;
  self->now_ns += PERIOD_NS;
}

static void
seal (Session *self)
{
  const TsFrame request = { .version = TS_FRAME_VERSION, .kind = TS_FRAME_SEAL_REQUEST, .cookie = ++self->n };
  TsSeal made = { .cookie = request.cookie, .instant_ns = self->now_ns + AHEAD_NS, .transcript = self->transcript };
  guint8 request_bytes[TS_FRAME_SIZE], bytes[TS_SEAL_SIZE];

  memcpy (made.key, ts_seal_key_get_public (self->key), sizeof made.key);
  ts_frame_encode (&request, request_bytes);
  ts_seal_encode (&made, bytes);
  g_assert_true (ts_seal_key_sign (self->key, bytes, TS_SEAL_SIGNED_SIZE, made.signature));
  ts_seal_encode (&made, bytes);
  ts_witness_seal (TS_WITNESS (self->writer), self->connection, request_bytes, bytes);
}

static void
finish (Session *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ts_evidence_writer_close (self->writer, &error));
  g_assert_no_error (error);
}

static TsEvidenceReport *
verify (const char *path)
{
  g_autoptr (GError) error = NULL;
  TsEvidenceReport *report = ts_evidence_verify (path, &error);

  g_assert_no_error (error);
  return report;
}

/* Quickly: there is no crash to be safe from. GLib 2.74 does not cut off what was there before. */
static void
write_file (const char *path,
            const char *text,
            gsize length)
{
  g_unlink (path);
  g_assert_true (g_file_set_contents_full (path, text, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
test_proven (void)
{
  g_autoptr (TsEvidenceReport) report = NULL;
  const TsEvidenceClaim *claim;
  Session session;

  if (!session_init (&session))
    return;
  for (guint i = 0; i < 5; i++)
    exchange (&session, TRUE);
  seal (&session);
  exchange (&session, TRUE);
  seal (&session);
  g_assert_false (g_file_test (session.path, G_FILE_TEST_EXISTS));
  finish (&session);
  report = verify (session.path);
  g_assert_cmpuint (report->findings->len, ==, 0);
  g_assert_cmpuint (report->claims->len, ==, 1);
  claim = report->claims->pdata[0];
  g_assert_cmpstr (claim->server, ==, "timesync://time.example");
  g_assert_true (claim->has_key);
  g_assert_cmpmem (claim->key, sizeof claim->key, ts_seal_key_get_public (session.key), sizeof claim->key);
  g_assert_cmpuint (claim->n_exchanges, ==, 5);
  g_assert_cmpuint (claim->n_half, ==, 1);
  /* By what the requests stated, and not by the closer t1 of the kernel, which nobody has sealed. */
  g_assert_cmpint (claim->max_ns, ==, AHEAD_NS + THERE_NS);
  g_assert_cmpint (claim->min_ns, ==, AHEAD_NS - BACK_NS);
  g_assert_cmpint (claim->best.min_ns, ==, claim->min_ns);
  g_assert_cmpint (claim->first_ns, ==, NOW_NS);
  g_assert_cmpint (claim->sealed_ns, ==, NOW_NS + 6 * PERIOD_NS + AHEAD_NS);
  session_clear (&session);
}

/* What comes after the last seal, and what is not for a transcript, is the recorder's word. */
static void
test_not_sealed (void)
{
  g_autoptr (TsEvidenceReport) report = NULL;
  const TsEvidenceClaim *sealed, *alone;
  Session session;

  if (!session_init (&session))
    return;
  exchange (&session, FALSE);
  session.last_t4_ns = 0;
  exchange (&session, TRUE);
  exchange (&session, TRUE);
  seal (&session);
  exchange (&session, TRUE);
  exchange (&session, TRUE);
  finish (&session);
  report = verify (session.path);
  g_assert_cmpuint (report->findings->len, ==, 0);
  g_assert_cmpuint (report->claims->len, ==, 2);
  sealed = report->claims->pdata[0];
  alone = report->claims->pdata[1];
  g_assert_true (sealed->has_key);
  g_assert_cmpuint (sealed->n_exchanges, ==, 1);
  g_assert_false (alone->has_key);
  g_assert_cmpuint (alone->n_exchanges, ==, 4);
  session_clear (&session);
}

/* The line that a change is in, counted from 1. */
static guint
line_of (const char *text,
         gsize at)
{
  guint line = 1;

  for (gsize i = 0; i < at; i++)
    line += text[i] == '\n';
  return line;
}

/* Each byte that is changed is found, and named by its line or the next: where the end of a line is gone. */
static void
test_every_byte (void)
{
  g_autofree char *text = NULL;
  gsize length;
  Session session;

  if (!session_init (&session))
    return;
  exchange (&session, TRUE);
  exchange (&session, TRUE);
  seal (&session);
  finish (&session);
  g_assert_true (g_file_get_contents (session.path, &text, &length, NULL));
  for (gsize at = 0; at + 1 < length; at += 3)
    {
      guint line = line_of (text, at);
      char kept = text[at];
      g_autofree char *named = g_strdup_printf ("line %u: ", line);
      g_autofree char *next = g_strdup_printf ("line %u: ", line + 1);
      g_autoptr (TsEvidenceReport) report = NULL;
      g_autoptr (GError) error = NULL;
      const char *said;

      text[at] ^= (char) (1 << at % 7);
      write_file (session.path, text, length);
      text[at] = kept;
      report = ts_evidence_verify (session.path, &error);
      said = report == NULL ? error->message : report->findings->len > 0 ? report->findings->pdata[0] : "nothing";
      if (strstr (said, named) == NULL && strstr (said, next) == NULL)
        g_error ("byte %" G_GSIZE_FORMAT " of line %u was changed, and this was said: %s", at, line, said);
    }
  session_clear (&session);
}

/* What JSON does not allow is no line, whatever json-glib makes of it. */
static void
test_one_object (void)
{
  static const struct
  {
    const char *text;
    gboolean is_one;
  } cases[] = {
    { "{}", TRUE },
    { "{\"a\":[{\"b\":1},[2]]}", TRUE },
    { "{\"a\":\"}{\"}", TRUE },
    { "{\"a\":\"\\\"}\"}", TRUE },
    { "", FALSE },
    { "{", FALSE },
    { "{}}", FALSE },
    { "{} ", FALSE },
    { "[{}]", FALSE },
    { "{\"a\":1}{\"b\":2}", FALSE },
    { "0{\"a\":1}", FALSE },
    { "{}[{\"a\":1}]", FALSE },
    { "{/*\"*/}{\"a\":\"b\"}", FALSE },
    { "{'a\"':1}{\"a\":2}", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonObject) object = ts_evidence_parse_object (cases[i].text, strlen (cases[i].text));

      if ((object != NULL) != cases[i].is_one)
        g_error ("%s is %sone object", cases[i].text, cases[i].is_one ? "" : "not ");
    }
}

/* Writes the file again with other objects and right sums, as its owner can. */
static void
forge (const char *path,
       gboolean (*change) (JsonObject *line, guint number))
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GString) forged = g_string_new (TS_EVIDENCE_FIRST_LINE);
  char old_sum[TS_EVIDENCE_SUM_SIZE] = "", sum[TS_EVIDENCE_SUM_SIZE] = "";

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; !g_str_equal (lines[i], TS_EVIDENCE_LAST_LINE); i++)
    {
      gsize length = strlen (lines[i]) - g_str_has_suffix (lines[i], ",");
      g_autoptr (JsonObject) line = ts_evidence_parse_line (lines[i], length, old_sum, NULL);
      g_autofree char *again = NULL;

      g_assert_nonnull (line);
      json_object_remove_member (line, "sum");
      if (!change (line, i + 1))
        continue;
      again = ts_evidence_make_line (line, sum);
      g_string_append_printf (forged, "%s\n%s", i > 1 ? "," : "", again);
    }
  g_string_append (forged, "\n" TS_EVIDENCE_LAST_LINE "\n");
  write_file (path, forged->str, forged->len);
}

static gboolean
is_of_type (JsonObject *line,
            const char *type)
{
  return g_str_equal (json_object_get_string_member (line, "type"), type);
}

static gboolean
keep (JsonObject *line,
      guint number)
{
  return TRUE;
}

static gboolean
change_stamp (JsonObject *line,
              guint number)
{
  if (number == 5)
    json_object_set_int_member (line, "t2_ns", json_object_get_int_member (line, "t2_ns") + 1);
  return TRUE;
}

static gboolean
change_derived (JsonObject *line,
                guint number)
{
  if (number == 6)
    json_object_set_int_member (line, "proven_max_ns", 0);
  return TRUE;
}

static void
change_hex (JsonObject *line,
            const char *name,
            gsize at)
{
  g_autofree char *hex = g_strdup (json_object_get_string_member (line, name));

  hex[at] = hex[at] == '0' ? '1' : '0';
  json_object_set_string_member (line, name, hex);
}

/* The client's own clock, as it stated it in the second request. */
static gboolean
change_request (JsonObject *line,
                guint number)
{
  if (number == 6)
    change_hex (line, "request", 2 * 31);
  return TRUE;
}

static gboolean
change_seal (JsonObject *line,
             guint number)
{
  if (is_of_type (line, "seal"))
    change_hex (line, "seal", 2 * 100);
  return TRUE;
}

static gboolean
leave_out_exchange (JsonObject *line,
                    guint number)
{
  if (is_of_type (line, "end"))
    json_object_set_int_member (line, "exchanges", 3);
  return number != 6;
}

static gboolean
leave_out_end (JsonObject *line,
               guint number)
{
  return !is_of_type (line, "end");
}

static const struct
{
  const char *name;
  gboolean (*change) (JsonObject *line, guint number);
  const char *said; /* (nullable): the beginning of the first finding */
} forgeries[] = {
  { "none", keep, NULL },
  { "stamp", change_stamp, "line 5: t2_ns is " },
  { "derived", change_derived, "line 6: proven_max_ns is 0, but should be " },
  { "request", change_request, "line 6: " },
  { "seal", change_seal, "line 9: the signature was not made with this key" },
  { "exchange-left-out", leave_out_exchange, "line 6: " },
  { "end-left-out", leave_out_end, "line 11: the file ends too early" },
};

static void
test_forgery (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (TsEvidenceReport) report = NULL;
  Session session;

  if (!session_init (&session))
    return;
  for (guint n = 0; n < 4; n++)
    exchange (&session, TRUE);
  seal (&session);
  finish (&session);
  forge (session.path, forgeries[i].change);
  report = verify (session.path);
  if (forgeries[i].said == NULL)
    g_assert_cmpuint (report->findings->len, ==, 0);
  else
    {
      g_assert_cmpuint (report->findings->len, >, 0);
      g_test_message ("%s", (const char *) report->findings->pdata[0]);
      g_assert_true (g_str_has_prefix (report->findings->pdata[0], forgeries[i].said));
    }
  session_clear (&session);
}

/* What a file of a stranger may hold instead of each member of each line. */
static const char *const strange_values[] = {
  "null", "true", "-1", "9223372036854775807", "-9223372036854775808", "1e300", "\"\"", "\"zz\"", "[]", "[1,2,3,4]", "{}",
  "[9223372036854775807,-9223372036854775808,{},null]",
};

static guint strange_line;
static guint strange_member;
static const char *strange_value;
static gboolean is_changed;

static gboolean
change_member (JsonObject *line,
               guint number)
{
  g_autoptr (GList) members = json_object_get_members (line);
  const char *name = g_list_nth_data (members, strange_member);

  if (number != strange_line || name == NULL)
    return TRUE;
  is_changed = TRUE;
  json_object_set_member (line, name, json_from_string (strange_value, NULL));
  return TRUE;
}

/* Nothing that a file holds is taken for something else, and no number is too large. */
static void
test_hostile (void)
{
  g_autofree char *text = NULL;
  Session session;

  if (!session_init (&session))
    return;
  exchange (&session, TRUE);
  exchange (&session, TRUE);
  seal (&session);
  finish (&session);
  g_assert_true (g_file_get_contents (session.path, &text, NULL, NULL));
  for (strange_line = 2; strange_line <= 9; strange_line++)
    for (is_changed = TRUE, strange_member = 0; is_changed; strange_member++)
      for (gsize i = 0; i < G_N_ELEMENTS (strange_values); i++)
        {
          g_autoptr (TsEvidenceReport) report = NULL;

          is_changed = FALSE;
          strange_value = strange_values[i];
          write_file (session.path, text, strlen (text));
          forge (session.path, change_member);
          report = verify (session.path);
          /* The bytes of requests, answers and seals, and what follows from them, are no longer what they were. */
          if (is_changed && strange_line >= 5 && strange_line <= 7 && strange_member < 8)
            g_assert_cmpuint (report->findings->len, >, 0);
        }
  session_clear (&session);
}

/* Whoever changes all that follows from a request too, but has no key, is found at the seal. */
static gboolean
change_everything (JsonObject *line,
                   guint number)
{
  static TsTranscript transcript;
  g_autoptr (GByteArray) request = NULL;
  g_autoptr (GByteArray) answer = NULL;
  g_autofree char *hex = NULL;
  g_autofree char *hash = NULL;

  if (!is_of_type (line, "exchange"))
    return TRUE;
  request = ts_hex_decode (json_object_get_string_member (line, "request"));
  answer = ts_hex_decode (json_object_get_string_member (line, "answer"));
  request->data[31] ^= 1;
  ts_transcript_add (&transcript, request->data, answer->data);
  hex = ts_hex_encode (request->data, request->len);
  hash = ts_hex_encode (transcript.hash, sizeof transcript.hash);
  json_object_set_string_member (line, "request", hex);
  json_object_set_string_member (line, "hash", hash);
  return TRUE;
}

static void
test_without_key (void)
{
  g_autoptr (TsEvidenceReport) report = NULL;
  Session session;

  if (!session_init (&session))
    return;
  for (guint n = 0; n < 4; n++)
    exchange (&session, TRUE);
  seal (&session);
  finish (&session);
  forge (session.path, change_everything);
  report = verify (session.path);
  g_assert_cmpuint (report->findings->len, ==, 1);
  g_assert_cmpstr (report->findings->pdata[0], ==,
                   "line 9: the seal covers other requests and answers than those before it");
  session_clear (&session);
}

/* A file that was not closed has no name, and one that was there stays. */
static void
test_not_closed (void)
{
  g_autofree char *text = NULL;
  Session session;

  if (!session_init (&session))
    return;
  exchange (&session, TRUE);
  g_assert_true (g_file_set_contents (session.path, "older", -1, NULL));
  g_clear_object (&session.writer);
  g_assert_true (g_file_get_contents (session.path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "older");
  session.writer = ts_evidence_writer_new (session.path, "test", session.clock, NULL);
  finish (&session);
  session_clear (&session);
}

static void
test_token (void)
{
  g_autoptr (TsEvidenceReport) before = NULL, after = NULL;
  g_autofree char *token_path = NULL;
  g_autoptr (GError) error = NULL;
  Session session;

  if (!session_init (&session))
    return;
  exchange (&session, TRUE);
  finish (&session);
  before = verify (session.path);
  token_path = g_build_filename (session.folder, "token", NULL);
  g_assert_true (g_file_set_contents (token_path, "a token", -1, NULL));
  g_assert_true (ts_evidence_writer_add_token (session.path, token_path, &error));
  after = verify (session.path);
  g_assert_cmpuint (after->findings->len, ==, 0);
  g_assert_cmpstr (before->digest, ==, after->digest);
  g_assert_null (before->token);
  g_assert_cmpmem (after->token->data, after->token->len, "a token", 7);
  g_assert_false (ts_evidence_writer_add_token (token_path, session.path, &error));
  g_assert_error (error, TS_EVIDENCE_ERROR, TS_EVIDENCE_ERROR_FOREIGN);
  g_unlink (token_path);
  session_clear (&session);
}

static void
test_long (void)
{
  g_autoptr (TsEvidenceReport) report = NULL;
  gint64 began_us = g_get_monotonic_time (), written_us;
  const TsEvidenceClaim *claim;
  Session session;

  if (!session_init (&session))
    return;
  for (guint i = 1; i <= n_long_exchanges; i++)
    {
      exchange (&session, TRUE);
      if (i % 10 == 0)
        seal (&session);
    }
  finish (&session);
  written_us = g_get_monotonic_time ();
  report = verify (session.path);
  claim = report->claims->pdata[0];
  g_assert_cmpuint (report->findings->len, ==, 0);
  g_assert_cmpuint (claim->n_exchanges, ==, n_long_exchanges - 1);
  g_test_message ("%u exchanges: written in %.1f s, verified in %.1f s", n_long_exchanges,
                  (double) (written_us - began_us) / 1e6, (double) (g_get_monotonic_time () - written_us) / 1e6);
  session_clear (&session);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc > 1 && g_str_has_prefix (argv[1], "--exchanges="))
    n_long_exchanges = (guint) strtoul (argv[1] + strlen ("--exchanges="), NULL, 10);

  g_test_add_func ("/evidence/one-object", test_one_object);
  g_test_add_func ("/evidence/proven", test_proven);
  g_test_add_func ("/evidence/not-sealed", test_not_sealed);
  g_test_add_func ("/evidence/every-byte", test_every_byte);
  for (gsize i = 0; i < G_N_ELEMENTS (forgeries); i++)
    {
      g_autofree char *name = g_strconcat ("/evidence/forgery/", forgeries[i].name, NULL);

      g_test_add_data_func (name, GSIZE_TO_POINTER (i), test_forgery);
    }
  g_test_add_func ("/evidence/hostile", test_hostile);
  g_test_add_func ("/evidence/without-key", test_without_key);
  g_test_add_func ("/evidence/not-closed", test_not_closed);
  g_test_add_func ("/evidence/token", test_token);
  g_test_add_func ("/evidence/long", test_long);
  return g_test_run ();
}
