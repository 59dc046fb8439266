/* The bytes of a Time Sync exchange: the framed form and the classic text.
 *
 *   0      4  5  6     8               16
 *   +------+--+--+-----+---------------+---------------+---------------+
 *   | TSyn |v |k |flags|    cookie     |   receive_ns  |  transmit_ns  |
 *   +------+--+--+-----+-------+-------+---------------+---------------+ 32
 *   | previous_transmit| max_error_ns  | gener.| retry |   server_id   |
 *   +------------------+---------------+-------+-------+---------------+ 64
 *
 * All numbers are big-endian. docs/protocol.md has examples.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-wire.h"

#include <string.h>

#include "measure/ts-time.h"
#include "wire/ts-big-endian.h"

#define COOKIE_OFFSET   8
#define COOKIE_SIZE     8
#define TRANSMIT_OFFSET 24

static const guint8 magic[4] = { 'T', 'S', 'y', 'n' };

G_DEFINE_QUARK (ts-wire-error-quark, ts_wire_error)

/**
 * ts_wire_sniff:
 * @bytes: (array length=length): the first bytes that a client sent
 * @length: how many there are
 *
 * Tells the forms apart by the first bytes of a connection. The beginning of "TSyn" is undecided. When the server has
 * waited long enough or the stream ends, it counts as classic.
 *
 * Returns: the form
 */
TsWireForm
ts_wire_sniff (const guint8 *bytes,
               gsize length)
{
  if (length == 0)
    return TS_WIRE_FORM_UNDECIDED;
  if (bytes[0] == TS_TLS_RECORD_HANDSHAKE)
    return TS_WIRE_FORM_TLS;
  if (memcmp (bytes, magic, MIN (length, sizeof magic)) != 0)
    return TS_WIRE_FORM_CLASSIC;
  return length >= sizeof magic ? TS_WIRE_FORM_FRAMED : TS_WIRE_FORM_UNDECIDED;
}

/**
 * ts_frame_encode:
 * @frame: a message
 * @bytes: (out): receives its %TS_FRAME_SIZE bytes
 */
void
ts_frame_encode (const TsFrame *frame,
                 guint8 bytes[TS_FRAME_SIZE])
{
  memcpy (bytes, magic, sizeof magic);
  bytes[4] = frame->version;
  bytes[5] = frame->kind;
  bytes[6] = (guint8) (frame->flags >> 8);
  bytes[7] = (guint8) (frame->flags & 0xff);
  ts_put_be64 (bytes + COOKIE_OFFSET, frame->cookie);
  ts_put_be64 (bytes + 16, (guint64) frame->receive_ns);
  ts_put_be64 (bytes + TRANSMIT_OFFSET, (guint64) frame->transmit_ns);
  ts_put_be64 (bytes + 32, (guint64) frame->previous_transmit_ns);
  ts_put_be64 (bytes + 40, frame->max_error_ns);
  ts_put_be32 (bytes + 48, frame->clock_generation);
  ts_put_be32 (bytes + 52, frame->retry_after_ms);
  ts_put_be64 (bytes + 56, frame->server_id);
}

/**
 * ts_frame_set_transmit:
 * @bytes: (inout): an encoded frame
 * @transmit_ns: t3
 *
 * Writes the instant of departure into a frame that is about to be sent.
 */
void
ts_frame_set_transmit (guint8 bytes[TS_FRAME_SIZE],
                       gint64 transmit_ns)
{
  ts_put_be64 (bytes + TRANSMIT_OFFSET, (guint64) transmit_ns);
}

/**
 * ts_frame_is_plain_request:
 * @bytes: a frame
 *
 * Nearly all requests differ in their cookies only, and so do their answers.
 *
 * Returns: whether @bytes is a valid request of our version without flags
 */
gboolean
ts_frame_is_plain_request (const guint8 bytes[TS_FRAME_SIZE])
{
  static const guint8 beginning[COOKIE_OFFSET] = { 'T', 'S', 'y', 'n', TS_FRAME_VERSION, TS_FRAME_REQUEST };
  static const guint8 no_cookie[COOKIE_SIZE];

  return memcmp (bytes, beginning, sizeof beginning) == 0 &&
         memcmp (bytes + COOKIE_OFFSET, no_cookie, sizeof no_cookie) != 0;
}

/**
 * ts_frame_copy_cookie:
 * @answer: (inout): an encoded frame
 * @request: the frame that it answers
 */
void
ts_frame_copy_cookie (guint8 answer[TS_FRAME_SIZE],
                      const guint8 request[TS_FRAME_SIZE])
{
  memcpy (answer + COOKIE_OFFSET, request + COOKIE_OFFSET, COOKIE_SIZE);
}

/**
 * ts_frame_decode:
 * @bytes: (array length=length): the bytes that have come so far
 * @length: how many bytes
 * @frame: (out caller-allocates): the message, once it is complete
 * @error: return location for a %TS_WIRE_ERROR, set if the bytes are malformed
 *
 * Decodes the first %TS_FRAME_SIZE bytes. The magic and the kind are checked as far as they have come, so that the
 * first wrong byte shows that a peer speaks something else. Versions and flags are up to the caller, because frames of
 * other versions have the same layout and length.
 *
 * Returns: whether the frame is complete
 */
TsDecoded
ts_frame_decode (const guint8 *bytes,
                 gsize length,
                 TsFrame *frame,
                 GError **error)
{
  if (length > 0 && memcmp (bytes, magic, MIN (length, sizeof magic)) != 0)
    {
      g_set_error (error, TS_WIRE_ERROR, TS_WIRE_ERROR_MALFORMED, "Frame does not begin with “TSyn”");
      return TS_DECODED_MALFORMED;
    }
  if (length > 5 && (bytes[5] < TS_FRAME_REQUEST || bytes[5] > TS_FRAME_SEAL_REQUEST))
    {
      g_set_error (error, TS_WIRE_ERROR, TS_WIRE_ERROR_MALFORMED, "Frame is of kind %u, need 1 to 4", bytes[5]);
      return TS_DECODED_MALFORMED;
    }
  if (length < TS_FRAME_SIZE)
    return TS_DECODED_INCOMPLETE;

  *frame = (TsFrame) {
    .version = bytes[4],
    .kind = bytes[5],
    .flags = (guint16) (bytes[6] << 8 | bytes[7]),
    .cookie = ts_get_be64 (bytes + COOKIE_OFFSET),
    .receive_ns = (gint64) ts_get_be64 (bytes + 16),
    .transmit_ns = (gint64) ts_get_be64 (bytes + TRANSMIT_OFFSET),
    .previous_transmit_ns = (gint64) ts_get_be64 (bytes + 32),
    .max_error_ns = ts_get_be64 (bytes + 40),
    .clock_generation = ts_get_be32 (bytes + 48),
    .retry_after_ms = ts_get_be32 (bytes + 52),
    .server_id = ts_get_be64 (bytes + 56),
  };
  return TS_DECODED_COMPLETE;
}

/**
 * ts_classic_encode:
 * @receive_ns: t2
 * @transmit_ns: t3
 * @text: (out): receives the answer and a NUL, which is not sent
 *
 * Returns: the length of the answer in bytes
 */
gsize
ts_classic_encode (gint64 receive_ns,
                   gint64 transmit_ns,
                   char text[TS_CLASSIC_MAX_SIZE])
{
  gsize length = ts_time_format_seconds (receive_ns, 9, text);

  text[length++] = '.';
  return length + ts_time_format_seconds (transmit_ns, 9, text + length);
}

static TsDecoded
classic_malformed (const char *what,
                   GError **error)
{
  g_set_error (error, TS_WIRE_ERROR, TS_WIRE_ERROR_MALFORMED, "Classic answer %s", what);
  return TS_DECODED_MALFORMED;
}

static gint64
precision_of (guint n_decimals)
{
  gint64 precision_ns = TS_NS_PER_S;

  if (n_decimals == 9)
    return 0;
  while (n_decimals-- > 0)
    precision_ns /= 10;
  return precision_ns;
}

/* Finds the full stop between the two stamps, which is the second of three.
 * Returns: whether the text can still become an answer, by its characters alone, so that a peer that speaks something
 * else is cut off at once */
static gboolean
find_middle (const char *text,
             gsize length,
             gsize *middle,
             guint *n_stops)
{
  *n_stops = 0;
  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '.' && ++*n_stops == 2)
        *middle = i;
      if ((text[i] != '.' && !g_ascii_isdigit (text[i])) || *n_stops > 3)
        return FALSE;
    }
  return TRUE;
}

/**
 * ts_classic_decode:
 * @bytes: (array length=length): the bytes that have come so far
 * @length: how many bytes
 * @at_end: whether the stream has ended
 * @answer: (out caller-allocates): the answer, once it is complete
 * @error: return location for a %TS_WIRE_ERROR or %TS_TIME_ERROR, set if the bytes are malformed
 *
 * Decodes "t2.t3", two decimal numbers of seconds with one to nine digits of fraction, with or without white space
 * around them. An answer is complete at the end of the stream only, because more digits may follow before that.
 *
 * Returns: whether the answer is complete
 */
TsDecoded
ts_classic_decode (const guint8 *bytes,
                   gsize length,
                   gboolean at_end,
                   TsClassicAnswer *answer,
                   GError **error)
{
  const char *text = (const char *) bytes;
  gsize text_length = MIN (length, TS_CLASSIC_MAX_SIZE);
  gsize middle = 0;
  guint n_stops, receive_decimals, transmit_decimals;

  for (; text_length > 0 && g_ascii_isspace (*text); text_length--)
    text++;
  while (text_length > 0 && g_ascii_isspace (text[text_length - 1]))
    text_length--;

  if (length > TS_CLASSIC_MAX_SIZE)
    return classic_malformed ("is longer than 128 bytes", error);
  if (!find_middle (text, text_length, &middle, &n_stops))
    return classic_malformed ("is not two decimal numbers", error);
  if (!at_end)
    return TS_DECODED_INCOMPLETE;
  if (n_stops != 3)
    return classic_malformed ("is not two decimal numbers", error);

  if (!ts_time_parse_seconds (text, middle, &answer->receive_ns, &receive_decimals, error) ||
      !ts_time_parse_seconds (text + middle + 1, text_length - middle - 1, &answer->transmit_ns,
                              &transmit_decimals, error))
    return TS_DECODED_MALFORMED;
  answer->precision_ns = precision_of (MIN (receive_decimals, transmit_decimals));
  return TS_DECODED_COMPLETE;
}
