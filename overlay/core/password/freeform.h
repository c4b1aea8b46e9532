/* freeform.h - which strings are of PRECIS FreeformClass (RFC 8264). */
#ifndef EDC_FREEFORM_H
#define EDC_FREEFORM_H

#include <stdint.h>

#include "core/text/text.h"

/* Whether a string consists of code points that FreeformClass allows, those
 * with a contextual rule being where the rule wants them: RFC 8264 section 8,
 * exceptions of its section 9.6, rules of RFC 5892 appendix A. A point that
 * the Unicode version of libunistring does not assign is not allowed. The
 * empty string is. Pure; the time is linear. */
bool edc_freeform(const uint32_t *points, size_t n);

#endif
