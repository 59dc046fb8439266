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

/* A program wakes up so long after the kernel's stamp, on average, and reads its three clocks within so long. */
#define WAKE_UP_NS        30000
#define MIN_READING_NS    100
#define MAX_READING_NS    500

/* An answer under way: its bytes, and what the client knows without it. */
typedef struct
{
  gint64 arrives_ns;
  gint64 t1_ns;
  TsClockReading before;
  guint64 number;          /* of the request */
  guint64 previous_number; /* of the one whose departure the answer tells; 0: none */
  guint8 bytes[TS_FRAME_SIZE];
} Answer;

typedef struct
{
  const SimRun *run;
  SimClock *local;
  SimClock *server;
  GRand *random;
  GRand *reading_random; /* of its own, so that reading the clocks changes nothing else */
  SimPathState path;
  GArray *answers; /* of Answer, the first to arrive first */
  guint64 n_sent;
  guint64 departed_number; /* the answer that left last */
  gint64 departed_ns;      /* and when, by the server's clock */
  guint64 taken_number;    /* the answer that was taken last */
  gint64 taken_t4_ns;
  SimSampleFunc function;
  gpointer data;
} Simulation;

/* Boot time is read first and last, as ts_clock_read() does. */
static TsClockReading
read_clocks (Simulation *self,
             gint64 at_ns)
{
  gint64 width_ns = g_rand_int_range (self->reading_random, MIN_READING_NS, MAX_READING_NS + 1);
  gint64 real_ns = g_rand_int_range (self->reading_random, 0, (gint32) width_ns + 1);
  gint64 raw_ns = g_rand_int_range (self->reading_random, (gint32) real_ns, (gint32) width_ns + 1);
  gint64 begin_ns = sim_clock_read_boot (self->local, at_ns);
  gint64 end_ns = sim_clock_read_boot (self->local, at_ns + width_ns);

  return (TsClockReading) {
    .real_ns = sim_clock_read (self->local, at_ns + real_ns),
    .boot_ns = begin_ns + (end_ns - begin_ns) / 2,
    .raw_ns = sim_clock_read_raw (self->local, at_ns + raw_ns),
    .width_ns = end_ns - begin_ns,
  };
}

static gint64
stamp (Simulation *self,
       gint64 at_ns)
{
  gint64 shown_ns = sim_clock_read (self->server, at_ns);

  return self->run->stamp_ns > 1 ? shown_ns - shown_ns % self->run->stamp_ns : shown_ns;
}

static void
serve (Simulation *self,
       gint64 received_ns,
       Answer *answer,
       gint64 *left_ns)
{
  TsDecoded decoded;
  TsFrame frame;

  decoded = ts_frame_decode (answer->bytes, TS_FRAME_SIZE, &frame, NULL);
  g_assert_cmpint (decoded, ==, TS_DECODED_COMPLETE);
  g_assert_cmpint (frame.kind, ==, TS_FRAME_REQUEST);

  *left_ns = received_ns + (gint64) (SERVICE_NS * sim_random_exponential (self->random));
  frame.kind = TS_FRAME_ANSWER;
  frame.flags = self->departed_ns != 0 ? TS_FRAME_HAS_PREVIOUS_TRANSMIT : 0;
  frame.receive_ns = stamp (self, received_ns);
  frame.transmit_ns = stamp (self, *left_ns);
  frame.previous_transmit_ns = self->departed_ns;
  frame.clock_generation = 1 + sim_clock_count_steps (self->server, received_ns);
  frame.server_id = 1;
  ts_frame_encode (&frame, answer->bytes);
  answer->previous_number = self->departed_number;

  if (self->run->has_previous)
    {
      *left_ns += (gint64) (DEPARTURE_NS * sim_random_exponential (self->random));
      self->departed_ns = stamp (self, *left_ns);
      self->departed_number = answer->number;
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

/* An exchange during which the server's clock is set is lost, for no offset is true of it.
 *
 * Returns: whether the answer will come */
static gboolean
ask (Simulation *self,
     gint64 now_ns)
{
  const SimPath *path = self->run->path;
  Answer answer = {
    .t1_ns = sim_clock_read (self->local, now_ns),
    .before = read_clocks (self, now_ns),
    .number = ++self->n_sent,
  };
  const TsFrame request = {
    .version = TS_FRAME_VERSION,
    .kind = TS_FRAME_REQUEST,
    .flags = TS_FRAME_WANTS_PREVIOUS_TRANSMIT,
    .cookie = answer.number,
  };
  gint64 received_ns, left_ns;

  ts_frame_encode (&request, answer.bytes);
  if (!sim_path_travel (path, &self->path, SIM_THERE, self->random, now_ns, &received_ns))
    return FALSE;
  serve (self, received_ns, &answer, &left_ns);
  if (!sim_path_travel (path, &self->path, SIM_BACK, self->random, left_ns, &answer.arrives_ns) ||
      sim_clock_count_steps (self->server, answer.arrives_ns) != sim_clock_count_steps (self->server, now_ns))
    return FALSE;
  insert_answer (self, &answer);
  return TRUE;
}

/* What the client's probe does: where its own clock was set in between, or it slept, the exchange proves nothing. */
static gboolean
derive (Simulation *self,
        const Answer *answer,
        TsFrame *frame,
        TsSample *sample)
{
  TsExchange exchange = {
    .t1_ns = answer->t1_ns,
    .t4_ns = sim_clock_read (self->local, answer->arrives_ns),
    .precision_ns = self->run->stamp_ns > 1 ? self->run->stamp_ns : 0,
  };
  TsClockReading after = read_clocks (
      self, answer->arrives_ns + (gint64) (WAKE_UP_NS * sim_random_exponential (self->reading_random)));
  TsDecoded decoded;

  decoded = ts_frame_decode (answer->bytes, TS_FRAME_SIZE, frame, NULL);
  g_assert_cmpint (decoded, ==, TS_DECODED_COMPLETE);
  g_assert_cmpint (frame->kind, ==, TS_FRAME_ANSWER);
  exchange.t2_ns = frame->receive_ns;
  exchange.t3_ns = frame->transmit_ns;
  if (!ts_exchange_check_clocks (&answer->before, &after, NULL) || !ts_sample_derive (sample, &exchange, NULL))
    return FALSE;
  if (self->run->has_readings)
    {
      sample->sent_reading = answer->before;
      sample->reading = after;
    }
  return TRUE;
}

static void
take (Simulation *self,
      const Answer *answer)
{
  gint64 now_ns = answer->arrives_ns;
  TsSample sample;
  TsFrame frame;

  if (!derive (self, answer, &frame, &sample))
    return;
  sample.server_id = frame.server_id;
  sample.clock_generation = self->run->has_generation ? frame.clock_generation : 0;
  sample.has_generation = self->run->has_generation;
  /* It tells of the answer before, which is the sample before when none overtook another or was lost. */
  if ((frame.flags & TS_FRAME_HAS_PREVIOUS_TRANSMIT) != 0 && answer->previous_number == self->taken_number)
    {
      sample.previous_t3_ns = frame.previous_transmit_ns;
      sample.previous_t4_ns = self->taken_t4_ns;
    }
  self->taken_number = answer->number;
  self->taken_t4_ns = sample.exchange.t4_ns;
  self->function (&sample, sim_clock_read (self->server, now_ns) - sample.exchange.t4_ns, now_ns, self->data);
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

static gint64
get_pause_ns (Simulation *self,
              guint n_failures)
{
  const TsSchedule schedule = {
    .interval_ns = self->run->interval_ns,
    .n_samples = (guint) self->n_sent,
    .n_failures = n_failures,
  };

  if (!self->run->varies)
    return ts_schedule_pause_ns (self->run->interval_ns, n_failures);
  return ts_schedule_next_ns (&schedule, g_rand_int (self->random));
}

/**
 * sim_run:
 * @run: what to simulate
 * @function: called for each sample
 * @data: for @function
 *
 * Asks at full speed, without a socket and without sleeping. An exchange whose request or answer is lost is a
 * failure, after which the schedule tells when to ask again.
 */
void
sim_run (const SimRun *run,
         SimSampleFunc function,
         gpointer data)
{
  gint64 node_ns = run->node_ns > 0 ? run->node_ns : run->interval_ns;
  Simulation self = {
    .run = run,
    .local = sim_clock_new (&run->local, node_ns, run->seed ^ 0x10ca1),
    .server = sim_clock_new (&run->server, node_ns, run->seed ^ 0x5e4f4e4),
    .random = g_rand_new_with_seed (run->seed),
    .reading_random = g_rand_new_with_seed (run->seed ^ 0x4ead),
    .answers = g_array_new (FALSE, FALSE, sizeof (Answer)),
    .function = function,
    .data = data,
  };
  guint n_failures = 0;

  sim_path_state_init (&self.path, run->path, run->seed ^ 0x9e0e);
  for (gint64 now_ns = 0; now_ns <= run->duration_ns; now_ns += get_pause_ns (&self, n_failures))
    {
      now_ns = sim_clock_get_wake_ns (self.local, now_ns);
      take_arrived (&self, now_ns);
      n_failures = ask (&self, now_ns) ? 0 : n_failures + 1;
    }
  take_arrived (&self, G_MAXINT64);

  sim_path_state_clear (&self.path);
  g_array_unref (self.answers);
  g_rand_free (self.reading_random);
  g_rand_free (self.random);
  sim_clock_free (self.server);
  sim_clock_free (self.local);
}
