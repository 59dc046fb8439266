/* Fuzz target of ts-session: what a client sends, in any pieces.
 *
 * The input is a byte of flags, one for the length of the pieces, and what is sent. In whatever pieces it comes, the
 * answers are those to one piece.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "answer/ts-session.h"

#include <netinet/in.h>
#include <string.h>

#include "../../seal/test-key.h"
#include "fuzz-input.h"
#include "fuzz-target.h"
#include "measure/ts-time.h"

#define NOW_NS (G_GINT64_CONSTANT (1790000000) * TS_NS_PER_S)

enum
{
  HAS_KEY = 1,
  HAS_LIMITS = 2,
  IS_REFUSED = 4,
  IS_INSIDE_TLS = 8,
  IS_SYNCHRONIZED = 16,
  HAS_TRANSMIT = 32,
  IS_ENDED = 64,
  IS_SENT_AWAY = 128,
};

/* Returns: (transfer none) (nullable): a key; %NULL where the program has no seals */
static TsSealKey *
get_key (void)
{
  static TsSealKey *key;

  if (key == NULL)
    {
      g_autofree char *path = test_key_write (TEST_KEY_PEM);

      key = ts_seal_key_load (path, NULL);
      g_unlink (path);
    }
  return key;
}

static void
check_answers (const GByteArray *answers,
               gsize n_sent)
{
  gsize n = 0, n_seals = 0;

  if (answers->len == 0 || memcmp (answers->data, "TSyn", MIN (4, answers->len)) != 0)
    {
      TsClassicAnswer classic;

      if (answers->len > 0)
        g_assert_cmpint (ts_classic_decode (answers->data, answers->len, TRUE, &classic, NULL), ==, TS_DECODED_COMPLETE);
      return;
    }
  for (gsize at = 0; at < answers->len; n++)
    {
      const guint8 *bytes = answers->data + at;
      TsFrame frame;
      TsSeal seal;

      if (ts_seal_decode (bytes, answers->len - at, &seal, NULL) == TS_DECODED_COMPLETE)
        {
          n_seals++;
          at += TS_SEAL_SIZE;
          continue;
        }
      g_assert_cmpint (ts_frame_decode (bytes, answers->len - at, &frame, NULL), ==, TS_DECODED_COMPLETE);
      g_assert_true (frame.kind == TS_FRAME_ANSWER || frame.kind == TS_FRAME_REFUSAL);
      at += TS_FRAME_SIZE;
    }
  /* One for each request, and one that says why the client is sent away. */
  g_assert_cmpuint (n, <=, n_sent / TS_FRAME_SIZE + 1);
  g_assert_cmpuint (answers->len, <=, n_sent + TS_FRAME_SIZE + n_seals * (TS_SEAL_SIZE - TS_FRAME_SIZE));
}

static GByteArray *
talk (guint8 flags,
      const guint8 *bytes,
      gsize length,
      gsize piece)
{
  const TsThrottleLimits limits = { .max_connections = 1, .requests_per_second = 4, .address_requests_per_second = 60 };
  const struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = 0x0100007f };
  const TsReceiveStamp stamp = { .instant_ns = NOW_NS - 100, .is_kernel = (flags & HAS_TRANSMIT) != 0 };
  g_autoptr (TsThrottle) throttle = ts_throttle_new (&limits);
  g_autoptr (TsClock) clock = ts_clock_new_fake (NOW_NS);
  TsCounters counters = { 0 };
  TsSessionService service = {
    .clock = clock,
    .server_id = 42,
    .throttle = (flags & HAS_LIMITS) != 0 ? throttle : NULL,
    .counters = &counters,
    .key = (flags & HAS_KEY) != 0 ? get_key () : NULL,
    .quality = { .is_synchronized = (flags & IS_SYNCHRONIZED) != 0, .leap = flags % 3 },
  };
  GByteArray *answers = g_byte_array_new ();
  gboolean goes_on = TRUE, is_within_limit;
  TsSession session;

  ts_session_init (&session, NOW_NS - 200);
  session.address = ts_throttle_enter (throttle, (const struct sockaddr *) &address, &is_within_limit);
  session.refusal = (flags & IS_REFUSED) != 0 ? TS_REFUSAL_TOO_MANY_CONNECTIONS : 0;
  if ((flags & IS_INSIDE_TLS) != 0)
    {
      session.is_inside_tls = TRUE;
      session.form = TS_WIRE_FORM_FRAMED;
    }
  for (gsize at = 0; goes_on && at < length; at += piece)
    {
      gsize n = MIN (piece, length - at);
      g_autofree guint8 *copy = g_memdup2 (bytes + at, n);

      goes_on = ts_session_receive (&session, &service, copy, n, &stamp, answers);
    }
  if (goes_on && (flags & IS_ENDED) != 0)
    ts_session_end_of_input (&session, &service, answers);
  else if (goes_on && (flags & IS_SENT_AWAY) != 0)
    ts_session_refuse (&session, &service, TS_REFUSAL_SHUTTING_DOWN, answers);
  ts_session_clear (&session);
  ts_throttle_leave (throttle, session.address);
  return answers;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  FuzzInput input = { data, size };
  guint8 flags = fuzz_input_byte (&input);
  gsize piece = fuzz_input_byte (&input) % (3 * TS_FRAME_SIZE) + 1;
  g_autoptr (GByteArray) whole = talk (flags, input.data, input.size, MAX (input.size, 1));
  g_autoptr (GByteArray) pieces = talk (flags, input.data, input.size, piece);

  check_answers (whole, input.size);
  g_assert_cmpmem (whole->data, whole->len, pieces->data, pieces->len);
  return 0;
}
