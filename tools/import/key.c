/* key.c - what a record is called among all of a source: its id, unless pupils
 * and guardians are numbered each for themselves.
 *
 * educonnectSourceId is of one entry. Pupil 12 has "CSV$12"; guardian 12 has
 * "CSV$guardian$12", which can be no pupil's, as no id holds a dollar.
 * Guardians who have the short form from before keep it until a pupil needs it.
 */
#include <stdlib.h>
#include <string.h>

#include "import/import.h"

#define GUARDIAN "guardian$"

char *
import_key(src_form form, src_kind kind, edc_str id)
{
    bool apart = kind == SRC_GUARDIAN && src_numbers_apart(form);

    return ctl_format("%s%.*s", apart ? GUARDIAN : "", (int)id.n, id.p);
}

const char *
import_key_id(const char *key)
{
    size_t n = strlen(GUARDIAN);

    return strncmp(key, GUARDIAN, n) == 0 ? key + n : key;
}

const char *
import_own_id(const import *im, const char *value)
{
    size_t n = strlen(im->source);

    return strncmp(value, im->source, n) == 0 && value[n] == '$' ? value + n + 1
                                                                 : NULL;
}

char *
import_key_stored(const import *im, const char *stored, bool guardian_only)
{
    const char *id = import_key_id(stored);

    if (im->apart && guardian_only)
        return ctl_format(GUARDIAN "%s", id);
    return ctl_copy(im->apart ? stored : id);
}

/* Whether a pupil's record of this run has the id. */
static bool
is_pupils(import *im, const char *id)
{
    static const char sql[] =
        "SELECT 1 FROM head JOIN record ON record.n = head.n WHERE head.id = ?"
        " AND kind = 1";
    sqlite3_stmt *q = store_kept(&im->s, sql);

    store_text(q, 1, id);
    return store_first(q, 0) != 0;
}

bool
import_key_needed(import *im, const char *stored, bool guardian_only)
{
    return im->apart && guardian_only && import_key_id(stored) == stored &&
           is_pupils(im, stored);
}

void
import_key_want(
    const import *im, const char *key, bool guardian_only, bag *want)
{
    const char *id = import_key_id(key);
    bool shorter = id != key && guardian_only;
    char *value = ctl_format("%s$%s", im->source, key);
    char *plain = ctl_format("%s$%s", im->source, id);

    if (!shorter || !bag_has(want, ATTR_SOURCE_ID, plain))
        bag_add(want, ATTR_SOURCE_ID, value, strlen(value));
    free(plain);
    free(value);
}
