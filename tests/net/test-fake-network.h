/* A network that this computer is connected to when the test says so.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#define FAKE_TYPE_NETWORK (fake_network_get_type ())
G_DECLARE_FINAL_TYPE (FakeNetwork, fake_network, FAKE, NETWORK, GObject)

struct _FakeNetwork
{
  GObject parent_instance;

  gboolean is_available;
};

enum
{
  FAKE_NETWORK_PROP_0,
  FAKE_NETWORK_PROP_AVAILABLE,
  FAKE_NETWORK_PROP_METERED,
  FAKE_NETWORK_PROP_CONNECTIVITY
};

static gboolean
fake_network_initable_init (GInitable *initable,
                            GCancellable *cancellable,
                            GError **error)
{
  return TRUE;
}

static void
fake_network_initable_iface_init (GInitableIface *iface)
{
  iface->init = fake_network_initable_init;
}

static void
fake_network_monitor_iface_init (GNetworkMonitorInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeNetwork, fake_network, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, fake_network_initable_iface_init)
                               G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR, fake_network_monitor_iface_init))

static void
fake_network_get_property (GObject *object,
                           guint property_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  if (property_id == FAKE_NETWORK_PROP_AVAILABLE)
    g_value_set_boolean (value, FAKE_NETWORK (object)->is_available);
}

static void
fake_network_class_init (FakeNetworkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = fake_network_get_property;
  g_object_class_override_property (object_class, FAKE_NETWORK_PROP_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, FAKE_NETWORK_PROP_METERED, "network-metered");
  g_object_class_override_property (object_class, FAKE_NETWORK_PROP_CONNECTIVITY, "connectivity");
}

static void
fake_network_init (FakeNetwork *self)
{
  self->is_available = TRUE;
}

static inline FakeNetwork *
fake_network_new (void)
{
  return g_object_new (FAKE_TYPE_NETWORK, NULL);
}
