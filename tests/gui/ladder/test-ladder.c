/* Tests of the window that shows an exchange; skipped without a display.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ladder/ts-ladder.h"

#include "ladder/ts-ladder-diagram.h"
#include "measure/ts-time.h"

#include "test-fake-probe.h"
#include "test-widget.h"

#define US TS_NS_PER_US
#define S  TS_NS_PER_S

/* 2023-10-03 10:22:52.018204 UTC */
#define T1_NS (G_GINT64_CONSTANT (1696328572018204) * US)

#define N_SAMPLES 5

typedef struct
{
  TsClock *clock;
  FakeProbe *probe;
  TsMonitor *monitor;
  GtkWidget *ladder;
} Fixture;

static TsExchange
get_exchange (int number)
{
  gint64 t1_ns = T1_NS + number * 5 * S;

  return (TsExchange) { t1_ns, t1_ns + 15587 * US, t1_ns + 15999 * US, t1_ns + 6536 * US };
}

static void
feed (Fixture *fixture,
      int number)
{
  TsExchange exchange = get_exchange (number);

  ts_monitor_retry (fixture->monitor);
  fake_probe_answer (fixture->probe, &exchange);
}

static void
open_ladder (Fixture *fixture,
             int number)
{
  fixture->ladder = ts_ladder_new (NULL, fixture->monitor, get_exchange (number).t4_ns);
  g_object_add_weak_pointer (G_OBJECT (fixture->ladder), (gpointer *) &fixture->ladder);
  gtk_window_present (GTK_WINDOW (fixture->ladder));
  TEST_WAIT (gtk_widget_get_mapped (fixture->ladder));
}

/* Five exchanges, with a loss after the third, that a clock which was set back since says to be later than all. */
static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  fixture->clock = ts_clock_new_fake (T1_NS + 60 * S);
  fixture->probe = fake_probe_new ();
  fixture->monitor = ts_monitor_new (TS_PROBE (fixture->probe), fixture->clock);
  ts_monitor_start (fixture->monitor);
  for (int i = 0; i < N_SAMPLES; i++)
    {
      feed (fixture, i);
      if (i == 2)
        {
          ts_monitor_retry (fixture->monitor);
          fake_probe_lose (fixture->probe);
        }
    }
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  if (fixture->ladder != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->ladder));
  TEST_WAIT (fixture->ladder == NULL);
  ts_monitor_stop (fixture->monitor);
  fake_probe_lose (fixture->probe);
  g_assert_finalize_object (fixture->monitor);
  g_assert_finalize_object (fixture->probe);
  g_object_unref (fixture->clock);
}

/* Returns: (transfer none) (nullable): the first widget of @type, in order, that is labelled or called @text */
static GtkWidget *
find (GtkWidget *parent,
      GType type,
      const char *property,
      const char *text)
{
  for (GtkWidget *child = gtk_widget_get_first_child (parent); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      g_autofree char *has = NULL;
      GtkWidget *found;

      if (G_TYPE_CHECK_INSTANCE_TYPE (child, type))
        {
          if (property == NULL)
            return child;
          g_object_get (child, property, &has, NULL);
          if (g_strcmp0 (has, text) == 0)
            return child;
        }
      found = find (child, type, property, text);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
assert_title (Fixture *fixture,
              const char *title,
              const char *subtitle)
{
  AdwWindowTitle *widget = ADW_WINDOW_TITLE (find (fixture->ladder, ADW_TYPE_WINDOW_TITLE, NULL, NULL));

  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (fixture->ladder)), ==, title);
  g_assert_cmpstr (adw_window_title_get_title (widget), ==, title);
  g_assert_cmpstr (adw_window_title_get_subtitle (widget), ==, subtitle);
}

/* As a key does that is pressed in the window. */
static gboolean
press (Fixture *fixture,
       const char *accel)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (fixture->ladder);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_SHORTCUT_CONTROLLER (controller) ||
          gtk_event_controller_get_propagation_phase (controller) != GTK_PHASE_CAPTURE)
        continue;
      for (guint j = 0; j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);
          g_autofree char *trigger = gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));

          if (g_str_has_prefix (trigger, accel))
            return gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, fixture->ladder, NULL);
        }
    }
  g_assert_not_reached ();
}

static void
assert_buttons (Fixture *fixture,
                gboolean has_previous,
                gboolean has_next)
{
  g_assert_cmpint (gtk_widget_is_sensitive (find (fixture->ladder, GTK_TYPE_BUTTON, "icon-name",
                                                  "go-previous-symbolic")), ==, has_previous);
  g_assert_cmpint (gtk_widget_is_sensitive (find (fixture->ladder, GTK_TYPE_BUTTON, "icon-name", "go-next-symbolic")),
                   ==, has_next);
}

static void
test_content (Fixture *fixture,
              gconstpointer data)
{
  open_ladder (fixture, 1);
  assert_title (fixture, "Exchange at 10:22:57", "time.example, 2 of 5");
  assert_buttons (fixture, TRUE, TRUE);
  g_assert_nonnull (find (fixture->ladder, GTK_TYPE_LABEL, "label", "+12.525\u2060\u2009\u2060ms"));
  g_assert_nonnull (find (fixture->ladder, GTK_TYPE_LABEL, "label", "+9.463 to +15.587\u2060\u2009\u2060ms"));
  g_assert_true (gtk_window_get_modal (GTK_WINDOW (fixture->ladder)));
}

static void
test_steps (Fixture *fixture,
            gconstpointer data)
{
  open_ladder (fixture, 1);
  g_assert_true (press (fixture, "Left"));
  assert_title (fixture, "Exchange at 10:22:52", "time.example, 1 of 5");
  assert_buttons (fixture, FALSE, TRUE);
  g_assert_false (press (fixture, "Left"));
  assert_title (fixture, "Exchange at 10:22:52", "time.example, 1 of 5");
  /* What was lost is passed over. */
  for (guint i = 0; i < 4; i++)
    g_assert_true (press (fixture, "Right"));
  assert_title (fixture, "Exchange at 10:23:12", "time.example, 5 of 5");
  g_assert_cmpint (ts_ladder_get_chosen_ns (TS_LADDER (fixture->ladder)), ==, get_exchange (4).t4_ns);
  assert_buttons (fixture, TRUE, FALSE);
  g_assert_false (press (fixture, "Right"));
}

/* Samples go on to come while one is looked at. */
static void
test_live (Fixture *fixture,
           gconstpointer data)
{
  open_ladder (fixture, 4);
  assert_buttons (fixture, TRUE, FALSE);
  feed (fixture, 5);
  assert_title (fixture, "Exchange at 10:23:12", "time.example, 5 of 6");
  assert_buttons (fixture, TRUE, TRUE);
  press (fixture, "Right");
  assert_title (fixture, "Exchange at 10:23:17", "time.example, 6 of 6");
  ts_monitor_set_name (fixture->monitor, "Office");
  assert_title (fixture, "Exchange at 10:23:17", "Office, 6 of 6");
}

/* What is nearest is shown where nothing is of that instant. */
static void
test_nearest (Fixture *fixture,
              gconstpointer data)
{
  fixture->ladder = ts_ladder_new (NULL, fixture->monitor, get_exchange (3).t4_ns - S);
  g_object_add_weak_pointer (G_OBJECT (fixture->ladder), (gpointer *) &fixture->ladder);
  g_assert_cmpint (ts_ladder_get_chosen_ns (TS_LADDER (fixture->ladder)), ==, get_exchange (3).t4_ns);
  assert_title (fixture, "Exchange at 10:23:07", "time.example, 4 of 5");
}

static void
got_text (GObject *source,
          GAsyncResult *result,
          gpointer user_data)
{
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static void
test_copy (Fixture *fixture,
           gconstpointer data)
{
  g_autofree char *text = NULL;

  open_ladder (fixture, 0);
  g_assert_true (press (fixture, "<Control>c"));
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (fixture->ladder), NULL, got_text, &text);
  TEST_WAIT (text != NULL);
  g_assert_nonnull (strstr (text, "Exchange with time.example, 2023-10-03T10:22:52Z\n"));
  g_assert_nonnull (strstr (text, "t₁ = 1696328572.018204000"));
  g_assert_nonnull (find (fixture->ladder, GTK_TYPE_LABEL, "label", "Exchange copied"));
}

static void
test_escape (Fixture *fixture,
             gconstpointer data)
{
  open_ladder (fixture, 0);
  g_assert_true (press (fixture, "Escape"));
  TEST_WAIT (fixture->ladder == NULL);
}

/* Below 480 px formulas go below their names, and above they come back. */
static void
test_narrow (Fixture *fixture,
             gconstpointer data)
{
  GtkWidget *texts;

  open_ladder (fixture, 0);
  texts = gtk_widget_get_parent (find (fixture->ladder, GTK_TYPE_LABEL, "label", "Offset"));
  g_assert_cmpint (gtk_orientable_get_orientation (GTK_ORIENTABLE (texts)), ==, GTK_ORIENTATION_HORIZONTAL);
  gtk_window_set_default_size (GTK_WINDOW (fixture->ladder), 360, 580);
  TEST_WAIT (gtk_orientable_get_orientation (GTK_ORIENTABLE (texts)) == GTK_ORIENTATION_VERTICAL);
  gtk_window_set_default_size (GTK_WINDOW (fixture->ladder), 560, 580);
  TEST_WAIT (gtk_orientable_get_orientation (GTK_ORIENTABLE (texts)) == GTK_ORIENTATION_HORIZONTAL);
}

static void
test_accessible (Fixture *fixture,
                 gconstpointer data)
{
  GtkAccessible *diagram;

  if (skip_untold ())
    return;
  open_ladder (fixture, 0);
  diagram = GTK_ACCESSIBLE (find (fixture->ladder, TS_TYPE_LADDER_DIAGRAM, NULL, NULL));
  gtk_test_accessible_assert_role (diagram, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (diagram, GTK_ACCESSIBLE_PROPERTY_LABEL, "Diagram of the exchange");
  gtk_test_accessible_assert_property (
    diagram, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
    "The request left this computer at 10:22:52.018\u2060\u2009\u2060204. By its own clock time.example had it at "
    "10:22:52.033\u2060\u2009\u2060791, after about 3.1\u2060\u2009\u2060ms, and answered at 10:22:52.034\u2060\u2009\u2060203, 0.412\u2060\u2009\u2060ms later. The "
    "answer arrived at 10:22:52.024\u2060\u2009\u2060740, after about 3.1\u2060\u2009\u2060ms; in all it took 6.536\u2060\u2009\u2060ms.");
}

/* Mirrored, the picture has its longest line on the other side. */
static void
test_mirrored (Fixture *fixture,
               gconstpointer data)
{
  GtkWidget *diagram;
  guint n_left[2] = { 0 }, n_right[2] = { 0 };

  open_ladder (fixture, 0);
  diagram = find (fixture->ladder, TS_TYPE_LADDER_DIAGRAM, NULL, NULL);
  TEST_WAIT (gtk_widget_get_width (diagram) > 0);
  for (guint is_mirrored = 0; is_mirrored < 2; is_mirrored++)
    {
      int width = gtk_widget_get_width (diagram), height = gtk_widget_get_height (diagram);
      g_autofree Image *image = NULL;

      gtk_widget_set_direction (diagram, is_mirrored ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
      image = paint_widget (diagram);
      /* In the lower half the longer text, and so more ink, is beside this computer's line. */
      for (int y = height * 3 / 4; y < height; y++)
        for (int x = 0; x < width; x++)
          if (get_pixel (image, x, y) != 0)
            ++*(x < width / 2 ? &n_left[is_mirrored] : &n_right[is_mirrored]);
    }
  g_assert_cmpuint (n_left[0], >, n_right[0]);
  g_assert_cmpuint (n_left[1], <, n_right[1]);
}

#define ADD(path, function) g_test_add ("/ladder/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc,
      char *argv[])
{
  if (!init_widgets (&argc, &argv))
    return EXIT_SKIPPED;
  ADD ("content", test_content);
  ADD ("steps", test_steps);
  ADD ("live", test_live);
  ADD ("nearest", test_nearest);
  ADD ("copy", test_copy);
  ADD ("escape", test_escape);
  ADD ("narrow", test_narrow);
  ADD ("accessible", test_accessible);
  ADD ("mirrored", test_mirrored);
  return g_test_run ();
}
