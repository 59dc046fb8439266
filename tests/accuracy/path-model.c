/* How long a network path holds back each packet: models of delay and loss, for the path emulator.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "path-model.h"

#include <math.h>

#include "../simulation/sim-random.h"

#define NS_PER_MS 1e6
#define NS_PER_S 1e9
#define MS_PER_S 1e3
#define N_VALUES_MAX 3

/* An item of a model's text and where its values go, which follow each other in the struct. */
static const struct
{
  const char *name;
  gsize offset;
  guint n_values;
  double most[N_VALUES_MAX];
} items[] = {
  { "base", G_STRUCT_OFFSET (PathModel, base_ms), 1, { 1e5 } },
  { "jitter", G_STRUCT_OFFSET (PathModel, jitter_ms), 2, { 1e5, 100 } },
  { "weibull", G_STRUCT_OFFSET (PathModel, weibull_ms), 2, { 1e5, 100 } },
  { "lognormal", G_STRUCT_OFFSET (PathModel, lognormal_ms), 2, { 1e5, 10 } },
  { "noise", G_STRUCT_OFFSET (PathModel, noise_ms), 1, { 1e5 } },
  { "tail", G_STRUCT_OFFSET (PathModel, tail_probability), 3, { 1, 100, 1e5 } },
  { "burst", G_STRUCT_OFFSET (PathModel, bursts_per_s), 3, { 1e3, 1e5, 1e6 } },
  { "mode", G_STRUCT_OFFSET (PathModel, mode_probability), 2, { 1, 1e5 } },
  { "slot", G_STRUCT_OFFSET (PathModel, slot_ms), 1, { 1e5 } },
  { "saw", G_STRUCT_OFFSET (PathModel, saw_ms), 2, { 1e5, 1e6 } },
  { "sway", G_STRUCT_OFFSET (PathModel, sway_ms), 2, { 1e5, 1e6 } },
  { "loss", G_STRUCT_OFFSET (PathModel, loss), 1, { 1 } },
};

static gboolean
parse_values (const char *text,
              guint n_values,
              const double *most,
              double *values)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", -1);

  if (g_strv_length (parts) != n_values)
    return FALSE;
  for (guint i = 0; i < n_values; i++)
    {
      char *end;

      values[i] = g_ascii_strtod (parts[i], &end);
      /* Written so that what is not a number is refused too. */
      if (end == parts[i] || *end != '\0' || !(values[i] >= 0 && values[i] <= most[i]))
        return FALSE;
    }
  return TRUE;
}

static gboolean
parse_item (const char *text,
            PathModel *model)
{
  if (g_str_equal (text, "unordered"))
    return model->is_unordered = TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (items); i++)
    {
      gsize length = strlen (items[i].name);

      if (strncmp (text, items[i].name, length) == 0 && text[length] == '=')
        return parse_values (text + length + 1, items[i].n_values, items[i].most,
                             &G_STRUCT_MEMBER (double, model, items[i].offset));
    }
  return FALSE;
}

/* What the draws below divide by, or take the root of. */
static gboolean
is_computable (const PathModel *model)
{
  return (model->jitter_ms == 0 || model->jitter_shape > 0) &&
         (model->weibull_ms == 0 || model->weibull_shape > 0) &&
         (model->saw_ms == 0 || model->saw_period_s > 0) &&
         (model->tail_probability == 0 || model->tail_exponent > 0) &&
         (model->bursts_per_s == 0 || model->burst_decay_ms > 0) &&
         (model->sway_ms == 0 || model->sway_period_s > 0);
}

/**
 * path_model_parse:
 * @text: items with commas between: `base=MS`, `jitter=MS/SHAPE`, `weibull=MS/SHAPE`, `lognormal=MS/DEVIATION`,
 *   `noise=MS`, `tail=PROBABILITY/EXPONENT/SCALE_MS`, `burst=PER_S/MAX_MS/DECAY_MS`, `mode=PROBABILITY/MS`, `slot=MS`,
 *   `saw=MS/PERIOD_S`, `sway=MS/PERIOD_S`, `loss=PROBABILITY`, `unordered`; nothing is a path without delay
 * @model: (out caller-allocates): what it says
 * @error: %G_OPTION_ERROR_BAD_VALUE
 *
 * Returns: whether it was understood
 */
gboolean
path_model_parse (const char *text,
                  PathModel *model,
                  GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);

  *model = (PathModel){ 0 };
  for (guint i = 0; parts[i] != NULL; i++)
    if (!parse_item (parts[i], model))
      {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "path model has a bad item “%s”", parts[i]);
        return FALSE;
      }
  if (!is_computable (model))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "path model “%s” has a value out of range",
                   text);
      return FALSE;
    }
  return TRUE;
}

/* Returns: more than 0, up to 1: its logarithm is a number */
static double
draw_share (GRand *random)
{
  return 1 - g_rand_double (random);
}

/* Lomax: the excess of Pareto's over its scale, so that it begins at 0 */
static double
draw_tail (GRand *random,
           double exponent)
{
  return pow (draw_share (random), -1 / exponent) - 1;
}

static gint64
pause_before_burst_ns (PathDirection *self)
{
  return (gint64) (sim_random_exponential (self->bursts) / self->model.bursts_per_s * NS_PER_S);
}

static double
decayed_burst_ms (const PathDirection *self,
                  gint64 now_ns)
{
  return self->burst_ms * exp ((double) (self->burst_ns - now_ns) / NS_PER_MS / self->model.burst_decay_ms);
}

static double
get_burst_ms (PathDirection *self,
              gint64 now_ns)
{
  if (self->model.bursts_per_s == 0)
    return 0;
  while (self->next_burst_ns <= now_ns)
    {
      double fresh_ms = self->model.burst_max_ms * g_rand_double (self->bursts);

      self->burst_ms = MAX (fresh_ms, decayed_burst_ms (self, self->next_burst_ns));
      self->burst_ns = self->next_burst_ns;
      self->next_burst_ns += pause_before_burst_ns (self);
    }
  return decayed_burst_ms (self, now_ns);
}

static double
draw_queue_ms (PathDirection *self)
{
  const PathModel *model = &self->model;
  double queue_ms = 0;

  if (model->jitter_ms > 0)
    queue_ms += model->jitter_ms / model->jitter_shape * sim_random_gamma (self->packets, model->jitter_shape);
  if (model->weibull_ms > 0)
    queue_ms += model->weibull_ms / tgamma (1 + 1 / model->weibull_shape) *
                sim_random_weibull (self->packets, model->weibull_shape);
  if (model->lognormal_ms > 0)
    queue_ms += model->lognormal_ms * exp (model->lognormal_deviation * sim_random_normal (self->packets) -
                                           model->lognormal_deviation * model->lognormal_deviation / 2);
  return queue_ms;
}

static double
draw_delay_ms (PathDirection *self,
               gint64 now_ns)
{
  const PathModel *model = &self->model;
  double elapsed_ms = (double) (now_ns - self->start_ns) / NS_PER_MS;
  double delay_ms = model->base_ms + get_burst_ms (self, now_ns) + draw_queue_ms (self);

  if (model->noise_ms > 0)
    delay_ms += model->noise_ms * sim_random_normal (self->packets);
  if (model->tail_probability > 0 && g_rand_double (self->packets) < model->tail_probability)
    delay_ms += model->tail_scale_ms * draw_tail (self->packets, model->tail_exponent);
  if (model->sway_ms > 0)
    delay_ms += model->sway_ms / 2 *
                (1 - cos (2 * G_PI * elapsed_ms / MS_PER_S / model->sway_period_s));
  if (model->saw_ms > 0)
    delay_ms += model->saw_ms * fmod (elapsed_ms / MS_PER_S / model->saw_period_s, 1);
  if (model->mode_probability > 0 && g_rand_double (self->packets) < model->mode_probability)
    delay_ms += model->mode_ms;
  if (model->slot_ms > 0)
    delay_ms = ceil ((elapsed_ms + delay_ms) / model->slot_ms) * model->slot_ms - elapsed_ms;
  return MAX (delay_ms, 0);
}

/**
 * path_direction_init:
 * @self: (out caller-allocates): a direction of a path
 * @model: what it is like
 * @seed: what decides all that is random
 * @start_ns: now, on any clock that goes on
 */
void
path_direction_init (PathDirection *self,
                     const PathModel *model,
                     guint32 seed,
                     gint64 start_ns)
{
  const guint32 packet_seeds[] = { seed, 1 }, burst_seeds[] = { seed, 2 };

  *self = (PathDirection){ .model = *model, .start_ns = start_ns, .burst_ns = start_ns, .last_due_ns = G_MININT64 };
  self->packets = g_rand_new_with_seed_array (packet_seeds, G_N_ELEMENTS (packet_seeds));
  self->bursts = g_rand_new_with_seed_array (burst_seeds, G_N_ELEMENTS (burst_seeds));
  self->next_burst_ns = model->bursts_per_s > 0 ? start_ns + pause_before_burst_ns (self) : G_MAXINT64;
}

/**
 * path_direction_clear:
 * @self: a direction of a path
 */
void
path_direction_clear (PathDirection *self)
{
  g_clear_pointer (&self->packets, g_rand_free);
  g_clear_pointer (&self->bursts, g_rand_free);
}

/**
 * path_direction_schedule:
 * @self: a direction of a path
 * @now_ns: when a packet enters it, not before the one before
 * @due_ns: (out): when it leaves, on the same clock; not set where it is lost
 *
 * Returns: whether it leaves at all
 */
gboolean
path_direction_schedule (PathDirection *self,
                         gint64 now_ns,
                         gint64 *due_ns)
{
  gint64 arrival_ns;

  if (self->model.loss > 0 && g_rand_double (self->packets) < self->model.loss)
    return FALSE;
  arrival_ns = now_ns + (gint64) (draw_delay_ms (self, now_ns) * NS_PER_MS);
  if (!self->model.is_unordered)
    arrival_ns = self->last_due_ns = MAX (arrival_ns, self->last_due_ns);
  *due_ns = arrival_ns;
  return TRUE;
}
