/* Counts what is allocated, whoever does: stands before the C library's functions.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "gui-allocations.h"

#include <stdlib.h>

extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *memory, size_t size);

static size_t n_bytes;

void *
malloc (size_t size)
{
  __atomic_add_fetch (&n_bytes, size, __ATOMIC_RELAXED);
  return __libc_malloc (size);
}

void *
calloc (size_t n,
        size_t size)
{
  __atomic_add_fetch (&n_bytes, n * size, __ATOMIC_RELAXED);
  return __libc_calloc (n, size);
}

void *
realloc (void *memory,
         size_t size)
{
  __atomic_add_fetch (&n_bytes, size, __ATOMIC_RELAXED);
  return __libc_realloc (memory, size);
}

/**
 * gui_allocations_get_bytes:
 *
 * Returns: how much this process has allocated until now, what it freed again included
 */
size_t
gui_allocations_get_bytes (void)
{
  return __atomic_load_n (&n_bytes, __ATOMIC_RELAXED);
}
