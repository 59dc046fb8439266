/* Fuzz target of ts-address and ts-host-name: whatever a person may type or paste.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-address.h"

#include <string.h>

#include "fuzz-target.h"

/* What an address is shown as is read as that address, and shown the same. */
static void
check_round_trip (const TsAddress *address,
                  const char *text)
{
  g_autofree char *shown = ts_address_to_string (address);
  g_autoptr (GError) error = NULL;
  g_autoptr (TsAddress) again = ts_address_parse (text, &error);
  g_autofree char *shown_again = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (again->scheme, ==, address->scheme);
  g_assert_cmpstr (again->host, ==, address->host);
  g_assert_cmpuint (again->port, ==, address->port);
  shown_again = ts_address_to_string (again);
  g_assert_cmpstr (shown_again, ==, shown);
}

/* What is wrong is a part of the text, from one character to another. */
static void
check_place (const char *text,
             const GError *error)
{
  gsize begin, end;

  ts_address_locate_error (text, error, &begin, &end);
  g_assert_cmpuint (begin, <=, end);
  g_assert_cmpuint (end, <=, strlen (text));
  g_assert_true (g_utf8_validate (text + begin, (gssize) (end - begin), NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  g_autofree char *text = g_strndup (size > 0 ? (const char *) data : "", size);
  g_autoptr (GError) error = NULL;
  g_autoptr (TsAddress) address = ts_address_parse (text, &error);
  g_autoptr (TsAddress) copy = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *displayed = NULL;

  g_assert_true ((address == NULL) == (error != NULL));
  if (address == NULL)
    {
      g_assert_true (error->domain == TS_ADDRESS_ERROR);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      if (g_utf8_validate (text, -1, NULL))
        check_place (text, error);
      return 0;
    }

  g_assert_true (g_str_is_ascii (address->host));
  g_assert_cmpstr (address->host, !=, "");
  g_assert_cmpuint (address->port, >, 0);
  copy = ts_address_copy (address);
  shown = ts_address_to_string (copy);
  check_round_trip (copy, shown);
  displayed = ts_address_to_display (copy);
  g_assert_true (g_utf8_validate (displayed, -1, NULL));
  check_round_trip (copy, displayed);
  return 0;
}
