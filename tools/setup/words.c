/* words.c - values of cn=config, read and compared. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/dn.h"
#include "core/settings/settings.h"
#include "ctl/catalog.h"
#include "setup/setup.h"

#define WORDS_MAX 32

const char *
setup_bare(const char *value)
{
    const char *end = value[0] == '{' ? strchr(value, '}') : NULL;

    if (end == NULL || end[1] == '\0' ||
        strspn(value + 1, "0123456789") != (size_t)(end - value - 1))
        return value;
    return end + 1;
}

char *
setup_module_name(const char *value)
{
    const char *slash = strrchr(value, '/');
    const char *name = slash == NULL ? value : slash + 1;
    size_t n = strlen(name);

    if (n > 3 &&
        (strcmp(name + n - 3, ".so") == 0 || strcmp(name + n - 3, ".la") == 0))
        n -= 3;
    return ctl_copy_n(name, n);
}

/* ---- indexes: "attribute[,attribute] [type[,type]]" ---- */

static bool
in_list(const char *list, size_t n, const char *word)
{
    size_t length = strlen(word);

    while (n > 0) {
        const char *comma = memchr(list, ',', n);
        size_t one = comma == NULL ? n : (size_t)(comma - list);

        if (one == length && strncasecmp(list, word, one) == 0)
            return true;
        list += one + (comma != NULL);
        n -= one + (comma != NULL);
    }
    return false;
}

setup_index
setup_index_of(const char *line, const char *attribute)
{
    size_t n = strcspn(line, " \t");
    const char *types = line + n + strspn(line + n, " \t");

    if (!in_list(line, n, attribute))
        return SETUP_INDEX_NONE;
    /* Without types it has those of "default", which the manual of slapd
     * recommends to be equality and presence. */
    return *types == '\0' || in_list(types, strlen(types), "eq")
               ? SETUP_INDEX_EQUALITY
               : SETUP_INDEX_OTHER;
}

/* ---- words ---- */

/* The next letter of a word, small; quotes say nothing here. 0: the word's end.
 */
static int
next_letter(const char **at)
{
    while (**at == '"')
        ++*at;
    if (**at == '\0' || isspace((unsigned char)**at))
        return 0;
    return tolower((unsigned char)*(*at)++);
}

bool
setup_same_words(const char *a, const char *b)
{
    for (;;) {
        int one, two;

        a += strspn(a, " \t\"");
        b += strspn(b, " \t\"");
        if (*a == '\0' || *b == '\0')
            return *a == *b;
        do {
            one = next_letter(&a);
            two = next_letter(&b);
            if (one != two)
                return false;
        } while (one != 0);
    }
}

const char *
setup_role_check(const char *value)
{
    static const char *const roles[] = {
        "provisioner", "registrar", "assistance", "academy"};
    size_t n = strcspn(value, " ");
    const char *who = value + n + strspn(value + n, " ");
    bool known = false;

    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
        known = known ||
                (strlen(roles[i]) == n && strncmp(value, roles[i], n) == 0);
    if (!known)
        return "begins with provisioner, registrar, assistance or academy";
    return setup_who_check(who) == NULL || strncmp(who, "dn=", 3) == 0 ||
                   strncmp(who, "group=", 6) == 0
               ? setup_who_check(who)
               : "names dn=<DN> or group=<DN> after the role";
}

const char *
setup_who_check(const char *who)
{
    if (strncmp(who, "dn=", 3) == 0)
        return ctl_is_dn(who + 3) ? NULL : "what follows dn= is no DN";
    if (strncmp(who, "group=", 6) == 0)
        return ctl_is_dn(who + 6) ? NULL : "what follows group= is no DN";
    return "is dn=<DN> or group=<DN>";
}

/* ---- settings: as slapd.conf writes them, checked by the overlay's own code
 * ---- */

static bool
is_named(const char *text, size_t n, const char *name)
{
    const char *shorter = name + strlen("educonnect-");

    return (strlen(name) == n && strncasecmp(text, name, n) == 0) ||
           (strlen(shorter) == n && strncasecmp(text, shorter, n) == 0);
}

static bool
check_value(edc_directive directive, const char *value, char *why, size_t size)
{
    char *copy = ctl_copy(value);
    char *rest = NULL;
    const char *words[WORDS_MAX];
    edc_settings settings;
    int n = 0;
    bool good = false;

    for (char *word = strtok_r(copy, " \t", &rest);
        word != NULL && n < WORDS_MAX; word = strtok_r(NULL, " \t", &rest))
        words[n++] = word;
    snprintf(why, size, "%s", catalog_text("memory has run out"));
    if (edc_settings_init(&settings)) {
        /* A password rule may be set for an audience that has one. */
        if (edc_directive_info_of(directive)->many)
            edc_settings_unset(&settings, directive, NULL);
        good = edc_settings_set(&settings, directive, n, words, why, size);
        edc_settings_free(&settings);
    }
    free(copy);
    return good;
}

const char *
setup_setting_check(
    const char *text, const char **value, char *why, size_t size)
{
    size_t n = strcspn(text, " \t");

    *value = text + n + strspn(text + n, " \t");
    for (int d = 0; d < EDC_N_DIRECTIVES; d++) {
        const edc_directive_info *info =
            edc_directive_info_of((edc_directive)d);

        if (d == EDC_CONF_ROLE || !is_named(text, n, info->name))
            continue;
        return check_value((edc_directive)d, *value, why, size) ? info->olc
                                                                : NULL;
    }
    snprintf(why, size, "%s", catalog_text("no such directive"));
    return NULL;
}
