/* Reads what a TLS client offers in its ClientHello.
 *
 *   record      type (1) version (2) length (2), then the message (RFC 8446 section 5.1)
 *   message     type (1) length (3), then (section 4.1.2):
 *   ClientHello version (2) random (32), then with lengths before them: session id (1), cipher suites (2),
 *               compression methods (1), extensions (2)
 *   extension   type (2) length (2), then the data
 *
 * A client that cannot be served gets an alert before GIO sees it. So it costs no thread, and old versions of TLS are
 * never spoken.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "answer/ts-client-hello.h"

#include <string.h>

#define MESSAGE_HEADER_SIZE 4

#define TLS_1_2 0x0303

/* RFC 7301 section 3.1 and RFC 8446 section 4.2.1. */
#define EXTENSION_ALPN               16
#define EXTENSION_SUPPORTED_VERSIONS 43

typedef struct
{
  const guint8 *bytes;
  gsize length;
} Rest;

/* Returns: whether @size bytes could be taken off the beginning of @rest */
static gboolean
take (Rest *rest,
      gsize size,
      Rest *taken)
{
  if (rest->length < size)
    return FALSE;
  *taken = (Rest) { rest->bytes, size };
  rest->bytes += size;
  rest->length -= size;
  return TRUE;
}

static gboolean
take_number (Rest *rest,
             gsize size,
             gsize *number)
{
  Rest bytes;

  if (!take (rest, size, &bytes))
    return FALSE;
  *number = 0;
  for (gsize i = 0; i < size; i++)
    *number = *number << 8 | bytes.bytes[i];
  return TRUE;
}

/* Takes a part that begins with its own length, in @size bytes. */
static gboolean
take_vector (Rest *rest,
             gsize size,
             Rest *vector)
{
  gsize length;

  return take_number (rest, size, &length) && take (rest, length, vector);
}

/* Returns: whether TLS 1.2 or later is among the versions */
static gboolean
offers_version (Rest extension)
{
  Rest versions;
  gsize version;

  if (!take_vector (&extension, 1, &versions))
    return FALSE;
  /* RFC 8701: clients also send versions that do not exist, of the form 0x?a?a. */
  while (take_number (&versions, 2, &version))
    if (version >= TLS_1_2 && version >> 8 == 3)
      return TRUE;
  return FALSE;
}

static gboolean
offers_protocol (Rest extension,
                 const char *protocol)
{
  Rest names, name;

  if (!take_vector (&extension, 2, &names))
    return FALSE;
  while (take_vector (&names, 1, &name))
    if (name.length == strlen (protocol) && memcmp (name.bytes, protocol, name.length) == 0)
      return TRUE;
  return FALSE;
}

static TsTlsAlert
judge_extensions (Rest extensions,
                  gboolean has_version,
                  const char *protocol)
{
  gboolean has_protocol = FALSE;
  gsize type;
  Rest data;

  while (extensions.length > 0)
    {
      if (!take_number (&extensions, 2, &type) || !take_vector (&extensions, 2, &data))
        return TS_TLS_ALERT_DECODE_ERROR;
      if (type == EXTENSION_SUPPORTED_VERSIONS)
        has_version = offers_version (data);
      if (type == EXTENSION_ALPN)
        has_protocol = offers_protocol (data, protocol);
    }
  if (!has_version)
    return TS_TLS_ALERT_PROTOCOL_VERSION;
  return has_protocol ? TS_TLS_ALERT_NONE : TS_TLS_ALERT_NO_APPLICATION_PROTOCOL;
}

/**
 * ts_client_hello_judge:
 * @record: (array length=length): the complete first record of a client, and what may follow it
 * @length: its length in bytes
 * @protocol: the name of the protocol that is spoken here (ALPN)
 *
 * Returns: the alert with which to refuse the client; %TS_TLS_ALERT_NONE, too, if the message goes on in another
 *   record, because the handshake judges that
 */
TsTlsAlert
ts_client_hello_judge (const guint8 *record,
                       gsize length,
                       const char *protocol)
{
  Rest rest = { record, length }, message, taken, extensions = { NULL, 0 };
  gsize type, message_length, version;

  if (!take (&rest, TS_TLS_RECORD_HEADER_SIZE - 2, &taken) || !take_vector (&rest, 2, &message) ||
      !take_number (&message, 1, &type) || !take_number (&message, MESSAGE_HEADER_SIZE - 1, &message_length))
    return TS_TLS_ALERT_DECODE_ERROR;
  if (message_length > message.length)
    return TS_TLS_ALERT_NONE;
  message.length = message_length;
  if (!take_number (&message, 2, &version) || !take (&message, 32, &taken) || !take_vector (&message, 1, &taken) ||
      !take_vector (&message, 2, &taken) || !take_vector (&message, 1, &taken) ||
      (message.length > 0 && (!take_vector (&message, 2, &extensions) || message.length > 0)))
    return TS_TLS_ALERT_DECODE_ERROR;
  return judge_extensions (extensions, version >= TLS_1_2, protocol);
}

/**
 * ts_tls_alert_encode:
 * @alert: an alert but %TS_TLS_ALERT_NONE
 * @record: (out): the record to send, which is not encrypted
 */
void
ts_tls_alert_encode (TsTlsAlert alert,
                     guint8 record[TS_TLS_ALERT_SIZE])
{
  const guint8 bytes[TS_TLS_ALERT_SIZE] = { 21, 3, 3, 0, 2, 2, (guint8) alert };

  memcpy (record, bytes, sizeof bytes);
}
