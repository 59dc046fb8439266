/* In which order the list shows its servers, and which of them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-server-order.h"

/**
 * ts_server_order_parse:
 * @name: as in the settings' schema
 *
 * Returns: the order of that name; as the user arranged them if there is none
 */
TsServerOrder
ts_server_order_parse (const char *name)
{
  static const char *const names[] = {
    [TS_SERVER_ORDER_MANUAL] = "manual",
    [TS_SERVER_ORDER_NAME] = "name",
    [TS_SERVER_ORDER_OFFSET] = "offset",
    [TS_SERVER_ORDER_STATE] = "state",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], name))
      return i;
  return TS_SERVER_ORDER_MANUAL;
}

static int
compare_names (const char *a,
               const char *b)
{
  g_autofree char *a_key = g_utf8_collate_key_for_filename (a, -1);
  g_autofree char *b_key = g_utf8_collate_key_for_filename (b, -1);

  return strcmp (a_key, b_key);
}

static int
compare_offsets (const TsServerPlace *a,
                 const TsServerPlace *b)
{
  guint64 a_ns = a->offset_ns < 0 ? -(guint64) a->offset_ns : (guint64) a->offset_ns;
  guint64 b_ns = b->offset_ns < 0 ? -(guint64) b->offset_ns : (guint64) b->offset_ns;

  if (a->is_known != b->is_known)
    return a->is_known ? -1 : 1;
  return a->is_known ? (a_ns < b_ns) - (a_ns > b_ns) : 0;
}

static int
get_rank (const TsServerPlace *place)
{
  switch (place->state)
    {
    case TS_SERVER_STATE_WARNING:
      return place->disagrees ? 0 : 2;
    case TS_SERVER_STATE_FAILED:
      return 1;
    case TS_SERVER_STATE_WAITING:
      return 3;
    case TS_SERVER_STATE_STEADY:
      return 4;
    case TS_SERVER_STATE_OFFLINE:
      return 5;
    case TS_SERVER_STATE_PAUSED:
    default:
      return 6;
    }
}

/**
 * ts_server_order_compare:
 * @order: an order
 * @a: the place of a server
 * @b: the place of another one
 *
 * Returns: below zero if @a comes before @b, above zero if it comes after it
 */
int
ts_server_order_compare (TsServerOrder order,
                         const TsServerPlace *a,
                         const TsServerPlace *b)
{
  int result = order == TS_SERVER_ORDER_NAME ? compare_names (a->name, b->name)
               : order == TS_SERVER_ORDER_OFFSET ? compare_offsets (a, b)
               : order == TS_SERVER_ORDER_STATE ? get_rank (a) - get_rank (b)
               : 0;

  return result != 0 ? result : (a->position > b->position) - (a->position < b->position);
}

/**
 * ts_server_order_matches:
 * @searched: what the user searches for
 * @name: of a server
 * @address: of that server
 *
 * Returns: whether name or address contain @searched, in capitals or not; true if that is empty
 */
gboolean
ts_server_order_matches (const char *searched,
                         const char *name,
                         const char *address)
{
  g_autofree char *wanted = g_utf8_casefold (searched, -1);
  g_autofree char *folded_name = g_utf8_casefold (name, -1);
  g_autofree char *folded_address = g_utf8_casefold (address, -1);

  g_strstrip (wanted);
  return strstr (folded_name, wanted) != NULL || strstr (folded_address, wanted) != NULL;
}
