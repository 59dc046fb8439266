/* The servers that this computer sets its own clock by.
 *
 * systemd-timesyncd tells its servers over the system bus. Those of chronyd and ntpd are in their configuration, which
 * everybody may read on most systems. Finding them starts no program and asks no server for the time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-time-sources.h"

#include "wire/ts-address.h"

#define MAX_SOURCES      3
#define BUS_TIMEOUT_MS   2000

#define TIMESYNC_NAME      "org.freedesktop.timesync1"
#define TIMESYNC_PATH      "/org/freedesktop/timesync1"
#define TIMESYNC_INTERFACE "org.freedesktop.timesync1.Manager"

/* Where distributions keep them: chrony's on Debian and elsewhere, NTPsec's, ntpd's and OpenNTPD's. */
static const char *const files[] = {
  "etc/chrony/chrony.conf", "etc/chrony.conf", "etc/ntpsec/ntp.conf", "etc/ntp.conf", "etc/openntpd/ntpd.conf",
};

typedef struct
{
  GDBusConnection *bus; /* (nullable) */
  char *root;
} Search;

static void
free_search (gpointer data)
{
  Search *search = data;

  g_clear_object (&search->bus);
  g_free (search->root);
  g_free (search);
}

/* Adds a host to @addresses, unless it is no host, is there already, or there are enough.
 * @port: (nullable): digits */
static void
add_host (GPtrArray *addresses,
          const char *host,
          const char *port)
{
  gboolean is_v6 = strchr (host, ':') != NULL;
  g_autofree char *text = g_strconcat ("ntp://", is_v6 ? "[" : "", host, is_v6 ? "]" : "", port != NULL ? ":" : "",
                                       port != NULL ? port : "", NULL);
  g_autoptr (TsAddress) address = ts_address_parse (text, NULL);

  /* ntpd names its clocks, such as a GPS receiver, so. */
  if (address == NULL || g_str_has_prefix (host, "127.127.") || addresses->len == MAX_SOURCES)
    return;
  if (!g_ptr_array_find_with_equal_func (addresses, text, g_str_equal, NULL))
    g_ptr_array_add (addresses, g_steal_pointer (&text));
}

static gboolean
is_one_of (const char *word,
           const char *const *words)
{
  for (gsize i = 0; words[i] != NULL; i++)
    if (g_ascii_strcasecmp (words[i], word) == 0)
      return TRUE;
  return FALSE;
}

/* Returns: (nullable): the port that chrony's options name */
static const char *
find_port (char **options)
{
  for (; options[0] != NULL && options[1] != NULL; options++)
    if (g_ascii_strcasecmp (options[0], "port") == 0)
      return options[1];
  return NULL;
}

/* Returns: (nullable): what a line that begins with @word names: the ends of files in a folder, or "" for files; %NULL if it
 *   names none */
static const char *
find_suffix (const char *word)
{
  static const struct
  {
    const char *word;
    const char *suffix;
  } including[] = {
    { "confdir", "/*.conf" }, { "sourcedir", "/*.sources" }, { "include", "" }, { "includefile", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (including); i++)
    if (g_ascii_strcasecmp (word, including[i].word) == 0)
      return including[i].suffix;
  return NULL;
}

static void
parse_line (const char *line,
            GPtrArray *addresses,
            GPtrArray *included)
{
  static const char *const sources[] = { "server", "servers", "pool", "peer", NULL };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) parts = g_strsplit_set (line, " \t\r", -1);
  g_auto (GStrv) words = NULL;
  const char *suffix;
  gsize host = 1;

  for (gsize i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (builder, parts[i]);
  words = g_strv_builder_end (builder);
  if (words[0] == NULL)
    return;
  while (words[host] != NULL && (g_str_equal (words[host], "-4") || g_str_equal (words[host], "-6")))
    host++;
  if (is_one_of (words[0], sources) && words[host] != NULL)
    add_host (addresses, words[host], find_port (words + host + 1));
  suffix = find_suffix (words[0]);
  for (gsize i = 1; suffix != NULL && words[i] != NULL; i++)
    g_ptr_array_add (included, g_strconcat (words[i], suffix, NULL));
}

/**
 * ts_time_sources_parse:
 * @text: the configuration of chronyd, ntpd or OpenNTPD
 * @addresses: (element-type utf8): where the addresses of its servers are added, as a person would type them
 * @included: (element-type utf8): where the files are added that it says hold more of it; their last part may have "*" and
 *   "?" in it
 *
 * Skips what it does not understand. A line that begins with one of #%!; is a comment.
 */
void
ts_time_sources_parse (const char *text,
                       GPtrArray *addresses,
                       GPtrArray *included)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strchug (lines[i]);

      if (*line != '\0' && strchr ("#%!;", *line) == NULL)
        parse_line (line, addresses, included);
    }
}

/**
 * ts_time_sources_is_pool:
 * @address: an address as a person types it
 *
 * Returns: whether it is of the public pool, whose servers are run by volunteers
 */
gboolean
ts_time_sources_is_pool (const char *address)
{
  g_autoptr (TsAddress) parsed = ts_address_parse (address, NULL);
  g_autofree char *host = parsed != NULL ? g_ascii_strdown (parsed->host, -1) : g_strdup ("");

  return g_str_equal (host, "pool.ntp.org") || g_str_has_suffix (host, ".pool.ntp.org");
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
read_file (const char *path,
           GPtrArray *addresses,
           GPtrArray *included)
{
  g_autofree char *text = NULL;
  gsize length;

  if (g_file_get_contents (path, &text, &length, NULL) && g_utf8_validate (text, (gssize) length, NULL))
    ts_time_sources_parse (text, addresses, included);
}

/* Files of a folder are read in the order of their names, as chronyd reads them; what they include in turn is not read.
 * @pattern: a path whose last part may have "*" and "?" in it */
static void
read_included (const char *pattern,
               GPtrArray *addresses)
{
  g_autofree char *folder = g_path_get_dirname (pattern);
  g_autofree char *last = g_path_get_basename (pattern);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) ignored = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_pattern_match_simple (last, name))
      g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    read_file (names->pdata[i], addresses, ignored);
}

/* The first program that has servers is the one that keeps the clock, because only one can. */
static void
read_configurations (const char *root,
                     GPtrArray *addresses)
{
  for (gsize i = 0; i < G_N_ELEMENTS (files) && addresses->len == 0; i++)
    {
      g_autofree char *path = g_build_filename (root, files[i], NULL);
      g_autoptr (GPtrArray) included = g_ptr_array_new_with_free_func (g_free);

      read_file (path, addresses, included);
      for (guint j = 0; j < included->len; j++)
        {
          g_autofree char *pattern = g_build_filename (root, included->pdata[j], NULL);

          read_included (pattern, addresses);
        }
    }
}

/* Adds the server that systemd-timesyncd uses now, or, if there is none, those that it may use. It is not started. */
static void
ask_timesyncd (GDBusConnection *bus,
               GCancellable *cancellable,
               GPtrArray *addresses)
{
  static const char *const lists[] = { "LinkNTPServers", "RuntimeNTPServers", "SystemNTPServers", "FallbackNTPServers" };
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) properties = NULL;
  const char *name = NULL;

  reply = g_dbus_connection_call_sync (bus, TIMESYNC_NAME, TIMESYNC_PATH, "org.freedesktop.DBus.Properties", "GetAll",
                                       g_variant_new ("(s)", TIMESYNC_INTERFACE), G_VARIANT_TYPE ("(a{sv})"),
                                       G_DBUS_CALL_FLAGS_NO_AUTO_START, BUS_TIMEOUT_MS, cancellable, NULL);
  if (reply == NULL)
    return;
  properties = g_variant_get_child_value (reply, 0);
  if (g_variant_lookup (properties, "ServerName", "&s", &name))
    add_host (addresses, name, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (lists) && addresses->len == 0; i++)
    {
      g_autofree const char **names = NULL;

      g_variant_lookup (properties, lists[i], "^a&s", &names);
      for (gsize j = 0; names != NULL && names[j] != NULL; j++)
        add_host (addresses, names[j], NULL);
    }
}

static GDBusConnection *
get_system_bus (GCancellable *cancellable)
{
  GDBusConnection *bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, cancellable, NULL);

  /* A program that goes on without it must not end with it. */
  if (bus != NULL)
    g_dbus_connection_set_exit_on_close (bus, FALSE);
  return bus;
}

/* In a thread, because files may be slow, and the bus is asked first. */
static void
find (GTask *task,
      gpointer source,
      gpointer task_data,
      GCancellable *cancellable)
{
  Search *search = task_data;
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);

  if (search->bus == NULL)
    search->bus = get_system_bus (cancellable);
  if (search->bus != NULL)
    ask_timesyncd (search->bus, cancellable, addresses);
  read_configurations (search->root, addresses);
  g_ptr_array_add (addresses, NULL);
  g_task_return_pointer (task, g_ptr_array_steal (addresses, NULL), (GDestroyNotify) g_strfreev);
}

/**
 * ts_time_sources_find_async:
 * @bus: (nullable): where systemd-timesyncd is; %NULL for the system's bus
 * @root: the folder in which `etc` is; "/" but in tests
 * @cancellable: (nullable): ends the search
 * @callback: is called when the search is over
 * @user_data: for @callback
 *
 * Finds out which servers this computer sets its own clock by.
 */
void
ts_time_sources_find_async (GDBusConnection *bus,
                            const char *root,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Search *search = g_new (Search, 1);

  *search = (Search) { bus != NULL ? g_object_ref (bus) : NULL, g_strdup (root) };
  g_task_set_source_tag (task, ts_time_sources_find_async);
  g_task_set_task_data (task, search, free_search);
  g_task_run_in_thread (task, find);
}

/**
 * ts_time_sources_find_finish:
 * @result: what the callback was given
 * @error: return location for %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): addresses as a person types them, at most three; empty if there are none that can
 *   be found
 */
GStrv
ts_time_sources_find_finish (GAsyncResult *result,
                             GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
