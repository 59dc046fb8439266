/* One client's connection as a state machine: bytes in, answers out, no I/O.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "answer/ts-session.h"

#include <string.h>

#include "measure/ts-exchange.h"
#include "seal/ts-transcript.h"

/* When a refused client may come back: by then the next server may run, a bucket is full again, or another client has
 * left. */
#define RETRY_AFTER_MS 1000

/* A signature takes 40 µs, and an answer between 0.4 and 6: docs/performance.md. */
#define SEAL_COST_REQUESTS 50

/**
 * ts_session_init:
 * @session: (out caller-allocates): the session of a new connection
 * @accepted_ns: when it was accepted, by the server's clock
 */
void
ts_session_init (TsSession *session,
                 gint64 accepted_ns)
{
  *session = (TsSession) { .requested_ns = accepted_ns, .form = TS_WIRE_FORM_UNDECIDED };
}

/**
 * ts_session_clear:
 * @session: a session that is over
 */
void
ts_session_clear (TsSession *session)
{
  g_clear_pointer (&session->partial, g_free);
  g_clear_pointer (&session->transcript, g_free);
}

static void
count (const TsSessionService *service,
       TsCount what)
{
  if (service->counters != NULL)
    ts_counters_add (service->counters, what, 1);
}

/* Counts malformed bytes, also in the log that names clients. */
static void
count_malformed (const TsSession *session,
                 const TsSessionService *service)
{
  count (service, TS_COUNT_MALFORMED);
  if (service->throttle != NULL && session->address != NULL)
    ts_throttle_note_refusal (service->throttle, session->address, TS_COUNT_MALFORMED);
}

static void
append_frame (GByteArray *answers,
              const TsFrame *frame)
{
  guint length = answers->len;

  g_byte_array_set_size (answers, length + TS_FRAME_SIZE);
  ts_frame_encode (frame, answers->data + length);
}

static void
append_refusal (const TsSessionService *service,
                TsRefusalReason reason,
                guint64 cookie,
                GByteArray *answers)
{
  static const TsCount counts[] = {
    [TS_REFUSAL_TOO_MANY_CONNECTIONS] = TS_COUNT_REFUSED_CONNECTIONS,
    [TS_REFUSAL_TOO_MANY_REQUESTS] = TS_COUNT_REFUSED_REQUESTS,
    [TS_REFUSAL_SHUTTING_DOWN] = TS_COUNT_REFUSED_SHUTDOWN,
    [TS_REFUSAL_VERSION_NOT_SPOKEN] = TS_COUNT_REFUSED_VERSION,
    [TS_REFUSAL_NO_SIGNING_KEY] = TS_COUNT_REFUSED_SEALS,
  };
  gboolean is_for_good = reason == TS_REFUSAL_VERSION_NOT_SPOKEN || reason == TS_REFUSAL_NO_SIGNING_KEY;

  count (service, counts[reason]);
  append_frame (answers,
                &(TsFrame) {
                  .version = TS_FRAME_VERSION,
                  .kind = TS_FRAME_REFUSAL,
                  .flags = reason,
                  .cookie = cookie,
                  .max_error_ns = TS_MAX_ERROR_UNKNOWN,
                  .retry_after_ms = is_for_good ? 0 : RETRY_AFTER_MS,
                  .server_id = service->server_id,
                });
}

static gboolean
is_admitted (TsSession *session,
             const TsSessionService *service,
             guint n_requests)
{
  return service->throttle == NULL || session->address == NULL || !ts_throttle_limits_requests (service->throttle) ||
         ts_throttle_admit (service->throttle, session->address, &session->bucket, n_requests,
                            ts_clock_get_monotonic_ns (service->clock));
}

/* Appends a classic answer. The classic form has no refusal, so the connection is closed without an answer instead. */
static void
append_classic (TsSession *session,
                const TsSessionService *service,
                GByteArray *answers)
{
  gint64 transmit_ns;
  char text[TS_CLASSIC_MAX_SIZE];
  gsize length;

  if (session->refusal != 0 || !is_admitted (session, service, 1))
    {
      count (service, session->refusal != 0 ? TS_COUNT_REFUSED_CONNECTIONS : TS_COUNT_REFUSED_REQUESTS);
      return;
    }
  transmit_ns = MAX (ts_clock_get_now_ns (service->clock), session->requested_ns);
  length = ts_classic_encode (session->requested_ns, transmit_ns, text);
  g_byte_array_append (answers, (const guint8 *) text, (guint) length);
  count (service, TS_COUNT_REQUESTS_CLASSIC);
  if (service->counters != NULL)
    ts_counters_add_service_time (service->counters, transmit_ns - session->requested_ns, 1);
}

static guint16
get_answer_flags (const TsSession *session,
                  const TsSessionService *service,
                  const TsReceiveStamp *stamp)
{
  guint16 flags = 0;

  if (stamp->is_kernel)
    flags |= TS_FRAME_RECEIVE_IS_KERNEL_STAMP;
  if (session->wants_previous_transmit && session->previous_transmit_ns != 0)
    flags |= TS_FRAME_HAS_PREVIOUS_TRANSMIT;
  if (service->quality.is_synchronized)
    flags |= TS_FRAME_IS_SYNCHRONIZED;
  if (service->quality.leap == TS_LEAP_INSERT)
    flags |= TS_FRAME_LEAP_INSERT;
  if (service->quality.leap == TS_LEAP_DELETE)
    flags |= TS_FRAME_LEAP_DELETE;
  return flags;
}

static void
append_answer (TsSession *session,
               const TsSessionService *service,
               guint16 request_flags,
               guint64 cookie,
               const TsReceiveStamp *stamp,
               GByteArray *answers)
{
  TsFrame answer = {
    .version = TS_FRAME_VERSION,
    .kind = TS_FRAME_ANSWER,
    .cookie = cookie,
    .receive_ns = stamp->instant_ns,
    .max_error_ns = service->quality.is_synchronized ? service->quality.max_error_ns : TS_MAX_ERROR_UNKNOWN,
    .clock_generation = ts_clock_get_generation (service->clock),
    .server_id = service->server_id,
  };

  session->wants_previous_transmit = (request_flags & TS_FRAME_WANTS_PREVIOUS_TRANSMIT) != 0;
  answer.flags = get_answer_flags (session, service, stamp);
  if (answer.flags & TS_FRAME_HAS_PREVIOUS_TRANSMIT)
    answer.previous_transmit_ns = session->previous_transmit_ns;
  /* Only one answer may carry this instant, and the kernel has not sent this answer so far. */
  session->previous_transmit_ns = 0;
  session->has_sealed = FALSE;

  append_frame (answers, &answer);
}

/* Answers the plain requests at the beginning of @bytes. Their answers differ in the cookies only, so one is encoded.
 *
 * Returns: how many there are, up to one that the throttle does not admit */
static guint
answer_plain_requests (TsSession *session,
                       const TsSessionService *service,
                       const guint8 *bytes,
                       gsize length,
                       const TsReceiveStamp *stamp,
                       GByteArray *answers)
{
  guint begin = answers->len;
  guint n_frames = (guint) (length / TS_FRAME_SIZE);
  guint n_answers = 0;
  guint8 *first, *answer;

  if (n_frames == 0 || session->refusal != 0 || !ts_frame_is_plain_request (bytes))
    return 0;
  append_answer (session, service, 0, 0, stamp, answers);
  g_byte_array_set_size (answers, begin + n_frames * TS_FRAME_SIZE);
  first = answer = answers->data + begin;
  while (n_answers < n_frames && ts_frame_is_plain_request (bytes) && is_admitted (session, service, 1))
    {
      if (answer != first)
        memcpy (answer, first, TS_FRAME_SIZE);
      ts_frame_copy_cookie (answer, bytes);
      n_answers++;
      answer += TS_FRAME_SIZE;
      bytes += TS_FRAME_SIZE;
    }
  g_byte_array_set_size (answers, begin + n_answers * TS_FRAME_SIZE);
  return n_answers;
}

/* Stamps the answers with one t3, because they leave together. It is read last, right before they are sent. */
static void
stamp_answers (const TsSession *session,
               const TsSessionService *service,
               const TsReceiveStamp *stamp,
               guint8 *answers,
               guint n_answers)
{
  gint64 transmit_ns = MAX (ts_clock_get_now_ns (service->clock), stamp->instant_ns);

  for (guint i = 0; i < n_answers; i++)
    ts_frame_set_transmit (answers + i * TS_FRAME_SIZE, transmit_ns);
  if (service->counters == NULL)
    return;
  ts_counters_add (service->counters, session->is_inside_tls ? TS_COUNT_REQUESTS_TLS : TS_COUNT_REQUESTS_FRAMED,
                   n_answers);
  ts_counters_add_service_time (service->counters, transmit_ns - stamp->instant_ns, n_answers);
}

/* Adds exchanges to the transcript whose requests ask for it, when their answers are complete. */
static void
write_transcript (TsSession *session,
                  const guint8 *requests,
                  const guint8 *answers,
                  guint n_exchanges)
{
  for (guint i = 0; i < n_exchanges; i++, requests += TS_FRAME_SIZE, answers += TS_FRAME_SIZE)
    {
      if (!ts_frame_wants_transcript (requests))
        continue;
      if (session->transcript == NULL)
        session->transcript = g_new0 (TsTranscript, 1);
      ts_transcript_add (session->transcript, requests, answers);
    }
}

/* Returns: why the request is refused; 0 if it is not */
static TsRefusalReason
judge (TsSession *session,
       const TsSessionService *service,
       const TsFrame *request)
{
  gboolean is_for_seal = request->kind == TS_FRAME_SEAL_REQUEST;

  if (request->version != TS_FRAME_VERSION)
    return TS_REFUSAL_VERSION_NOT_SPOKEN;
  if (session->refusal != 0)
    return session->refusal;
  if (is_for_seal && service->key == NULL)
    return TS_REFUSAL_NO_SIGNING_KEY;
  return is_admitted (session, service, is_for_seal ? SEAL_COST_REQUESTS : 1) ? 0 : TS_REFUSAL_TOO_MANY_REQUESTS;
}

/* Returns: whether to answer the request; otherwise the session is over */
static gboolean
accept_frame (TsSession *session,
              const TsSessionService *service,
              const TsFrame *request,
              GByteArray *answers)
{
  TsRefusalReason refusal;

  if ((request->kind != TS_FRAME_REQUEST && request->kind != TS_FRAME_SEAL_REQUEST) || request->cookie == 0)
    {
      count_malformed (session, service);
      return FALSE;
    }
  refusal = judge (session, service, request);
  if (refusal == 0)
    return TRUE;
  append_refusal (service, refusal, request->cookie, answers);
  if (refusal == TS_REFUSAL_VERSION_NOT_SPOKEN && service->throttle != NULL && session->address != NULL)
    ts_throttle_note_refusal (service->throttle, session->address, TS_COUNT_REFUSED_VERSION);
  return FALSE;
}

/* Returns: whether the session goes on */
static gboolean
answer_seal_request (TsSession *session,
                     const TsSessionService *service,
                     const TsFrame *request,
                     GByteArray *answers)
{
  TsSeal seal = { .cookie = request->cookie };
  guint8 bytes[TS_SEAL_SIZE];

  if (!accept_frame (session, service, request, answers))
    return FALSE;
  seal.instant_ns = ts_clock_get_now_ns (service->clock);
  if (session->transcript != NULL)
    seal.transcript = *session->transcript;
  memcpy (seal.key, ts_seal_key_get_public (service->key), sizeof seal.key);
  ts_seal_encode (&seal, bytes);
  if (!ts_seal_key_sign (service->key, bytes, TS_SEAL_SIGNED_SIZE, seal.signature))
    return FALSE;
  ts_seal_encode (&seal, bytes);
  g_byte_array_append (answers, bytes, sizeof bytes);
  session->has_sealed = TRUE;
  count (service, TS_COUNT_SEALS);
  return TRUE;
}

static void
keep_partial (TsSession *session,
              const guint8 *bytes,
              gsize length)
{
  session->length = (guint8) length;
  if (length == 0)
    return;
  if (session->partial == NULL)
    session->partial = g_malloc (TS_FRAME_SIZE);
  memcpy (session->partial, bytes, length);
}

/* Answers the requests at the beginning of @bytes, up to a request for a seal, because the answers before a seal have
 * to be stamped first.
 *
 * Returns: how many bytes these requests have; less than all whole frames if one is for a seal or is not a request */
static gsize
answer_requests (TsSession *session,
                 const TsSessionService *service,
                 const guint8 *bytes,
                 gsize length,
                 const TsReceiveStamp *stamp,
                 GByteArray *answers,
                 gboolean *goes_on)
{
  guint begin = answers->len;
  guint n_answers = 0;
  gsize taken = 0;

  while (*goes_on && length - taken >= TS_FRAME_SIZE)
    {
      guint n_plain = answer_plain_requests (session, service, bytes + taken, length - taken, stamp, answers);
      TsFrame request;

      n_answers += n_plain;
      taken += n_plain * TS_FRAME_SIZE;
      if (ts_frame_decode (bytes + taken, length - taken, &request, NULL) != TS_DECODED_COMPLETE ||
          request.kind == TS_FRAME_SEAL_REQUEST)
        break;
      *goes_on = accept_frame (session, service, &request, answers);
      if (*goes_on)
        append_answer (session, service, request.flags, request.cookie, stamp, answers);
      n_answers += *goes_on;
      taken += TS_FRAME_SIZE;
    }
  if (n_answers == 0)
    return taken;
  stamp_answers (session, service, stamp, answers->data + begin, n_answers);
  if (service->key != NULL)
    write_transcript (session, bytes, answers->data + begin, n_answers);
  return taken;
}

/* Answers every complete request in @bytes, and keeps the beginning of the next one. */
static gboolean
receive_frames (TsSession *session,
                const TsSessionService *service,
                const guint8 *bytes,
                gsize length,
                const TsReceiveStamp *stamp,
                GByteArray *answers)
{
  gboolean goes_on = TRUE;

  while (goes_on && length >= TS_FRAME_SIZE)
    {
      gsize taken = answer_requests (session, service, bytes, length, stamp, answers, &goes_on);
      TsFrame request;

      bytes += taken;
      length -= taken;
      if (!goes_on || ts_frame_decode (bytes, length, &request, NULL) != TS_DECODED_COMPLETE)
        break;
      goes_on = answer_seal_request (session, service, &request, answers);
      bytes += TS_FRAME_SIZE;
      length -= TS_FRAME_SIZE;
    }
  if (!goes_on)
    return FALSE;
  if (ts_frame_decode (bytes, length, &(TsFrame) { 0 }, NULL) == TS_DECODED_MALFORMED)
    {
      count_malformed (session, service);
      return FALSE;
    }
  keep_partial (session, bytes, length);
  return TRUE;
}

static gboolean
receive_whole (TsSession *session,
               const TsSessionService *service,
               const guint8 *bytes,
               gsize length,
               const TsReceiveStamp *stamp,
               GByteArray *answers)
{
  if (session->form == TS_WIRE_FORM_UNDECIDED)
    {
      session->form = (guint8) ts_wire_sniff (bytes, length);
      session->requested_ns = stamp->instant_ns;
    }

  switch (session->form)
    {
    case TS_WIRE_FORM_FRAMED:
      return receive_frames (session, service, bytes, length, stamp, answers);
    case TS_WIRE_FORM_CLASSIC:
      append_classic (session, service, answers);
      return FALSE;
    case TS_WIRE_FORM_TLS: /* it is served elsewhere, where a certificate is configured */
      count_malformed (session, service);
      return FALSE;
    case TS_WIRE_FORM_UNDECIDED:
    default:
      keep_partial (session, bytes, length);
      return TRUE;
    }
}

/**
 * ts_session_receive:
 * @session: a session
 * @service: what all sessions of the thread share
 * @bytes: (array length=length): the bytes that came
 * @length: how many, at least 1
 * @stamp: when the last of them came, by the server's clock
 * @answers: receives the bytes to send
 *
 * Requests that come together share one stamp. For the first of them t2 is late, which widens what they prove but never
 * makes it false.
 *
 * Returns: whether to go on; otherwise the connection is to be closed when @answers are sent
 */
gboolean
ts_session_receive (TsSession *session,
                    const TsSessionService *service,
                    const guint8 *bytes,
                    gsize length,
                    const TsReceiveStamp *stamp,
                    GByteArray *answers)
{
  guint8 joined[2 * TS_FRAME_SIZE];
  gsize n_kept = session->length;
  gsize n_taken;

  if (n_kept == 0)
    return receive_whole (session, service, bytes, length, stamp, answers);

  /* Completes the unfinished request first, so that only its beginning is copied twice. */
  n_taken = MIN (length, TS_FRAME_SIZE - n_kept);
  memcpy (joined, session->partial, n_kept);
  memcpy (joined + n_kept, bytes, n_taken);
  session->length = 0;
  if (!receive_whole (session, service, joined, n_kept + n_taken, stamp, answers))
    return FALSE;
  return length == n_taken ||
         receive_whole (session, service, bytes + n_taken, length - n_taken, stamp, answers);
}

/**
 * ts_session_end_of_input:
 * @session: a session
 * @service: what all sessions of the thread share
 * @answers: receives the bytes that are still to be sent
 *
 * To be called when the client has ended its stream, or has had 250 ms to show what it speaks. A client that has sent
 * too little to tell is classic.
 */
void
ts_session_end_of_input (TsSession *session,
                         const TsSessionService *service,
                         GByteArray *answers)
{
  if (session->form != TS_WIRE_FORM_UNDECIDED)
    return;
  session->form = TS_WIRE_FORM_CLASSIC;
  append_classic (session, service, answers);
}

/**
 * ts_session_refuse:
 * @session: a session
 * @service: what all sessions of the thread share
 * @reason: why
 * @answers: receives the bytes to send before the connection is closed
 *
 * Refuses the client. A client that speaks frames gets the reason in a frame without a cookie, because that answers no
 * request. A client that has sent nothing gets its classic answer.
 */
void
ts_session_refuse (TsSession *session,
                   const TsSessionService *service,
                   TsRefusalReason reason,
                   GByteArray *answers)
{
  if (session->form == TS_WIRE_FORM_FRAMED || session->form == TS_WIRE_FORM_TLS)
    append_refusal (service, reason, 0, answers);
  else
    ts_session_end_of_input (session, service, answers);
}
