/* access.c - olcAccess, read far enough to see who is let in by it.
 *
 * "to <what> by <who> <access> <control> ..." (slapd.access(5)). What it cannot
 * tell, it leaves to the searches that doctor makes.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "doctor/doctor.h"

#define WORDS_MAX 256

/* Splits at blanks that stand in no quotes. */
static size_t
split(char *line, char **words)
{
    size_t n = 0;

    while (*line != '\0' && n < WORDS_MAX) {
        bool quoted = false;

        line += strspn(line, " \t");
        if (*line == '\0')
            break;
        words[n++] = line;
        for (; *line != '\0' && (quoted || (*line != ' ' && *line != '\t'));
            line++)
            quoted = quoted != (*line == '"');
        if (*line != '\0')
            *line++ = '\0';
    }
    return n;
}

static bool
listed(const char *list, const char *attribute)
{
    size_t n = strlen(attribute);

    while (*list != '\0') {
        size_t one = strcspn(list, ",");

        if (one == n && strncasecmp(list, attribute, n) == 0)
            return true;
        list += one + (list[one] == ',');
    }
    return false;
}

/* Whether the words of <what> fit the attribute of any account, or, somewhere,
 * of some. */
static bool
fits(char **words, size_t n, const char *attribute, bool somewhere)
{
    for (size_t i = 0; i < n; i++) {
        if (strncasecmp(words[i], "attrs=", 6) == 0) {
            if (!listed(words[i] + 6, attribute))
                return false;
        } else if (strncasecmp(words[i], "attr=", 5) == 0) {
            if (!listed(words[i] + 5, attribute))
                return false;
        } else if (strcmp(words[i], "*") != 0 && !somewhere) {
            return false; /* dn..., filter=...: some entries only */
        }
    }
    return true;
}

/* An access word that lets values be read: a level from read on, or privileges
 * with r. */
static bool
lets_read(const char *access)
{
    if (strncasecmp(access, "self", 4) == 0)
        access += 4;
    if (strchr("=+", access[0]) != NULL && access[0] != '\0')
        return strpbrk(access, "rm") != NULL;
    return strcasecmp(access, "read") == 0 ||
           strcasecmp(access, "write") == 0 || strcasecmp(access, "add") == 0 ||
           strcasecmp(access, "delete") == 0 ||
           strcasecmp(access, "manage") == 0;
}

/* Whether the clause whose <who> is words[i] hands on to the next rule. */
static bool
breaks(char **words, size_t n, size_t i)
{
    for (i++; i < n && strcasecmp(words[i], "by") != 0; i++) {
        if (strcasecmp(words[i], "break") == 0)
            return true;
    }
    return false;
}

/* The clauses: the first that fits somebody counts for them. *goes_on: users
 * are handed on to the next rule. */
static doctor_reader
readers(char **words, size_t n, bool *goes_on)
{
    bool users_done = false;
    doctor_reader reader = DOCTOR_NOBODY;

    for (size_t i = 0; i + 1 < n; i++) {
        const char *who = words[i + 1];
        bool reads = i + 2 < n && lets_read(words[i + 2]);

        if (strcasecmp(words[i], "by") != 0)
            continue;
        if (((strcasecmp(who, "users") == 0 && !users_done) ||
                strcmp(who, "*") == 0) &&
            breaks(words, n, i + 1)) {
            *goes_on = !users_done;
            return reader;
        }
        if (strcasecmp(who, "users") == 0 && !users_done) {
            users_done = true;
            reader = reads ? DOCTOR_USERS : reader;
        } else if (strcasecmp(who, "anonymous") == 0 && reads) {
            return DOCTOR_EVERYBODY;
        } else if (strcasecmp(who, "anonymous") == 0) {
            continue;
        } else if (strcmp(who, "*") == 0) {
            if (reads)
                return DOCTOR_EVERYBODY;
            return reader;
        }
    }
    return reader;
}

doctor_reader
doctor_reader_of(const setup_values *rules, const char *attribute)
{
    for (size_t i = 0; i < rules->n; i++) {
        char *words[WORDS_MAX];
        char *line = ctl_copy(rules->values[i]);
        size_t n = split(line, words);
        size_t by = 1;
        doctor_reader reader;
        bool counts, goes_on = false;

        while (by < n && strcasecmp(words[by], "by") != 0)
            by++;
        counts = n > 1 && fits(words + 1, by - 1, attribute, false);
        reader = counts ? readers(words + by, n - by, &goes_on) : DOCTOR_NOBODY;
        free(line);
        if (counts && !goes_on)
            return reader;
    }
    /* Without a rule at all slapd lets everybody read. */
    return rules->n == 0 ? DOCTOR_EVERYBODY : DOCTOR_NOBODY;
}

/* An access word that is manage, or privileges with m. */
static bool
lets_manage(const char *access)
{
    return strcasecmp(access, "manage") == 0 ||
           (strchr("=+", access[0]) != NULL && access[0] != '\0' &&
               strchr(access, 'm') != NULL);
}

/* Whether <who> is somebody in particular, not everybody of some kind. */
static bool
is_name(const char *who)
{
    return (strncasecmp(who, "dn", 2) == 0 &&
               strncasecmp(who, "dnattr", 6) != 0) ||
           strncasecmp(who, "group", 5) == 0 || strncasecmp(who, "set", 3) == 0;
}

void
doctor_named(const setup_values *rules, const char *attribute, bool manage,
    setup_values *who)
{
    for (size_t i = 0; i < rules->n; i++) {
        char *words[WORDS_MAX];
        char *line = ctl_copy(rules->values[i]);
        size_t n = split(line, words);
        size_t by = 1;

        while (by < n && strcasecmp(words[by], "by") != 0)
            by++;
        if (n > 1 && fits(words + 1, by - 1, attribute, true)) {
            for (; by + 2 < n; by++) {
                if (strcasecmp(words[by], "by") == 0 &&
                    is_name(words[by + 1]) &&
                    (manage ? lets_manage : lets_read)(words[by + 2]) &&
                    !setup_has(who, words[by + 1]))
                    setup_add(who, words[by + 1]);
            }
        }
        free(line);
    }
}
