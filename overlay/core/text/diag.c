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
    const struct {
        const char *name;
        edc_str text;
    } texts[] = {{"event", edc_word_of(params->event, m->language)},
        {"state", edc_word_of(params->state, m->language)},
        {"attributes", params->attributes}, {"schools", params->schools},
        {"others", params->others}};

    for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
        if (edc_str_eq(name, edc_str_of(figures[i].name)))
            append_figure(m, figures[i].figure);
    }
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (edc_str_eq(name, edc_str_of(texts[i].name)))
            append_text(m, texts[i].text);
    }
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
