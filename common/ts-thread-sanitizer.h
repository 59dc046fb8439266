/* What the thread sanitizer cannot see by itself.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#ifdef __has_feature
#define TS_IS_THREAD_SANITIZED __has_feature (thread_sanitizer)
#elif defined __SANITIZE_THREAD__
#define TS_IS_THREAD_SANITIZED 1
#else
#define TS_IS_THREAD_SANITIZED 0
#endif

/**
 * TS_HAND_OVER:
 * @object: what another thread may use from now on
 *
 * Tells the sanitizer that what this thread did comes before what another thread does after TS_TAKE_OVER(). GLib
 * ensures that, but the sanitizer cannot see it, because GLib is not instrumented. Without the sanitizer this does
 * nothing.
 */
#if TS_IS_THREAD_SANITIZED
void __tsan_acquire (void *address);
void __tsan_release (void *address);
#define TS_HAND_OVER(object) __tsan_release (object)
#define TS_TAKE_OVER(object) __tsan_acquire (object)
#else
#define TS_HAND_OVER(object)
#define TS_TAKE_OVER(object)
#endif
