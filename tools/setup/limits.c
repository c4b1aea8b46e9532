/* limits.c - olcLimits and olcSizeLimit, read far enough to see who may read
 * everything, page by page: slapd.conf(5), limits.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/dn.h"
#include "setup/setup.h"

/* ---- how much ---- */

static bool
is_unlimited(const char *value, size_t n)
{
    static const char *const words[] = {"unlimited", "none", "-1"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strlen(words[i]) == n && strncasecmp(value, words[i], n) == 0)
            return true;
    }
    return false;
}

/* Whether the words of a limit let all pages through together: size.prtotal
 * does, or where it is not set, the hard limit, and where that is not, the soft
 * one. */
static bool
all_pages(const char *words, bool soft)
{
    bool has_total = false, total = false, has_hard = false, hard = false;

    while (*words != '\0') {
        size_t n = strcspn(words, " \t");
        const char *value = memchr(words, '=', n);
        bool unlimited = false;

        if (value != NULL)
            unlimited =
                is_unlimited(value + 1, n - (size_t)(value + 1 - words));
        if (value == NULL && is_unlimited(words, n))
            soft = true; /* olcSizeLimit: unlimited */
        else if (strncasecmp(words, "size=", 5) == 0 ||
                 strncasecmp(words, "size.soft=", 10) == 0)
            soft = unlimited;
        else if (strncasecmp(words, "size.hard=", 10) == 0) {
            has_hard = true;
            hard = unlimited ||
                   strncasecmp(words + 10, "soft", 4) == 0; /* as that one */
            if (!unlimited && hard)
                has_hard = false;
        } else if (strncasecmp(words, "size.prtotal=", 13) == 0) {
            has_total = strncasecmp(words + 13, "hard", 4) != 0;
            total = unlimited;
        }
        words += n;
        words += strspn(words, " \t");
    }
    return has_total ? total : has_hard ? hard : soft;
}

/* ---- for whom ---- */

/* Whether dn is at or below above, as the style has it. */
static bool
dn_fits(const char *style, size_t n, const char *above, const char *dn)
{
    char *one = ctl_dn_key(dn), *other = ctl_dn_key(above);
    size_t length = strlen(one), suffix = strlen(other);
    bool same = strcmp(one, other) == 0;
    bool below = length > suffix && suffix > 0 &&
                 one[length - suffix - 1] == ',' &&
                 strcmp(one + length - suffix, other) == 0;
    /* A comma in a value is escaped in a key; it may hide one level here, which
     * lets a limit be taken for missing. */
    bool child = below && memchr(one, ',', length - suffix - 1) == NULL;
    bool fits = same;

    if (strncasecmp(style, "one", 3) == 0 && n >= 3)
        fits = child;
    else if (strncasecmp(style, "sub", 3) == 0 && n >= 3)
        fits = same || below;
    else if (strncasecmp(style, "chi", 3) == 0 && n >= 3)
        fits = below;
    else if (strncasecmp(style, "reg", 3) == 0 && n >= 3)
        fits = true; /* not read; it may fit */
    free(one);
    free(other);
    return fits;
}

/* Whether the selector of a limit fits; *rest: what follows it. */
static bool
selects(const char *line, const char *dn, setup_in_group *in_group, void *ctx,
    const char **rest)
{
    const char *equal = strchr(line, '=');
    size_t n = strcspn(line, " \t");
    size_t quoted;
    char *value;
    bool fits;

    *rest = line + n;
    if ((n == 1 && line[0] == '*') ||
        (n == 5 && strncasecmp(line, "users", n) == 0))
        return true;
    if (equal == NULL || equal > line + n)
        return false;
    if (equal[1] == '"') {
        quoted = strcspn(equal + 2, "\"");
        value = ctl_copy_n(equal + 2, quoted);
        *rest = equal + 2 + quoted + (equal[2 + quoted] == '"');
    } else {
        value = ctl_copy_n(equal + 1, (size_t)(line + n - equal - 1));
    }
    if (strncasecmp(line, "group", 5) == 0)
        fits = in_group(ctx, line + 5, value, dn);
    else
        fits = strncasecmp(line, "dn", 2) == 0 &&
               dn_fits(line + 2 + (line[2] == '.'),
                   (size_t)(equal - line) - 2 - (line[2] == '.'), value, dn);
    free(value);
    return fits;
}

bool
setup_reads_all(const setup_config *config, const char *dn,
    setup_in_group *in_group, void *ctx)
{
    bool soft =
        config->size_limit != NULL && all_pages(config->size_limit, false);

    for (size_t i = 0; i < config->limits.n; i++) {
        const char *rest;

        if (selects(config->limits.values[i], dn, in_group, ctx, &rest))
            return all_pages(rest + strspn(rest, " \t"), soft);
    }
    return soft;
}
