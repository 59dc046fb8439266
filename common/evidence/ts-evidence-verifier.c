/* Verifies evidence: finds what it proves, against whom, and what is wrong with it.
 *
 * It goes line by line and keeps only what waits for a seal, so that a day of exchanges takes little memory.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "evidence/ts-evidence-verifier.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "evidence/ts-evidence.h"
#include "measure/ts-time.h"
#include "seal/ts-seal-key.h"
#include "seal/ts-transcript.h"
#include "wire/ts-answer.h"
#include "wire/ts-hex.h"
#include "wire/ts-ntp-client.h"

/* A file that is wrong at every line tells nothing new after so many findings. */
#define MAX_FINDINGS 20

/* 36 years. */
#define MAX_UPTIME_NS (G_GINT64_CONSTANT (1) << 60)

/* An exchange whose offset was between @min_ns and @max_ns. */
typedef struct
{
  gint64 first_ns;
  gint64 last_ns;
  gint64 min_ns;
  gint64 max_ns;
} Bounds;

typedef struct
{
  char *server;
  char *protocol;
  TsTranscript transcript;
  GArray *waiting;   /* (element-type Bounds): exchanges that wait for a seal */
  GArray *alone;     /* (element-type Bounds): exchanges that are not in the transcript */
  gboolean has_last; /* whether there is an exchange in the transcript whose t4 comes with the next request */
  Bounds last;       /* that exchange; its min_ns is by the recorder's t4 */
  gint64 last_t3_ns;
  gboolean is_half;  /* whether @half_key has sealed @last, but not its t4 */
  guint8 half_key[TS_SEAL_KEY_SIZE];
} Connection;

typedef struct
{
  TsEvidenceReport *report;
  GHashTable *connections; /* by number */
  guint line;
  guint n_findings;
  guint n_exchanges;
  guint n_seals;
  gboolean is_ended;
  GError *unsupported; /* (nullable): why no seal can be checked by this program */
} Verifier;

static void
connection_free (gpointer data)
{
  Connection *connection = data;

  g_free (connection->server);
  g_free (connection->protocol);
  g_array_unref (connection->waiting);
  g_array_unref (connection->alone);
  g_free (connection);
}

static void
claim_free (gpointer data)
{
  TsEvidenceClaim *claim = data;

  g_free (claim->server);
  g_free (claim->protocol);
  g_free (claim);
}

/* Notes what is wrong with this line. Returns: %FALSE */
static gboolean
find_fault (Verifier *self,
            const char *what)
{
  if (self->n_findings++ < MAX_FINDINGS)
    g_ptr_array_add (self->report->findings, g_strdup_printf (_("line %u: %s"), self->line, what));
  return FALSE;
}

/* Returns: the claim about the server of @connection by @key (nullable) */
static TsEvidenceClaim *
get_claim (Verifier *self,
           const Connection *connection,
           const guint8 *key)
{
  TsEvidenceClaim *claim;

  for (guint i = 0; i < self->report->claims->len; i++)
    {
      claim = self->report->claims->pdata[i];
      if (g_str_equal (claim->server, connection->server) && claim->has_key == (key != NULL) &&
          (key == NULL || memcmp (claim->key, key, sizeof claim->key) == 0))
        return claim;
    }
  claim = g_new0 (TsEvidenceClaim, 1);
  claim->server = g_strdup (connection->server);
  claim->protocol = g_strdup (connection->protocol);
  claim->has_key = key != NULL;
  if (key != NULL)
    memcpy (claim->key, key, sizeof claim->key);
  g_ptr_array_add (self->report->claims, claim);
  return claim;
}

static void
add_to_claim (TsEvidenceClaim *claim,
              const GArray *all)
{
  for (guint i = 0; i < all->len; i++)
    {
      const Bounds *bounds = &g_array_index (all, Bounds, i);
      gboolean is_first = claim->n_exchanges++ == 0;

      claim->first_ns = is_first ? bounds->first_ns : MIN (claim->first_ns, bounds->first_ns);
      claim->last_ns = is_first ? bounds->last_ns : MAX (claim->last_ns, bounds->last_ns);
      claim->min_ns = is_first ? bounds->min_ns : MIN (claim->min_ns, bounds->min_ns);
      claim->max_ns = is_first ? bounds->max_ns : MAX (claim->max_ns, bounds->max_ns);
      if (is_first || bounds->max_ns - bounds->min_ns < claim->best.max_ns - claim->best.min_ns)
        {
          claim->best.first_ns = bounds->first_ns;
          claim->best.last_ns = bounds->last_ns;
          claim->best.min_ns = bounds->min_ns;
          claim->best.max_ns = bounds->max_ns;
        }
    }
}

/* Returns: whether @node (nullable) is a value of @type. A file may contain anything, and json-glib does not check
 * types. */
static gboolean
holds (JsonNode *node,
       GType type)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static const char *
get_string (JsonObject *line,
            const char *name)
{
  JsonNode *node = json_object_get_member (line, name);

  return holds (node, G_TYPE_STRING) ? json_node_get_string (node) : "";
}

static gint64
get_int (JsonObject *line,
         const char *name)
{
  JsonNode *node = json_object_get_member (line, name);

  return holds (node, G_TYPE_INT64) ? json_node_get_int (node) : G_MININT64;
}

/* Returns: (transfer full): the bytes of a member, or none if it is not hexadecimal */
static GByteArray *
get_bytes (JsonObject *line,
           const char *name)
{
  GByteArray *bytes = ts_hex_decode (get_string (line, name));

  return bytes != NULL ? bytes : g_byte_array_new ();
}

static TsStampSource
get_source (JsonObject *line,
            const char *name)
{
  return g_str_equal (get_string (line, name), "kernel") ? TS_STAMP_KERNEL : TS_STAMP_USER;
}

/* Returns: whether the member is a reading of clocks whose differences cannot overflow */
static gboolean
get_reading (JsonObject *line,
             const char *name,
             TsClockReading *reading)
{
  JsonNode *node = json_object_get_member (line, name);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  gint64 *fields[] = { &reading->real_ns, &reading->boot_ns, &reading->raw_ns, &reading->width_ns };

  if (array == NULL || json_array_get_length (array) != G_N_ELEMENTS (fields))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      *fields[i] = holds (element, G_TYPE_INT64) ? json_node_get_int (element) : -1;
      if (*fields[i] < 0 || *fields[i] > (i == 0 ? TS_INSTANT_MAX_NS : MAX_UPTIME_NS))
        return FALSE;
    }
  return TRUE;
}

/* Derives the sample from the answer's bytes and the recorder's stamps, as the recorder did. */
static gboolean
derive (const Connection *connection,
        const GByteArray *answer,
        const TsLocalStamps *stamps,
        gint64 precision_ns,
        TsSample *sample)
{
  TsClassicAnswer classic;
  TsNtpPacket packet;
  TsFrame frame;

  if (g_str_equal (connection->protocol, "classic"))
    return ts_classic_decode (answer->data, answer->len, TRUE, &classic, NULL) == TS_DECODED_COMPLETE &&
           ts_answer_classic_to_sample (&classic, stamps, sample, NULL);
  if (g_str_equal (connection->protocol, "ntp"))
    return ts_ntp_packet_decode (answer->data, answer->len, &packet, NULL) &&
           ts_ntp_answer_to_sample (&packet, TS_NTP_PIVOT_NS, precision_ns, stamps, sample, NULL);
  return answer->len == TS_FRAME_SIZE &&
         ts_frame_decode (answer->data, answer->len, &frame, NULL) == TS_DECODED_COMPLETE &&
         frame.kind == TS_FRAME_ANSWER && ts_answer_frame_to_sample (&frame, stamps, NULL, sample, NULL);
}

/* Compares each number that follows from others with what it should be. */
static gboolean
check_numbers (Verifier *self,
               JsonObject *line,
               const TsSample *sample)
{
  const struct
  {
    const char *name;
    gint64 value;
  } numbers[] = {
    { "t2_ns", sample->exchange.t2_ns },
    { "t3_ns", sample->exchange.t3_ns },
    { "precision_ns", sample->exchange.precision_ns },
    { "offset_ns", sample->offset_ns },
    { "delay_ns", sample->delay_ns },
    { "proven_min_ns", sample->proven_min_ns },
    { "proven_max_ns", sample->proven_max_ns },
  };
  gboolean is_right = TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      gint64 stated = get_int (line, numbers[i].name);
      g_autofree char *is = g_strdup_printf ("%" G_GINT64_FORMAT, stated);
      g_autofree char *follows = g_strdup_printf ("%" G_GINT64_FORMAT, numbers[i].value);
      g_autofree char *what = NULL;

      if (stated == numbers[i].value)
        continue;
      what = g_strdup_printf (_("%s is %s, but should be %s"), numbers[i].name, is, follows);
      is_right = find_fault (self, what);
    }
  return is_right;
}

/* Completes the exchange before with its t4, which this request states. */
static void
complete_last (Verifier *self,
               Connection *connection,
               const TsFrame *request)
{
  if (!connection->has_last || request->receive_ns == 0)
    return;
  if (request->receive_ns != connection->last.last_ns)
    {
      find_fault (self, _("the request states another t4 for the exchange before than that exchange itself"));
      return;
    }
  connection->last.min_ns = connection->last_t3_ns - request->receive_ns;
  g_array_append_val (connection->waiting, connection->last);
  connection->has_last = FALSE;
}

/* Takes an exchange into the transcript. Its bounds are those of the sealed bytes, and not the recorder's closer
 * ones. */
static void
take_for_transcript (Verifier *self,
                     Connection *connection,
                     JsonObject *line,
                     const GByteArray *request_bytes,
                     const GByteArray *answer_bytes,
                     const TsSample *sample)
{
  g_autofree char *hash = NULL;
  TsFrame request;

  if (ts_frame_decode (request_bytes->data, request_bytes->len, &request, NULL) != TS_DECODED_COMPLETE ||
      request.transmit_ns < 0 || request.transmit_ns > sample->exchange.t1_ns)
    {
      find_fault (self, _("the request was sent before its own transmit_ns"));
      return;
    }
  complete_last (self, connection, &request);
  ts_transcript_add (&connection->transcript, request_bytes->data, answer_bytes->data);
  hash = ts_hex_encode (connection->transcript.hash, sizeof connection->transcript.hash);
  if (!g_str_equal (hash, get_string (line, "hash")))
    find_fault (self, _("the hash does not match the requests and answers so far"));
  connection->has_last = TRUE;
  connection->is_half = FALSE;
  connection->last_t3_ns = sample->exchange.t3_ns;
  connection->last = (Bounds) {
    .first_ns = request.transmit_ns,
    .last_ns = sample->exchange.t4_ns,
    .min_ns = sample->proven_min_ns,
    .max_ns = sample->exchange.t2_ns - request.transmit_ns,
  };
}

static void
verify_exchange (Verifier *self,
                 JsonObject *line,
                 Connection *connection)
{
  g_autoptr (GByteArray) request = get_bytes (line, "request");
  g_autoptr (GByteArray) answer = get_bytes (line, "answer");
  TsLocalStamps stamps = {
    .t1_ns = get_int (line, "t1_ns"),
    .t4_ns = get_int (line, "t4_ns"),
    .t1_source = get_source (line, "t1_source"),
    .t4_source = get_source (line, "t4_source"),
  };
  Bounds bounds = { .first_ns = stamps.t1_ns, .last_ns = stamps.t4_ns };
  TsSample sample;

  self->n_exchanges++;
  if (!get_reading (line, "before", &stamps.before) || !get_reading (line, "after", &stamps.after) ||
      !derive (connection, answer, &stamps, CLAMP (get_int (line, "precision_ns"), 0, TS_NS_PER_S), &sample))
    {
      find_fault (self, _("the answer and the instants are not a valid exchange"));
      return;
    }
  check_numbers (self, line, &sample);
  if (request->len == TS_FRAME_SIZE && answer->len == TS_FRAME_SIZE && ts_frame_wants_transcript (request->data))
    {
      take_for_transcript (self, connection, line, request, answer, &sample);
      return;
    }
  bounds.min_ns = sample.proven_min_ns;
  bounds.max_ns = sample.proven_max_ns;
  g_array_append_val (connection->alone, bounds);
}

/* Returns: (nullable) (transfer full): why the seal does not prove the transcript so far */
static char *
judge_seal (Verifier *self,
            const Connection *connection,
            const GByteArray *request_bytes,
            const GByteArray *bytes,
            TsSeal *seal)
{
  g_autoptr (GError) error = NULL;
  TsFrame request;

  if (bytes->len != TS_SEAL_SIZE || ts_seal_decode (bytes->data, bytes->len, seal, NULL) != TS_DECODED_COMPLETE)
    return g_strdup (_("this is not a seal"));
  if (request_bytes->len != TS_FRAME_SIZE ||
      ts_frame_decode (request_bytes->data, request_bytes->len, &request, NULL) != TS_DECODED_COMPLETE ||
      request.kind != TS_FRAME_SEAL_REQUEST || request.cookie != seal->cookie)
    return g_strdup (_("the seal answers another request"));
  if (!ts_seal_key_verify (seal->key, bytes->data, TS_SEAL_SIGNED_SIZE, seal->signature, &error))
    {
      if (g_error_matches (error, TS_SEAL_KEY_ERROR, TS_SEAL_KEY_ERROR_UNSUPPORTED) && self->unsupported == NULL)
        self->unsupported = g_error_copy (error);
      return g_strdup (error->message);
    }
  if (seal->transcript.n_exchanges != connection->transcript.n_exchanges)
    {
      g_autofree char *sealed = g_strdup_printf ("%" G_GUINT64_FORMAT, seal->transcript.n_exchanges);
      g_autofree char *said = g_strdup_printf ("%" G_GUINT64_FORMAT, connection->transcript.n_exchanges);

      return g_strdup_printf (_("the seal covers %s exchanges, not %s"), sealed, said);
    }
  if (memcmp (seal->transcript.hash, connection->transcript.hash, sizeof seal->transcript.hash) != 0)
    return g_strdup (_("the seal covers other requests and answers than those before it"));
  return NULL;
}

static void
verify_seal (Verifier *self,
             JsonObject *line,
             Connection *connection)
{
  g_autoptr (GByteArray) request = get_bytes (line, "request");
  g_autoptr (GByteArray) bytes = get_bytes (line, "seal");
  TsSeal seal;
  g_autofree char *fault = judge_seal (self, connection, request, bytes, &seal);
  TsEvidenceClaim *claim;

  self->n_seals++;
  if (fault != NULL)
    {
      find_fault (self, fault);
      return;
    }
  claim = get_claim (self, connection, seal.key);
  claim->sealed_ns = seal.instant_ns;
  add_to_claim (claim, connection->waiting);
  g_array_set_size (connection->waiting, 0);
  connection->is_half = connection->has_last;
  memcpy (connection->half_key, seal.key, sizeof connection->half_key);
}

static void
verify_connection (Verifier *self,
                   JsonObject *line)
{
  gint64 number = get_int (line, "connection");
  Connection *connection;

  if (g_hash_table_contains (self->connections, &number))
    {
      find_fault (self, _("there is already a connection with this number"));
      return;
    }
  connection = g_new0 (Connection, 1);
  connection->server = g_strdup (get_string (line, "server"));
  connection->protocol = g_strdup (get_string (line, "protocol"));
  connection->waiting = g_array_new (FALSE, FALSE, sizeof (Bounds));
  connection->alone = g_array_new (FALSE, FALSE, sizeof (Bounds));
  g_hash_table_insert (self->connections, g_memdup2 (&number, sizeof number), connection);
}

static void
verify_end (Verifier *self,
            JsonObject *line,
            const char *sum)
{
  self->is_ended = TRUE;
  g_free (self->report->digest);
  self->report->digest = g_strdup (sum);
  if (get_int (line, "exchanges") != self->n_exchanges || get_int (line, "seals") != self->n_seals)
    find_fault (self, _("the stated number of exchanges or seals is wrong"));
}

static void
verify_line (Verifier *self,
             JsonObject *line,
             const char *sum)
{
  const char *type = get_string (line, "type");
  gint64 number = get_int (line, "connection");
  Connection *connection = g_hash_table_lookup (self->connections, &number);

  if (self->is_ended && g_str_equal (type, "token"))
    {
      g_clear_pointer (&self->report->token, g_byte_array_unref);
      self->report->token = get_bytes (line, "token");
    }
  else if (self->is_ended)
    find_fault (self, _("this line comes after the end"));
  else if (g_str_equal (type, "connection"))
    verify_connection (self, line);
  else if (g_str_equal (type, "end"))
    verify_end (self, line, sum);
  else if (g_str_equal (type, "about") || g_str_equal (type, "clock"))
    return;
  else if (connection == NULL)
    find_fault (self, _("this line belongs to no connection"));
  else if (g_str_equal (type, "exchange"))
    verify_exchange (self, line, connection);
  else if (g_str_equal (type, "seal"))
    verify_seal (self, line, connection);
  else
    find_fault (self, _("this kind of line is unknown"));
}

/* Adds what no seal covers as the recorder's word. */
static void
add_unsealed (Verifier *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Connection *connection = value;

      if (connection->has_last && connection->is_half)
        get_claim (self, connection, connection->half_key)->n_half++;
      else if (connection->has_last)
        g_array_append_val (connection->alone, connection->last);
      if (connection->waiting->len > 0)
        g_array_append_vals (connection->alone, connection->waiting->data, connection->waiting->len);
      if (connection->alone->len > 0)
        add_to_claim (get_claim (self, connection, NULL), connection->alone);
    }
}

/* Reads the lines up to the last one. Returns: whether it has come */
static gboolean
verify_lines (Verifier *self,
              GDataInputStream *stream,
              GError **error)
{
  char sum[TS_EVIDENCE_SUM_SIZE] = "";
  gboolean had_comma = TRUE;
  gsize length;

  for (;;)
    {
      g_autofree char *text = g_data_input_stream_read_line (stream, &length, NULL, error);
      g_autoptr (JsonObject) line = NULL;
      g_autoptr (GError) fault = NULL;

      if (text == NULL)
        return FALSE;
      self->line++;
      if (length == strlen (TS_EVIDENCE_LAST_LINE) && strcmp (text, TS_EVIDENCE_LAST_LINE) == 0)
        return !had_comma || find_fault (self, _("there is a comma before this line"));
      if (!had_comma)
        find_fault (self, _("there is no comma before this line"));
      had_comma = length > 0 && text[length - 1] == ',';
      line = ts_evidence_parse_line (text, length - had_comma, sum, &fault);
      if (line != NULL)
        verify_line (self, line, sum);
      else
        find_fault (self, fault->message);
    }
}

/**
 * ts_evidence_verify:
 * @path: of a file
 * @error: return location for a %G_IO_ERROR, a %TS_EVIDENCE_ERROR_FOREIGN or, if the file has seals and this program was
 *   built without, a %TS_SEAL_KEY_ERROR_UNSUPPORTED that names the file
 *
 * Computes again everything that follows from something else, and checks every seal. The claims that have a key are
 * proven, unless there are findings: then the evidence proves nothing.
 *
 * Returns: (transfer full) (nullable): the claims and findings
 */
TsEvidenceReport *
ts_evidence_verify (const char *path,
                    GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) base = g_file_read (file, NULL, error);
  g_autoptr (GDataInputStream) stream = NULL;
  g_autoptr (TsEvidenceReport) report = NULL;
  g_autoptr (GHashTable) connections = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, connection_free);
  g_autofree char *first = NULL;
  GError *failure = NULL;
  guint8 rest;
  Verifier self = { .connections = connections, .line = 1 };

  if (base == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  stream = g_data_input_stream_new (G_INPUT_STREAM (base));
  first = g_data_input_stream_read_line (stream, NULL, NULL, NULL);
  if (g_strcmp0 (first, TS_EVIDENCE_FIRST_LINE) != 0)
    {
      g_set_error (error, TS_EVIDENCE_ERROR, TS_EVIDENCE_ERROR_FOREIGN,
                   _("%s: line 1: evidence does not begin like this"), path);
      return NULL;
    }
  report = g_new0 (TsEvidenceReport, 1);
  report->claims = g_ptr_array_new_with_free_func (claim_free);
  report->findings = g_ptr_array_new_with_free_func (g_free);
  self.report = report;
  if (verify_lines (&self, stream, &failure) && g_input_stream_read (G_INPUT_STREAM (stream), &rest, 1, NULL, NULL) > 0)
    {
      self.line++;
      find_fault (&self, _("this line comes after the end"));
    }
  /* That this program cannot check the seals says nothing against the file. */
  if (failure == NULL)
    failure = self.unsupported;
  else
    g_clear_error (&self.unsupported);
  if (failure != NULL)
    {
      g_propagate_prefixed_error (error, failure, "%s: ", path);
      return NULL;
    }
  if (!self.is_ended)
    find_fault (&self, _("the file ends too early"));
  add_unsealed (&self);
  return g_steal_pointer (&report);
}

/**
 * ts_evidence_report_free:
 * @report: (transfer full): a report
 */
void
ts_evidence_report_free (TsEvidenceReport *report)
{
  g_ptr_array_unref (report->claims);
  g_ptr_array_unref (report->findings);
  g_free (report->digest);
  g_clear_pointer (&report->token, g_byte_array_unref);
  g_free (report);
}
