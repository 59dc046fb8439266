/* What a fuzz target takes off its input, piece by piece.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

typedef struct
{
  const uint8_t *data;
  size_t size; /* what is left */
} FuzzInput;

/* Returns: the next byte; 0 at the end */
static inline guint8
fuzz_input_byte (FuzzInput *input)
{
  if (input->size == 0)
    return 0;
  input->size--;
  return *input->data++;
}

/* Returns: (transfer full): up to @size bytes, in a block of their own size, so that a sanitizer sees a read beyond */
static inline GBytes *
fuzz_input_take (FuzzInput *input,
                 size_t size)
{
  size_t n = MIN (size, input->size);
  GBytes *bytes = g_bytes_new (input->data, n);

  input->data += n;
  input->size -= n;
  return bytes;
}

/* Returns: a number of @n_bytes bytes, the most significant first; those beyond the end are 0 */
static inline guint64
fuzz_input_number (FuzzInput *input,
                   guint n_bytes)
{
  guint64 value = 0;

  for (guint i = 0; i < n_bytes; i++)
    value = value << 8 | fuzz_input_byte (input);
  return value;
}
