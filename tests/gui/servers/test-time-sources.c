/* Tests of how the servers are found that this computer sets its clock by: configurations, and a bus with a service that
 * says what systemd-timesyncd would.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-time-sources.h"

#include <glib/gstdio.h>

#include "test-bus.h"
#include "test-wait.h"

static const struct
{
  const char *name;
  const char *text;
  const char *addresses;
  const char *included;
} cases[] = {
  { "empty", "", "", "" },
  { "chrony",
    "# comment\n! another\n  pool 2.debian.pool.ntp.org iburst\nSERVER time.example port 1123 nts\n"
    "sourcedir /run/chrony-dhcp\nconfdir /etc/chrony/conf.d /usr/share/chrony.d\nmakestep 1 3\n",
    "ntp://2.debian.pool.ntp.org ntp://time.example:1123 ",
    "/run/chrony-dhcp/*.sources /etc/chrony/conf.d/*.conf /usr/share/chrony.d/*.conf " },
  { "included", "include /etc/chrony.d/*.conf\nincludefile /etc/ntp/more.conf\n", "",
    "/etc/chrony.d/*.conf /etc/ntp/more.conf " },
  { "ntpd",
    "driftfile /var/lib/ntp/drift\nserver 127.127.20.0 mode 16\n\tserver -4 a.example iburst\r\npeer\t192.0.2.7\n"
    "restrict default\n",
    "ntp://a.example ntp://192.0.2.7 ", "" },
  { "openntpd", "servers pool.example\nserver 2001:db8::7\n", "ntp://pool.example ntp://[2001:db8::7] ", "" },
  { "twice-and-many", "server a\nserver a\nserver b\nserver c\nserver d\n", "ntp://a ntp://b ntp://c ", "" },
  { "nonsense", "server\npool \nserver -4\nserver ::::\nserver a/b port 9\nserver x port\nserver y port 99999\n",
    "ntp://x ", "" },
  { "unfinished", "server a.example", "ntp://a.example ", "" },
};

static char *
join (GPtrArray *texts)
{
  GString *joined = g_string_new (NULL);

  for (guint i = 0; i < texts->len; i++)
    g_string_append_printf (joined, "%s ", (char *) texts->pdata[i]);
  return g_string_free (joined, FALSE);
}

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GPtrArray) included = g_ptr_array_new_with_free_func (g_free);
      g_autofree char *found = NULL;
      g_autofree char *found_included = NULL;

      g_test_message ("%s", cases[i].name);
      ts_time_sources_parse (cases[i].text, addresses, included);
      found = join (addresses);
      found_included = join (included);
      g_assert_cmpstr (found, ==, cases[i].addresses);
      g_assert_cmpstr (found_included, ==, cases[i].included);
    }
}

static void
test_is_pool (void)
{
  g_assert_true (ts_time_sources_is_pool (TS_TIME_SOURCES_POOL));
  g_assert_true (ts_time_sources_is_pool ("ntp://2.Debian.POOL.ntp.org"));
  g_assert_false (ts_time_sources_is_pool ("ntp://mypool.ntp.org"));
  g_assert_false (ts_time_sources_is_pool ("ntp://pool.ntp.org.example"));
  g_assert_false (ts_time_sources_is_pool ("no address"));
}

typedef struct
{
  GSubprocess *process;
  GDBusConnection *service; /* what has systemd-timesyncd's name */
  GDBusConnection *client;
  char *root;
  const char *server_name;
  const char *const *system_servers;
  const char *const *fallback_servers; /* (nullable) */
} Fixture;

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  g_autofree char *address = NULL;

  fixture->process = start_bus (&address);
  fixture->service = connect_to_bus (address);
  fixture->client = connect_to_bus (address);
  fixture->root = g_dir_make_tmp ("timesync-XXXXXX", NULL);
}

/* @path: below the root */
static void
write_file (Fixture *fixture,
            const char *path,
            const char *text)
{
  g_autofree char *file = g_build_filename (fixture->root, path, NULL);
  g_autofree char *folder = g_path_get_dirname (file);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
}

static void
delete_below (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      delete_below (child);
    }
  g_remove (path);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  delete_below (fixture->root);
  g_free (fixture->root);
  g_object_unref (fixture->client);
  g_object_unref (fixture->service);
  g_subprocess_force_exit (fixture->process);
  g_subprocess_wait (fixture->process, NULL, NULL);
  g_object_unref (fixture->process);
}

static GVariant *
get_property (GDBusConnection *connection,
              const char *sender,
              const char *path,
              const char *interface,
              const char *name,
              GError **error,
              gpointer user_data)
{
  Fixture *fixture = user_data;

  if (g_str_equal (name, "ServerName"))
    return g_variant_new_string (fixture->server_name);
  if (g_str_equal (name, "SystemNTPServers"))
    return g_variant_new_strv (fixture->system_servers, -1);
  if (g_str_equal (name, "FallbackNTPServers") && fixture->fallback_servers != NULL)
    return g_variant_new_strv (fixture->fallback_servers, -1);
  return g_variant_new_strv (NULL, 0);
}

static void
serve (Fixture *fixture,
       const char *server_name,
       const char *const *system_servers)
{
  static const char xml[] =
    "<node><interface name='org.freedesktop.timesync1.Manager'>"
    "<property name='ServerName' type='s' access='read'/><property name='LinkNTPServers' type='as' access='read'/>"
    "<property name='SystemNTPServers' type='as' access='read'/>"
    "<property name='FallbackNTPServers' type='as' access='read'/></interface></node>";
  static const GDBusInterfaceVTable vtable = { .get_property = get_property };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (xml, NULL);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  fixture->server_name = server_name;
  fixture->system_servers = system_servers;
  g_dbus_connection_register_object (fixture->service, "/org/freedesktop/timesync1", info->interfaces[0], &vtable,
                                     fixture, NULL, &error);
  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (fixture->service, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", "org.freedesktop.timesync1", 4), NULL, 0, -1, NULL, &error);
  g_assert_no_error (error);
}

static void
did_find (GObject *source,
          GAsyncResult *result,
          gpointer found)
{
  g_autoptr (GError) error = NULL;

  *(GStrv *) found = ts_time_sources_find_finish (result, &error);
  g_assert_no_error (error);
}

static void
assert_found (Fixture *fixture,
              const char *expected)
{
  g_auto (GStrv) found = NULL;
  g_autofree char *text = NULL;

  ts_time_sources_find_async (fixture->client, fixture->root, NULL, did_find, &found);
  TEST_WAIT (found != NULL);
  text = g_strjoinv (" ", found);
  g_assert_cmpstr (text, ==, expected);
}

/* The server in use comes before those that may be used, and what the bus says before any file. */
static void
test_timesyncd (Fixture *fixture,
                gconstpointer data)
{
  const char *const servers[] = { "one.example", "two.example", NULL };

  write_file (fixture, "etc/ntp.conf", "server of-ntpd.example\n");
  serve (fixture, "now.example", servers);
  assert_found (fixture, "ntp://now.example");
  fixture->server_name = "";
  assert_found (fixture, "ntp://one.example ntp://two.example");
  fixture->system_servers = servers + 2;
  fixture->fallback_servers = servers + 1;
  assert_found (fixture, "ntp://two.example");
  fixture->fallback_servers = servers + 2;
  assert_found (fixture, "ntp://of-ntpd.example");
}

static void
test_files (Fixture *fixture,
            gconstpointer data)
{
  assert_found (fixture, "");
  write_file (fixture, "etc/ntp.conf", "server of-ntpd.example\n");
  assert_found (fixture, "ntp://of-ntpd.example");
  write_file (fixture, "etc/chrony/chrony.conf", "server \377\n");
  assert_found (fixture, "ntp://of-ntpd.example");
  /* Included files, in the order of their names. */
  write_file (fixture, "etc/chrony/chrony.conf", "sourcedir /etc/chrony/sources.d\nsourcedir /absent\n");
  write_file (fixture, "etc/chrony/sources.d/b.sources", "server b.example\n");
  write_file (fixture, "etc/chrony/sources.d/a.sources", "server a.example\n");
  write_file (fixture, "etc/chrony/sources.d/a.sources~", "server old.example\n");
  assert_found (fixture, "ntp://a.example ntp://b.example");
  write_file (fixture, "etc/chrony/chrony.conf", "include /etc/chrony/*.d/x\ninclude /etc/chrony/more?.conf\n");
  write_file (fixture, "etc/chrony/more1.conf", "pool more.example\n");
  assert_found (fixture, "ntp://more.example");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time-sources/parse", test_parse);
  g_test_add_func ("/time-sources/is-pool", test_is_pool);
  g_test_add ("/time-sources/timesyncd", Fixture, NULL, set_up, test_timesyncd, tear_down);
  g_test_add ("/time-sources/files", Fixture, NULL, set_up, test_files, tear_down);
  return g_test_run ();
}
