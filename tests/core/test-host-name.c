/* ts-host-name: which names are shown in their own script, and which could pose as another.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-host-name.h"

#include "wire/ts-address.h"

static void
test_display (void)
{
  const struct
  {
    const char *typed;
    const char *shown; /* %NULL: in ASCII */
  } cases[] = {
    { "time.example.org", "time.example.org" },
    { "münchen.example", "münchen.example" },
    { "MÜNCHEN.example", "münchen.example" },
    { "почта.example", "почта.example" },
    { "例え.テスト", "例え.テスト" },
    { "日本のntp.example", "日本のntp.example" },
    { "時間abc.example", "時間abc.example" },
    { "시간時.example", "시간時.example" },
    { "ساعة.example", "ساعة.example" },
    { "ώρα.example", "ώρα.example" },
    { "1号.example", "1号.example" },
    /* Latin with one Cyrillic letter, which looks the same. */
    { "ex\u0430mple.org", NULL },
    { "time.ex\u0430mple.org", NULL },
    { "o\u03c1en.example", NULL },
    { "\u0430\u03b1\u0436.example", NULL },
    { "\u0436\u3042.example", NULL },
    /* All Cyrillic, but looks like "aeocp". */
    { "\u0430\u0435\u043e\u0441\u0440.org", NULL },
    { "192.0.2.1", "192.0.2.1" },
    { "fe80::1%eth0", "fe80::1%eth0" },
    /* Not what encoding makes of any name. */
    { "xn--a", "xn--a" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TsAddress) address = ts_address_parse (cases[i].typed, NULL);
      g_autofree char *shown = ts_host_name_to_display (address->host);

      g_assert_cmpstr (shown, ==, cases[i].shown != NULL ? cases[i].shown : address->host);
    }
}

/* What is shown can be typed again. */
static void
test_address (void)
{
  const char *const typed[] = { "ntp://münchen.example", "münchen.example:99", "ex\u0430mple.org:5", "[::1]:20002" };
  const char *const shown[] = { "ntp://münchen.example", "münchen.example:99", "xn--exmple-4nf.org:5", "[::1]:20002" };

  for (gsize i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      g_autoptr (TsAddress) address = ts_address_parse (typed[i], NULL);
      g_autofree char *text = ts_address_to_display (address);
      g_autoptr (TsAddress) again = ts_address_parse (text, NULL);
      g_autofree char *key = ts_address_to_string (address);
      g_autofree char *key_again = ts_address_to_string (again);

      g_assert_cmpstr (text, ==, shown[i]);
      g_assert_cmpstr (key_again, ==, key);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-name/display", test_display);
  g_test_add_func ("/host-name/address", test_address);
  return g_test_run ();
}
