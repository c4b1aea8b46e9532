/* kin.c - the people of the directory, as an import knows them. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/text/phone.h"
#include "core/text/uai.h"
#include "ctl/fold.h"
#include "ctl/dn.h"
#include "import/kin.h"

/* Merges after one another; more are a circle. */
#define MERGES_MAX 16

/* Ids that migrate-aten gives: no import ever says that they are gone. */
#define FORMER "ATEN$"

/* ---- accounts ---- */

/* The entry with a DN's key, 0: none. */
static int64_t
entry_of(import *im, const char *key)
{
    static const char sql[] = "SELECT entry FROM dn WHERE key = ?";
    sqlite3_stmt *q = store_kept(&im->s, sql);

    store_text(q, 1, key);
    return store_first(q, 0);
}

/* Whom an entry was merged into, 0: nobody. */
static int64_t
merged_into(import *im, int64_t entry)
{
    static const char sql[] =
        "SELECT dn.entry FROM entry JOIN dn ON dn.key = entry.merged"
        " WHERE entry.n = ?";
    sqlite3_stmt *q = store_kept(&im->s, sql);

    store_number(q, 1, entry);
    return store_first(q, 0);
}

/* Whoever leaves keeps the ids: without one the record went elsewhere. */
static bool
has_no_id(import *im, int64_t entry)
{
    bag have = {0};
    bool none;

    import_entry_of(im, entry, &have);
    none = bag_count(&have, ATTR_SOURCE_ID) == 0;
    bag_free(&have);
    return none;
}

/* An account that the import closed lives when a record is its own again. */
static void
read_kin(import *im, kin *k)
{
    static const char sql[] =
        "SELECT ours, others, open OR (gone AND EXISTS (SELECT 1 FROM record"
        " WHERE record.entry = ?1 AND record.entry <> 0 AND head = 0"
        " AND outcome = 0 AND op <> 2 AND (kind <> 2 OR wanted))),"
        " gone AND NOT open AND NOT ours FROM entry WHERE n = ?1";
    sqlite3_stmt *q = store_kept(&im->s, sql);

    store_number(q, 1, k->entry);
    if (store_next(q)) {
        k->ours = store_col(q, 0) != 0;
        k->others = store_col(q, 1) != 0;
        k->lives = store_col(q, 2) != 0;
        k->gave_way = store_col(q, 3) != 0;
        store_again(q);
    }
    k->gave_way = k->gave_way && !k->lives && has_no_id(im, k->entry);
}

kin
kin_of_entry(import *im, int64_t entry)
{
    kin k = {.entry = entry};

    for (int i = 0; i < MERGES_MAX; i++) {
        int64_t into = merged_into(im, k.entry);

        if (into == 0)
            break;
        k.entry = into;
    }
    read_kin(im, &k);
    return k;
}

kin
kin_of(import *im, const char *dn)
{
    char *key = ctl_dn_key(dn);
    int64_t entry = entry_of(im, key);

    free(key);
    if (entry == 0)
        return (kin){.lives = true};
    return kin_of_entry(im, entry);
}

bool
kin_same(import *im, const char *dn, const char *other)
{
    int64_t entry = kin_of(im, dn).entry;
    char *key, *other_key;
    bool same;

    if (entry != 0)
        return entry == kin_of(im, other).entry;
    key = ctl_dn_key(dn);
    other_key = ctl_dn_key(other);
    same = strcmp(key, other_key) == 0;
    free(key);
    free(other_key);
    return same;
}

const char *
kin_find(import *im, const bag *list, import_attr attr, const char *dn)
{
    const char *value;
    const char *found = NULL;

    if (bag_count(list, attr) == 0)
        return NULL;
    for (size_t i = 0; (value = bag_get(list, attr, i)) != NULL; i++) {
        if (strcmp(value, dn) == 0)
            return value;
    }
    for (size_t i = 0;
        found == NULL && (value = bag_get(list, attr, i)) != NULL; i++) {
        if (kin_same(im, value, dn))
            found = value;
    }
    return found;
}

bool
kin_record_gone(import *im, const char *id)
{
    static const char sql[] = "SELECT op FROM head JOIN record"
                              " ON record.n = head.n WHERE head.id = ?";
    sqlite3_stmt *q = store_kept(&im->s, sql);
    int64_t op;

    store_text(q, 1, id);
    op = store_first(q, -1);
    return op < 0 ? im->complete : op == SRC_DELETE;
}

bool
kin_renumbered(import *im, int64_t entry)
{
    static const char sql[] = "SELECT id FROM source_id WHERE entry = ?";
    sqlite3_stmt *q = store_kept(&im->s, sql);
    bool gone = true;

    store_number(q, 1, entry);
    while (gone && store_next(q)) {
        gone = kin_record_gone(im, store_col_text(q, 0));
        if (!gone)
            store_again(q);
    }
    return gone;
}

/* ---- what is compared ---- */

char *
kin_mobile_key(const import *im, const char *mobile)
{
    char number[EDC_PHONE_SIZE];

    if (!edc_phone_read(edc_str_of(mobile), import_region(im), number))
        return NULL;
    return ctl_format("m%s", number);
}

char *
kin_mail_key(const import *im, const char *mail)
{
    char *key = ctl_format("e%s", mail);

    (void)im;
    for (char *p = key; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    return key;
}

char *
kin_name_key(const char *name)
{
    return ctl_fold(edc_str_of(name == NULL ? "" : name));
}

/* ---- sources ---- */

/* How long a source's name is without the school's code behind it, which may
 * end in 1D too. */
static size_t
without_school(const char *source, size_t n)
{
    size_t code = SRC_UAI_SIZE - 1;
    size_t name = n > code ? n - code - 1 : n;

    return name < n && source[name] == '-' &&
                   edc_uai_shaped((edc_str){source + name + 1, code})
               ? name
               : n;
}

/* AAF1D, ONDE. */
bool
kin_first_degree(const char *source, size_t n)
{
    n = without_school(source, n);
    if (n >= 4 && strncasecmp(source, "ONDE", 4) == 0)
        return true;
    for (size_t i = 0; i + 1 < n; i++) {
        if (source[i] == '1' && (source[i + 1] == 'D' || source[i + 1] == 'd'))
            return true;
    }
    return false;
}

bool
kin_has_others(const import *im, const bag *have, bool *higher)
{
    const char *id;
    bool others = false;

    if (higher != NULL)
        *higher = false;
    if (bag_count(have, ATTR_LEFT_AT) > 0)
        return false;
    for (size_t i = 0; (id = bag_get(have, ATTR_SOURCE_ID, i)) != NULL; i++) {
        if (import_own_id(im, id) != NULL ||
            strncmp(id, FORMER, strlen(FORMER)) == 0)
            continue;
        others = true;
        if (higher != NULL && !kin_first_degree(id, strcspn(id, "$")))
            *higher = true;
    }
    return others;
}
