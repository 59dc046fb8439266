/* The settings that an operator may change while the server runs, which all its threads read.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "limit/ts-policy.h"

#include <math.h>
#include <pthread.h>

#include "measure/ts-time.h"
#include "settings/ts-certificate.h"

struct _TsPolicy
{
  gint64 idle_timeout_ns;      /* atomic */
  gint64 handshake_timeout_ns; /* atomic */
  TsThrottle *throttle;        /* has its own locks */
  TsRefusalLog *refusals;      /* the same */
  pthread_mutex_t lock;
  GTlsCertificate *certificate; /* (nullable) */
  TsSealKey *seal_key;          /* (nullable): the same from the start to the end */
};

/* Returns: whether @certificate (nullable) was loaded as the settings say */
static gboolean
load_certificate (const TsSettings *settings,
                  GTlsCertificate **certificate,
                  GError **error)
{
  *certificate = settings->tls_certificate != NULL ? ts_certificate_load (settings, error) : NULL;
  return settings->tls_certificate == NULL || *certificate != NULL;
}

static TsThrottleLimits
get_limits (const TsSettings *settings)
{
  return (TsThrottleLimits) {
    .max_connections = (guint) MAX (settings->max_connections_per_address, 0),
    .requests_per_second = settings->requests_per_second,
    .address_requests_per_second = settings->address_requests_per_second,
  };
}

/* @certificate: (transfer full) (nullable) */
static void
apply (TsPolicy *self,
       const TsSettings *settings,
       GTlsCertificate *certificate)
{
  gint64 idle_timeout_ns = llround (settings->idle_timeout_s * TS_NS_PER_S);
  gint64 handshake_timeout_ns = llround (settings->handshake_timeout_s * TS_NS_PER_S);

  __atomic_store_n (&self->idle_timeout_ns, idle_timeout_ns, __ATOMIC_RELAXED);
  __atomic_store_n (&self->handshake_timeout_ns, handshake_timeout_ns, __ATOMIC_RELAXED);
  ts_refusal_log_set_enabled (self->refusals, settings->logs_addresses);
  pthread_mutex_lock (&self->lock);
  g_set_object (&self->certificate, certificate);
  pthread_mutex_unlock (&self->lock);
  g_clear_object (&certificate);
}

/**
 * ts_policy_new:
 * @settings: what the operator wants
 * @error: return location for an error that names the file of the certificate or of the signing key
 *
 * Returns: (transfer full) (nullable): a policy, with its certificate and its signing key loaded
 */
TsPolicy *
ts_policy_new (const TsSettings *settings,
               GError **error)
{
  TsThrottleLimits limits = get_limits (settings);
  g_autoptr (TsSealKey) seal_key = NULL;
  GTlsCertificate *certificate;
  TsPolicy *self;

  if (settings->signing_key != NULL && (seal_key = ts_seal_key_load (settings->signing_key, error)) == NULL)
    {
      ts_settings_prefix_place (settings, "signing-key", error);
      return NULL;
    }
  if (!load_certificate (settings, &certificate, error))
    return NULL;
  self = g_new0 (TsPolicy, 1);
  self->seal_key = g_steal_pointer (&seal_key);
  pthread_mutex_init (&self->lock, NULL);
  self->refusals = ts_refusal_log_new ();
  self->throttle = ts_throttle_new (&limits);
  ts_throttle_set_log (self->throttle, self->refusals);
  apply (self, settings, certificate);
  return self;
}

/**
 * ts_policy_free:
 * @self: (transfer full): a policy that no thread reads any longer
 */
void
ts_policy_free (TsPolicy *self)
{
  ts_throttle_free (self->throttle);
  ts_refusal_log_free (self->refusals);
  g_clear_object (&self->certificate);
  g_clear_pointer (&self->seal_key, ts_seal_key_free);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

/**
 * ts_policy_update:
 * @self: a policy
 * @settings: what the operator wants from now on
 * @error: return location for an error that names the certificate's file
 *
 * Applies all of the settings or none. Connections stay as they are.
 *
 * Returns: whether they were applied
 */
gboolean
ts_policy_update (TsPolicy *self,
                  const TsSettings *settings,
                  GError **error)
{
  TsThrottleLimits limits = get_limits (settings);
  GTlsCertificate *certificate;

  if (!load_certificate (settings, &certificate, error))
    return FALSE;
  ts_throttle_set_limits (self->throttle, &limits);
  apply (self, settings, certificate);
  return TRUE;
}

/**
 * ts_policy_get_idle_timeout_ns:
 * @self: a policy
 *
 * Returns: how long a connection may be idle
 */
gint64
ts_policy_get_idle_timeout_ns (TsPolicy *self)
{
  return __atomic_load_n (&self->idle_timeout_ns, __ATOMIC_RELAXED);
}

/**
 * ts_policy_get_handshake_timeout_ns:
 * @self: a policy
 *
 * Returns: how long a TLS handshake may take
 */
gint64
ts_policy_get_handshake_timeout_ns (TsPolicy *self)
{
  return __atomic_load_n (&self->handshake_timeout_ns, __ATOMIC_RELAXED);
}

/**
 * ts_policy_ref_certificate:
 * @self: a policy
 *
 * Returns: (transfer full) (nullable): the certificate to show, if TLS is offered
 */
GTlsCertificate *
ts_policy_ref_certificate (TsPolicy *self)
{
  GTlsCertificate *certificate;

  pthread_mutex_lock (&self->lock);
  certificate = self->certificate != NULL ? g_object_ref (self->certificate) : NULL;
  pthread_mutex_unlock (&self->lock);
  return certificate;
}

/**
 * ts_policy_get_seal_key:
 * @self: a policy
 *
 * Returns: (transfer none) (nullable): the key that signs seals, if seals are offered
 */
TsSealKey *
ts_policy_get_seal_key (TsPolicy *self)
{
  return self->seal_key;
}

/**
 * ts_policy_get_throttle:
 * @self: a policy
 *
 * Returns: (transfer none): the table of addresses
 */
TsThrottle *
ts_policy_get_throttle (TsPolicy *self)
{
  return self->throttle;
}

/**
 * ts_policy_log_refusals:
 * @self: a policy
 *
 * Logs which clients were refused since the last call, if the operator wants to know; see ts_refusal_log_write().
 */
void
ts_policy_log_refusals (TsPolicy *self)
{
  ts_refusal_log_write (self->refusals);
}
