/* Tests of ts-address: what a person may type, and what is said about the rest.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-address.h"

#include <locale.h>
#include <string.h>

#include "test-cases.h"
#include "wire/ts-wire.h"

#define N_ROUNDS 20000

#define LABEL_63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz01234567890"
#define NAME_253 \
  LABEL_63 "." LABEL_63 "." LABEL_63 ".abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz012345678"

static const struct
{
  const char *name;
  const char *text;
  TsScheme scheme;
  const char *host;
  guint16 port;
  const char *canonical; /* what it is shown as; %NULL: as it was typed */
} good[] = {
  { "name", "time.example.org", TS_SCHEME_ANY, "time.example.org", 10085, NULL },
  { "one-label", "localhost", TS_SCHEME_ANY, "localhost", 10085, NULL },
  { "name-and-port", "time.example.org:99", TS_SCHEME_ANY, "time.example.org", 99, NULL },
  { "own-port", "time.example.org:10085", TS_SCHEME_ANY, "time.example.org", 10085, "time.example.org" },
  { "least-port", "host:1", TS_SCHEME_ANY, "host", 1, NULL },
  { "greatest-port", "host:65535", TS_SCHEME_ANY, "host", 65535, NULL },
  { "zeros-before-the-port", "host:00123", TS_SCHEME_ANY, "host", 123, "host:123" },
  { "white-space-around", " \thost:7\r\n", TS_SCHEME_ANY, "host", 7, "host:7" },
  { "no-break-spaces-around", "\302\240host:7\342\200\257", TS_SCHEME_ANY, "host", 7, "host:7" },
  { "invisible-around", "\357\273\277host\342\200\213\342\200\216", TS_SCHEME_ANY, "host", 10085, "host" },
  { "upper-case", "Time.Example.ORG", TS_SCHEME_ANY, "time.example.org", 10085, "time.example.org" },
  { "absolute-name", "time.example.org.", TS_SCHEME_ANY, "time.example.org.", 10085, NULL },
  { "digits-and-letters", "3com.4you", TS_SCHEME_ANY, "3com.4you", 10085, NULL },
  { "numeric-label-not-last", "10.example", TS_SCHEME_ANY, "10.example", 10085, NULL },
  { "underscore", "_time.my_host", TS_SCHEME_ANY, "_time.my_host", 10085, NULL },
  { "hyphens", "a-b--c.d-e", TS_SCHEME_ANY, "a-b--c.d-e", 10085, NULL },
  { "label-of-63", LABEL_63, TS_SCHEME_ANY, LABEL_63, 10085, NULL },
  { "name-of-253", NAME_253, TS_SCHEME_ANY, NAME_253, 10085, NULL },
  { "IPv4", "192.0.2.1", TS_SCHEME_ANY, "192.0.2.1", 10085, NULL },
  { "IPv4-and-port", "192.0.2.1:123", TS_SCHEME_ANY, "192.0.2.1", 123, NULL },
  { "IPv6-bare", "2001:db8::1", TS_SCHEME_ANY, "2001:db8::1", 10085, NULL },
  { "IPv6-bare-that-ends-like-a-port", "2001:db8::1:123", TS_SCHEME_ANY, "2001:db8::1:123", 10085, NULL },
  { "IPv6-loopback", "::1", TS_SCHEME_ANY, "::1", 10085, NULL },
  { "IPv6-any", "::", TS_SCHEME_ANY, "::", 10085, NULL },
  { "IPv6-full", "1:2:3:4:5:6:7:8", TS_SCHEME_ANY, "1:2:3:4:5:6:7:8", 10085, NULL },
  { "IPv6-with-IPv4", "::ffff:192.0.2.1", TS_SCHEME_ANY, "::ffff:192.0.2.1", 10085, NULL },
  { "IPv6-long", "2001:0DB8:0:0:0:0:0:1", TS_SCHEME_ANY, "2001:db8::1", 10085, "2001:db8::1" },
  { "IPv6-long-zone", "[FE80:0::1%eth0]:99", TS_SCHEME_ANY, "fe80::1%eth0", 99, "[fe80::1%eth0]:99" },
  { "IPv6-in-brackets", "[2001:db8::1]", TS_SCHEME_ANY, "2001:db8::1", 10085, "2001:db8::1" },
  { "IPv6-and-port", "[2001:db8::1]:123", TS_SCHEME_ANY, "2001:db8::1", 123, NULL },
  { "IPv6-and-own-port", "[::1]:10085", TS_SCHEME_ANY, "::1", 10085, "::1" },
  { "zone", "fe80::1%eth0", TS_SCHEME_ANY, "fe80::1%eth0", 10085, NULL },
  { "zone-behind-zero", "[fe80:0:0:0:0:0:0:0%eth0]:99", TS_SCHEME_ANY, "fe80:0:0:0:0:0:0:0%eth0", 99, NULL },
  { "zone-number-and-port", "[fe80::1%2]:99", TS_SCHEME_ANY, "fe80::1%2", 99, NULL },
  { "zone-with-marks", "[fe80::1%br-lan.10_x]:99", TS_SCHEME_ANY, "fe80::1%br-lan.10_x", 99, NULL },
  { "timesync", "timesync://host", TS_SCHEME_TIMESYNC, "host", 10085, NULL },
  { "timesync-and-port", "timesync://host:1", TS_SCHEME_TIMESYNC, "host", 1, NULL },
  { "timesync-and-own-port", "timesync://host:10085", TS_SCHEME_TIMESYNC, "host", 10085, "timesync://host" },
  { "timesync-and-slash", "timesync://host/", TS_SCHEME_TIMESYNC, "host", 10085, "timesync://host" },
  { "timesync-port-and-slash", "timesync://host:5/", TS_SCHEME_TIMESYNC, "host", 5, "timesync://host:5" },
  { "timesync-IPv4", "timesync://192.0.2.1", TS_SCHEME_TIMESYNC, "192.0.2.1", 10085, NULL },
  { "timesync-IPv6", "timesync://[::1]", TS_SCHEME_TIMESYNC, "::1", 10085, NULL },
  { "timesync-IPv6-and-port", "timesync://[::1]:5/", TS_SCHEME_TIMESYNC, "::1", 5, "timesync://[::1]:5" },
  { "timesync-IPv6-bare", "timesync://::1", TS_SCHEME_TIMESYNC, "::1", 10085, "timesync://[::1]" },
  { "timesync-in-capitals", "TimeSync://Host", TS_SCHEME_TIMESYNC, "host", 10085, "timesync://host" },
  { "timesyncs", "timesyncs://host", TS_SCHEME_TIMESYNCS, "host", 10085, NULL },
  { "timesyncs-and-port", "timesyncs://host:443", TS_SCHEME_TIMESYNCS, "host", 443, NULL },
  { "ntp", "ntp://host", TS_SCHEME_NTP, "host", TS_NTP_PORT, NULL },
  { "ntp-and-own-port", "ntp://host:123", TS_SCHEME_NTP, "host", TS_NTP_PORT, "ntp://host" },
  { "ntp-and-other-port", "ntp://host:10085", TS_SCHEME_NTP, "host", 10085, NULL },
  { "ntp-IPv6", "ntp://[2001:db8::1]", TS_SCHEME_NTP, "2001:db8::1", TS_NTP_PORT, NULL },
  { "scheme-like-name", "ntp", TS_SCHEME_ANY, "ntp", 10085, NULL },
  { "scheme-like-name-and-port", "ntp:5", TS_SCHEME_ANY, "ntp", 5, NULL },
  { "IDN", "münchen.example", TS_SCHEME_ANY, "xn--mnchen-3ya.example", 10085, "xn--mnchen-3ya.example" },
  { "IDN-and-port", "münchen.example:5", TS_SCHEME_ANY, "xn--mnchen-3ya.example", 5, "xn--mnchen-3ya.example:5" },
  { "IDN-in-capitals", "MÜNCHEN.example", TS_SCHEME_ANY, "xn--mnchen-3ya.example", 10085,
    "xn--mnchen-3ya.example" },
  { "IDN-ready", "xn--mnchen-3ya.example", TS_SCHEME_ANY, "xn--mnchen-3ya.example", 10085, NULL },
  { "IDN-with-a-scheme", "ntp://例え.テスト/", TS_SCHEME_NTP, "xn--r8jz45g.xn--zckzah", TS_NTP_PORT,
    "ntp://xn--r8jz45g.xn--zckzah" },
};

static void
assert_equal_addresses (const TsAddress *a,
                        const TsAddress *b)
{
  g_assert_cmpint (a->scheme, ==, b->scheme);
  g_assert_cmpstr (a->host, ==, b->host);
  g_assert_cmpuint (a->port, ==, b->port);
}

/* What @address is shown as is read as @address, and shown the same. */
static void
assert_round_trip (const TsAddress *address)
{
  g_autofree char *shown = ts_address_to_string (address);
  g_autoptr (GError) error = NULL;
  g_autoptr (TsAddress) again = ts_address_parse (shown, &error);
  g_autofree char *shown_again = NULL;

  g_assert_no_error (error);
  assert_equal_addresses (again, address);
  shown_again = ts_address_to_string (again);
  g_assert_cmpstr (shown_again, ==, shown);
}

static void
test_good (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (TsAddress) address = ts_address_parse (good[i].text, &error);
  g_autoptr (TsAddress) copy = NULL;
  g_autofree char *shown = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (address->scheme, ==, good[i].scheme);
  g_assert_cmpstr (address->host, ==, good[i].host);
  g_assert_cmpuint (address->port, ==, good[i].port);

  shown = ts_address_to_string (address);
  g_assert_cmpstr (shown, ==, good[i].canonical != NULL ? good[i].canonical : good[i].text);
  assert_round_trip (address);

  copy = ts_address_copy (address);
  g_assert_true (copy->host != address->host);
  assert_equal_addresses (copy, address);
}

static const struct
{
  const char *name;
  const char *text;
  int code;
  const char *quoted; /* what the message must show of it */
} bad[] = {
  { "empty", "", TS_ADDRESS_ERROR_EMPTY, "" },
  { "white-space", " \t\n", TS_ADDRESS_ERROR_EMPTY, "" },
  { "port-alone", ":123", TS_ADDRESS_ERROR_EMPTY, "" },
  { "scheme-alone", "timesync://", TS_ADDRESS_ERROR_EMPTY, "" },
  { "scheme-and-slash", "ntp:///", TS_ADDRESS_ERROR_EMPTY, "" },
  { "scheme-and-port", "ntp://:5", TS_ADDRESS_ERROR_EMPTY, "" },
  { "http", "http://example.org", TS_ADDRESS_ERROR_BAD_SCHEME, "“http://”" },
  { "no-scheme-before-slashes", "://example.org", TS_ADDRESS_ERROR_BAD_SCHEME, "“://”" },
  { "longer-scheme", "timesyncss://h", TS_ADDRESS_ERROR_BAD_SCHEME, "“timesyncss://”" },
  { "shorter-scheme", "times://h", TS_ADDRESS_ERROR_BAD_SCHEME, "“times://”" },
  { "two-schemes", "x:ntp://h", TS_ADDRESS_ERROR_BAD_SCHEME, "“x:ntp://”" },
  { "space-in-the-name", "time example", TS_ADDRESS_ERROR_BAD_HOST, "“time example”" },
  { "empty-label", "a..b", TS_ADDRESS_ERROR_BAD_HOST, "“a..b”" },
  { "stop-first", ".example", TS_ADDRESS_ERROR_BAD_HOST, "“.example”" },
  { "stop-alone", ".", TS_ADDRESS_ERROR_BAD_HOST, "“.”" },
  { "hyphen-first", "-a.example", TS_ADDRESS_ERROR_BAD_HOST, "“-a.example”" },
  { "hyphen-last", "a-.example", TS_ADDRESS_ERROR_BAD_HOST, "“a-.example”" },
  { "hyphen-at-the-end", "example-", TS_ADDRESS_ERROR_BAD_HOST, "“example-”" },
  { "path", "ntp://host/path", TS_ADDRESS_ERROR_BAD_HOST, "“host/path”" },
  { "two-slashes", "ntp://host//", TS_ADDRESS_ERROR_BAD_HOST, "“host/”" },
  { "user", "ntp://me@host", TS_ADDRESS_ERROR_BAD_HOST, "“me@host”" },
  { "query", "ntp://host?a", TS_ADDRESS_ERROR_BAD_HOST, "“host?a”" },
  { "percent", "a%20b", TS_ADDRESS_ERROR_BAD_HOST, "“a%20b”" },
  { "exclamation-mark", "host!", TS_ADDRESS_ERROR_BAD_HOST, "“host!”" },
  { "number", "12345", TS_ADDRESS_ERROR_BAD_HOST, "“12345”" },
  { "IPv4-of-three", "192.0.2", TS_ADDRESS_ERROR_BAD_HOST, "“192.0.2”" },
  { "IPv4-of-five", "192.0.2.1.1", TS_ADDRESS_ERROR_BAD_HOST, "“192.0.2.1.1”" },
  { "IPv4-too-great", "192.0.2.256", TS_ADDRESS_ERROR_BAD_HOST, "“192.0.2.256”" },
  { "IPv4-octal", "192.0.02.1", TS_ADDRESS_ERROR_BAD_HOST, "“192.0.02.1”" },
  { "full-width-IPv4", "１９２.0.2.1", TS_ADDRESS_ERROR_BAD_HOST, "“１９２.0.2.1”" },
  { "label-of-64", LABEL_63 "x", TS_ADDRESS_ERROR_BAD_HOST, LABEL_63 "x" },
  { "name-of-254", NAME_253 "x", TS_ADDRESS_ERROR_BAD_HOST, NAME_253 "x" },
  { "absolute-IPv4", "192.0.2.1.", TS_ADDRESS_ERROR_BAD_HOST, "“192.0.2.1.”" },
  { "absolute-number", "7.", TS_ADDRESS_ERROR_BAD_HOST, "“7.”" },
  { "scheme-not-UTF-8", "\377://host", TS_ADDRESS_ERROR_BAD_HOST, "://host" },
  { "port-not-UTF-8", "host:\377", TS_ADDRESS_ERROR_BAD_HOST, "host:" },
  { "brackets-not-UTF-8", "[\377]", TS_ADDRESS_ERROR_BAD_HOST, "[" },
  { "zone-not-UTF-8", "fe80::1%\377", TS_ADDRESS_ERROR_BAD_HOST, "fe80::1%" },
  { "zone-with-a-bracket", "timesync://fe80::1%]", TS_ADDRESS_ERROR_BAD_HOST, "“fe80::1%]”" },
  { "zone-with-a-space", "[fe80::1%a ]", TS_ADDRESS_ERROR_BAD_HOST, "“[fe80::1%a ]”" },
  { "zone-with-a-port", "fe80::1%eth0:99", TS_ADDRESS_ERROR_BAD_HOST, "“fe80::1%eth0:99”" },
  { "zone-with-an-escape", "[fe80::1%25eth%30]", TS_ADDRESS_ERROR_BAD_HOST, "“[fe80::1%25eth%30]”" },
  { "not-UTF-8", "m\374nchen", TS_ADDRESS_ERROR_BAD_HOST, "nchen" },
  { "brackets-not-closed", "[::1", TS_ADDRESS_ERROR_BAD_HOST, "“[::1”" },
  { "brackets-around-a-name", "[host]", TS_ADDRESS_ERROR_BAD_HOST, "“[host]”" },
  { "brackets-around-IPv4", "[192.0.2.1]", TS_ADDRESS_ERROR_BAD_HOST, "“[192.0.2.1]”" },
  { "brackets-around-nothing", "[]", TS_ADDRESS_ERROR_BAD_HOST, "“[]”" },
  { "brackets-then-text", "[::1]x", TS_ADDRESS_ERROR_BAD_HOST, "“[::1]x”" },
  { "brackets-around-a-colon", "[:]", TS_ADDRESS_ERROR_BAD_HOST, "“[:]”" },
  { "brackets-around-a-colon-with-zone", "[:%x]", TS_ADDRESS_ERROR_BAD_HOST, "“[:%x]”" },
  { "brackets-doubled", "[[::1]]", TS_ADDRESS_ERROR_BAD_HOST, "“[[::1]]”" },
  { "empty-zone", "[fe80::1%]", TS_ADDRESS_ERROR_BAD_HOST, "[fe80::1%" },
  { "bare-IPv6-of-nine", "1:2:3:4:5:6:7:8:9", TS_ADDRESS_ERROR_BAD_HOST, "“1:2:3:4:5:6:7:8:9”" },
  { "IPv6-of-nine", "[1:2:3:4:5:6:7:8:9]", TS_ADDRESS_ERROR_BAD_HOST, "[1:2:3:4:5:6:7:8:9" },
  { "no-port", "host:", TS_ADDRESS_ERROR_BAD_PORT, "“”" },
  { "no-port-after-brackets", "[::1]:", TS_ADDRESS_ERROR_BAD_PORT, "“”" },
  { "port-0", "host:0", TS_ADDRESS_ERROR_BAD_PORT, "“0”" },
  { "port-too-great", "host:65536", TS_ADDRESS_ERROR_BAD_PORT, "“65536”" },
  { "port-beyond-64-bits", "host:18446744073709551617", TS_ADDRESS_ERROR_BAD_PORT, "“18446744073709551617”" },
  { "port-minus", "host:-1", TS_ADDRESS_ERROR_BAD_PORT, "“-1”" },
  { "port-plus", "host:+1", TS_ADDRESS_ERROR_BAD_PORT, "“+1”" },
  { "port-after-space", "host: 1", TS_ADDRESS_ERROR_BAD_PORT, "“ 1”" },
  { "port-before-text", "host:1x", TS_ADDRESS_ERROR_BAD_PORT, "“1x”" },
  { "port-hexadecimal", "host:0x10", TS_ADDRESS_ERROR_BAD_PORT, "“0x10”" },
  { "port-name", "host:ntp", TS_ADDRESS_ERROR_BAD_PORT, "“ntp”" },
  { "two-ports", "host:1:2", TS_ADDRESS_ERROR_BAD_HOST, "“host:1:2”" },
  { "scheme-after-scheme", "ntp://http://x", TS_ADDRESS_ERROR_BAD_PORT, "“//x”" },
};

static void
test_bad (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;

  g_assert_null (ts_address_parse (bad[i].text, &error));
  g_assert_error (error, TS_ADDRESS_ERROR, bad[i].code);
  g_assert_nonnull (strstr (error->message, bad[i].quoted));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (ts_address_parse (bad[i].text, NULL));
}

static const struct
{
  const char *name;
  const char *text;
  const char *wrong; /* what is marked */
  gsize begin;
} places[] = {
  { "nothing", "", "", 0 },
  { "white-space", "  ", "", 2 },
  { "no-host", "ntp://", "", 6 },
  { "scheme", " http://host", "http://", 1 },
  { "port", "host:99999", "99999", 5 },
  { "port-with-space-around", " host:x ", "x", 6 },
  { "port-missing", "host:", "", 5 },
  { "port-after-brackets", "[::1]:x", "x", 6 },
  { "port-after-scheme", "ntp://host:x", "x", 11 },
  { "character", "ho!st", "!", 2 },
  { "character-of-three-bytes", "h！st:1", "！", 1 },
  { "space-inside", "my host", " ", 2 },
  { "path", "ntp://host/path", "/", 10 },
  { "host", "-a.example:1", "-a.example", 0 },
  { "numbers", "192.0.2", "192.0.2", 0 },
  { "brackets", "[::1", "[::1", 0 },
  { "two-colons", "host:1:2", "host:1:2", 0 },
};

static void
test_place (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;
  g_autofree char *wrong = NULL;
  gsize begin, end;

  g_assert_null (ts_address_parse (places[i].text, &error));
  ts_address_locate_error (places[i].text, error, &begin, &end);
  g_assert_cmpuint (begin, ==, places[i].begin);
  g_assert_cmpuint (end, >=, begin);
  wrong = g_strndup (places[i].text + begin, end - begin);
  g_assert_cmpstr (wrong, ==, places[i].wrong);
}

static const struct
{
  const char *name;
  const char *host;
  guint16 port;
  const char *joined;
} joins[] = {
  { "name", "host", 10085, "host:10085" },
  { "IPv4", "192.0.2.1", 1, "192.0.2.1:1" },
  { "IPv6", "2001:db8::1", 65535, "[2001:db8::1]:65535" },
  { "zone", "fe80::1%eth0", 5, "[fe80::1%eth0]:5" },
};

static void
test_join (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autofree char *joined = ts_address_join (joins[i].host, joins[i].port);

  g_assert_cmpstr (joined, ==, joins[i].joined);
}

static const char *
pick (const char *const *choices,
      gsize n_choices)
{
  return choices[g_test_rand_int_range (0, (gint32) n_choices)];
}

static void
test_random_addresses (void)
{
  static const char *const hosts[] = { "a", "host", "time.example.org", "time.example.org.", "192.0.2.1", "::1",
                                       "2001:db8::1", "fe80::1%eth0", "xn--mnchen-3ya.example" };

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      TsAddress address = {
        .scheme = (TsScheme) g_test_rand_int_range (TS_SCHEME_ANY, TS_SCHEME_NTP + 1),
        .host = (char *) pick (hosts, G_N_ELEMENTS (hosts)),
        .port = (guint16) g_test_rand_int_range (1, 65536),
      };

      if (g_test_rand_int_range (0, 4) == 0)
        address.port = g_test_rand_bit () ? TS_DEFAULT_PORT : TS_NTP_PORT;
      assert_round_trip (&address);
    }
}

static void
test_random_texts (void)
{
  static const char *const pieces[] = {
    "timesync", "timesyncs", "ntp", "://", ":", "/", "//", "[", "]", "::1", "fe80", "%e0", "192.0.2.1", ".", "-",
    "host", "münchen", "。", "：", "１", "0", "65535", "99999", " ", "\t", "_", "\303", "\377", "ß", "\302\255",
    "xn--", "\001",
  };

  for (guint round = 0; round < 5 * N_ROUNDS; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (TsAddress) address = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *exact = NULL;

      for (gint32 n = g_test_rand_int_range (0, 8); n > 0; n--)
        g_string_append (text, pick (pieces, G_N_ELEMENTS (pieces)));
      exact = g_memdup2 (text->str, text->len + 1);

      address = ts_address_parse (exact, &error);
      g_assert_true ((address == NULL) == (error != NULL));
      if (address == NULL)
        {
          g_assert_true (error->domain == TS_ADDRESS_ERROR);
          g_assert_true (g_utf8_validate (error->message, -1, NULL));
          if (g_utf8_validate (exact, -1, NULL))
            {
              gsize begin, end;

              ts_address_locate_error (exact, error, &begin, &end);
              g_assert_cmpuint (begin, <=, end);
              g_assert_cmpuint (end, <=, text->len);
              g_assert_true (g_utf8_validate (exact + begin, (gssize) (end - begin), NULL));
            }
          continue;
        }
      g_assert_cmpuint (address->port, >, 0);
      g_assert_cmpstr (address->host, !=, "");
      assert_round_trip (address);
    }
}

static void
test_foreign_locale (void)
{
  static const char *const names[] = { "de_DE.UTF-8", "de_DE.utf8", "de_DE", "tr_TR.UTF-8", "tr_TR.utf8" };
  g_autofree char *usual = g_strdup (setlocale (LC_ALL, NULL));
  const char *found = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names) && found == NULL; i++)
    found = setlocale (LC_ALL, names[i]);
  if (found == NULL)
    {
      g_test_skip ("no German or Turkish locale is installed");
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    test_good (GSIZE_TO_POINTER (i));
  g_assert_nonnull (setlocale (LC_ALL, usual));
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/address/good/", good, test_good);
  ADD_CASES ("/address/bad/", bad, test_bad);
  ADD_CASES ("/address/place/", places, test_place);
  ADD_CASES ("/address/join/", joins, test_join);
  g_test_add_func ("/address/random-addresses", test_random_addresses);
  g_test_add_func ("/address/random-texts", test_random_texts);
  g_test_add_func ("/address/foreign-locale", test_foreign_locale);
  return g_test_run ();
}
