/* Writes what a probe does as evidence: each event at once as a line, so that nothing is kept in memory.
 *
 * The file gets its name when it is complete, so an older file stays until then.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "evidence/ts-evidence-writer.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/timex.h>
#include <sys/utsname.h>

#include "evidence/ts-evidence.h"
#include "net/clock/ts-clock-quality.h"
#include "seal/ts-transcript.h"
#include "wire/ts-hex.h"

#define CLOCK_SOURCE_PATH "/sys/devices/system/clocksource/clocksource0/current_clocksource"
#define BOOT_ID_PATH      "/proc/sys/kernel/random/boot_id"

#define MAX_TOKEN_SIZE (1024 * 1024)

struct _TsEvidenceWriter
{
  TsWitness parent_instance;

  char *path;
  char *part_path;       /* the path until the file is complete */
  GOutputStream *stream; /* (nullable): none when it is closed */
  TsClock *clock;
  GError *error;         /* (nullable): the first error; nothing is written after it */
  GArray *transcripts;   /* (element-type TsTranscript): by the number of the connection */
  char sum[TS_EVIDENCE_SUM_SIZE];
  guint n_exchanges;
  guint n_seals;
};

G_DEFINE_FINAL_TYPE (TsEvidenceWriter, ts_evidence_writer, TS_TYPE_WITNESS)

static void
write_text (TsEvidenceWriter *self,
            const char *text)
{
  if (self->error == NULL)
    g_output_stream_write_all (self->stream, text, strlen (text), NULL, NULL, &self->error);
}

/* @object: (transfer full) */
static void
write_line (TsEvidenceWriter *self,
            JsonObject *object)
{
  gboolean is_first = self->sum[0] == '\0';
  g_autofree char *line = ts_evidence_make_line (object, self->sum);

  write_text (self, is_first ? "\n" : ",\n");
  write_text (self, line);
  json_object_unref (object);
}

static JsonObject *
new_line (const char *type)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", type);
  return object;
}

static void
set_hex (JsonObject *object,
         const char *name,
         const guint8 *bytes,
         gsize length)
{
  g_autofree char *hex = ts_hex_encode (bytes, length);

  json_object_set_string_member (object, name, hex);
}

/* Adds a text of the kernel as a member, if the kernel has it. */
static void
set_from_file (JsonObject *object,
               const char *name,
               const char *path)
{
  g_autofree char *text = NULL;

  if (g_file_get_contents (path, &text, NULL, NULL))
    json_object_set_string_member (object, name, g_strstrip (text));
}

static void
write_about (TsEvidenceWriter *self,
             const char *software)
{
  JsonObject *line = new_line ("about");
  g_autofree char *glib = g_strdup_printf ("%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);
  struct utsname name;

  json_object_set_string_member (line, "software", software);
  json_object_set_string_member (line, "version", TS_VERSION);
  json_object_set_string_member (line, "glib", glib);
  if (uname (&name) == 0)
    {
      json_object_set_string_member (line, "system", name.sysname);
      json_object_set_string_member (line, "kernel", name.release);
      json_object_set_string_member (line, "machine", name.machine);
    }
  set_from_file (line, "clock_source", CLOCK_SOURCE_PATH);
  set_from_file (line, "boot_id", BOOT_ID_PATH);
  write_line (self, line);
}

/* Writes what the kernel says about this computer's clock. */
static void
write_clock (TsEvidenceWriter *self)
{
  JsonObject *line = new_line ("clock");
  JsonObject *kernel = json_object_new ();
  struct timex timex = { 0 };
  TsClockQuality quality;
  int state = ntp_adjtime (&timex);

  ts_clock_quality_from_timex (&quality, &timex, state);
  json_object_set_int_member (line, "at_ns", ts_clock_get_now_ns (self->clock));
  json_object_set_boolean_member (line, "synchronized", quality.is_synchronized);
  if (quality.is_synchronized)
    json_object_set_int_member (line, "max_error_ns", (gint64) quality.max_error_ns);
  else
    json_object_set_null_member (line, "max_error_ns");
  json_object_set_int_member (line, "precision_ns", quality.precision_ns);
  json_object_set_int_member (kernel, "state", state);
  json_object_set_int_member (kernel, "status", timex.status);
  json_object_set_int_member (kernel, "offset", timex.offset);
  json_object_set_int_member (kernel, "freq", timex.freq);
  json_object_set_int_member (kernel, "tick", timex.tick);
  json_object_set_int_member (kernel, "maxerror", timex.maxerror);
  json_object_set_int_member (kernel, "esterror", timex.esterror);
  json_object_set_int_member (kernel, "tai", timex.tai);
  json_object_set_object_member (line, "timex", kernel);
  write_line (self, line);
}

static JsonArray *
get_chain (GTlsCertificate *certificate)
{
  JsonArray *chain = json_array_new ();

  for (; certificate != NULL; certificate = g_tls_certificate_get_issuer (certificate))
    {
      g_autofree char *pem = NULL;

      g_object_get (certificate, "certificate-pem", &pem, NULL);
      json_array_add_string_element (chain, pem);
    }
  return chain;
}

static void
ts_evidence_writer_connected (TsWitness *witness,
                              guint connection,
                              const TsWitnessConnection *about)
{
  TsEvidenceWriter *self = TS_EVIDENCE_WRITER (witness);
  JsonObject *line = new_line ("connection");
  g_autofree char *server = ts_address_to_string (about->target);

  g_array_set_size (self->transcripts, connection + 1);
  json_object_set_int_member (line, "connection", connection);
  json_object_set_string_member (line, "server", server);
  json_object_set_string_member (line, "remote", about->remote != NULL ? about->remote : "");
  json_object_set_string_member (line, "protocol", about->protocol);
  if (about->certificate != NULL)
    json_object_set_array_member (line, "tls_chain", get_chain (about->certificate));
  write_line (self, line);
}

static void
set_reading (JsonObject *object,
             const char *name,
             const TsClockReading *reading)
{
  JsonArray *array = json_array_new ();

  json_array_add_int_element (array, reading->real_ns);
  json_array_add_int_element (array, reading->boot_ns);
  json_array_add_int_element (array, reading->raw_ns);
  json_array_add_int_element (array, reading->width_ns);
  json_object_set_array_member (object, name, array);
}

static const char *
name_source (guint source)
{
  return source == TS_STAMP_KERNEL ? "kernel" : source == TS_STAMP_USER ? "program" : "unknown";
}

static void
ts_evidence_writer_exchanged (TsWitness *witness,
                              const TsWitnessExchange *exchange)
{
  TsEvidenceWriter *self = TS_EVIDENCE_WRITER (witness);
  const TsSample *sample = exchange->sample;
  const TsLocalStamps *stamps = exchange->stamps;
  JsonObject *line = new_line ("exchange");

  json_object_set_int_member (line, "connection", exchange->connection);
  set_hex (line, "request", exchange->request, exchange->request_length);
  set_hex (line, "answer", exchange->answer, exchange->answer_length);
  json_object_set_int_member (line, "t1_ns", stamps->t1_ns);
  json_object_set_int_member (line, "t2_ns", sample->exchange.t2_ns);
  json_object_set_int_member (line, "t3_ns", sample->exchange.t3_ns);
  json_object_set_int_member (line, "t4_ns", stamps->t4_ns);
  json_object_set_string_member (line, "t1_source", name_source (stamps->t1_source));
  json_object_set_string_member (line, "t4_source", name_source (stamps->t4_source));
  json_object_set_boolean_member (line, "retransmitted", stamps->is_retransmitted);
  set_reading (line, "before", &stamps->before);
  set_reading (line, "after", &stamps->after);
  json_object_set_int_member (line, "precision_ns", sample->exchange.precision_ns);
  json_object_set_int_member (line, "offset_ns", sample->offset_ns);
  json_object_set_int_member (line, "delay_ns", sample->delay_ns);
  json_object_set_int_member (line, "proven_min_ns", sample->proven_min_ns);
  json_object_set_int_member (line, "proven_max_ns", sample->proven_max_ns);
  if (exchange->request_length == TS_FRAME_SIZE && exchange->answer_length == TS_FRAME_SIZE &&
      ts_frame_wants_transcript (exchange->request))
    {
      TsTranscript *transcript = &g_array_index (self->transcripts, TsTranscript, exchange->connection);

      ts_transcript_add (transcript, exchange->request, exchange->answer);
      set_hex (line, "hash", transcript->hash, sizeof transcript->hash);
    }
  self->n_exchanges++;
  write_line (self, line);
}

static void
ts_evidence_writer_sealed (TsWitness *witness,
                           guint connection,
                           const guint8 request[TS_FRAME_SIZE],
                           const guint8 seal[TS_SEAL_SIZE])
{
  TsEvidenceWriter *self = TS_EVIDENCE_WRITER (witness);
  JsonObject *line = new_line ("seal");

  json_object_set_int_member (line, "connection", connection);
  set_hex (line, "request", request, TS_FRAME_SIZE);
  set_hex (line, "seal", seal, TS_SEAL_SIZE);
  self->n_seals++;
  write_line (self, line);
}

static void
ts_evidence_writer_dispose (GObject *object)
{
  TsEvidenceWriter *self = TS_EVIDENCE_WRITER (object);

  if (self->stream != NULL)
    g_unlink (self->part_path);
  g_clear_object (&self->stream);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (ts_evidence_writer_parent_class)->dispose (object);
}

static void
ts_evidence_writer_finalize (GObject *object)
{
  TsEvidenceWriter *self = TS_EVIDENCE_WRITER (object);

  g_clear_error (&self->error);
  g_free (self->path);
  g_free (self->part_path);
  g_array_unref (self->transcripts);
  G_OBJECT_CLASS (ts_evidence_writer_parent_class)->finalize (object);
}

static void
ts_evidence_writer_class_init (TsEvidenceWriterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  TsWitnessClass *witness_class = TS_WITNESS_CLASS (klass);

  object_class->dispose = ts_evidence_writer_dispose;
  object_class->finalize = ts_evidence_writer_finalize;
  witness_class->connected = ts_evidence_writer_connected;
  witness_class->exchanged = ts_evidence_writer_exchanged;
  witness_class->sealed = ts_evidence_writer_sealed;
}

static void
ts_evidence_writer_init (TsEvidenceWriter *self)
{
  self->transcripts = g_array_new (FALSE, TRUE, sizeof (TsTranscript));
}

/**
 * ts_evidence_writer_new:
 * @path: the path of the file; an existing regular file is replaced when this one is complete, and no other
 * @software: the program's name
 * @clock: the clock that is compared with the server's
 * @error: return location for a %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable): a witness that writes what a probe does
 */
TsEvidenceWriter *
ts_evidence_writer_new (const char *path,
                        const char *software,
                        TsClock *clock,
                        GError **error)
{
  g_autoptr (TsEvidenceWriter) self = g_object_new (TS_TYPE_EVIDENCE_WRITER, NULL);
  g_autoptr (GFile) part = NULL;
  g_autoptr (GFileOutputStream) stream = NULL;

  self->clock = g_object_ref (clock);
  self->path = g_strdup (path);
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _("%s: it exists and is not a regular file"), path);
      return NULL;
    }
  self->part_path = g_strconcat (path, ".part", NULL);
  part = g_file_new_for_path (self->part_path);
  stream = g_file_replace (part, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, NULL, error);
  if (stream == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  self->stream = g_buffered_output_stream_new (G_OUTPUT_STREAM (stream));
  write_text (self, TS_EVIDENCE_FIRST_LINE);
  write_about (self, software);
  write_clock (self);
  return g_steal_pointer (&self);
}

/**
 * ts_evidence_writer_close:
 * @self: a writer
 * @error: return location for the first %G_IO_ERROR that occurred
 *
 * Ends the file and gives it its name. If anything could not be written, there is no file.
 *
 * Returns: whether the file is complete
 */
gboolean
ts_evidence_writer_close (TsEvidenceWriter *self,
                          GError **error)
{
  JsonObject *line = new_line ("end");

  write_clock (self);
  json_object_set_int_member (line, "at_ns", ts_clock_get_now_ns (self->clock));
  json_object_set_int_member (line, "exchanges", self->n_exchanges);
  json_object_set_int_member (line, "seals", self->n_seals);
  write_line (self, line);
  write_text (self, "\n" TS_EVIDENCE_LAST_LINE "\n");
  if (self->error == NULL && g_output_stream_close (self->stream, NULL, &self->error) &&
      g_rename (self->part_path, self->path) != 0)
    self->error = g_error_new_literal (G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
  if (self->error == NULL)
    {
      g_clear_object (&self->stream);
      return TRUE;
    }
  g_propagate_error (error, g_error_copy (self->error));
  g_prefix_error (error, "%s: ", self->path);
  return FALSE;
}

/* Returns: (nullable): the newline before the last line of @text; %NULL if that is not %TS_EVIDENCE_LAST_LINE */
static char *
find_last_line (char *text)
{
  static const char end[] = "\"}\n" TS_EVIDENCE_LAST_LINE "\n";

  return g_str_has_prefix (text, TS_EVIDENCE_FIRST_LINE "\n") && g_str_has_suffix (text, end)
           ? text + strlen (text) - strlen (end) + 2 : NULL;
}

/**
 * ts_evidence_writer_add_token:
 * @path: the path of evidence
 * @token_path: the path of a time-stamp token (RFC 3161, DER) for the sum of the evidence's last line
 * @error: return location for a %G_FILE_ERROR or %TS_EVIDENCE_ERROR that names the file
 *
 * Appends a line with the token, which is not verified here.
 *
 * Returns: whether the line was written
 */
gboolean
ts_evidence_writer_add_token (const char *path,
                              const char *token_path,
                              GError **error)
{
  g_autofree char *token = NULL;
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  g_autofree char *whole = NULL;
  g_autoptr (JsonObject) object = new_line ("token");
  char sum[TS_EVIDENCE_SUM_SIZE];
  gsize token_length;
  char *end;

  if (!g_file_get_contents (token_path, &token, &token_length, error) ||
      !g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  end = find_last_line (text);
  if (end == NULL || end - text < TS_EVIDENCE_SUM_SIZE + 2)
    {
      g_set_error (error, TS_EVIDENCE_ERROR, TS_EVIDENCE_ERROR_FOREIGN, _("%s: this is not complete evidence"), path);
      return FALSE;
    }
  if (token_length > MAX_TOKEN_SIZE)
    {
      g_set_error (error, TS_EVIDENCE_ERROR, TS_EVIDENCE_ERROR_FOREIGN, "%s: %s", token_path,
                   _("the time-stamp is not an RFC 3161 token for SHA-256 that a certificate in it has signed"));
      return FALSE;
    }
  g_strlcpy (sum, end - (TS_EVIDENCE_SUM_SIZE - 1) - 2, sizeof sum);
  set_hex (object, "token", (const guint8 *) token, token_length);
  line = ts_evidence_make_line (object, sum);
  *end = '\0';
  whole = g_strconcat (text, ",\n", line, "\n" TS_EVIDENCE_LAST_LINE "\n", NULL);
  return g_file_set_contents (path, whole, -1, error);
}
