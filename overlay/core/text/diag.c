/* diag.c - refusals: the list of codes.def and the message made from it. */
#include "core/text/diag.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Longest decimal of a uint32_t, with its NUL. */
#define FIGURE_SIZE 11

static const struct {
    const char *name;
    int result;
    int ppolicy;
    const char *text[2]; /* by edc_language */
} list[EDC_N_CODES] = {
#define EDC_CODE(name, result, ppolicy, en, fr)                                \
    [EDC_##name] = {"EDC-" #name, result, ppolicy, {en, fr}},
#include "core/text/codes.def"
#undef EDC_CODE
};

_Static_assert(EDC_N_CODES <= 64, "edc_codes has one bit for each code");

/* A message that is being written; what does not fit is left out. */
typedef struct message {
    char *out;
    size_t size;
    size_t n;
    bool full;
    edc_language language;
} message;

const char *
edc_code_name(edc_code code)
{
    return list[code].name;
}

int
edc_code_result(edc_code code)
{
    return list[code].result;
}

int
edc_code_ppolicy(edc_code code)
{
    return list[code].ppolicy;
}

const char *
edc_code_text(edc_code code, edc_language language)
{
    return list[code].text[language];
}

edc_code
edc_codes_first(edc_codes codes)
{
    int code = 0;

    while (code < EDC_N_CODES - 1 && (codes & EDC_BIT(code)) == 0)
        code++;
    return (edc_code)code;
}

/* How many of the first n bytes can stay without cutting a UTF-8 character. */
static size_t
whole_characters(const char *p, size_t n)
{
    while (n > 0 && ((unsigned char)p[n] & 0xc0) == 0x80)
        n--;
    return n;
}

static void
append(message *m, edc_str piece)
{
    size_t room = m->size - 1 - m->n;

    if (m->full || piece.n == 0)
        return;
    if (piece.n > room) {
        piece.n = whole_characters(piece.p, room);
        m->full = true;
    }
    memcpy(m->out + m->n, piece.p, piece.n);
    m->n += piece.n;
}

static void
append_text(message *m, edc_str text)
{
    append(m, text.n > 0 ? text : EDC_STR("-"));
}

/* Who handed a letter out: a school, or who acts for none. */
static void
append_informer(message *m, edc_str informer)
{
    static const char *const none[2] = {
        "the academy or an import", "l'académie ou un import"};

    if (edc_str_eq(informer, EDC_STR("-")))
        append(m, edc_str_of(none[m->language]));
    else
        append_text(m, informer);
}

/* ---- lists: as they are in English, said in French ---- */

/* Takes the first piece off a list, without blanks around it. */
static edc_str
take_piece(edc_str *list, char separator)
{
    const char *end = memchr(list->p, separator, list->n);
    edc_str piece = {list->p, end == NULL ? list->n : (size_t)(end - list->p)};
    size_t past = piece.n + (end == NULL ? 0 : 1);

    *list = (edc_str){list->p + past, list->n - past};
    while (piece.n > 0 && piece.p[0] == ' ')
        piece = (edc_str){piece.p + 1, piece.n - 1};
    while (piece.n > 0 && piece.p[piece.n - 1] == ' ')
        piece.n--;
    return piece;
}

static void
append_attribute(message *m, edc_str name)
{
    edc_str french = edc_attribute_french(name);

    append(m, french);
    if (french.n > 0)
        return;
    append(m, EDC_STR("un autre élément ("));
    append(m, name);
    append(m, EDC_STR(")"));
}

static void
append_attributes(message *m, edc_str list)
{
    bool more = false;

    while (list.n > 0) {
        edc_str name = take_piece(&list, ',');

        if (name.n == 0)
            continue;
        append(m, more ? EDC_STR(", ") : EDC_STR(""));
        append_attribute(m, name);
        more = true;
    }
}

/* A school whose entry is not there stands in the list by its DN, whose commas
 * are the list's. */
static void
append_schools(message *m, edc_str list)
{
    bool more = false, in_dn = false;

    while (list.n > 0) {
        edc_str school = take_piece(&list, ',');
        bool of_dn = school.n > 0 && memchr(school.p, '=', school.n) != NULL;

        if (school.n > 0 && !(of_dn && in_dn)) {
            append(m, more ? EDC_STR(", ") : EDC_STR(""));
            append(m, of_dn ? EDC_STR("un établissement inconnu") : school);
            more = true;
        }
        in_dn = of_dn;
    }
}

/* The value that a DN begins with, escapes and all: mostly a login. */
static edc_str
own_value(edc_str dn)
{
    const char *equals = memchr(dn.p, '=', dn.n);
    size_t n = 0;

    if (equals == NULL)
        return dn;
    dn.n -= (size_t)(equals + 1 - dn.p);
    dn.p = equals + 1;
    while (n < dn.n && dn.p[n] != ',' && dn.p[n] != '+')
        n += dn.p[n] == '\\' && n + 1 < dn.n ? 2 : 1;
    return (edc_str){dn.p, n};
}

static void
append_people(message *m, edc_str list)
{
    bool more = false;

    while (list.n > 0) {
        edc_str dn = take_piece(&list, ';');

        if (dn.n == 0)
            continue;
        append(m, more ? EDC_STR(", ") : EDC_STR(""));
        append(m, own_value(dn));
        more = true;
    }
}

/* Appends the parameter of that name if it is a list. */
static void
append_list(message *m, const edc_params *params, edc_str name)
{
    const struct {
        const char *name;
        edc_str list;
        void (*say)(message *m, edc_str list);
    } lists[] = {{"attributes", params->attributes, append_attributes},
        {"schools", params->schools, append_schools},
        {"others", params->others, append_people}};

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        if (!edc_str_eq(name, edc_str_of(lists[i].name)))
            continue;
        if (lists[i].list.n == 0 || m->language == EDC_ENGLISH)
            append_text(m, lists[i].list);
        else
            lists[i].say(m, lists[i].list);
    }
}

/* The event, or the attribute that somebody meant to write. */
static void
append_event(message *m, edc_str event)
{
    edc_str word = edc_word_of(event, m->language);

    if (m->language == EDC_FRENCH && edc_str_eq(word, event) && event.n > 0) {
        append(m, EDC_STR("modifier "));
        append_attributes(m, event);
    } else {
        append_text(m, word);
    }
}

static void
append_time(message *m, edc_str time)
{
    char words[EDC_TIME_WORDS_SIZE];

    edc_time_words(time, m->language, words);
    append_text(m, edc_str_of(words));
}

static void
append_figure(message *m, uint32_t figure)
{
    char digits[FIGURE_SIZE];

    snprintf(digits, sizeof(digits), "%" PRIu32, figure);
    append(m, edc_str_of(digits));
}

/* Appends the parameter of that name. */
static void
append_parameter(message *m, const edc_params *params, edc_str name)
{
    const struct {
        const char *name;
        uint32_t figure;
    } figures[] = {{"min", params->min}, {"max", params->max},
        {"classes", params->classes}, {"long", params->longenough}};

    for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
        if (edc_str_eq(name, edc_str_of(figures[i].name)))
            append_figure(m, figures[i].figure);
    }
    append_list(m, params, name);
    if (edc_str_eq(name, EDC_STR("event")))
        append_event(m, params->event);
    if (edc_str_eq(name, EDC_STR("state")))
        append_text(m, edc_word_of(params->state, m->language));
    if (edc_str_eq(name, EDC_STR("informer")))
        append_informer(m, params->informer);
    if (edc_str_eq(name, EDC_STR("until")))
        append_time(m, params->until);
}

/* Appends a sentence with its braces filled in. codes.def is written here, so
 * every brace is closed; the unit test reads them all. */
static void
append_sentence(message *m, const char *sentence, const edc_params *params)
{
    for (;;) {
        size_t plain = strcspn(sentence, "{");
        size_t name;

        append(m, (edc_str){sentence, plain});
        sentence += plain;
        if (*sentence == '\0')
            return;
        name = strcspn(sentence, "}");
        append_parameter(m, params, (edc_str){sentence + 1, name - 1});
        sentence += name + 1;
    }
}

size_t
edc_refusal_text(
    const edc_refusal *refusal, edc_language language, char *out, size_t size)
{
    message m = {.out = out, .size = size, .language = language};

    if (size == 0)
        return 0;
    for (int code = 0; code < EDC_N_CODES; code++) {
        if ((refusal->codes & EDC_BIT(code)) == 0)
            continue;
        if (m.n > 0)
            append(&m, EDC_STR("; "));
        append(&m, edc_str_of(list[code].name));
        append(&m, EDC_STR(" "));
        append_sentence(&m, list[code].text[language], &refusal->params);
    }
    out[m.n] = '\0';
    return m.n;
}
