/* Which servers of the list are overlaid on the charts of the others; the choice is saved.
 *
 * Each overlay has a place, which decides what its line looks like, in every chart and in the list. It keeps that place
 * until the overlay is switched off. The undo of a removal gives it back, unless another server took it meanwhile.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-overlays.h"

#define SETTINGS_KEY "overlaid-servers"

struct _TsOverlays
{
  GObject parent_instance;

  TsEnsemble *ensemble;
  GSettings *settings;
  GPtrArray *addresses; /* of char *, by place; NULL where that is free */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsOverlays, ts_overlays, G_TYPE_OBJECT)

static const char *
get_at (TsOverlays *self,
        guint place)
{
  return g_ptr_array_index (self->addresses, place);
}

static gboolean
is_listed (TsOverlays *self,
           const char *address)
{
  return address != NULL && ts_ensemble_find_host (self->ensemble, address) != NULL;
}

static void
load (TsOverlays *self)
{
  g_auto (GStrv) addresses = g_settings_get_strv (self->settings, SETTINGS_KEY);

  for (gsize i = 0; addresses[i] != NULL; i++)
    if (!g_ptr_array_find_with_equal_func (self->addresses, addresses[i], g_str_equal, NULL))
      g_ptr_array_add (self->addresses, g_strdup (addresses[i]));
}

/* A removed server loses its place only here and not at its removal, because an undo may bring it back. */
static void
save (TsOverlays *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) addresses = NULL;

  for (guint i = 0; i < self->addresses->len; i++)
    if (is_listed (self, get_at (self, i)))
      g_strv_builder_add (builder, get_at (self, i));
  addresses = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings, SETTINGS_KEY, (const char *const *) addresses);
}

static void
set_place (TsOverlays *self,
           guint place,
           const char *address)
{
  if (place == self->addresses->len)
    g_ptr_array_add (self->addresses, NULL);
  g_free (g_ptr_array_index (self->addresses, place));
  g_ptr_array_index (self->addresses, place) = g_strdup (address);
}

static guint
find_free_place (TsOverlays *self)
{
  guint place = 0;

  while (place < self->addresses->len && is_listed (self, get_at (self, place)))
    place++;
  return place;
}

static void
list_changed (TsOverlays *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
ts_overlays_dispose (GObject *object)
{
  TsOverlays *self = TS_OVERLAYS (object);

  g_clear_object (&self->ensemble);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ts_overlays_parent_class)->dispose (object);
}

static void
ts_overlays_finalize (GObject *object)
{
  g_ptr_array_unref (TS_OVERLAYS (object)->addresses);
  G_OBJECT_CLASS (ts_overlays_parent_class)->finalize (object);
}

static void
ts_overlays_class_init (TsOverlaysClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ts_overlays_dispose;
  object_class->finalize = ts_overlays_finalize;

  /**
   * TsOverlays::changed:
   *
   * An overlay was switched on or off, or the list of servers has changed.
   */
  signals[CHANGED] = g_signal_new ("changed", TS_TYPE_OVERLAYS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
ts_overlays_init (TsOverlays *self)
{
  self->addresses = g_ptr_array_new_with_free_func (g_free);
}

/**
 * ts_overlays_new:
 * @ensemble: the servers of the list
 * @settings: the application's, which keep the choice
 *
 * Returns: (transfer full): the choice as it was saved
 */
TsOverlays *
ts_overlays_new (TsEnsemble *ensemble,
                 GSettings *settings)
{
  TsOverlays *self = g_object_new (TS_TYPE_OVERLAYS, NULL);

  self->ensemble = g_object_ref (ensemble);
  self->settings = g_object_ref (settings);
  load (self);
  g_signal_connect_object (ensemble, "items-changed", G_CALLBACK (list_changed), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * ts_overlays_find:
 * @self: overlays
 * @monitor: a server
 * @place: (out) (optional): its place, from 0
 *
 * Returns: whether it is overlaid on the charts of the others
 */
gboolean
ts_overlays_find (TsOverlays *self,
                  TsMonitor *monitor,
                  guint *place)
{
  g_autofree char *address = ts_monitor_get_address (monitor);

  for (guint i = 0; i < self->addresses->len; i++)
    if (g_strcmp0 (get_at (self, i), address) == 0)
      {
        if (place != NULL)
          *place = i;
        return TRUE;
      }
  return FALSE;
}

static void
clear_overlay (gpointer data)
{
  g_object_unref (((TsOverlay *) data)->monitor);
}

/**
 * ts_overlays_list:
 * @self: overlays
 * @chosen: the server whose chart it is; no server is overlaid on its own chart
 *
 * Returns: (transfer full) (element-type TsOverlay): the overlays of that chart, in the order of the list; it keeps their
 *   monitors alive
 */
GArray *
ts_overlays_list (TsOverlays *self,
                  TsMonitor *chosen)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (TsOverlay));

  g_array_set_clear_func (list, clear_overlay);
  for (guint i = 0; i < ts_ensemble_get_length (self->ensemble); i++)
    {
      TsOverlay overlay = { .monitor = ts_ensemble_get (self->ensemble, i) };

      if (overlay.monitor == chosen || !ts_overlays_find (self, overlay.monitor, &overlay.place))
        continue;
      g_object_ref (overlay.monitor);
      g_array_append_val (list, overlay);
    }
  return list;
}

/**
 * ts_overlays_set:
 * @self: overlays
 * @monitor: a server of the list
 * @is_overlaid: whether it is overlaid on the charts of the others from now on
 */
void
ts_overlays_set (TsOverlays *self,
                 TsMonitor *monitor,
                 gboolean is_overlaid)
{
  g_autofree char *address = ts_monitor_get_address (monitor);
  guint place;

  if (ts_overlays_find (self, monitor, &place) == is_overlaid)
    return;
  if (is_overlaid)
    set_place (self, find_free_place (self), address);
  else
    set_place (self, place, NULL);
  save (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * ts_overlays_toggle:
 * @self: overlays
 * @monitor: a server of the list
 *
 * Switches its overlay on or off.
 */
void
ts_overlays_toggle (TsOverlays *self,
                    TsMonitor *monitor)
{
  ts_overlays_set (self, monitor, !ts_overlays_find (self, monitor, NULL));
}
