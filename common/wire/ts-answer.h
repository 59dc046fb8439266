/* Makes a sample of an answer and the stamps at our end.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/ts-exchange.h"
#include "wire/ts-wire.h"

G_BEGIN_DECLS

/**
 * TsLocalStamps:
 * @t1_ns: our clock when the request left
 * @t4_ns: our clock when the answer came
 * @t1_source: where @t1_ns comes from
 * @t4_source: where @t4_ns comes from
 * @is_retransmitted: whether the transport sent a packet of the exchange more than once
 * @before: our clocks before the request left
 * @after: our clocks after the answer came
 *
 * Our end of an exchange.
 */
typedef struct
{
  gint64 t1_ns;
  gint64 t4_ns;
  TsStampSource t1_source;
  TsStampSource t4_source;
  gboolean is_retransmitted;
  TsClockReading before;
  TsClockReading after;
} TsLocalStamps;

void     ts_local_stamps_take_transmit (TsLocalStamps          *stamps,
                                        gint64                  kernel_ns);
gboolean ts_local_stamps_to_sample     (const TsLocalStamps    *stamps,
                                        const TsExchange       *server,
                                        TsSample               *sample,
                                        GError                **error);
gboolean ts_answer_classic_to_sample   (const TsClassicAnswer  *answer,
                                        const TsLocalStamps    *stamps,
                                        TsSample               *sample,
                                        GError                **error);
gboolean ts_answer_frame_to_sample     (const TsFrame          *answer,
                                        const TsLocalStamps    *stamps,
                                        const TsExchange       *previous,
                                        TsSample               *sample,
                                        GError                **error);

G_END_DECLS
