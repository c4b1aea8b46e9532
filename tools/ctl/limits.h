/* limits.h - limits.def as numbers: LIMIT_VALUE. */
#ifndef LIMITS_H
#define LIMITS_H

enum {
#define EDC_LIMIT(id, number, what, reason) LIMIT_##id = (number),
#include "ctl/limits.def"
#undef EDC_LIMIT
};

#endif
