/* Looks every name up in a list, and nothing in the network.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#define TEST_TYPE_RESOLVER (test_resolver_get_type ())
G_DECLARE_FINAL_TYPE (TestResolver, test_resolver, TEST, RESOLVER, GResolver)

struct _TestResolver
{
  GResolver parent_instance;

  const char *const *addresses; /* (unowned): of every name */
  gsize n_addresses;
  GResolverError failure; /* of every name, where there are none */
  gboolean is_silent;     /* answers only to cancellation */
  guint n_lookups;
  GResolver *system;
};

G_DEFINE_FINAL_TYPE (TestResolver, test_resolver, G_TYPE_RESOLVER)

static inline void
test_resolver_free_addresses (gpointer addresses)
{
  g_resolver_free_addresses (addresses);
}

static inline gboolean
test_resolver_cancelled (GCancellable *cancellable,
                         gpointer task)
{
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static inline void
test_resolver_lookup_async (GResolver *resolver,
                            const char *hostname,
                            GResolverNameLookupFlags flags,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  TestResolver *self = TEST_RESOLVER (resolver);
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);
  GSocketFamily unwanted = (flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY) != 0   ? G_SOCKET_FAMILY_IPV4
                           : (flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY) != 0 ? G_SOCKET_FAMILY_IPV6
                                                                                   : G_SOCKET_FAMILY_INVALID;
  GList *found = NULL;

  self->n_lookups++;
  if (self->is_silent)
    {
      if (cancellable != NULL)
        {
          g_autoptr (GSource) cancelled = g_cancellable_source_new (cancellable);

          g_task_attach_source (task, cancelled, G_SOURCE_FUNC (test_resolver_cancelled));
        }
      return;
    }
  for (gsize i = self->n_addresses; i > 0; i--)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (self->addresses[i - 1]);

      if (g_inet_address_get_family (address) != unwanted)
        found = g_list_prepend (found, g_steal_pointer (&address));
    }
  if (found != NULL)
    g_task_return_pointer (task, found, test_resolver_free_addresses);
  else
    g_task_return_new_error (task, G_RESOLVER_ERROR, (int) self->failure, "in the resolver's words");
}

static inline GList *
test_resolver_lookup_finish (GResolver *resolver,
                             GAsyncResult *result,
                             GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_resolver_class_init (TestResolverClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  resolver_class->lookup_by_name_with_flags_async = test_resolver_lookup_async;
  resolver_class->lookup_by_name_with_flags_finish = test_resolver_lookup_finish;
}

static void
test_resolver_init (TestResolver *self)
{
  self->failure = G_RESOLVER_ERROR_NOT_FOUND;
}

/* From now on every name has just these addresses. */
static inline TestResolver *
test_resolver_install (const char *const *addresses,
                       gsize n_addresses)
{
  TestResolver *self = g_object_new (TEST_TYPE_RESOLVER, NULL);

  self->addresses = addresses;
  self->n_addresses = n_addresses;
  self->system = g_resolver_get_default ();
  g_resolver_set_default (G_RESOLVER (self));
  return self;
}

static inline void
test_resolver_remove (TestResolver *self)
{
  g_resolver_set_default (self->system);
  g_object_unref (self->system);
  g_object_unref (self);
}
