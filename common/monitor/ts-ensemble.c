/* Several monitors in an order, and which of their servers agree.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "monitor/ts-ensemble.h"

#include "measure/ts-dispute.h"
#include "measure/ts-time.h"

/* A disagreement lasts this much longer than the last contradiction, because one that came and went every few
 * seconds would be hard to read. */
#define HOLD_NS (10 * TS_NS_PER_S)

typedef struct
{
  TsMonitor *monitor;
  TsSelectionVerdict verdict;
  TsMonitor *opponent; /* (nullable): another member's */
  gint64 gap_ns;       /* from the opponent */
  gint64 disputed_ns;  /* when they last contradicted each other, by our clock */
} Member;

struct _TsEnsemble
{
  GObject parent_instance;

  GPtrArray *members; /* of Member */
  TsSelection selection;
};

enum
{
  SELECTION_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GType
ts_ensemble_get_item_type (GListModel *model)
{
  return TS_TYPE_MONITOR;
}

static guint
ts_ensemble_get_n_items (GListModel *model)
{
  return TS_ENSEMBLE (model)->members->len;
}

static gpointer
ts_ensemble_get_item (GListModel *model,
                      guint position)
{
  TsEnsemble *self = TS_ENSEMBLE (model);

  return position < self->members->len ? g_object_ref (ts_ensemble_get (self, position)) : NULL;
}

static void
ts_ensemble_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ts_ensemble_get_item_type;
  iface->get_n_items = ts_ensemble_get_n_items;
  iface->get_item = ts_ensemble_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TsEnsemble, ts_ensemble, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, ts_ensemble_list_model_init))

static Member *
get_member (TsEnsemble *self,
            guint position)
{
  return g_ptr_array_index (self->members, position);
}

/* Returns: whether that was news */
static gboolean
set_verdict (Member *member,
             TsSelectionVerdict verdict,
             TsMonitor *opponent)
{
  gboolean is_changed = g_set_object (&member->opponent, opponent) || member->verdict != verdict;

  member->verdict = verdict;
  return is_changed;
}

/* Returns: whether the server has made any claim */
static gboolean
read_claim (TsMonitor *monitor,
            gint64 now_ns,
            TsDisputant *disputant)
{
  const TsSample *last = ts_monitor_get_last_sample (monitor);
  TsEstimate estimate;

  if (last == NULL || !ts_monitor_get_estimate (monitor, now_ns, &estimate))
    return FALSE;
  disputant->claim = ts_claim_new (estimate.proven_min_ns, estimate.proven_max_ns, last->max_error_ns);
  disputant->estimate_ns = estimate.estimate_ns;
  return TRUE;
}

/* Returns: which of the claimants has @monitor, or @n_claims */
static guint
find_claimant (Member **claimants,
               guint n_claims,
               TsMonitor *monitor)
{
  guint i = 0;

  while (i < n_claims && claimants[i]->monitor != monitor)
    i++;
  return i;
}

/* The server that claimant @i contradicted stays its opponent for %HOLD_NS after that, unless it turns out to be wrong itself.
 *
 * Returns: (nullable): that server's monitor */
static TsMonitor *
get_held_opponent (Member **claimants,
                   guint n_claims,
                   const guint *opponents,
                   guint i)
{
  const Member *member = claimants[i];
  guint held = find_claimant (claimants, n_claims, member->opponent);
  gint64 now_ns = ts_clock_get_now_ns (ts_monitor_get_clock (member->monitor));
  gint64 age_ns = now_ns - member->disputed_ns;

  return held < n_claims && opponents[held] == n_claims && age_ns >= 0 && age_ns < HOLD_NS ? member->opponent : NULL;
}

/* Returns: whether any verdict has changed
 * @verdicts: (array length=n_claims): what the selection says of each claimant */
static gboolean
set_verdicts (Member **claimants,
              const TsDisputant *disputants,
              const TsSelectionVerdict *verdicts,
              guint n_claims)
{
  g_autofree guint *opponents = g_new (guint, n_claims);
  gboolean is_changed = FALSE;

  for (guint i = 0; i < n_claims; i++)
    opponents[i] = find_claimant (claimants, n_claims, claimants[i]->opponent);
  ts_dispute_find (disputants, n_claims, opponents);
  for (guint i = 0; i < n_claims; i++)
    {
      TsMonitor *opponent = get_held_opponent (claimants, n_claims, opponents, i);

      if (opponents[i] < n_claims)
        {
          opponent = claimants[opponents[i]]->monitor;
          claimants[i]->gap_ns = ts_dispute_get_gap_ns (&disputants[i].claim, &disputants[opponents[i]].claim);
          claimants[i]->disputed_ns = ts_clock_get_now_ns (ts_monitor_get_clock (claimants[i]->monitor));
        }
      is_changed |= set_verdict (claimants[i], verdicts[i], opponent);
    }
  return is_changed;
}

/**
 * ts_ensemble_judge:
 * @self: an ensemble
 *
 * Judges all servers as of now. Each sample does this by itself. Servers without a measurement are skipped.
 */
void
ts_ensemble_judge (TsEnsemble *self)
{
  guint n_members = self->members->len;
  g_autofree TsClaim *claims = g_new (TsClaim, n_members);
  g_autofree TsDisputant *disputants = g_new (TsDisputant, n_members);
  g_autofree Member **claimants = g_new (Member *, n_members);
  g_autofree TsSelectionVerdict *verdicts = g_new (TsSelectionVerdict, n_members);
  guint n_claims = 0;
  gboolean is_changed = FALSE;

  for (guint i = 0; i < n_members; i++)
    {
      Member *member = get_member (self, i);
      gint64 now_ns = ts_clock_get_now_ns (ts_monitor_get_clock (member->monitor));

      if (read_claim (member->monitor, now_ns, &disputants[n_claims]))
        {
          claims[n_claims] = disputants[n_claims].claim;
          claimants[n_claims++] = member;
        }
      else
        is_changed |= set_verdict (member, TS_SELECTION_UNDECIDED, NULL);
    }
  self->selection = ts_selection_find (claims, n_claims, verdicts);
  is_changed |= set_verdicts (claimants, disputants, verdicts, n_claims);
  if (is_changed)
    g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

static void
free_member (gpointer data)
{
  Member *member = data;

  g_object_unref (member->monitor);
  g_clear_object (&member->opponent);
  g_free (member);
}

static void
ts_ensemble_dispose (GObject *object)
{
  TsEnsemble *self = TS_ENSEMBLE (object);

  for (guint i = 0; i < self->members->len; i++)
    g_signal_handlers_disconnect_by_data (get_member (self, i)->monitor, self);
  g_ptr_array_set_size (self->members, 0);
  G_OBJECT_CLASS (ts_ensemble_parent_class)->dispose (object);
}

static void
ts_ensemble_finalize (GObject *object)
{
  g_ptr_array_unref (TS_ENSEMBLE (object)->members);
  G_OBJECT_CLASS (ts_ensemble_parent_class)->finalize (object);
}

static void
ts_ensemble_class_init (TsEnsembleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ts_ensemble_dispose;
  object_class->finalize = ts_ensemble_finalize;

  /**
   * TsEnsemble::selection-changed:
   *
   * The verdict on a monitor, or whom it disagrees with, has changed; ts_ensemble_get_verdict() and
   * ts_ensemble_get_opponent() tell it already.
   */
  signals[SELECTION_CHANGED] = g_signal_new ("selection-changed", TS_TYPE_ENSEMBLE, G_SIGNAL_RUN_LAST, 0,
                                             NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ts_ensemble_init (TsEnsemble *self)
{
  self->members = g_ptr_array_new_with_free_func (free_member);
}

/**
 * ts_ensemble_new:
 *
 * Returns: (transfer full): an ensemble, a #GListModel of #TsMonitor, without any
 */
TsEnsemble *
ts_ensemble_new (void)
{
  return g_object_new (TS_TYPE_ENSEMBLE, NULL);
}

/**
 * ts_ensemble_append:
 * @self: an ensemble
 * @monitor: a monitor that is not in it
 *
 * Puts @monitor at the end. The ensemble neither starts nor stops it.
 */
void
ts_ensemble_append (TsEnsemble *self,
                    TsMonitor *monitor)
{
  ts_ensemble_insert (self, self->members->len, monitor);
}

/**
 * ts_ensemble_insert:
 * @self: an ensemble
 * @position: where, from 0 to the length
 * @monitor: a monitor that is not in it
 *
 * Puts @monitor before the monitor at @position.
 */
void
ts_ensemble_insert (TsEnsemble *self,
                    guint position,
                    TsMonitor *monitor)
{
  Member *member;

  g_return_if_fail (position <= self->members->len);
  g_return_if_fail (!ts_ensemble_find (self, monitor, NULL));

  member = g_new0 (Member, 1);
  member->monitor = g_object_ref (monitor);
  g_ptr_array_insert (self->members, (int) position, member);
  g_signal_connect_swapped (monitor, "sample", G_CALLBACK (ts_ensemble_judge), self);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
  ts_ensemble_judge (self);
}

/**
 * ts_ensemble_remove:
 * @self: an ensemble
 * @position: of a monitor
 *
 * Forgets that monitor; the others are judged without it.
 */
void
ts_ensemble_remove (TsEnsemble *self,
                    guint position)
{
  g_return_if_fail (position < self->members->len);

  g_signal_handlers_disconnect_by_data (get_member (self, position)->monitor, self);
  g_ptr_array_remove_index (self->members, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  ts_ensemble_judge (self);
}

/**
 * ts_ensemble_move:
 * @self: an ensemble
 * @from: where a monitor is
 * @to: its new position
 *
 * Moves a monitor. The list signals that it was removed and added again.
 */
void
ts_ensemble_move (TsEnsemble *self,
                  guint from,
                  guint to)
{
  Member *member;

  g_return_if_fail (from < self->members->len && to < self->members->len);

  if (from == to)
    return;
  member = g_ptr_array_steal_index (self->members, from);
  g_list_model_items_changed (G_LIST_MODEL (self), from, 1, 0);
  g_ptr_array_insert (self->members, (int) to, member);
  g_list_model_items_changed (G_LIST_MODEL (self), to, 0, 1);
}

/**
 * ts_ensemble_get_length:
 * @self: an ensemble
 *
 * Returns: how many monitors there are
 */
guint
ts_ensemble_get_length (TsEnsemble *self)
{
  return self->members->len;
}

/**
 * ts_ensemble_get:
 * @self: an ensemble
 * @position: of a monitor
 *
 * Returns: (transfer none): that monitor
 */
TsMonitor *
ts_ensemble_get (TsEnsemble *self,
                 guint position)
{
  return get_member (self, position)->monitor;
}

/**
 * ts_ensemble_find:
 * @self: an ensemble
 * @monitor: (nullable): a monitor
 * @position: (out) (optional): where it is
 *
 * Returns: whether @monitor is in @self
 */
gboolean
ts_ensemble_find (TsEnsemble *self,
                  TsMonitor *monitor,
                  guint *position)
{
  for (guint i = 0; i < self->members->len; i++)
    if (ts_ensemble_get (self, i) == monitor)
      {
        if (position != NULL)
          *position = i;
        return TRUE;
      }
  return FALSE;
}

/**
 * ts_ensemble_find_host:
 * @self: an ensemble
 * @host: an address, as ts_address_to_string() writes it
 *
 * Returns: (transfer none) (nullable): the monitor of the server with that address
 */
TsMonitor *
ts_ensemble_find_host (TsEnsemble *self,
                       const char *host)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      g_autofree char *address = ts_monitor_get_address (ts_ensemble_get (self, i));

      if (g_str_equal (address, host))
        return ts_ensemble_get (self, i);
    }
  return NULL;
}

/**
 * ts_ensemble_is_paused:
 * @self: an ensemble
 *
 * Returns: whether all of its monitors are paused; true without any
 */
gboolean
ts_ensemble_is_paused (TsEnsemble *self)
{
  for (guint i = 0; i < self->members->len; i++)
    if (ts_monitor_get_state (ts_ensemble_get (self, i)) != TS_MONITOR_PAUSED)
      return FALSE;
  return TRUE;
}

/**
 * ts_ensemble_set_paused:
 * @self: an ensemble
 * @is_paused: %TRUE to pause all monitors, %FALSE to resume all
 */
void
ts_ensemble_set_paused (TsEnsemble *self,
                        gboolean is_paused)
{
  for (guint i = 0; i < self->members->len; i++)
    if (is_paused)
      ts_monitor_pause (ts_ensemble_get (self, i));
    else
      ts_monitor_resume (ts_ensemble_get (self, i));
}

/**
 * ts_ensemble_get_verdict:
 * @self: an ensemble
 * @monitor: a monitor
 *
 * Returns: whether its server agrees with the others, as of the newest sample of any; undecided where @monitor has
 *   no sample or is not in @self
 */
TsSelectionVerdict
ts_ensemble_get_verdict (TsEnsemble *self,
                         TsMonitor *monitor)
{
  guint position;

  return ts_ensemble_find (self, monitor, &position) ? get_member (self, position)->verdict : TS_SELECTION_UNDECIDED;
}

/**
 * ts_ensemble_get_selection:
 * @self: an ensemble
 *
 * Returns: (transfer none): how many servers agree, and on what, as of the newest sample of any
 */
const TsSelection *
ts_ensemble_get_selection (TsEnsemble *self)
{
  return &self->selection;
}

/**
 * ts_ensemble_get_opponent:
 * @self: an ensemble
 * @monitor: a monitor
 * @gap_ns: (out) (optional): how far the claims of the two are apart at least
 *
 * A server disagrees if more of the others contradict it than contradict those, or if nothing says which of them is
 * wrong. It goes on to disagree for ten seconds after the last contradiction.
 *
 * Returns: (transfer none) (nullable): a server that cannot be right if that of @monitor is; %NULL if that of @monitor
 *   does not disagree
 */
TsMonitor *
ts_ensemble_get_opponent (TsEnsemble *self,
                          TsMonitor *monitor,
                          gint64 *gap_ns)
{
  guint position;

  if (!ts_ensemble_find (self, monitor, &position))
    return NULL;
  if (gap_ns != NULL)
    *gap_ns = get_member (self, position)->gap_ns;
  return get_member (self, position)->opponent;
}
