/* The address of a server as a person types it.
 *
 *   address = host [":" port] / scheme "://" host [":" port] ["/"]
 *   scheme  = "timesync" / "timesyncs" / "ntp"
 *   host    = name / IPv4 / "[" IPv6 "]"     an IPv6 address without a port needs no brackets
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-address.h"

#include <arpa/inet.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "wire/ts-host-name.h"
#include "wire/ts-wire.h"

#define MAX_NAME_LENGTH  253
#define MAX_LABEL_LENGTH 63

G_DEFINE_QUARK (ts-address-error-quark, ts_address_error)

static const struct
{
  const char *prefix;
  guint16 port;
} schemes[] = {
  [TS_SCHEME_ANY] = { "", TS_DEFAULT_PORT },
  [TS_SCHEME_TIMESYNC] = { "timesync://", TS_DEFAULT_PORT },
  [TS_SCHEME_TIMESYNCS] = { "timesyncs://", TS_DEFAULT_PORT },
  [TS_SCHEME_NTP] = { "ntp://", TS_NTP_PORT },
};

static gboolean
parse_scheme (const char *text,
              TsScheme *scheme,
              const char **rest,
              GError **error)
{
  const char *separator = strstr (text, "://");

  *scheme = TS_SCHEME_ANY;
  *rest = text;
  if (separator == NULL)
    return TRUE;

  for (guint i = TS_SCHEME_TIMESYNC; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (text, schemes[i].prefix, strlen (schemes[i].prefix)) == 0)
      {
        *scheme = i;
        *rest = text + strlen (schemes[i].prefix);
        return TRUE;
      }
  g_set_error (error, TS_ADDRESS_ERROR, TS_ADDRESS_ERROR_BAD_SCHEME,
               _("“%.*s” is not timesync://, timesyncs:// or ntp://"), (int) (separator - text) + 3, text);
  return FALSE;
}

static gboolean
parse_port (const char *text,
            guint16 *port,
            GError **error)
{
  guint64 number;

  /* Unlike strtoul() this takes neither a sign nor white space. */
  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &number, NULL))
    {
      g_set_error (error, TS_ADDRESS_ERROR, TS_ADDRESS_ERROR_BAD_PORT,
                   _("Port “%s” is not a number from 1 to 65535"), text);
      return FALSE;
    }
  *port = (guint16) number;
  return TRUE;
}

/* Returns: whether people paste @character with an address without seeing it: white space, also no-break, or a
 * character that is invisible */
static gboolean
is_blank (gunichar character)
{
  return g_unichar_isspace (character) || g_unichar_type (character) == G_UNICODE_FORMAT;
}

static const char *
skip_blanks (const char *text)
{
  while (*text != '\0' && is_blank (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return text;
}

/* Returns: where the blanks at the end of @text begin */
static const char *
find_blank_end (const char *text)
{
  const char *end = text + strlen (text);

  while (end > text && is_blank (g_utf8_get_char (g_utf8_prev_char (end))))
    end = g_utf8_prev_char (end);
  return end;
}

/* Is stricter than GLib, which takes a lone colon for an IPv6 address, and anything for its zone, even a bracket or a
 * space. */
static gboolean
is_ip_address (const char *text)
{
  const char *zone = strchr (text, '%');

  return g_hostname_is_ip_address (text) && !(text[0] == ':' && text[1] != ':') &&
         (zone == NULL || zone[1 + strspn (zone + 1, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._~-")] == '\0');
}

static gboolean
is_ipv6 (const char *text)
{
  return strchr (text, ':') != NULL && is_ip_address (text);
}

/* Returns: whether @name is a mistyped IPv4 address, because it ends in a number, which no top-level domain is */
static gboolean
looks_numeric (const char *name)
{
  gsize end = strlen (name) - (g_str_has_suffix (name, ".") ? 1 : 0);
  gsize start = end;

  while (start > 0 && g_ascii_isdigit (name[start - 1]))
    start--;
  return start < end && (start == 0 || name[start - 1] == '.');
}

static gboolean
is_name (const char *name)
{
  gsize label_length = 0;

  if (*name == '\0' || strlen (name) > MAX_NAME_LENGTH || looks_numeric (name))
    return FALSE;

  for (const char *c = name; *c != '\0'; c++)
    {
      if (*c == '.')
        {
          if (label_length == 0 || c[-1] == '-')
            return FALSE;
          label_length = 0;
          continue;
        }
      if (!g_ascii_isalnum (*c) && *c != '_' && (*c != '-' || label_length == 0))
        return FALSE;
      if (++label_length > MAX_LABEL_LENGTH)
        return FALSE;
    }
  return !g_str_has_suffix (name, "-");
}

static void
set_bad_host (GError **error,
              const char *host)
{
  g_set_error (error, TS_ADDRESS_ERROR, TS_ADDRESS_ERROR_BAD_HOST,
               _("“%s” is neither a host name nor an IP address"), host);
}

/* Returns: (transfer full): the IP address @text as RFC 5952 writes it, with its zone if it has one; as it is where that is
 * not read as an address, because GLib takes no zone right behind two colons */
static char *
normalize_ip (const char *text)
{
  const char *zone = strchr (text, '%');
  g_autofree char *number = zone != NULL ? g_strndup (text, (gsize) (zone - text)) : g_strdup (text);
  g_autofree char *whole = NULL;
  char normal[INET6_ADDRSTRLEN];
  struct in6_addr bytes;

  if (inet_pton (AF_INET6, number, &bytes) != 1 || inet_ntop (AF_INET6, &bytes, normal, sizeof normal) == NULL)
    return g_strdup (text);
  whole = g_strconcat (normal, zone, NULL);
  return is_ip_address (whole) ? g_steal_pointer (&whole) : g_strdup (text);
}

/* Returns: (transfer full) (nullable): the host in the form that resolvers take */
static char *
normalize_host (const char *host,
                GError **error)
{
  g_autofree char *ascii = NULL;

  if (*host == '\0')
    {
      g_set_error_literal (error, TS_ADDRESS_ERROR, TS_ADDRESS_ERROR_EMPTY, _("No host is named"));
      return NULL;
    }
  if (is_ip_address (host))
    return normalize_ip (host);

  ascii = g_hostname_to_ascii (host);
  if (ascii == NULL || !is_name (ascii))
    {
      set_bad_host (error, host);
      return NULL;
    }
  return g_steal_pointer (&ascii);
}

/* Splits "host", "host:port", "[v6]", "[v6]:port" or a bare IPv6 address. */
static gboolean
split_port (char *text,
            char **host,
            char **port,
            GError **error)
{
  char *bracket = strchr (text, ']');

  *host = text;
  *port = NULL;
  if (*text == '[')
    {
      if (bracket != NULL)
        *bracket = '\0';
      if (bracket == NULL || !is_ipv6 (text + 1) || (bracket[1] != '\0' && bracket[1] != ':'))
        {
          if (bracket != NULL)
            *bracket = ']';
          g_set_error (error, TS_ADDRESS_ERROR, TS_ADDRESS_ERROR_BAD_HOST,
                       _("“%s” is not an IPv6 address in brackets"), text);
          return FALSE;
        }
      *host = text + 1;
      *port = bracket[1] == ':' ? bracket + 2 : NULL;
    }
  /* A host with more than one colon is meant to be an IPv6 address. */
  else if ((*port = strchr (text, ':')) != NULL && *port != strrchr (text, ':'))
    *port = NULL;
  else if (*port != NULL)
    {
      **port = '\0';
      (*port)++;
    }
  return TRUE;
}

/**
 * ts_address_parse:
 * @text: what a person typed; white space and invisible characters around it are ignored
 * @error: return location for a %TS_ADDRESS_ERROR, whose message is for that person
 *
 * Returns: (transfer full) (nullable): the address
 */
TsAddress *
ts_address_parse (const char *text,
                  GError **error)
{
  g_autofree char *typed = NULL;
  g_autoptr (TsAddress) address = g_new0 (TsAddress, 1);
  g_autofree char *authority = NULL;
  const char *rest;
  char *host, *port;

  if (!g_utf8_validate (text, -1, NULL))
    {
      g_autofree char *shown = g_utf8_make_valid (text, -1);

      set_bad_host (error, shown);
      return NULL;
    }
  text = skip_blanks (text);
  typed = g_strndup (text, (gsize) (find_blank_end (text) - text));
  if (!parse_scheme (typed, &address->scheme, &rest, error))
    return NULL;
  address->port = schemes[address->scheme].port;

  authority = g_strdup (rest);
  if (address->scheme != TS_SCHEME_ANY && g_str_has_suffix (authority, "/"))
    authority[strlen (authority) - 1] = '\0';
  if (!split_port (authority, &host, &port, error))
    return NULL;
  address->has_port = port != NULL;
  address->host = normalize_host (host, error);
  if (address->host == NULL || (port != NULL && !parse_port (port, &address->port, error)))
    return NULL;
  return g_steal_pointer (&address);
}

/* Returns: (nullable): the first character from @text to @end that no address can contain */
static const char *
find_strange_character (const char *text,
                        const char *end)
{
  for (const char *c = text; c < end; c = g_utf8_next_char (c))
    if (!g_unichar_isalnum (g_utf8_get_char (c)) && strchr (".-_:[]%", *c) == NULL)
      return c;
  return NULL;
}

/**
 * ts_address_locate_error:
 * @text: what a person typed, in UTF-8
 * @error: the error of ts_address_parse()
 * @begin: (out): the first byte of what is wrong
 * @end: (out): the first byte after it; not before @begin
 *
 * Finds where @text is wrong: at a character that no address can contain, or in its scheme, host or port.
 */
void
ts_address_locate_error (const char *text,
                         const GError *error,
                         gsize *begin,
                         gsize *end)
{
  const char *first = skip_blanks (text);
  const char *last = find_blank_end (first);
  const char *separator = strstr (first, "://");
  const char *host = separator != NULL ? separator + 3 : first;
  const char *bracket = *host == '[' ? strchr (host, ']') : NULL;
  const char *colon = strchr (bracket != NULL ? bracket : host, ':');
  const char *strange;

  if (g_error_matches (error, TS_ADDRESS_ERROR, TS_ADDRESS_ERROR_BAD_SCHEME))
    {
      last = host;
      host = first;
    }
  else if (g_error_matches (error, TS_ADDRESS_ERROR, TS_ADDRESS_ERROR_BAD_PORT) && colon != NULL)
    host = colon + 1;
  else if (colon != NULL && colon == strrchr (host, ':'))
    last = colon;
  strange = find_strange_character (host, last);
  if (strange != NULL && g_error_matches (error, TS_ADDRESS_ERROR, TS_ADDRESS_ERROR_BAD_HOST))
    {
      host = strange;
      last = g_utf8_next_char (strange);
    }
  *begin = (gsize) (host - text);
  *end = (gsize) (last - text);
}

/**
 * ts_address_join:
 * @host: a name or an IP address without brackets
 * @port: a port
 *
 * Returns: (transfer full): "host:port", with an IPv6 address in brackets
 */
char *
ts_address_join (const char *host,
                 guint16 port)
{
  return g_strdup_printf (strchr (host, ':') != NULL ? "[%s]:%u" : "%s:%u", host, port);
}

/* Returns: (transfer full): the text of @address, with @host as its host */
static char *
compose (const TsAddress *address,
         const char *host)
{
  g_autofree char *authority = NULL;

  if (address->port != schemes[address->scheme].port)
    authority = ts_address_join (host, address->port);
  else if (address->scheme != TS_SCHEME_ANY && strchr (host, ':') != NULL)
    authority = g_strdup_printf ("[%s]", host);
  else
    authority = g_strdup (host);
  return g_strconcat (schemes[address->scheme].prefix, authority, NULL);
}

/**
 * ts_address_to_string:
 * @address: an address
 *
 * Returns: (transfer full): the shortest text that ts_address_parse() reads as @address, in ASCII. However people type
 *   an address, this text is the same, so that addresses can be compared
 */
char *
ts_address_to_string (const TsAddress *address)
{
  return compose (address, address->host);
}

/**
 * ts_address_to_display:
 * @address: an address
 *
 * Returns: (transfer full): the text of @address for people, which ts_address_parse() reads as @address, too: an
 *   internationalized name is in its own script, as ts_host_name_to_display() shows it
 */
char *
ts_address_to_display (const TsAddress *address)
{
  g_autofree char *host = ts_host_name_to_display (address->host);

  return compose (address, host);
}

/**
 * ts_address_copy:
 * @address: an address
 *
 * Returns: (transfer full): a copy
 */
TsAddress *
ts_address_copy (const TsAddress *address)
{
  TsAddress *copy = g_new (TsAddress, 1);

  *copy = *address;
  copy->host = g_strdup (address->host);
  return copy;
}

/**
 * ts_address_free:
 * @address: (transfer full): an address
 */
void
ts_address_free (TsAddress *address)
{
  g_free (address->host);
  g_free (address);
}
