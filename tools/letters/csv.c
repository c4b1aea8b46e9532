/* csv.c - letters for a word processor's mail merge: RFC 4180 with ';'
 * and a byte order mark, as spreadsheets of French offices read it.
 *
 * A spreadsheet takes a text that begins with =, +, - or @ for a formula; such
 * a text gets an apostrophe in front (OWASP, "CSV Injection"). A telephone
 * number is written out as people in France write it, or has nothing but digits
 * behind its '+'.
 */
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "core/text/phone.h"
#include "letters/letters.h"
#include "letters/rules.h"
#include "letters/words.h"

#define ADDRESS_LINES 6

/* A ';' before every field but a line's first. */
static void
separate(letters_text *out)
{
    if (out->n > 0 && out->p[out->n - 1] != '\n')
        letters_add(out, ";");
}

/* One field as it is, quoted; its line breaks and other control characters
 * become blanks. */
static void
add_plain(letters_text *out, const char *s, size_t n)
{
    separate(out);
    letters_add(out, "\"");
    while (n > 0) {
        ucs4_t c;
        int bytes = u8_mbtoucr(&c, (const uint8_t *)s, n);

        if (bytes <= 0 || !print_is_plain(c))
            letters_add(out, " ");
        else if (c == '"')
            letters_add(out, "\"\"");
        else
            letters_put(out, s, (size_t)bytes);
        s += bytes > 0 ? bytes : 1;
        n -= bytes > 0 ? (size_t)bytes : 1;
    }
    letters_add(out, "\"");
}

static void
add_field(letters_text *out, const char *s, size_t n)
{
    char *field = ctl_copy_n(s == NULL ? "" : s, s == NULL ? 0 : n);
    char *kept;

    if (print_is_formula(field)) {
        kept = ctl_format("'%s", field);
        add_plain(out, kept, strlen(kept));
        ctl_forget(kept);
    } else {
        add_plain(out, field, strlen(field));
    }
    ctl_forget(field);
}

static void
add_string(letters_text *out, const char *s)
{
    add_field(out, s, s == NULL ? 0 : strlen(s));
}

static void
add_children(letters_text *out, const letter *l)
{
    letters_text children = {NULL, 0, 0};

    for (size_t i = 0; i < l->n_children; i++) {
        letters_add(&children, i > 0 ? ", " : "");
        letters_add(&children, l->children[i]);
    }
    add_string(out, children.p);
    letters_wipe(&children);
}

static void
add_mobile(letters_text *out, const char *mobile)
{
    char number[EDC_PHONE_SIZE], p[EDC_PHONE_SIZE];
    char *french;

    if (mobile == NULL ||
        !edc_phone_read(edc_str_of(mobile), EDC_PHONE_REGION, number)) {
        add_string(out, mobile);
    } else if (edc_phone_national(number, p)) {
        french = ctl_format(
            "%.2s %.2s %.2s %.2s %.2s", p, p + 2, p + 4, p + 6, p + 8);
        add_string(out, french);
        free(french);
    } else {
        add_plain(out, number, strlen(number));
    }
}

static void
add_address(letters_text *out, const char *address)
{
    const char *line = address == NULL ? "" : address;

    for (int i = 0; i < ADDRESS_LINES; i++) {
        /* What is too many lines stands together in the last. */
        size_t n = i + 1 < ADDRESS_LINES ? strcspn(line, "\n") : strlen(line);

        add_field(out, line, n);
        line += n + (line[n] == '\n');
    }
}

static void
add_letter(letters_text *out, const letters_school *school, const letter *l)
{
    char *until = letters_until(l->until);
    char *rules = letters_rules_words(&school->rules[l->guardian]);

    add_string(out, l->group);
    add_string(out, l->guardian ? "guardian" : "student");
    add_string(out, l->last);
    add_string(out, l->first);
    add_children(out, l);
    add_string(out, l->uid);
    add_string(out, l->password.p);
    add_string(out, until);
    add_string(out, l->mail);
    add_mobile(out, l->mobile);
    add_address(out, l->address);
    add_string(out, l->mark);
    add_string(out, school->login_address);
    add_string(out, rules);
    letters_add(out, "\r\n");
    free(rules);
    free(until);
}

void
letters_csv(const letters_school *school, const letter *letters, size_t n,
    letters_text *out)
{
    letters_add(out,
        "\xef\xbb\xbf"
        "class;audience;last_name;first_name;children;login;password;"
        "valid_until;mail;mobile");
    for (int i = 1; i <= ADDRESS_LINES; i++)
        letters_addf(out, ";address_%d", i);
    letters_add(out, ";told_apart_by;login_address;password_rules\r\n");
    for (size_t i = 0; i < n; i++)
        add_letter(out, school, letters + i);
}
