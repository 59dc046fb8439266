/* The descriptors that a program starts with.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/**
 * ts_descriptors_open_standard:
 *
 * Opens standard input, output and error on /dev/null if they are closed. Otherwise the first sockets and pipes of the
 * program would get their numbers, and what the program prints would go there. This has to be called before anything
 * else is opened.
 */
void
ts_descriptors_open_standard (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0 && errno == EBADF)
      open ("/dev/null", O_RDWR);
}
