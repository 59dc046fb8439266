/* What the metainfo says that the window repeats: addresses of the project, and what is new in a release.
 *
 * The metainfo is in English. Those of its texts that are translated at all are in the program's catalog.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-metainfo.h"

#include <glib/gi18n.h>

/* What is looked for. */
typedef struct
{
  const char *element; /* "url" or "release" */
  const char *attribute;
  const char *value;
  gboolean is_inside; /* of that element */
  GString *text;      /* (nullable): what has been found so far */
} Search;

static gboolean
is_of_notes (const char *element)
{
  static const char *const elements[] = { "p", "ul", "ol", "li", NULL };

  return g_strv_contains (elements, element);
}

static void
start_element (GMarkupParseContext *context,
               const char *name,
               const char **attributes,
               const char **values,
               gpointer user_data,
               GError **error)
{
  Search *search = user_data;

  if (search->is_inside && is_of_notes (name))
    g_string_append_printf (search->text, "<%s>", name);
  if (!g_str_equal (name, search->element))
    return;
  for (gsize i = 0; attributes[i] != NULL; i++)
    if (g_str_equal (attributes[i], search->attribute) && g_str_equal (values[i], search->value))
      search->is_inside = TRUE;
  if (search->is_inside && search->text == NULL)
    search->text = g_string_new (NULL);
}

static void
end_element (GMarkupParseContext *context,
             const char *name,
             gpointer user_data,
             GError **error)
{
  Search *search = user_data;

  if (search->is_inside && is_of_notes (name))
    g_string_append_printf (search->text, "</%s>", name);
  if (g_str_equal (name, search->element))
    search->is_inside = FALSE;
}

static void
take_text (GMarkupParseContext *context,
           const char *text,
           gsize length,
           gpointer user_data,
           GError **error)
{
  Search *search = user_data;
  const char *element = g_markup_parse_context_get_element (context);
  g_autofree char *stripped = g_strstrip (g_strndup (text, length));
  g_autofree char *escaped = NULL;

  if (!search->is_inside || *stripped == '\0')
    return;
  if (g_str_equal (element, search->element))
    g_string_append (search->text, stripped);
  else if (is_of_notes (element))
    {
      escaped = g_markup_escape_text (_(stripped), -1);
      g_string_append (search->text, escaped);
    }
}

static char *
find (const char *metainfo,
      Search *search)
{
  const GMarkupParser parser = { .start_element = start_element, .end_element = end_element, .text = take_text };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, search, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_markup_parse_context_parse (context, metainfo, -1, &error))
    g_warning ("The metainfo is no XML: %s", error->message);
  return search->text != NULL ? g_string_free (search->text, FALSE) : NULL;
}

/**
 * ts_metainfo_get_url:
 * @metainfo: an AppStream file, in English
 * @type: of the address: "homepage", "bugtracker", "vcs-browser"
 *
 * Returns: (transfer full) (nullable): that address; %NULL if there is none
 */
char *
ts_metainfo_get_url (const char *metainfo,
                     const char *type)
{
  Search search = { .element = "url", .attribute = "type", .value = type };

  return find (metainfo, &search);
}

/**
 * ts_metainfo_get_release_notes:
 * @metainfo: an AppStream file, in English
 * @version: of a release
 *
 * Returns: (transfer full) (nullable): what is new in it, translated, in paragraphs and lists as #AdwAboutWindow takes
 *   them; %NULL if there is no such release
 */
char *
ts_metainfo_get_release_notes (const char *metainfo,
                               const char *version)
{
  Search search = { .element = "release", .attribute = "version", .value = version };

  return find (metainfo, &search);
}
