/* A hash of all requests and answers of a connection.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "wire/ts-seal.h"

G_BEGIN_DECLS

void ts_transcript_add (TsTranscript *transcript,
                        const guint8  request[TS_FRAME_SIZE],
                        const guint8  answer[TS_FRAME_SIZE]);

G_END_DECLS
