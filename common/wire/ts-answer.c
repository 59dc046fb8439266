/* Makes a sample of an answer and the stamps at our end.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-answer.h"

#include "measure/ts-time.h"
#include "wire/ts-ntp-packet.h"

/* A segment that leaves later than this after send() was held back or is sent again, so the stamp may not be that of
 * the first departure. */
#define MAX_SEND_NS (1 * TS_NS_PER_MS)

/**
 * ts_local_stamps_take_transmit:
 * @stamps: (inout): stamps whose t1 the program read right before it sent the request
 * @kernel_ns: when the request left, by the kernel
 *
 * Takes the kernel's stamp as t1, unless it cannot be that of the first departure.
 */
void
ts_local_stamps_take_transmit (TsLocalStamps *stamps,
                               gint64 kernel_ns)
{
  if (stamps->t1_source == TS_STAMP_KERNEL || kernel_ns < stamps->t1_ns || kernel_ns - stamps->t1_ns > MAX_SEND_NS)
    return;
  stamps->t1_ns = kernel_ns;
  stamps->t1_source = TS_STAMP_KERNEL;
}

/**
 * ts_local_stamps_to_sample:
 * @stamps: our end
 * @server: the server's end: t2, t3 and their precision
 * @sample: (out caller-allocates): the sample, without anything that the server says beside its stamps; left alone on
 *   failure
 * @error: return location for a %TS_EXCHANGE_ERROR
 *
 * Returns: whether the exchange is valid
 */
gboolean
ts_local_stamps_to_sample (const TsLocalStamps *stamps,
                           const TsExchange *server,
                           TsSample *sample,
                           GError **error)
{
  TsExchange exchange = *server;
  TsSample derived;

  exchange.t1_ns = stamps->t1_ns;
  exchange.t4_ns = stamps->t4_ns;
  if (!ts_exchange_check_clocks (&stamps->before, &stamps->after, error) ||
      !ts_sample_derive (&derived, &exchange, error))
    return FALSE;
  derived.sources[0] = (guint8) stamps->t1_source;
  derived.sources[3] = (guint8) stamps->t4_source;
  derived.is_retransmitted = stamps->is_retransmitted;
  derived.sent_reading = stamps->before;
  derived.reading = stamps->after;
  *sample = derived;
  return TRUE;
}

/**
 * ts_answer_classic_to_sample:
 * @answer: the server's answer
 * @stamps: our end
 * @sample: (out caller-allocates): the sample; left alone on failure
 * @error: return location for a %TS_EXCHANGE_ERROR
 *
 * Returns: whether the exchange is valid
 */
gboolean
ts_answer_classic_to_sample (const TsClassicAnswer *answer,
                             const TsLocalStamps *stamps,
                             TsSample *sample,
                             GError **error)
{
  const TsExchange server = {
    .t2_ns = answer->receive_ns,
    .t3_ns = answer->transmit_ns,
    .precision_ns = answer->precision_ns,
  };

  return ts_local_stamps_to_sample (stamps, &server, sample, error);
}

static TsServerQuality
read_quality (const TsFrame *answer)
{
  TsServerQuality quality = { .is_known = TRUE };

  if (!(answer->flags & TS_FRAME_IS_SYNCHRONIZED))
    quality.leap = TS_LEAP_UNKNOWN;
  else if (answer->flags & TS_FRAME_LEAP_INSERT)
    quality.leap = TS_LEAP_INSERT;
  else if (answer->flags & TS_FRAME_LEAP_DELETE)
    quality.leap = TS_LEAP_DELETE;
  else
    quality.leap = TS_LEAP_NONE;
  return quality;
}

/* Takes the kernel's instant of the previous answer's departure, if it is possible. It proves more, because it is later
 * than the instant that the server could write into that answer. */
static void
take_previous (TsSample *sample,
               const TsFrame *answer,
               const TsExchange *previous)
{
  TsExchange improved;
  TsSample proven;

  if (previous == NULL || !(answer->flags & TS_FRAME_HAS_PREVIOUS_TRANSMIT) ||
      answer->previous_transmit_ns < previous->t3_ns)
    return;
  improved = *previous;
  improved.t3_ns = answer->previous_transmit_ns;
  if (!ts_sample_derive (&proven, &improved, NULL))
    return;
  sample->previous_t3_ns = improved.t3_ns;
  sample->previous_t4_ns = improved.t4_ns;
}

/**
 * ts_answer_frame_to_sample:
 * @answer: the server's answer
 * @stamps: our end
 * @previous: (nullable): the exchange before, on the same connection
 * @sample: (out caller-allocates): the sample; left alone on failure
 * @error: return location for a %TS_EXCHANGE_ERROR
 *
 * Returns: whether the exchange is valid
 */
gboolean
ts_answer_frame_to_sample (const TsFrame *answer,
                           const TsLocalStamps *stamps,
                           const TsExchange *previous,
                           TsSample *sample,
                           GError **error)
{
  const TsExchange server = { .t2_ns = answer->receive_ns, .t3_ns = answer->transmit_ns };

  if (!ts_local_stamps_to_sample (stamps, &server, sample, error))
    return FALSE;
  sample->sources[1] = answer->flags & TS_FRAME_RECEIVE_IS_KERNEL_STAMP ? TS_STAMP_KERNEL : TS_STAMP_USER;
  sample->sources[2] = TS_STAMP_USER;
  sample->max_error_ns = answer->max_error_ns;
  sample->has_generation = TRUE;
  sample->clock_generation = answer->clock_generation;
  sample->server_id = answer->server_id;
  sample->quality = read_quality (answer);
  take_previous (sample, answer, previous);
  return TRUE;
}
