/* Fuzz target of ts-wire and ts-seal: whatever comes from a socket.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-wire.h"

#include "fuzz-target.h"
#include "measure/ts-time.h"
#include "wire/ts-seal.h"

/* A message is told with an error where it is malformed, and only there. */
static void
check_error (TsDecoded decoded,
             GError *error)
{
  g_assert_true ((decoded == TS_DECODED_MALFORMED) == (error != NULL));
  if (error != NULL)
    {
      g_assert_true (error->domain == TS_WIRE_ERROR || error->domain == TS_TIME_ERROR);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_error_free (error);
    }
}

static TsDecoded
decode_frame (const guint8 *bytes,
              gsize length,
              TsFrame *frame)
{
  GError *error = NULL;
  TsDecoded decoded = ts_frame_decode (bytes, length, frame, &error);

  check_error (decoded, error);
  return decoded;
}

static TsDecoded
decode_classic (const guint8 *bytes,
                gsize length,
                gboolean at_end,
                TsClassicAnswer *answer)
{
  GError *error = NULL;
  TsDecoded decoded = ts_classic_decode (bytes, length, at_end, answer, &error);

  check_error (decoded, error);
  return decoded;
}

/* More bytes turn undecided into a form, and never one form into another. */
static void
check_sniff (const guint8 *bytes,
             gsize size)
{
  TsWireForm last = ts_wire_sniff (bytes, size);

  for (gsize length = 0; length < MIN (size, 8); length++)
    {
      TsWireForm form = ts_wire_sniff (bytes, length);

      g_assert_true (form == TS_WIRE_FORM_UNDECIDED || form == last);
    }
  g_assert_true (last != TS_WIRE_FORM_UNDECIDED || size < 4);
}

static void
check_frame (const guint8 *bytes,
             gsize size)
{
  guint8 encoded[TS_FRAME_SIZE];
  TsFrame frame, again, part;
  TsDecoded decoded = decode_frame (bytes, size, &frame);
  gboolean was_malformed = FALSE;

  for (gsize length = 0; length < MIN (size, TS_FRAME_SIZE); length++)
    {
      TsDecoded begun = decode_frame (bytes, length, &part);

      g_assert_cmpint (begun, !=, TS_DECODED_COMPLETE);
      g_assert_false (was_malformed && begun != TS_DECODED_MALFORMED);
      was_malformed = begun == TS_DECODED_MALFORMED;
    }
  g_assert_false (was_malformed && decoded != TS_DECODED_MALFORMED);
  g_assert_true ((decoded == TS_DECODED_INCOMPLETE) <= (size < TS_FRAME_SIZE));
  if (decoded != TS_DECODED_COMPLETE)
    return;

  g_assert_cmpint (ts_wire_sniff (bytes, size), ==, TS_WIRE_FORM_FRAMED);
  ts_frame_encode (&frame, encoded);
  g_assert_cmpmem (encoded, sizeof encoded, bytes, TS_FRAME_SIZE);
  g_assert_cmpint (decode_frame (encoded, sizeof encoded, &again), ==, TS_DECODED_COMPLETE);
  g_assert_cmphex (again.cookie, ==, frame.cookie);
  g_assert_cmphex (again.server_id, ==, frame.server_id);
  g_assert_cmpint (again.transmit_ns, ==, frame.transmit_ns);
}

static TsDecoded
decode_seal (const guint8 *bytes,
             gsize length,
             TsSeal *seal)
{
  GError *error = NULL;
  TsDecoded decoded = ts_seal_decode (bytes, length, seal, &error);

  check_error (decoded, error);
  return decoded;
}

/* No bytes begin both a frame and a seal, and each byte of a seal that is not zero comes back. */
static void
check_seal (const guint8 *bytes,
            gsize size)
{
  guint8 encoded[TS_SEAL_SIZE];
  TsFrame frame;
  TsSeal seal;
  TsDecoded decoded = decode_seal (bytes, size, &seal);

  for (gsize length = 0; length < MIN (size, TS_SEAL_SIZE); length++)
    g_assert_cmpint (decode_seal (bytes, length, &seal), !=, TS_DECODED_COMPLETE);
  g_assert_true (size < 6 || decoded == TS_DECODED_MALFORMED ||
                 decode_frame (bytes, size, &frame) == TS_DECODED_MALFORMED);
  if (decode_seal (bytes, size, &seal) != TS_DECODED_COMPLETE)
    return;
  ts_seal_encode (&seal, encoded);
  g_assert_cmpmem (encoded + 8, 152, bytes + 8, 152);
}

static void
check_classic (const guint8 *bytes,
               gsize size)
{
  char text[TS_CLASSIC_MAX_SIZE];
  TsClassicAnswer answer, again, part;
  TsDecoded decoded = decode_classic (bytes, size, TRUE, &answer);
  gboolean was_malformed = FALSE;
  gsize length;

  g_assert_cmpint (decoded, !=, TS_DECODED_INCOMPLETE);
  for (length = 0; length <= MIN (size, TS_CLASSIC_MAX_SIZE + 2); length++)
    {
      TsDecoded begun = decode_classic (bytes, length, FALSE, &part);

      g_assert_cmpint (begun, !=, TS_DECODED_COMPLETE);
      g_assert_false (was_malformed && begun != TS_DECODED_MALFORMED);
      was_malformed = begun == TS_DECODED_MALFORMED;
    }
  g_assert_false (was_malformed && decoded != TS_DECODED_MALFORMED);
  if (decoded != TS_DECODED_COMPLETE)
    return;

  g_assert_true (ts_instant_is_valid (answer.receive_ns));
  g_assert_true (ts_instant_is_valid (answer.transmit_ns));
  g_assert_cmpint (answer.precision_ns, >=, 0);
  g_assert_cmpint (answer.precision_ns, <=, TS_NS_PER_S / 10);

  length = ts_classic_encode (answer.receive_ns, answer.transmit_ns, text);
  g_assert_cmpuint (length, <, sizeof text);
  g_assert_cmpint (decode_classic ((const guint8 *) text, length, TRUE, &again), ==, TS_DECODED_COMPLETE);
  g_assert_cmpint (again.receive_ns, ==, answer.receive_ns);
  g_assert_cmpint (again.transmit_ns, ==, answer.transmit_ns);
  g_assert_cmpint (again.precision_ns, ==, 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  check_sniff (data, size);
  check_frame (data, size);
  check_seal (data, size);
  check_classic (data, size);
  return 0;
}
