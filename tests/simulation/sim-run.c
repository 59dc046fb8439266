/* A simulated series of exchanges: clocks, a path, the real wire and the real derivation of samples.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sim-run.h"

#include "sim-random.h"
#include "measure/ts-schedule.h"
#include "wire/ts-wire.h"

/* A server's own time for an answer, and how much later than t3 the answer really leaves, on average. */
#define SERVICE_NS   20000
#define DEPARTURE_NS 5000

/* An answer under way: its bytes, and what the client knows without it. */
typedef struct
{
  gint64 arrives_ns;
  gint64 t1_ns;
  guint8 bytes[TS_FRAME_SIZE];
} Answer;

typedef struct
{
  const SimRun *run;
  SimClock *local;
  SimClock *server;
  GRand *random;
  SimWayState there;
  SimWayState back;
  GArray *answers; /* of Answer, the first to arrive first */
  guint64 n_sent;
  gint64 departed_ns; /* of the previous answer, by the server's clock */
  gint64 previous_t4_ns;
  SimSampleFunc function;
  gpointer data;
} Simulation;

static void
serve (Simulation *self,
       gint64 received_ns,
       guint8 bytes[TS_FRAME_SIZE],
       gint64 *left_ns)
{
  gboolean was_set = self->run->server.step_ns != 0 && received_ns >= self->run->server.step_at_ns;
  TsDecoded decoded;
  TsFrame frame;

  decoded = ts_frame_decode (bytes, TS_FRAME_SIZE, &frame, NULL);
  g_assert_cmpint (decoded, ==, TS_DECODED_COMPLETE);
  g_assert_cmpint (frame.kind, ==, TS_FRAME_REQUEST);

  *left_ns = received_ns + (gint64) (SERVICE_NS * sim_random_exponential (self->random));
  frame.kind = TS_FRAME_ANSWER;
  frame.flags = self->departed_ns != 0 ? TS_FRAME_HAS_PREVIOUS_TRANSMIT : 0;
  frame.receive_ns = sim_clock_read (self->server, received_ns);
  frame.transmit_ns = sim_clock_read (self->server, *left_ns);
  frame.previous_transmit_ns = self->departed_ns;
  frame.clock_generation = was_set ? 2 : 1;
  frame.server_id = 1;
  ts_frame_encode (&frame, bytes);

  if (self->run->has_previous)
    {
      *left_ns += (gint64) (DEPARTURE_NS * sim_random_exponential (self->random));
      self->departed_ns = sim_clock_read (self->server, *left_ns);
    }
}

static void
insert_answer (Simulation *self,
               const Answer *answer)
{
  guint i = self->answers->len;

  while (i > 0 && g_array_index (self->answers, Answer, i - 1).arrives_ns > answer->arrives_ns)
    i--;
  g_array_insert_val (self->answers, i, *answer);
}

/* Returns: whether the answer will come. */
static gboolean
ask (Simulation *self,
     gint64 now_ns)
{
  Answer answer = { .t1_ns = sim_clock_read (self->local, now_ns) };
  const TsFrame request = {
    .version = TS_FRAME_VERSION,
    .kind = TS_FRAME_REQUEST,
    .flags = TS_FRAME_WANTS_PREVIOUS_TRANSMIT,
    .cookie = ++self->n_sent,
  };
  gint64 received_ns, left_ns;

  ts_frame_encode (&request, answer.bytes);
  if (!sim_way_travel (&self->run->path->there, &self->there, self->random, now_ns, &received_ns))
    return FALSE;
  serve (self, received_ns, answer.bytes, &left_ns);
  if (!sim_way_travel (&self->run->path->back, &self->back, self->random, left_ns, &answer.arrives_ns))
    return FALSE;
  insert_answer (self, &answer);
  return TRUE;
}

static void
take (Simulation *self,
      const Answer *answer)
{
  gint64 now_ns = answer->arrives_ns;
  TsExchange exchange = { .t1_ns = answer->t1_ns, .t4_ns = sim_clock_read (self->local, now_ns) };
  TsSample sample;
  TsDecoded decoded;
  TsFrame frame;

  decoded = ts_frame_decode (answer->bytes, TS_FRAME_SIZE, &frame, NULL);
  g_assert_cmpint (decoded, ==, TS_DECODED_COMPLETE);
  g_assert_cmpint (frame.kind, ==, TS_FRAME_ANSWER);
  exchange.t2_ns = frame.receive_ns;
  exchange.t3_ns = frame.transmit_ns;
  /* Where a clock is set in between, the exchange proves nothing. */
  if (!ts_sample_derive (&sample, &exchange, NULL))
    return;

  sample.server_id = frame.server_id;
  sample.clock_generation = frame.clock_generation;
  sample.has_generation = self->run->has_generation;
  /* The answer before is the one that was asked for before, when none overtook another or was lost. */
  if (self->run->has_previous && (frame.flags & TS_FRAME_HAS_PREVIOUS_TRANSMIT) != 0 &&
      self->previous_t4_ns != 0)
    {
      sample.previous_t3_ns = frame.previous_transmit_ns;
      sample.previous_t4_ns = self->previous_t4_ns;
    }
  self->previous_t4_ns = exchange.t4_ns;
  if (self->run->has_readings)
    sample.reading = (TsClockReading) {
      .real_ns = exchange.t4_ns,
      .boot_ns = sim_clock_read_stepless (self->local, now_ns) - SIM_START_NS,
      .raw_ns = now_ns,
      .width_ns = 100,
    };
  self->function (&sample, sim_clock_read (self->server, now_ns) - exchange.t4_ns, now_ns, self->data);
}

static void
take_arrived (Simulation *self,
              gint64 until_ns)
{
  while (self->answers->len > 0 && g_array_index (self->answers, Answer, 0).arrives_ns <= until_ns)
    {
      Answer answer = g_array_index (self->answers, Answer, 0);

      g_array_remove_index (self->answers, 0);
      take (self, &answer);
    }
}

/**
 * sim_run:
 * @run: what to simulate
 * @function: called for each sample
 * @data: for @function
 *
 * Asks at full speed, without a socket and without sleeping. An exchange whose request or answer is lost is a
 * failure, after which ts_schedule_pause_ns() tells when to ask again. @run's path must keep the order and lose
 * nothing where it has_previous.
 */
void
sim_run (const SimRun *run,
         SimSampleFunc function,
         gpointer data)
{
  Simulation self = {
    .run = run,
    .local = sim_clock_new (&run->local, run->interval_ns, run->seed ^ 0x10ca1),
    .server = sim_clock_new (&run->server, run->interval_ns, run->seed ^ 0x5e4f4e4),
    .random = g_rand_new_with_seed (run->seed),
    .answers = g_array_new (FALSE, FALSE, sizeof (Answer)),
    .function = function,
    .data = data,
  };
  guint n_failures = 0;

  for (gint64 now_ns = 0; now_ns <= run->duration_ns; now_ns += ts_schedule_pause_ns (run->interval_ns, n_failures))
    {
      take_arrived (&self, now_ns);
      n_failures = ask (&self, now_ns) ? 0 : n_failures + 1;
    }
  take_arrived (&self, G_MAXINT64);

  g_array_unref (self.answers);
  g_rand_free (self.random);
  sim_clock_free (self.server);
  sim_clock_free (self.local);
}
