/* words.h - the words of a directive, read strictly.
 *
 * Everything here either reads all of its words or refuses with a reason in
 * English; nothing is guessed, rounded or replaced by a default. Used by
 * settings.c only.
 */
#ifndef EDC_SETTINGS_WORDS_H
#define EDC_SETTINGS_WORDS_H

#include <stdint.h>

#include "core/text/text.h"

/* Longest value of a directive in bytes, words joined by one space: an
 * edc_settings_get() buffer of 1024 holds it. */
#define EDC_VALUE_MAX 1000

/* The words of one directive, and where the reason of a refusal goes. */
typedef struct edc_words {
    int argc;
    const char *const *argv;
    char *why;
    size_t size;
} edc_words;

/* Writes the reason; always returns false. */
bool edc_words_refuse(const edc_words *words, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One word that is one of names; names may be in any ASCII case. what says
 * what the word is, for the reason. */
bool edc_words_choice(const edc_words *words, const char *what,
    const char *const *names, unsigned n, unsigned *choice);

/* The same for a word that others may follow. */
bool edc_words_first_choice(const edc_words *words, const char *what,
    const char *const *names, unsigned n, unsigned *choice);

/* One whole number in decimal digits. */
bool edc_words_number(const edc_words *words, const char *what, int64_t min,
    int64_t max, int64_t *value);

/* One GeneralizedTime (see gentime.h), later than `after`. */
bool edc_words_time(
    const edc_words *words, const char *what, int64_t after, int64_t *value);

typedef enum edc_key_kind {
    EDC_KEY_NUMBER,
    EDC_KEY_DURATION,
    EDC_KEY_YES_NO, /* 1 or 0 */
    EDC_KEY_RATE    /* a number, which "/s" may stand behind */
} edc_key_kind;

/* A key of key=value words. min and max bound a number or rate; a duration is
 * bounded by edc_duration_parse(). */
typedef struct edc_key {
    const char *name;
    edc_key_kind kind;
    int64_t min;
    int64_t max;
} edc_key;

#define EDC_KEYS_MAX 8

/* Words key=value, each key at most once, at least one word unless may_be_none;
 * values[i], preset by the caller, is replaced where keys[i] was given. On a
 * refusal no value is. n <= EDC_KEYS_MAX. */
bool edc_words_keys(const edc_words *words, const edc_key *keys, size_t n,
    bool may_be_none, int64_t *values);

/* Copies the words into a new NULL-terminated array, each of which `accept`
 * takes and no two of which are the same but for ASCII case. `expected` is the
 * reason of a refused word. */
bool edc_words_list(const edc_words *words, int max,
    bool (*accept)(edc_str word), const char *expected, char ***list);

/* A copy of such an array; NULL for NULL, and when memory is out. */
char **edc_words_list_copy(char *const *list);

/* Frees such an array; NULL does nothing. */
void edc_words_list_free(char **list);

/* Splits text at single spaces into at most max words, which live in copy (of
 * strlen(text) + 1 bytes). Returns how many. */
int edc_words_split(const char *text, char *copy, const char **argv, int max);

#endif
