/* name.c - what the names of AAF files and archives tell. */
#include <string.h>
#include <strings.h>

#include "source/parts.h"

static bool
ends_with(const char *path, const char *suffix)
{
    size_t n = strlen(path), m = strlen(suffix);

    return n >= m && strcasecmp(path + n - m, suffix) == 0;
}

src_suffix
src_suffix_of(const char *path)
{
    static const struct {
        const char *text;
        src_suffix suffix;
    } suffixes[] = {
        {".xml", SRC_SUFFIX_XML},
        {".csv", SRC_SUFFIX_CSV},
        {".zip", SRC_SUFFIX_ARCHIVE},
        {".tgz", SRC_SUFFIX_ARCHIVE},
        {".tar.gz", SRC_SUFFIX_ARCHIVE},
    };

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        if (ends_with(path, suffixes[i].text))
            return suffixes[i].suffix;
    }
    return SRC_SUFFIX_OTHER;
}

/* "20260901" where eight digits stand by themselves and are such a day. */
static void
date_of(const char *name, char date[9])
{
    for (const char *p = name; *p != '\0'; p++) {
        size_t n = strspn(p, "0123456789");

        if (n == 8 && p[0] == '2' && p[1] == '0' &&
            (memcmp(p + 4, "01", 2) >= 0 && memcmp(p + 4, "12", 2) <= 0) &&
            (memcmp(p + 6, "01", 2) >= 0 && memcmp(p + 6, "31", 2) <= 0)) {
            memcpy(date, p, 8);
            date[8] = '\0';
            return;
        }
        p += n;
        if (*p == '\0')
            return;
    }
}

void
src_name_tells(const char *path, src_info *info)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    bool archive = src_suffix_of(name) == SRC_SUFFIX_ARCHIVE;

    info->form = SRC_FORM_NONE;
    if (strcasestr(name, "ENT1D") != NULL || strcasestr(name, "AAF1D") != NULL)
        info->form = SRC_FORM_AAF1D;
    if (strcasestr(name, "ENT2D") != NULL || strcasestr(name, "AAF2D") != NULL)
        info->form = SRC_FORM_AAF2D;
    info->extent = SRC_EXTENT_UNKNOWN;
    /* An archive of a whole académie is called neither; one of the changes
     * always says so. */
    if (strcasestr(name, "Complet") != NULL ||
        (archive && info->form != SRC_FORM_NONE))
        info->extent = SRC_COMPLETE;
    if (strcasestr(name, "Delta") != NULL)
        info->extent = SRC_DELTA;
    info->date[0] = '\0';
    date_of(name, info->date);
}

void
src_name_within(const src_info *outer, src_info *info)
{
    if (info->form == SRC_FORM_NONE)
        info->form = outer->form;
    if (info->extent == SRC_EXTENT_UNKNOWN || outer->extent == SRC_DELTA)
        info->extent = outer->extent;
    if (info->date[0] == '\0')
        memcpy(info->date, outer->date, sizeof(info->date));
}

int
src_name_rank(const char *path)
{
    static const char *const ranks[] = {
        "EtabEducNat", "MefEducNat", "MatiereEducNat", "Eleve", "PersRelEleve"};
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const int n = (int)(sizeof(ranks) / sizeof(ranks[0]));

    /* From the end: "PersRelEleve" has "Eleve" in it. */
    for (int i = n - 1; i >= 0; i--) {
        if (strstr(name, ranks[i]) != NULL)
            return i;
    }
    return n;
}
