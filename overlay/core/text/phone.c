/* phone.c - telephone numbers in their one form. */
#include "core/text/phone.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Digits of a number in France's plan, without its 0. */
#define FRENCH 9

/* E.164's own most, and fewer than any country has. */
#define DIGITS_MAX 15
#define DIGITS_MIN 7

/* Digits of one run that are kept: what is longer is no number. */
#define RUN_MAX (DIGITS_MAX + 5)

/* ---- what is known of codes ---- */

/* Codes of one and two digits; all others have three. */
static const unsigned char short_codes[] = {1, 7, 20, 27, 30, 31, 32, 33, 34,
    36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58,
    60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98};

static bool
is_short_code(uint32_t code)
{
    for (size_t i = 0; i < sizeof(short_codes); i++) {
        if (short_codes[i] == code)
            return true;
    }
    return false;
}

bool
edc_phone_region_valid(uint32_t code)
{
    if (code < 100)
        return is_short_code(code);
    return code < 1000 && !is_short_code(code / 10) &&
           !is_short_code(code / 100);
}

/* Codes of the places whose people write numbers of France's plan without a
 * code; digits: of a short number there, 0 where there is none. */
static const struct {
    size_t digits;
    uint32_t code;
    bool plan; /* is a part of the plan */
} places[] = {
    {0, 33, true},
    {0, 262, true},
    {0, 590, true},
    {0, 594, true},
    {0, 596, true},
    {6, 508, true},
    {6, 687, false},
    {6, 681, false},
    {8, 689, false},
};

#define N_PLACES (sizeof(places) / sizeof(places[0]))

/* Where France's plan is overseas, by a number's first digits (Arcep, plan
 * national de numerotation; ITU's notices of +262, +508, +590, +594, +596). */
static const struct {
    const char *first;
    uint32_t code;
} overseas[] = {
    {"262", 262},
    {"263", 262},
    {"269", 262},
    {"639", 262},
    {"692", 262},
    {"693", 262},
    {"7092", 262},
    {"70935", 262},
    {"70936", 262},
    {"70937", 262},
    {"590", 590},
    {"690", 590},
    {"691", 590},
    {"7090", 590},
    {"594", 594},
    {"694", 594},
    {"70930", 594},
    {"70931", 594},
    {"70932", 594},
    {"70933", 594},
    {"596", 596},
    {"696", 596},
    {"697", 596},
    {"7091", 596},
    {"508", 508},
    {"7084", 508},
    {"7085", 508},
};

#define N_OVERSEAS (sizeof(overseas) / sizeof(overseas[0]))

/* The place of a code, N_PLACES when it is none of these. */
static size_t
place_of(uint32_t code)
{
    size_t i = 0;

    while (i < N_PLACES && places[i].code != code)
        i++;
    return i;
}

static bool
begins(const char *digits, const char *with)
{
    return strncmp(digits, with, strlen(with)) == 0;
}

static uint32_t
plan_code(const char *digits)
{
    for (size_t i = 0; i < N_OVERSEAS; i++) {
        if (begins(digits, overseas[i].first))
            return overseas[i].code;
    }
    return 33;
}

/* ---- one run of digits ---- */

static bool
put(char out[EDC_PHONE_SIZE], uint32_t code, const char *digits)
{
    int n = snprintf(out, EDC_PHONE_SIZE, "+%" PRIu32 "%s", code, digits);

    return n > DIGITS_MIN && n < EDC_PHONE_SIZE;
}

/* Nine digits of the plan, or ten with their 0. Saint-Pierre-et-Miquelon's
 * short numbers are dialled behind 0508 from the rest of France. */
static bool
read_plan(const char *digits, char out[EDC_PHONE_SIZE])
{
    const char *rest = digits + (digits[0] == '0' ? 1 : 0);
    size_t short_one = begins(rest, "508") ? 3 : 0;

    if (strlen(rest) != FRENCH || rest[0] == '0' || rest[short_one] == '0')
        return false;
    return put(out, plan_code(rest), rest + short_one);
}

/* What stands behind the code of a place. */
static bool
read_place(size_t place, const char *digits, char out[EDC_PHONE_SIZE])
{
    if (places[place].digits != 0 && strlen(digits) == places[place].digits &&
        digits[0] != '0')
        return put(out, places[place].code, digits);
    return places[place].plan && read_plan(digits, out);
}

/* The number that the first n digits are, 0: there are not so many. */
static uint32_t
leading(const char *digits, size_t n)
{
    uint32_t number = 0;

    for (size_t i = 0; i < n; i++) {
        if (digits[i] == '\0')
            return 0;
        number = number * 10 + (uint32_t)(digits[i] - '0');
    }
    return number;
}

/* The place whose code the digits begin with, and what is behind it;
 * N_PLACES: none. */
static size_t
take_place(const char *digits, const char **behind)
{
    uint32_t two = leading(digits, 2), three = leading(digits, 3);

    for (size_t i = 0; i < N_PLACES; i++) {
        bool is_short = places[i].code < 100;

        *behind = digits + (is_short ? 2 : 3);
        if (places[i].code == (is_short ? two : three))
            return i;
    }
    return N_PLACES;
}

static bool
has_code(const char *digits)
{
    uint32_t code = 0;

    for (size_t n = 0; n < 3 && digits[n] != '\0'; n++) {
        code = code * 10 + (uint32_t)(digits[n] - '0');
        if (digits[0] != '0' && edc_phone_region_valid(code))
            return true;
    }
    return false;
}

static bool
read_international(const char *digits, char out[EDC_PHONE_SIZE])
{
    const char *behind;
    size_t place = take_place(digits, &behind);

    if (place < N_PLACES)
        return read_place(place, behind, out);
    if (!has_code(digits))
        return false;
    return snprintf(out, EDC_PHONE_SIZE, "+%s", digits) < EDC_PHONE_SIZE &&
           strlen(digits) >= DIGITS_MIN;
}

/* As it is typed in a place that knows France's plan: short, of the plan, or
 * with a code that lost its sign. */
static bool
read_at_home(size_t home, const char *digits, char out[EDC_PHONE_SIZE])
{
    const char *behind;
    size_t place = take_place(digits, &behind);

    if (places[home].digits != 0 && read_place(home, digits, out))
        return true;
    if (place == home && places[home].digits != 0 &&
        read_place(home, behind, out))
        return true;
    if (read_plan(digits, out))
        return true;
    return place < N_PLACES && strlen(digits) > FRENCH + 1 &&
           read_place(place, behind, out);
}

static bool
read_run(
    const char *digits, bool sign, uint32_t region, char out[EDC_PHONE_SIZE])
{
    size_t home = place_of(region);
    bool read;

    if (!sign && begins(digits, "00")) {
        digits += 2;
        sign = true;
    }
    if (sign)
        read = read_international(digits, out);
    else if (home < N_PLACES)
        read = read_at_home(home, digits, out);
    else
        read = put(out, region, digits + (digits[0] == '0' ? 1 : 0));
    if (!read)
        out[0] = '\0';
    return read;
}

/* ---- the text ---- */

/* Bytes of the blank or sign between digits that p begins with, 0: none. */
static size_t
separator(const char *p, size_t n)
{
    static const char *const wide[] = {
        "\xc2\xa0",     /* no-break space */
        "\xc2\xad",     /* soft hyphen */
        "\xc2\xb7",     /* middle dot */
        "\xe2\x80\x80", /* to U+203F: spaces, dashes, marks of direction */
        "\xe2\x81\x9f", /* mathematical space */
        "\xe2\x81\xa0", /* word joiner */
        "\xe2\x88\x92", /* minus */
        "\xe3\x80\x80", /* ideographic space */
        "\xef\xbb\xbf", /* byte order mark */
    };

    if ((unsigned char)p[0] < 0x80)
        return p[0] != '\0' && strchr(" \t.-/,_()", p[0]) != NULL ? 1 : 0;
    for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
        size_t length = strlen(wide[i]);

        if (n >= length && memcmp(p, wide[i], length) == 0)
            return length;
    }
    return n >= 3 && memcmp(p, "\xe2\x80", 2) == 0 ? 3 : 0;
}

/* Digits that follow each other. */
typedef struct run {
    char digits[RUN_MAX + 1];
    size_t n;
    bool sign;
    bool over; /* more than are kept */
} run;

static void
take_digit(run *r, char digit)
{
    if (r->n == RUN_MAX)
        r->over = true;
    else
        r->digits[r->n++] = digit;
    r->digits[r->n] = '\0';
}

/* "(0)" behind a country code: nobody dials it with the code. */
static bool
is_spare_zero(const run *r, edc_str rest)
{
    return rest.n >= 3 && memcmp(rest.p, "(0)", 3) == 0 &&
           (r->sign || begins(r->digits, "00"));
}

/* What was found so far. */
typedef struct found {
    uint32_t region;
    char *out;
    bool many;
} found;

/* The run is over: whether it was a number. Starts another. */
static bool
end_run(run *r, found *f)
{
    char number[EDC_PHONE_SIZE];
    bool read =
        r->n > 0 && !r->over && read_run(r->digits, r->sign, f->region, number);

    if (read && f->out[0] == '\0')
        memcpy(f->out, number, sizeof(number));
    else if (read)
        f->many = f->many || strcmp(f->out, number) != 0;
    *r = (run){.n = 0};
    return read;
}

/* A bracket ends what is a number already: what is in it was written about
 * it. */
static void
open_bracket(run *r, found *f)
{
    run whole = *r;

    if (!end_run(r, f))
        *r = whole;
}

bool
edc_phone_read(edc_str text, uint32_t region, char out[EDC_PHONE_SIZE])
{
    found f = {.region = region, .out = out};
    run r = {.n = 0};

    out[0] = '\0';
    for (size_t i = 0; i < text.n;) {
        edc_str rest = {text.p + i, text.n - i};
        char c = rest.p[0];
        size_t between = separator(rest.p, rest.n);

        if (is_spare_zero(&r, rest)) {
            between = 3;
        } else if (c == '(') {
            open_bracket(&r, &f);
        } else if (c >= '0' && c <= '9') {
            take_digit(&r, c);
        } else if (between == 0) {
            bool code = r.n > 0 && (r.sign || begins(r.digits, "00"));

            /* "+33+6...": the code of which number? */
            if (!end_run(&r, &f) && code && c == '+')
                f.many = true;
            r.sign = c == '+';
        }
        i += between > 0 ? between : 1;
    }
    end_run(&r, &f);
    if (f.many)
        out[0] = '\0';
    return out[0] != '\0';
}

bool
edc_phone_national(const char *number, char out[EDC_PHONE_SIZE])
{
    const char *behind;
    size_t place = take_place(number + (number[0] == '+' ? 1 : 0), &behind);
    bool known = place < N_PLACES && places[place].plan;

    out[0] = '\0';
    if (known && strlen(behind) == FRENCH)
        snprintf(out, EDC_PHONE_SIZE, "0%s", behind);
    else if (known && strlen(behind) == places[place].digits)
        snprintf(
            out, EDC_PHONE_SIZE, "0%" PRIu32 "%s", places[place].code, behind);
    return out[0] != '\0';
}
