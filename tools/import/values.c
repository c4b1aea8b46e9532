/* values.c - values of an entry's attributes: compared, and how they change. */
#include <stdlib.h>
#include <strings.h>

#include "ctl/dn.h"
#include "import/values.h"

bool
import_by_value(import_attr attr)
{
    return attr == ATTR_OBJECT_CLASS || attr == ATTR_SOURCE_ID ||
           attr == ATTR_GUARDIAN || attr == ATTR_ENROLLED_AT;
}

static bool
is_dn(import_attr attr)
{
    return attr == ATTR_GUARDIAN || attr == ATTR_ENROLLED_AT ||
           attr == ATTR_CONTESTED;
}

bool
import_has(const bag *b, import_attr attr, const char *value)
{
    const char *one;
    char *key;
    bool has = false;

    if (bag_has(b, attr, value))
        return true;
    if (attr != ATTR_OBJECT_CLASS && !is_dn(attr))
        return false;
    key = is_dn(attr) ? ctl_dn_key(value) : ctl_copy(value);
    for (size_t i = 0; (one = bag_get(b, attr, i)) != NULL && !has; i++) {
        char *other = is_dn(attr) ? ctl_dn_key(one) : ctl_copy(one);

        has = strcasecmp(key, other) == 0;
        free(other);
    }
    free(key);
    return has;
}
