/* Checks whether a server could be started with its settings, for --check-config.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-config-check.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "ntp/ts-ntp-sockets.h"
#include "report/ts-log.h"
#include "seal/ts-seal-key.h"
#include "settings/ts-certificate.h"
#include "tcp/ts-listening-sockets.h"
#include "ts-server.h"

#ifdef HAVE_LIBSOUP
#include "metrics/ts-http-endpoint.h"
#endif

/* The service manager makes folders here when it starts a service. */
#define RUNTIME_FOLDER "/run/"

/* @failure: (transfer full) (nullable): why an attempt failed
 *
 * Returns: whether the server could start all the same: a port in use mostly belongs to the server that runs, and a
 *   restart will free it */
static gboolean
excuse (const TsSettings *settings,
        const char *setting,
        GError *failure,
        gboolean is_excused,
        GError **error)
{
  if (failure == NULL)
    return TRUE;
  ts_settings_prefix_place (settings, setting, &failure);
  if (!is_excused)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  ts_log_event (G_LOG_LEVEL_MESSAGE, "check", NULL, failure->message);
  g_error_free (failure);
  return TRUE;
}

static gboolean
is_in_use (const GError *failure)
{
  return g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
}

/* @address: (nullable): the address to listen on; %NULL: all of this computer */
static gboolean
check_listening (const TsSettings *settings,
                 const char *address,
                 GError **error)
{
  const char *const addresses[] = { address, NULL };
  g_autoptr (GPtrArray) sockets = g_ptr_array_new_with_free_func (g_object_unref);
  GError *failure = NULL;
  gboolean is_open = ts_listening_sockets_open (sockets, address != NULL ? addresses : NULL, (guint16) settings->port,
                                                &failure);
  /* Finds which of the two is wrong, because only the port can be in use or forbidden. */
  gboolean is_port_wrong = is_in_use (failure) ||
                           g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);

  if (is_open && !ts_listening_sockets_is_present (sockets, 0))
    failure = g_error_new (G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND,
                           _("%s: this computer does not have the address so far"), address);
  return excuse (settings, is_port_wrong ? "port" : "address", failure, is_open || is_in_use (failure), error);
}

static gboolean
check_ports (const TsSettings *settings,
             GError **error)
{
  if (settings->addresses == NULL)
    return check_listening (settings, NULL, error);
  for (guint i = 0; settings->addresses[i] != NULL; i++)
    if (!check_listening (settings, settings->addresses[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
check_ntp (const TsSettings *settings,
           GError **error)
{
  TsNtpSockets sockets = { 0 };
  GError *failure = NULL;

  if (settings->ntp == NULL)
    return TRUE;
  if (ts_ntp_sockets_open (&sockets, settings->ntp, &failure))
    ts_ntp_sockets_close (&sockets);
  return excuse (settings, "ntp", failure, is_in_use (failure), error);
}

static gboolean
check_metrics (const TsSettings *settings,
               GError **error)
{
  GError *failure = NULL;
  gboolean is_excused = FALSE;

  if (settings->metrics == NULL)
    return TRUE;
#ifdef HAVE_LIBSOUP
  ts_http_endpoint_check (settings->metrics, &failure);
  is_excused = is_in_use (failure) || (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) &&
                                       g_str_has_prefix (settings->metrics, RUNTIME_FOLDER));
#else
  failure = g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _("this ts-server was built without metrics"));
#endif
  return excuse (settings, "metrics", failure, is_excused, error);
}

static gboolean
check_certificate (const TsSettings *settings,
                   gint64 now_ns,
                   GError **error)
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autofree char *flaw = NULL;

  if (settings->tls_certificate == NULL)
    return TRUE;
  certificate = ts_certificate_load (settings, error);
  if (certificate == NULL)
    return FALSE;
  flaw = ts_certificate_describe_flaw (certificate, settings->tls_certificate, now_ns);
  if (flaw != NULL)
    ts_log_event (G_LOG_LEVEL_WARNING, "certificate", NULL, flaw);
  return TRUE;
}

static gboolean
check_signing_key (const TsSettings *settings,
                   GError **error)
{
  g_autoptr (TsSealKey) key = NULL;
  GError *failure = NULL;

  if (settings->signing_key == NULL)
    return TRUE;
  key = ts_seal_key_load (settings->signing_key, &failure);
  return excuse (settings, "signing-key", failure, FALSE, error);
}

/**
 * ts_config_check:
 * @settings: valid settings
 * @now_ns: the time, since the Unix epoch
 * @error: return location for an error that says where the wrong setting was set
 *
 * Tries what a start does: opens the ports for a moment, looks at the paths and makes a TLS handshake with the
 * certificate. Writes a message about problems that do not keep a server from starting, and about what a running server
 * uses.
 *
 * Returns: whether the server could be started
 */
gboolean
ts_config_check (const TsSettings *settings,
                 gint64 now_ns,
                 GError **error)
{
  return ts_server_check_descriptors (settings, error) && check_certificate (settings, now_ns, error) &&
         check_signing_key (settings, error) && check_ports (settings, error) && check_ntp (settings, error) &&
         check_metrics (settings, error);
}
