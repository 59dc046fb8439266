/* A resolver that finds addresses of one family only.
 *
 * Programs that look up names then try no address of the other family, which is what -4 and -6 mean.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shared/ts-family-resolver.h"

#define ONLY_ONE_FAMILY (G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY | G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY)

struct _TsFamilyResolver
{
  GResolver parent_instance;

  GResolver *system;
  GResolverNameLookupFlags only;
};

G_DEFINE_FINAL_TYPE (TsFamilyResolver, ts_family_resolver, G_TYPE_RESOLVER)

static void
free_addresses (gpointer addresses)
{
  g_resolver_free_addresses (addresses);
}

/* @user_data: (transfer full): the task */
static void
did_look_up (GObject *system,
             GAsyncResult *result,
             gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GList *addresses = g_resolver_lookup_by_name_with_flags_finish (G_RESOLVER (system), result, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, addresses, free_addresses);
}

/* A caller that asks for the other family alone finds nothing. */
static void
ts_family_resolver_lookup_async (GResolver *resolver,
                                 const char *hostname,
                                 GResolverNameLookupFlags flags,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  TsFamilyResolver *self = TS_FAMILY_RESOLVER (resolver);
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);
  GResolverNameLookupFlags wanted = flags & ONLY_ONE_FAMILY;

  g_task_set_source_tag (task, ts_family_resolver_lookup_async);
  if (wanted != 0 && wanted != self->only)
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "%s", hostname);
  else
    g_resolver_lookup_by_name_with_flags_async (self->system, hostname, self->only, cancellable, did_look_up,
                                                g_steal_pointer (&task));
}

/* What GLib calls where no flag is set. */
static void
ts_family_resolver_lookup_any_async (GResolver *resolver,
                                     const char *hostname,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  ts_family_resolver_lookup_async (resolver, hostname, G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT, cancellable, callback,
                                   user_data);
}

static GList *
ts_family_resolver_lookup_finish (GResolver *resolver,
                                  GAsyncResult *result,
                                  GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
ts_family_resolver_dispose (GObject *object)
{
  g_clear_object (&TS_FAMILY_RESOLVER (object)->system);
  G_OBJECT_CLASS (ts_family_resolver_parent_class)->dispose (object);
}

static void
ts_family_resolver_class_init (TsFamilyResolverClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ts_family_resolver_dispose;
  resolver_class->lookup_by_name_async = ts_family_resolver_lookup_any_async;
  resolver_class->lookup_by_name_finish = ts_family_resolver_lookup_finish;
  resolver_class->lookup_by_name_with_flags_async = ts_family_resolver_lookup_async;
  resolver_class->lookup_by_name_with_flags_finish = ts_family_resolver_lookup_finish;
}

static void
ts_family_resolver_init (TsFamilyResolver *self)
{
}

/**
 * ts_family_resolver_install:
 * @family: %G_SOCKET_FAMILY_IPV4 or %G_SOCKET_FAMILY_IPV6
 *
 * Has this program find only addresses of @family from now on.
 */
void
ts_family_resolver_install (GSocketFamily family)
{
  g_autoptr (TsFamilyResolver) self = g_object_new (TS_TYPE_FAMILY_RESOLVER, NULL);

  self->system = g_resolver_get_default ();
  self->only = family == G_SOCKET_FAMILY_IPV4 ? G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY
                                              : G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY;
  g_resolver_set_default (G_RESOLVER (self));
}
