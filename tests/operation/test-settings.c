/* Tests of ts-settings, ts-setting-text, ts-settings-file and ts-options: what an operator may write, and what is said
 * about the rest.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "test-cases.h"
#include "settings/ts-options.h"
#include "settings/ts-setting-text.h"
#include "settings/ts-settings-file.h"

#define PATH "the.conf"

static const struct
{
  const char *name;
  const char *setting;
  const char *text;
  const char *message; /* %NULL: it is right */
} values[] = {
  { "port", "port", "10085", NULL },
  { "port-least", "port", "0", NULL },
  { "port-greatest", "port", "65535", NULL },
  { "port-too-great", "port", "65536", "“65536” is not a whole number from 0 to 65535" },
  { "port-negative", "port", "-1", "“-1” is not a whole number from 0 to 65535" },
  { "port-signed", "port", "+1", "“+1” is not a whole number from 0 to 65535" },
  { "port-empty", "port", "", "“” is not a whole number from 0 to 65535" },
  { "port-fraction", "port", "1.5", "“1.5” is not a whole number from 0 to 65535" },
  { "port-hexadecimal", "port", "0x10", "“0x10” is not a whole number from 0 to 65535" },
  { "port-huge", "port", "99999999999999999999", "“99999999999999999999” is not a whole number from 0 to 65535" },
  { "workers-none", "workers", "0", "“0” is not a whole number from 1 to 256" },
  { "workers-many", "workers", "257", "“257” is not a whole number from 1 to 256" },
  { "connections-none", "max-connections", "0", NULL },
  { "connections-many", "max-connections", "10000001", "“10000001” is not a whole number from 0 to 10000000" },
  { "per-address", "max-connections-per-address", "1", NULL },
  { "rate", "requests-per-second", "2.5", NULL },
  { "rate-none", "requests-per-second", "0", NULL },
  { "rate-none-fraction", "requests-per-second", "0.0", NULL },
  { "rate-tiny", "requests-per-second", "0.5", "“0.5” is neither 0 nor a number from 1 to 100000000" },
  { "rate-nan", "requests-per-second", "nan", "“nan” is neither 0 nor a number from 1 to 100000000" },
  { "rate-inf", "address-requests-per-second", "inf", "“inf” is neither 0 nor a number from 1 to 100000000" },
  { "rate-exponent", "requests-per-second", "1e3", "“1e3” is neither 0 nor a number from 1 to 100000000" },
  { "timeout", "idle-timeout", "0.1", NULL },
  { "timeout-none", "idle-timeout", "0", "“0” is not a number from 0.1 to 86400" },
  { "timeout-comma", "idle-timeout", "1,5", "“1,5” is not a number from 0.1 to 86400" },
  { "timeout-two-stops", "idle-timeout", "1.5.2", "“1.5.2” is not a number from 0.1 to 86400" },
  { "timeout-stop-only", "idle-timeout", ".", "“.” is not a number from 0.1 to 86400" },
  { "timeout-unit", "handshake-timeout", "10s", "“10s” is not a number from 0.1 to 3600" },
  { "timeout-negative", "handshake-timeout", "-1", "“-1” is not a number from 0.1 to 3600" },
  { "stratum", "local-stratum", "15", NULL },
  { "stratum-16", "local-stratum", "16", "“16” is not a whole number from 0 to 15" },
  { "true", "log-addresses", "true", NULL },
  { "false", "log-addresses", "false", NULL },
  { "maybe", "log-addresses", "yes", "“yes” is neither true nor false" },
  { "file", "tls-certificate", "relative name.pem", NULL },
  { "file-empty", "tls-key", "", "“” is not the name of a file" },
  { "address", "address", "127.0.0.1", NULL },
  { "addresses", "address", "127.0.0.1;::1;fe80::1%lo;", NULL },
  { "addresses-spaced", "address", " 127.0.0.1 ; ::1 ", NULL },
  { "address-empty", "address", "", "“” is not an IP address" },
  { "address-missing", "address", ";127.0.0.1", "“” is not an IP address" },
  { "address-multicast", "address", "::1;ff02::1", "“ff02::1” is not the address of one computer" },
  { "address-broadcast", "address", "255.255.255.255", "“255.255.255.255” is not the address of one computer" },
  { "address-without-zone", "address", "fe80::1", "“fe80::1” needs a zone, such as “fe80::1%eth0”" },
  { "address-name", "address", "127.0.0.1;localhost", "“localhost” is not an IP address" },
  { "address-and-port", "address", "127.0.0.1:80", "“127.0.0.1:80” is not an IP address" },
  { "metrics-path", "metrics", "/run/timesync/metrics.socket", NULL },
  { "metrics-loopback", "metrics", "127.0.0.1:9100", NULL },
  { "metrics-loopback-2", "metrics", "127.1.2.3:0", NULL },
  { "metrics-loopback-6", "metrics", "[::1]:9100", NULL },
  { "metrics-relative", "metrics", "metrics.socket",
    "“metrics.socket” is neither the absolute path of a socket nor ADDRESS:PORT" },
  { "metrics-port", "metrics", "9100", "“9100” is neither the absolute path of a socket nor ADDRESS:PORT" },
  { "metrics-name", "metrics", "localhost:9100",
    "“localhost:9100” is neither the absolute path of a socket nor ADDRESS:PORT" },
  { "metrics-public", "metrics", "192.0.2.1:9100",
    "“192.0.2.1:9100” can be reached from other computers; metrics are served on 127.0.0.1 or ::1 only" },
  { "metrics-everywhere", "metrics", "0.0.0.0:9100",
    "“0.0.0.0:9100” can be reached from other computers; metrics are served on 127.0.0.1 or ::1 only" },
  { "metrics-everywhere-6", "metrics", "[::]:9100",
    "“[::]:9100” can be reached from other computers; metrics are served on 127.0.0.1 or ::1 only" },
  { "metrics-mapped", "metrics", "[::ffff:192.0.2.1]:9100",
    "“[::ffff:192.0.2.1]:9100” can be reached from other computers; metrics are served on 127.0.0.1 or ::1 only" },
  { "ntp-port", "ntp", "123", NULL },
  { "ntp-endpoint", "ntp", "[2001:db8::1]:123", NULL },
  { "ntp-name", "ntp", "time.example:123", "“time.example:123” is neither PORT nor ADDRESS:PORT" },
};

static void
test_value (gconstpointer row)
{
  g_autoptr (TsSettings) settings = ts_settings_new_default ();
  g_autoptr (GError) error = NULL;
  gboolean is_set = ts_settings_set (settings, values[GPOINTER_TO_SIZE (row)].setting,
                                     values[GPOINTER_TO_SIZE (row)].text, &error);

  if (values[GPOINTER_TO_SIZE (row)].message == NULL)
    {
      g_assert_no_error (error);
      g_assert_true (is_set);
      return;
    }
  g_assert_false (is_set);
  g_assert_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_BAD_VALUE);
  g_assert_cmpstr (error->message, ==, values[GPOINTER_TO_SIZE (row)].message);
}

static const struct
{
  const char *name;
  const char *text;
  TsSettingsError code;
  const char *message;
} bad_files[] = {
  { "unknown-setting", "[server]\nport=1\n\n# one\nprot=2\n", TS_SETTINGS_ERROR_UNKNOWN,
    PATH ":5: unknown setting “prot”" },
  { "option-that-is-no-setting", "[server]\nconfig=x\n", TS_SETTINGS_ERROR_UNKNOWN,
    PATH ":2: unknown setting “config”" },
  { "setting-of-a-language", "[server]\nport[de]=1\n", TS_SETTINGS_ERROR_UNKNOWN,
    PATH ":2: unknown setting “port[de]=1”" },
  { "unknown-group", "[server]\n[client]\n", TS_SETTINGS_ERROR_UNKNOWN, PATH ":2: unknown group “client”" },
  { "group-of-another-case", "[Server]\n", TS_SETTINGS_ERROR_UNKNOWN, PATH ":1: unknown group “Server”" },
  { "unfinished-group", "[server\n", TS_SETTINGS_ERROR_SYNTAX,
    PATH ":1: “[server” is neither a group, a setting nor a comment" },
  { "before-the-group", "port=1\n[server]\n", TS_SETTINGS_ERROR_SYNTAX,
    PATH ":1: “port=1” stands before the group [server]" },
  { "no-setting", "[server]\nport\n", TS_SETTINGS_ERROR_SYNTAX,
    PATH ":2: “port” is neither a group, a setting nor a comment" },
  { "no-name", "[server]\n=1\n", TS_SETTINGS_ERROR_SYNTAX,
    PATH ":2: “=1” is neither a group, a setting nor a comment" },
  { "twice", "[server]\nport=1\nworkers=1\nport=1\n", TS_SETTINGS_ERROR_TWICE,
    PATH ":4: “port” was already set in line 2" },
  { "twice-in-two-groups", "[server]\nport=1\n[server]\nport=1\n", TS_SETTINGS_ERROR_TWICE,
    PATH ":4: “port” was already set in line 2" },
  { "bad-value", "[server]\n\tport = http \n", TS_SETTINGS_ERROR_BAD_VALUE,
    PATH ":2: port: “http” is not a whole number from 0 to 65535" },
  { "bad-value-without-an-end-of-line", "[server]\nport=", TS_SETTINGS_ERROR_BAD_VALUE,
    PATH ":2: port: “” is not a whole number from 0 to 65535" },
  { "bad-value-with-carriage-returns", "[server]\r\nport=x\r\n", TS_SETTINGS_ERROR_BAD_VALUE,
    PATH ":2: port: “x” is not a whole number from 0 to 65535" },
  { "comment-after-a-value", "[server]\nport=1 # one\n", TS_SETTINGS_ERROR_BAD_VALUE,
    PATH ":2: port: “1 # one” is not a whole number from 0 to 65535" },
  { "bad-escape", "[server]\ntls-key=\\x\n", TS_SETTINGS_ERROR_SYNTAX,
    PATH ":2: “tls-key=\\x” has a backslash that begins none of \\s \\n \\t \\r \\\\" },
  { "two-bad-escapes", "[server]\ntls-key=\\x\\\n", TS_SETTINGS_ERROR_SYNTAX,
    PATH ":2: “tls-key=\\x\\” has a backslash that begins none of \\s \\n \\t \\r \\\\" },
  { "not-UTF-8", "[server]\ntls-key=\xff\n", TS_SETTINGS_ERROR_SYNTAX,
    PATH ":2: “tls-key=\357\277\275” is not UTF-8 text" },
};

static void
test_bad_file (gconstpointer row)
{
  g_autoptr (TsSettings) settings = ts_settings_new_default ();
  g_autoptr (GError) error = NULL;
  const char *text = bad_files[GPOINTER_TO_SIZE (row)].text;

  g_assert_false (ts_settings_file_parse (text, strlen (text), PATH, settings, &error));
  g_assert_error (error, TS_SETTINGS_ERROR, (int) bad_files[GPOINTER_TO_SIZE (row)].code);
  g_assert_cmpstr (error->message, ==, bad_files[GPOINTER_TO_SIZE (row)].message);
}

static void
test_zero_byte (void)
{
  static const char text[] = "[server]\nport=1\0\nprot=1\n";
  g_autoptr (TsSettings) settings = ts_settings_new_default ();
  g_autoptr (GError) error = NULL;

  g_assert_false (ts_settings_file_parse (text, sizeof text - 1, PATH, settings, &error));
  g_assert_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_SYNTAX);
  g_assert_true (g_str_has_prefix (error->message, PATH ":2: "));
}

static const char whole_file[] =
  "# Everything\n"
  "\n"
  "[server]\n"
  "port=1\n"
  "address=192.0.2.1;2001:db8::1\n"
  "workers=2\n"
  "max-connections=3\n"
  "max-connections-per-address=4\n"
  "requests-per-second=5.5\n"
  "address-requests-per-second=0\n"
  "idle-timeout=7.25\n"
  "handshake-timeout=8\n"
  "tls-certificate=/a b\n"
  "tls-key=/c\\\\d\n"
  "metrics=/e\n"
  "ntp=9\n"
  "local-stratum=10\n"
  "log-addresses=true";

static void
assert_whole (const TsSettings *settings)
{
  g_assert_cmpint (settings->port, ==, 1);
  g_assert_cmpstrv (settings->addresses, ((const char *const[]) { "192.0.2.1", "2001:db8::1", NULL }));
  g_assert_cmpint (settings->n_workers, ==, 2);
  g_assert_cmpint (settings->max_connections, ==, 3);
  g_assert_cmpint (settings->max_connections_per_address, ==, 4);
  g_assert_cmpfloat (settings->requests_per_second, ==, 5.5);
  g_assert_cmpfloat (settings->address_requests_per_second, ==, 0);
  g_assert_cmpfloat (settings->idle_timeout_s, ==, 7.25);
  g_assert_cmpfloat (settings->handshake_timeout_s, ==, 8);
  g_assert_cmpstr (settings->tls_certificate, ==, "/a b");
  g_assert_cmpstr (settings->tls_key, ==, "/c\\d");
  g_assert_cmpstr (settings->metrics, ==, "/e");
  g_assert_cmpstr (settings->ntp, ==, "9");
  g_assert_cmpint (settings->local_stratum, ==, 10);
  g_assert_true (settings->logs_addresses);
}

static void
test_whole_file (void)
{
  g_autoptr (TsSettings) settings = ts_settings_new_default ();
  g_autoptr (TsSettings) copy = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (ts_settings_file_parse (whole_file, strlen (whole_file), PATH, settings, &error));
  g_assert_no_error (error);
  assert_whole (settings);

  copy = ts_settings_copy (settings);
  g_clear_pointer (&settings, ts_settings_free);
  assert_whole (copy);
}

/* Whatever is left of a file is read or refused with the number of its last line, and nothing else happens. */
static void
test_truncated_file (void)
{
  for (gsize length = 0; length < strlen (whole_file); length++)
    {
      /* A copy, so that a sanitizer sees what is read after its end. */
      g_autofree char *text = g_memdup2 (whole_file, length);
      g_autoptr (TsSettings) settings = ts_settings_new_default ();
      g_autoptr (GError) error = NULL;
      g_autofree char *place = NULL;
      guint n_lines = 1;

      for (gsize i = 0; i < length; i++)
        n_lines += text[i] == '\n';
      place = g_strdup_printf (PATH ":%u: ", n_lines);
      if (!ts_settings_file_parse (text, length, PATH, settings, &error))
        g_assert_true (g_str_has_prefix (error->message, place));
    }
}

static void
test_byte_order_mark (void)
{
  static const char text[] = "\xef\xbb\xbf[server]\nport=1\n";
  g_autoptr (TsSettings) settings = ts_settings_new_default ();
  g_autoptr (GError) error = NULL;

  g_assert_true (ts_settings_file_parse (text, sizeof text - 1, PATH, settings, &error));
  g_assert_no_error (error);
  g_assert_cmpint (settings->port, ==, 1);
}

static void
test_defaults (void)
{
  g_autoptr (TsSettings) settings = ts_settings_new_default ();

  g_assert_cmpint (settings->port, ==, 10085);
  g_assert_null (settings->addresses);
  g_assert_cmpint (settings->n_workers, >=, 1);
  g_assert_cmpint (settings->n_workers, <=, 8);
  g_assert_cmpint (settings->max_connections, ==, 0);
  g_assert_cmpint (settings->max_connections_per_address, ==, -1);
  g_assert_cmpfloat (settings->requests_per_second, ==, 1000);
  g_assert_cmpfloat (settings->address_requests_per_second, ==, 10000);
  g_assert_cmpfloat (settings->idle_timeout_s, ==, 120);
  g_assert_cmpfloat (settings->handshake_timeout_s, ==, 10);
  g_assert_cmpint (settings->local_stratum, ==, 0);
  g_assert_false (settings->logs_addresses);
  g_assert_true (ts_settings_validate (settings, NULL));
}

static const struct
{
  const char *name;
  const char *text; /* of the file */
  const char *message; /* %NULL: they go together */
} conflicts[] = {
  { "key", "[server]\ntls-key=k\n", PATH ":2: tls-key: “k” has no effect without tls-certificate" },
  { "key-and-certificate", "[server]\ntls-key=k\ntls-certificate=c\n", NULL },
  { "address-twice", "[server]\naddress=::1;127.0.0.1;0:0::1", PATH ":2: address: “::1” and “0:0::1” overlap" },
  { "all-and-one", "[server]\naddress=::1;::\n", PATH ":2: address: “::1” and “::” overlap" },
  { "all-of-both-families", "[server]\naddress=::;0.0.0.0\n", NULL },
  { "metrics", "[server]\nmetrics=127.0.0.1:10085\n",
    PATH ":2: metrics: the port of “127.0.0.1:10085” already serves clients" },
  { "metrics-on-an-address", "[server]\nport=5\naddress=::1\nmetrics=[::1]:5\n",
    PATH ":4: metrics: the port of “[::1]:5” already serves clients" },
  { "metrics-on-another-address", "[server]\nport=5\naddress=::1\nmetrics=127.0.0.1:5\n", NULL },
  { "metrics-on-any-port", "[server]\nport=0\nmetrics=127.0.0.1:0\n", NULL },
  { "ntp", "[server]\nport=123\nntp=123\n", NULL },
};

static void
test_conflict (gconstpointer row)
{
  g_autoptr (TsSettings) settings = ts_settings_new_default ();
  g_autoptr (TsSettings) copy = NULL;
  g_autoptr (GError) error = NULL;
  const char *text = conflicts[GPOINTER_TO_SIZE (row)].text;
  const char *message = conflicts[GPOINTER_TO_SIZE (row)].message;

  g_assert_true (ts_settings_file_parse (text, strlen (text), PATH, settings, NULL));
  copy = ts_settings_copy (settings);
  g_assert_cmpint (ts_settings_validate (copy, &error), ==, message == NULL);
  g_assert_cmpstr (error != NULL ? error->message : NULL, ==, message);
  g_assert_true (error == NULL || g_error_matches (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_CONFLICT));
}

static void
test_bad_value_changes_nothing (void)
{
  g_autoptr (TsSettings) settings = ts_settings_new_default ();

  g_assert_true (ts_settings_file_parse (whole_file, strlen (whole_file), PATH, settings, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    if (values[i].message != NULL)
      ts_settings_set (settings, values[i].setting, values[i].text, NULL);
  assert_whole (settings);
}

static void
test_fixed (void)
{
  g_autoptr (TsSettings) started = ts_settings_new_default ();
  g_autoptr (TsSettings) wanted = ts_settings_copy (started);
  g_autofree char *none = NULL;
  g_autofree char *some = NULL;

  ts_settings_set (wanted, "idle-timeout", "1", NULL);
  ts_settings_set (wanted, "tls-certificate", "certificate.pem", NULL);
  none = ts_settings_describe_fixed (started, wanted);
  g_assert_null (none);

  ts_settings_set (wanted, "ntp", "123", NULL);
  ts_settings_set (wanted, "address", "::1", NULL);
  ts_settings_set (wanted, "workers", started->n_workers == 1 ? "2" : "1", NULL);
  some = ts_settings_describe_fixed (started, wanted);
  g_assert_cmpstr (some, ==, "address, workers, ntp");
}

static TsOptions *
parse_options (const char *line,
               GError **error)
{
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);
  /* GOption takes out what it has read, without freeing it. */
  g_autofree char **rest = g_memdup2 (argv, (g_strv_length (argv) + 1) * sizeof *argv);
  int argc = (int) g_strv_length (argv);

  return ts_options_parse (&argc, &rest, error);
}

static void
test_command_line_wins (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("timesync-XXXXXX.conf", &path, &error);
  g_autofree char *line = g_strconcat ("ts-server -p 11 --idle-timeout=12 --config ", path,
                                       " -a 127.0.0.1 --idle-timeout 13 --address ::1", NULL);
  g_autoptr (TsOptions) options = parse_options (line, &error);
  g_autoptr (TsSettings) settings = NULL;

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, whole_file, -1, NULL));
  settings = ts_options_load_settings (options, &error);
  g_assert_no_error (error);
  g_assert_cmpint (settings->port, ==, 11);
  g_assert_cmpfloat (settings->idle_timeout_s, ==, 13);
  g_assert_cmpstrv (settings->addresses, ((const char *const[]) { "127.0.0.1", "::1", NULL }));
  /* What it does not say is as in the file. */
  g_assert_cmpint (settings->n_workers, ==, 2);
  g_assert_true (settings->logs_addresses);

  /* The file is read anew. */
  g_clear_pointer (&settings, ts_settings_free);
  g_assert_true (g_file_set_contents (path, "[server]\nworkers=3\n", -1, NULL));
  settings = ts_options_load_settings (options, &error);
  g_assert_no_error (error);
  g_assert_cmpint (settings->port, ==, 11);
  g_assert_cmpint (settings->n_workers, ==, 3);
  g_assert_false (settings->logs_addresses);

  g_unlink (path);
  g_assert_null (ts_options_load_settings (options, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static void
test_command_line_switches_off (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("timesync-XXXXXX.conf", &path, &error);
  g_autofree char *line = g_strconcat ("ts-server --log-addresses=false --metrics= --ntp= --tls-certificate= --tls-key="
                                       " --local-stratum=0 --address= --config ", path, NULL);
  g_autoptr (TsOptions) options = parse_options (line, &error);
  g_autoptr (TsSettings) settings = NULL;

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, whole_file, -1, NULL));
  settings = ts_options_load_settings (options, &error);
  g_assert_no_error (error);
  g_assert_false (settings->logs_addresses);
  g_assert_null (settings->addresses);
  g_assert_null (settings->metrics);
  g_assert_null (settings->ntp);
  g_assert_null (settings->tls_certificate);
  g_assert_null (settings->tls_key);
  g_assert_cmpint (settings->local_stratum, ==, 0);
  g_unlink (path);
}

/* What must be typed is shown as it must be typed. */
static void
test_locale (void)
{
  g_autoptr (TsSettings) settings = ts_settings_new_default ();
  g_autoptr (GError) error = NULL;

  if (setlocale (LC_NUMERIC, "de_DE.UTF-8") == NULL)
    {
      g_test_skip ("there is no German locale");
      return;
    }
  g_assert_false (ts_settings_set (settings, "idle-timeout", "0,1", &error));
  setlocale (LC_NUMERIC, "C");
  g_assert_cmpstr (error->message, ==, "“0,1” is not a number from 0.1 to 86400");
}

static const struct
{
  const char *name;
  const char *line;
  const char *message;
} bad_lines[] = {
  { "bad-value", "ts-server --port http", "--port: “http” is not a whole number from 0 to 65535" },
  { "bad-value-of-a-letter", "ts-server -p 65536", "--port: “65536” is not a whole number from 0 to 65535" },
  { "bad-metrics", "ts-server --metrics=0.0.0.0:1",
    "--metrics: “0.0.0.0:1” can be reached from other computers; metrics are served on 127.0.0.1 or ::1 only" },
  { "empty-number", "ts-server --port=", "--port: “” is not a whole number from 0 to 65535" },
  { "argument", "ts-server --port 1 more", "unexpected argument “more”" },
};

static void
test_bad_line (gconstpointer row)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (parse_options (bad_lines[GPOINTER_TO_SIZE (row)].line, &error));
  g_assert_cmpstr (error->message, ==, bad_lines[GPOINTER_TO_SIZE (row)].message);
}

static void
test_bad_address (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsOptions) options = parse_options ("ts-server --address 127.0.0.1 --address time.example", &error);

  g_assert_no_error (error);
  g_assert_null (ts_options_load_settings (options, &error));
  g_assert_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_BAD_VALUE);
  g_assert_cmpstr (error->message, ==, "--address: “time.example” is not an IP address");
}

int
main (int argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/setting-text/value/", values, test_value);
  ADD_CASES ("/settings-file/bad/", bad_files, test_bad_file);
  ADD_CASES ("/settings/conflict/", conflicts, test_conflict);
  ADD_CASES ("/options/bad/", bad_lines, test_bad_line);
  g_test_add_func ("/settings-file/zero-byte", test_zero_byte);
  g_test_add_func ("/settings-file/whole", test_whole_file);
  g_test_add_func ("/settings-file/truncated", test_truncated_file);
  g_test_add_func ("/settings-file/byte-order-mark", test_byte_order_mark);
  g_test_add_func ("/settings/defaults", test_defaults);
  g_test_add_func ("/settings/bad-value-changes-nothing", test_bad_value_changes_nothing);
  g_test_add_func ("/settings/fixed", test_fixed);
  g_test_add_func ("/options/command-line-wins", test_command_line_wins);
  g_test_add_func ("/options/command-line-switches-off", test_command_line_switches_off);
  g_test_add_func ("/setting-text/locale", test_locale);
  g_test_add_func ("/options/bad-address", test_bad_address);
  return g_test_run ();
}
