/* fuzz_change.c - any entry and any list of modifications of it, as a Modify, a
 * ModRDN or an Add of what results, judged by before and after. Lines:
 *
 *   "<means><flags> <roles> <wishes>"  means a, m, r; flags t (transaction),
 *                                      s (a school's), k (names a kept one);
 *                                      roles, wishes: letters, A for bit 0
 *   "<attribute><value>"               a value that the entry has
 *   "+", "-", "=<attribute><value>"    modifications, from the first of them on
 *
 * Attributes: S, G the classes; u, v the login without and with an option; p
 * the password; k, l kept ones; n a link in the name. What is granted keeps the
 * rules as they are written out here, value by value; what is refused without a
 * role says so and nothing else.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/account/change.h"

#define VALUES_MAX 48
#define VALUE_SIZE 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
want(bool holds)
{
    if (!holds)
        abort();
}

/* ---- an entry: a set of values ---- */

typedef struct value {
    char attribute;
    size_t n;
    char bytes[VALUE_SIZE];
} value;

typedef struct entry {
    value values[VALUES_MAX];
    size_t n;
} entry;

static bool
same(const value *a, const value *b)
{
    return a->attribute == b->attribute && a->n == b->n &&
           memcmp(a->bytes, b->bytes, a->n) == 0;
}

static bool
has(const entry *e, const value *v)
{
    for (size_t i = 0; i < e->n; i++) {
        if (same(&e->values[i], v))
            return true;
    }
    return false;
}

static bool
has_attribute(const entry *e, char attribute)
{
    for (size_t i = 0; i < e->n; i++) {
        if (e->values[i].attribute == attribute)
            return true;
    }
    return false;
}

static void
take_out(entry *e, const value *v, bool all)
{
    size_t kept = 0;

    for (size_t i = 0; i < e->n; i++) {
        bool goes = all ? e->values[i].attribute == v->attribute
                        : same(&e->values[i], v);

        if (!goes)
            e->values[kept++] = e->values[i];
    }
    e->n = kept;
}

static void
put_in(entry *e, const value *v)
{
    if (e->n < VALUES_MAX && !has(e, v))
        e->values[e->n++] = *v;
}

/* Whether both have the same values of these attributes. */
static bool
agree(const entry *a, const entry *b, const char *attributes)
{
    for (size_t i = 0; i < a->n; i++) {
        if (strchr(attributes, a->values[i].attribute) != NULL &&
            !has(b, &a->values[i]))
            return false;
    }
    for (size_t i = 0; i < b->n; i++) {
        if (strchr(attributes, b->values[i].attribute) != NULL &&
            !has(a, &b->values[i]))
            return false;
    }
    return true;
}

/* ---- the request ---- */

typedef struct input {
    entry before, after;
    edc_write write;
    edc_request request;
    bool begun; /* modifications have begun */
} input;

static bool
read_value(const char *line, size_t n, value *v)
{
    if (n == 0 || strchr("SGuvpkln", line[0]) == NULL || line[0] == '\0')
        return false;
    v->attribute = line[0];
    v->n = n - 1 < VALUE_SIZE ? n - 1 : VALUE_SIZE;
    memcpy(v->bytes, line + 1, v->n);
    return true;
}

static void
read_modification(input *in, char how, const value *v)
{
    if (!in->begun)
        in->after = in->before;
    in->begun = true;
    if (how == '-' || how == '=')
        take_out(&in->after, v, how == '=' || v->n == 0);
    if (how != '-')
        put_in(&in->after, v);
}

static void
read_line(input *in, const char *line, size_t n)
{
    value v;

    if (n > 0 && strchr("+-=", line[0]) != NULL) {
        if (read_value(line + 1, n - 1, &v))
            read_modification(in, line[0], &v);
    } else if (!in->begun && read_value(line, n, &v)) {
        put_in(&in->before, &v);
    }
}

static unsigned
bits_of(const char *word, size_t n)
{
    unsigned bits = 0;

    for (size_t i = 0; i < n; i++) {
        if (word[i] >= 'A' && word[i] <= 'H')
            bits |= 1U << (word[i] - 'A');
    }
    return bits;
}

static void
read_head(input *in, const char *line, size_t n)
{
    const char *space = memchr(line, ' ', n);
    const char *end = line + n;
    const char *second =
        space == NULL ? NULL
                      : memchr(space + 1, ' ', (size_t)(end - space - 1));

    in->write.means = n > 0 && line[0] == 'a'   ? EDC_MEANS_ADD
                      : n > 0 && line[0] == 'r' ? EDC_MEANS_RENAME
                                                : EDC_MEANS_MODIFY;
    for (size_t i = 1; i < n && line[i] != ' '; i++) {
        in->write.transaction = in->write.transaction || line[i] == 't';
        in->request.school_identity =
            in->request.school_identity || line[i] == 's';
        if (line[i] == 'k' && in->write.means == EDC_MEANS_MODIFY)
            in->write.names_kept = EDC_STR("pwdReset");
    }
    if (space != NULL)
        in->request.roles = bits_of(space, (size_t)(end - space));
    if (second != NULL) {
        in->request.roles = bits_of(space, (size_t)(second - space));
        if (in->write.means == EDC_MEANS_MODIFY)
            in->write.wishes =
                bits_of(second, (size_t)(end - second)) &
                ((1U << EDC_WISH_PASSWORD) | (1U << EDC_WISH_STATE) |
                    (1U << EDC_WISH_UNLOCK) | (1U << EDC_WISH_LOCK));
    }
}

static void
read_input(input *in, const char *data, size_t size)
{
    bool head = true;

    for (size_t i = 0; i <= size;) {
        const char *at = data + i;
        const char *end = size > i ? memchr(at, '\n', size - i) : NULL;
        size_t n = end == NULL ? size - i : (size_t)(end - at);

        if (head)
            read_head(in, at, n);
        else
            read_line(in, at, n);
        head = false;
        i += n + 1;
    }
    if (!in->begun)
        in->after = in->before;
    if (in->write.means == EDC_MEANS_ADD)
        in->before.n = 0;
    /* A Modify's wishes are no part of its pictures. */
    if (in->write.means == EDC_MEANS_MODIFY) {
        static const char governed[] = "pkl";

        for (const char *a = governed; *a != '\0'; a++)
            take_out(&in->after, &(value){.attribute = *a}, true);
        for (size_t i = 0; i < in->before.n; i++) {
            if (strchr(governed, in->before.values[i].attribute) != NULL)
                put_in(&in->after, &in->before.values[i]);
        }
    }
}

/* ---- the core's pictures ---- */

typedef struct shown {
    edc_picture picture;
    edc_value uid[VALUES_MAX], password[VALUES_MAX], kept[VALUES_MAX];
} shown;

static void
show(shown *s, const entry *e, bool backwards)
{
    memset(&s->picture, 0, sizeof(s->picture));
    s->picture.uid.list = s->uid;
    s->picture.password.list = s->password;
    s->picture.kept.list = s->kept;
    s->picture.student = has_attribute(e, 'S');
    s->picture.guardian = has_attribute(e, 'G');
    s->picture.link_in_name = has_attribute(e, 'n');
    for (size_t i = 0; i < e->n; i++) {
        const value *v = &e->values[backwards ? e->n - 1 - i : i];
        edc_value one = {.value = {v->bytes, v->n}};

        if (v->attribute == 'v')
            one.options = EDC_STR("lang-fr");
        one.which = v->attribute == 'k' ? EDC_KEPT_STATE : EDC_KEPT_PWD_RESET;
        if (v->attribute == 'u' || v->attribute == 'v') {
            one.which = 0;
            s->uid[s->picture.uid.n++] = one;
        } else if (v->attribute == 'p') {
            one.which = 0;
            s->password[s->picture.password.n++] = one;
        } else if (v->attribute == 'k' || v->attribute == 'l') {
            s->kept[s->picture.kept.n++] = one;
        }
    }
}

/* ---- what must hold ---- */

static bool
is_account(const entry *e)
{
    return has_attribute(e, 'S') || has_attribute(e, 'G');
}

static void
check_granted(const input *in)
{
    const entry *b = &in->before, *a = &in->after;
    bool was = is_account(b), is = is_account(a);
    bool rename = in->write.means == EDC_MEANS_RENAME;
    unsigned roles = in->request.roles;

    want(!in->write.transaction || !(was || is));
    want(!has_attribute(a, 'n') || has_attribute(b, 'n'));
    want(!was || is ||
         (in->request.relax && in->write.means == EDC_MEANS_MODIFY &&
             in->write.wishes == 0 && agree(b, a, "p")));
    want(!is || has_attribute(a, 'S') || !has_attribute(b, 'S'));
    want(!is || has_attribute(a, 'G') || !has_attribute(b, 'G'));
    want(!was || agree(b, a, "uv"));
    want(!is || agree(b, a, "kl"));
    want(!(was || is) || in->write.names_kept.n == 0);
    if (was && rename)
        want(has_attribute(a, 'S') == has_attribute(b, 'S') &&
             has_attribute(a, 'G') == has_attribute(b, 'G') &&
             agree(b, a, "p"));
    if (is && !was) {
        want(!rename && !has_attribute(a, 'v') && in->write.wishes == 0);
        want((roles & (EDC_PROVISIONER | EDC_ACADEMY)) != 0);
        want(in->write.means == EDC_MEANS_ADD || !has_attribute(a, 'p') ||
             in->request.relax);
    }
    for (int wish = 0; was && wish < EDC_N_WISHES; wish++)
        want((in->write.wishes & (1U << wish)) == 0 ||
             edc_may_wish((edc_wish)wish, roles));
}

static void
check_refused(
    const input *in, const edc_change *change, const edc_refusal *refusal)
{
    edc_code code = edc_codes_first(refusal->codes);
    char text[512];

    want(refusal->codes == EDC_BIT(code));
    want(edc_refusal_text(refusal, EDC_FRENCH, text, sizeof(text)) > 0);
    if (edc_change_asks_roles(change, &in->write) && in->request.roles == 0 &&
        !(change->ended && code == EDC_D03))
        want(code == (in->request.school_identity ? EDC_A01 : EDC_A02) &&
             strstr(text, "suspended") == NULL);
    /* Nothing that changes nothing is refused. */
    want(in->write.transaction || in->write.wishes != 0 ||
         in->write.names_kept.n > 0 ||
         !agree(&in->before, &in->after, "SGuvpkln"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static input in;
    static shown before, after;
    edc_account account = {.state = EDC_SUSPENDED};
    edc_refusal refusal, again;
    edc_change change;
    bool granted;

    memset(&in, 0, sizeof(in));
    read_input(&in, (const char *)data, size);
    show(&before, &in.before, false);
    show(&after, &in.after, false);
    change = edc_change_find(&before.picture, &after.picture);
    granted =
        edc_change_judge(&change, &in.write, &account, &in.request, &refusal);
    want(granted == (refusal.codes == 0));
    if (granted)
        check_granted(&in);
    else
        check_refused(&in, &change, &refusal);
    /* Values have no order. */
    show(&after, &in.after, true);
    change = edc_change_find(&before.picture, &after.picture);
    (void)edc_change_judge(&change, &in.write, &account, &in.request, &again);
    want(again.codes == refusal.codes);
    return 0;
}
