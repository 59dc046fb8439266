/* The bytes of a Time Sync exchange: the framed form and the classic text.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TS_DEFAULT_PORT      10085
#define TS_FRAME_SIZE        64
#define TS_FRAME_VERSION     1
#define TS_CLASSIC_MAX_SIZE  128

/* The name of the protocol in the TLS handshake (ALPN, RFC 7301), by which both sides agree on frames. */
#define TS_TLS_PROTOCOL "timesync/1"

/* The types of the TLS records with which a server may refuse and a client begins (RFC 8446 section 5.1). */
#define TS_TLS_RECORD_ALERT     0x15
#define TS_TLS_RECORD_HANDSHAKE 0x16

/**
 * TsFrameKind:
 * @TS_FRAME_REQUEST: client to server
 * @TS_FRAME_ANSWER: server to client
 * @TS_FRAME_REFUSAL: server to client, before the server closes; flags is a #TsRefusalReason
 * @TS_FRAME_SEAL_REQUEST: client to server
 * @TS_FRAME_SEAL: server to client; it is longer than a frame, and ts-seal.h decodes it
 */
typedef enum
{
  TS_FRAME_REQUEST = 1,
  TS_FRAME_ANSWER = 2,
  TS_FRAME_REFUSAL = 3,
  TS_FRAME_SEAL_REQUEST = 4,
  TS_FRAME_SEAL = 5,
} TsFrameKind;

/* Flags of a request. */
#define TS_FRAME_WANTS_PREVIOUS_TRANSMIT (1 << 0)
#define TS_FRAME_WANTS_TRANSCRIPT        (1 << 1)

/* Flags of an answer. */
#define TS_FRAME_RECEIVE_IS_KERNEL_STAMP (1 << 0)
#define TS_FRAME_HAS_PREVIOUS_TRANSMIT   (1 << 1)
#define TS_FRAME_IS_SYNCHRONIZED         (1 << 2)
#define TS_FRAME_LEAP_INSERT             (1 << 3)
#define TS_FRAME_LEAP_DELETE             (1 << 4)

typedef enum
{
  TS_REFUSAL_TOO_MANY_CONNECTIONS = 1,
  TS_REFUSAL_TOO_MANY_REQUESTS = 2,
  TS_REFUSAL_SHUTTING_DOWN = 3,
  TS_REFUSAL_VERSION_NOT_SPOKEN = 4,
  TS_REFUSAL_NO_SIGNING_KEY = 5,
} TsRefusalReason;

/**
 * TsFrame:
 * @version: %TS_FRAME_VERSION, unless the peer speaks another
 * @kind: a #TsFrameKind
 * @flags: flags of a request or an answer; in a refusal a #TsRefusalReason
 * @cookie: chosen by the client, never zero; the answer repeats it
 * @receive_ns: t2, nanoseconds since the Unix epoch; in a request with %TS_FRAME_WANTS_TRANSCRIPT the client's t4 of
 *   the exchange before, or 0
 * @transmit_ns: t3, nanoseconds since the Unix epoch; in such a request the client's clock right before the send
 * @previous_transmit_ns: when the previous answer on this connection left, nanoseconds since the Unix epoch
 * @max_error_ns: the server's own bound on its distance from UTC; all ones: unknown
 * @clock_generation: changes whenever the server's clock is stepped
 * @retry_after_ms: in a refusal, when to come back
 * @server_id: random for each server process
 *
 * One framed message, decoded.
 */
typedef struct
{
  guint8 version;
  guint8 kind;
  guint16 flags;
  guint64 cookie;
  gint64 receive_ns;
  gint64 transmit_ns;
  gint64 previous_transmit_ns;
  guint64 max_error_ns;
  guint32 clock_generation;
  guint32 retry_after_ms;
  guint64 server_id;
} TsFrame;

/**
 * TsClassicAnswer:
 * @receive_ns: t2, nanoseconds since the Unix epoch
 * @transmit_ns: t3, nanoseconds since the Unix epoch
 * @precision_ns: by how much the coarser of the two texts may be off; 0 with nine digits of fraction
 */
typedef struct
{
  gint64 receive_ns;
  gint64 transmit_ns;
  gint64 precision_ns;
} TsClassicAnswer;

/**
 * TsWireForm:
 * @TS_WIRE_FORM_UNDECIDED: there are too few bytes to tell
 */
typedef enum
{
  TS_WIRE_FORM_UNDECIDED,
  TS_WIRE_FORM_FRAMED,
  TS_WIRE_FORM_TLS,
  TS_WIRE_FORM_CLASSIC,
} TsWireForm;

/**
 * TsDecoded:
 * @TS_DECODED_INCOMPLETE: the bytes are right so far, but more are needed
 * @TS_DECODED_COMPLETE: the message is complete
 * @TS_DECODED_MALFORMED: the bytes are not a message, whatever follows
 */
typedef enum
{
  TS_DECODED_INCOMPLETE,
  TS_DECODED_COMPLETE,
  TS_DECODED_MALFORMED,
} TsDecoded;

#define TS_WIRE_ERROR (ts_wire_error_quark ())

/**
 * TsWireError:
 * @TS_WIRE_ERROR_MALFORMED: the bytes are not a message of this form
 */
typedef enum
{
  TS_WIRE_ERROR_MALFORMED,
} TsWireError;

GQuark     ts_wire_error_quark       (void);
TsWireForm ts_wire_sniff             (const guint8     *bytes,
                                      gsize             length);
void       ts_frame_encode           (const TsFrame    *frame,
                                      guint8            bytes[TS_FRAME_SIZE]);
void       ts_frame_set_transmit     (guint8            bytes[TS_FRAME_SIZE],
                                      gint64            transmit_ns);
gboolean   ts_frame_is_plain_request (const guint8      bytes[TS_FRAME_SIZE]);
void       ts_frame_copy_cookie      (guint8            answer[TS_FRAME_SIZE],
                                      const guint8      request[TS_FRAME_SIZE]);
TsDecoded  ts_frame_decode           (const guint8     *bytes,
                                      gsize             length,
                                      TsFrame          *frame,
                                      GError          **error);
gsize      ts_classic_encode         (gint64            receive_ns,
                                      gint64            transmit_ns,
                                      char              text[TS_CLASSIC_MAX_SIZE]);
TsDecoded  ts_classic_decode         (const guint8     *bytes,
                                      gsize             length,
                                      gboolean          at_end,
                                      TsClassicAnswer  *answer,
                                      GError          **error);

G_END_DECLS
