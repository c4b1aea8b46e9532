/* words.c - the words of a directive, read strictly. */
#include "core/settings/words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/gentime.h"

/* Digits that surely fit into an int64_t. */
#define DIGITS_MAX 18

/* Room for the names of every choice or key in a reason. */
#define NAMES_SIZE 160

bool
edc_words_refuse(const edc_words *words, const char *format, ...)
{
    va_list arguments;

    if (words->size == 0)
        return false;
    va_start(arguments, format);
    vsnprintf(words->why, words->size, format, arguments);
    va_end(arguments);
    return false;
}

/* Appends to an enumeration; what does not fit is left out. */
static void
add_name(char all[NAMES_SIZE], const char *name, const char *suffix)
{
    size_t used = strlen(all);

    snprintf(all + used, NAMES_SIZE - used, "%s%s%s", used > 0 ? ", " : "",
        name, suffix);
}

bool
edc_words_first_choice(const edc_words *words, const char *what,
    const char *const *names, unsigned n, unsigned *choice)
{
    char all[NAMES_SIZE] = "";

    for (unsigned i = 0; i < n; i++) {
        if (words->argc > 0 &&
            edc_str_caseeq(edc_str_of(words->argv[0]), edc_str_of(names[i]))) {
            *choice = i;
            return true;
        }
        add_name(all, names[i], "");
    }
    return edc_words_refuse(words, "%s is one of %s", what, all);
}

bool
edc_words_choice(const edc_words *words, const char *what,
    const char *const *names, unsigned n, unsigned *choice)
{
    edc_words first = *words;

    if (first.argc != 1)
        first.argc = 0;
    return edc_words_first_choice(&first, what, names, n, choice);
}

static bool
read_number(edc_str digits, int64_t *value)
{
    int64_t n = 0;

    if (digits.n == 0 || digits.n > DIGITS_MAX)
        return false;
    for (size_t i = 0; i < digits.n; i++) {
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
        n = n * 10 + (digits.p[i] - '0');
    }
    *value = n;
    return true;
}

bool
edc_words_number(const edc_words *words, const char *what, int64_t min,
    int64_t max, int64_t *value)
{
    int64_t n;

    if (words->argc != 1 || !read_number(edc_str_of(words->argv[0]), &n) ||
        n < min || n > max)
        return edc_words_refuse(words,
            "%s is one whole number from %" PRId64 " to %" PRId64, what, min,
            max);
    *value = n;
    return true;
}

bool
edc_words_time(
    const edc_words *words, const char *what, int64_t after, int64_t *value)
{
    char earliest[EDC_TIME_SIZE];
    int64_t seconds;

    if (words->argc != 1 ||
        !edc_time_parse(edc_str_of(words->argv[0]), &seconds))
        return edc_words_refuse(words,
            "%s is one GeneralizedTime in UTC, YYYYMMDDHHMMSSZ, of a day that "
            "exists in the years 0001 to 9999",
            what);
    edc_time_format(after, earliest);
    if (seconds <= after)
        return edc_words_refuse(words, "%s is later than %s", what, earliest);
    *value = seconds;
    return true;
}

/* The value behind "name=", in any ASCII case; p == NULL when the word is
 * another. */
static edc_str
behind(const char *word, const char *name)
{
    size_t n = strlen(name);

    if (!edc_str_caseeq((edc_str){word, strnlen(word, n)}, edc_str_of(name)) ||
        word[n] != '=')
        return (edc_str){NULL, 0};
    return edc_str_of(word + n + 1);
}

static bool
read_key(
    const edc_words *words, const edc_key *key, edc_str text, int64_t *value)
{
    if (key->kind == EDC_KEY_YES_NO) {
        *value = edc_str_caseeq(text, EDC_STR("yes"));
        return *value != 0 || edc_str_caseeq(text, EDC_STR("no")) ||
               edc_words_refuse(words, "%s= is yes or no", key->name);
    }
    if (key->kind == EDC_KEY_DURATION)
        return edc_duration_parse(text, value) ||
               edc_words_refuse(words,
                   "%s= is a duration from 1s to 36525d: digits and one of d, "
                   "h, m, s",
                   key->name);
    if (key->kind == EDC_KEY_RATE && text.n > 2 &&
        memcmp(text.p + text.n - 2, "/s", 2) == 0)
        text.n -= 2;
    if (!read_number(text, value) || *value < key->min || *value > key->max)
        return edc_words_refuse(words,
            "%s= is a whole number from %" PRId64 " to %" PRId64, key->name,
            key->min, key->max);
    return true;
}

static bool
refuse_keys(const edc_words *words, const edc_key *keys, size_t n)
{
    char all[NAMES_SIZE] = "";

    for (size_t i = 0; i < n; i++)
        add_name(all, keys[i].name, "=");
    return edc_words_refuse(
        words, "the words are of the form key=value, with %s", all);
}

bool
edc_words_keys(const edc_words *words, const edc_key *keys, size_t n,
    bool may_be_none, int64_t *values)
{
    bool given[EDC_KEYS_MAX] = {false};
    int64_t read[EDC_KEYS_MAX] = {0};

    if (words->argc <= 0 && !may_be_none)
        return refuse_keys(words, keys, n);
    for (int w = 0; w < words->argc; w++) {
        edc_str text = {NULL, 0};
        size_t k = 0;

        while (k < n && (text = behind(words->argv[w], keys[k].name)).p == NULL)
            k++;
        if (k == n)
            return refuse_keys(words, keys, n);
        if (given[k])
            return edc_words_refuse(
                words, "%s= is given more than once", keys[k].name);
        given[k] = true;
        if (!read_key(words, &keys[k], text, &read[k]))
            return false;
    }
    for (size_t k = 0; k < n; k++) {
        if (given[k])
            values[k] = read[k];
    }
    return true;
}

/* Whether the word at i stands before it already. */
static bool
repeated(const edc_words *words, int i)
{
    for (int k = 0; k < i; k++) {
        if (edc_str_caseeq(
                edc_str_of(words->argv[k]), edc_str_of(words->argv[i])))
            return true;
    }
    return false;
}

static bool
check_list(const edc_words *words, int max, bool (*accept)(edc_str word),
    const char *expected)
{
    size_t total = 0;

    if (words->argc < 1 || words->argc > max)
        return edc_words_refuse(
            words, "from 1 to %d words are needed: %s", max, expected);
    for (int i = 0; i < words->argc; i++) {
        if (!accept(edc_str_of(words->argv[i])))
            return edc_words_refuse(
                words, "word %d is not valid: %s", i + 1, expected);
        if (repeated(words, i))
            return edc_words_refuse(
                words, "word %d is given more than once", i + 1);
        total += strlen(words->argv[i]) + 1;
    }
    if (total - 1 > EDC_VALUE_MAX)
        return edc_words_refuse(
            words, "the words have at most %d bytes together", EDC_VALUE_MAX);
    return true;
}

/* NULL when memory is out. */
static char **
copy_words(const char *const *words, size_t n)
{
    char **copy = calloc(n + 1, sizeof(*copy));

    for (size_t i = 0; copy != NULL && i < n; i++) {
        copy[i] = strdup(words[i]);
        if (copy[i] == NULL) {
            edc_words_list_free(copy);
            copy = NULL;
        }
    }
    return copy;
}

bool
edc_words_list(const edc_words *words, int max, bool (*accept)(edc_str word),
    const char *expected, char ***list)
{
    char **copy;

    if (!check_list(words, max, accept, expected))
        return false;
    copy = copy_words(words->argv, (size_t)words->argc);
    if (copy == NULL)
        return edc_words_refuse(words, "out of memory");
    *list = copy;
    return true;
}

char **
edc_words_list_copy(char *const *list)
{
    size_t n = 0;

    if (list == NULL)
        return NULL;
    while (list[n] != NULL)
        n++;
    return copy_words((const char *const *)list, n);
}

void
edc_words_list_free(char **list)
{
    for (char **word = list; word != NULL && *word != NULL; word++)
        free(*word);
    free(list);
}

int
edc_words_split(const char *text, char *copy, const char **argv, int max)
{
    int argc = 0;
    char *rest = NULL;

    memcpy(copy, text, strlen(text) + 1);
    for (char *word = strtok_r(copy, " ", &rest); word != NULL && argc < max;
        word = strtok_r(NULL, " ", &rest))
        argv[argc++] = word;
    return argc;
}
