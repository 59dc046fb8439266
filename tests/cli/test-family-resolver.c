/* Tests of ts-family-resolver: names have addresses of one family only.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shared/ts-family-resolver.h"

#include "test-resolver.h"

typedef struct
{
  GMainLoop *loop;
  GList *addresses;
  GError *error;
} LookUp;

static void
did_look_up (GObject *resolver,
             GAsyncResult *result,
             gpointer user_data)
{
  LookUp *self = user_data;

  self->addresses = g_resolver_lookup_by_name_with_flags_finish (G_RESOLVER (resolver), result, &self->error);
  g_main_loop_quit (self->loop);
}

/* Returns: (transfer full): the addresses that a name has, joined, or the error's code */
static char *
look_up (GResolverNameLookupFlags flags)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  LookUp look_up = { .loop = loop };
  GString *text = g_string_new (NULL);

  g_resolver_lookup_by_name_with_flags_async (resolver, "a.example", flags, NULL, did_look_up, &look_up);
  g_main_loop_run (loop);
  if (look_up.error != NULL)
    {
      g_assert_error (look_up.error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND);
      g_string_append (text, "not found");
    }
  for (GList *link = look_up.addresses; link != NULL; link = link->next)
    {
      g_autofree char *address = g_inet_address_to_string (link->data);

      g_string_append_printf (text, "%s ", address);
    }
  g_resolver_free_addresses (look_up.addresses);
  g_clear_error (&look_up.error);
  return g_string_free (text, FALSE);
}

static const struct
{
  GSocketFamily family;
  const char *any;
  const char *ipv4;
  const char *ipv6;
} families[] = {
  { G_SOCKET_FAMILY_IPV4, "192.0.2.1 ", "192.0.2.1 ", "not found" },
  { G_SOCKET_FAMILY_IPV6, "2001:db8::1 ", "not found", "2001:db8::1 " },
};

static void
test_family (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  const char *const addresses[] = { "192.0.2.1", "2001:db8::1" };
  TestResolver *system = test_resolver_install (addresses, G_N_ELEMENTS (addresses));
  g_autofree char *any = NULL;
  g_autofree char *ipv4 = NULL;
  g_autofree char *ipv6 = NULL;

  ts_family_resolver_install (families[i].family);
  any = look_up (G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT);
  ipv4 = look_up (G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY);
  ipv6 = look_up (G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY);
  test_resolver_remove (system);
  g_assert_cmpstr (any, ==, families[i].any);
  g_assert_cmpstr (ipv4, ==, families[i].ipv4);
  g_assert_cmpstr (ipv6, ==, families[i].ipv6);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/family-resolver/ipv4", GSIZE_TO_POINTER (0), test_family);
  g_test_add_data_func ("/family-resolver/ipv6", GSIZE_TO_POINTER (1), test_family);
  return g_test_run ();
}
