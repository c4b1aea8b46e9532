/* fuzz_filter.c - any filter over a small made-up school: whatever a client's
 * filter finds in what the client sees, the widened one finds in what is
 * stored, and the widened one speaks of nothing that is not stored.
 *
 * The bytes say which student names which guardian, which links the client may
 * not see or are void, and then the filter, in prefix notation.
 */
#include "read/widen.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Entries 0 to 3 are students, 4 to 7 guardians, 8 something else. */
#define STUDENTS 4
#define GUARDIANS 4
#define PEOPLE (STUDENTS + GUARDIANS)
#define ENTRIES (PEOPLE + 1)
#define DEPTH_MAX 60

enum { CHILD, LINK, CONTESTED, NAME, CLASS, OTHER, N_SUBJECTS };

static AttributeType types[N_SUBJECTS];
static AttributeDescription subjects[N_SUBJECTS];
static AttributeDescription *const links[] = {
    &subjects[LINK], &subjects[CONTESTED]};

/* Names of entries; the last two are nobody's. */
static char names[][8] = {
    "s0", "s1", "s2", "s3", "g4", "g5", "g6", "g7", "o8", "nobody", ""};
#define N_NAMES (sizeof(names) / sizeof(names[0]))
static char guardian_class[] = "guardian";

typedef struct school {
    uint8_t links[STUDENTS];     /* bits: of which guardian */
    uint8_t contested[STUDENTS]; /* the same */
    uint8_t hidden[STUDENTS];    /* links that the client does not see */
    uint8_t voids[STUDENTS];     /* links of either kind that are void */
    uint8_t any[STUDENTS];       /* whose guardians are not found by name */
    unsigned asked[N_NAMES];
    const uint8_t *at;
    size_t left;
    size_t terms;
    char *memory; /* everything that is made for one filter */
    size_t used, room;
} school;

static void
want(bool holds)
{
    if (!holds)
        abort();
}

static void *
keep(void *ctx, size_t n)
{
    school *s = ctx;
    size_t size = (n + 15) / 16 * 16;

    want(s->used + size <= s->room);
    s->used += size;
    return s->memory + s->used - size;
}

static uint8_t
next(school *s)
{
    if (s->left == 0)
        return 0;
    s->left--;
    return *s->at++;
}

static struct berval
name_of(unsigned i)
{
    return (struct berval){.bv_len = strlen(names[i]), .bv_val = names[i]};
}

static int
number_of(const struct berval *name)
{
    for (unsigned i = 0; i < N_NAMES; i++) {
        if (name->bv_len == strlen(names[i]) &&
            memcmp(name->bv_val, names[i], name->bv_len) == 0)
            return (int)i;
    }
    return -1;
}

/* ---- the filter ---- */

static Filter *
leaf(school *s, uint8_t byte)
{
    static const ber_tag_t choices[] = {LDAP_FILTER_EQUALITY,
        LDAP_FILTER_EQUALITY, LDAP_FILTER_PRESENT, LDAP_FILTER_GE,
        LDAP_FILTER_APPROX, LDAP_FILTER_EQUALITY, LDAP_FILTER_PRESENT,
        SLAPD_FILTER_COMPUTED};
    Filter *f = keep(s, sizeof(*f));
    AttributeDescription *ad = &subjects[(byte >> 3) % N_SUBJECTS];

    f->f_choice = choices[byte % 8];
    if (f->f_choice == LDAP_FILTER_PRESENT) {
        f->f_desc = ad;
    } else if (f->f_choice == SLAPD_FILTER_COMPUTED) {
        static const ber_int_t results[] = {
            LDAP_COMPARE_TRUE, LDAP_COMPARE_FALSE, SLAPD_COMPARE_UNDEFINED};

        f->f_result = results[next(s) % 3];
    } else {
        f->f_ava = keep(s, sizeof(*f->f_ava));
        f->f_av_desc = ad;
        f->f_av_value = name_of(next(s) % N_NAMES);
    }
    s->terms++;
    return f;
}

static Filter *
read_filter(school *s, unsigned depth)
{
    uint8_t byte = next(s);
    Filter *f, **tail;

    if (byte < 128 || depth == DEPTH_MAX)
        return leaf(s, byte);
    f = keep(s, sizeof(*f));
    s->terms++;
    if (byte < 160) {
        f->f_choice = LDAP_FILTER_NOT;
        f->f_not = read_filter(s, depth + 1);
        return f;
    }
    f->f_choice = byte < 208 ? LDAP_FILTER_AND : LDAP_FILTER_OR;
    tail = &f->f_list;
    for (unsigned n = byte % 16; n > 0 && s->left > 0; n--) {
        *tail = read_filter(s, depth + 1);
        tail = &(*tail)->f_next;
    }
    return f;
}

/* ---- what it is true of ---- */

static bool
has_bit(uint8_t bits, int i)
{
    return i >= 0 && (bits >> i & 1) != 0;
}

static bool
is_guardian(int entry)
{
    return entry >= STUDENTS && entry < PEOPLE;
}

/* Whether the client sees that the student names the guardian. */
static bool
is_seen(const school *s, int student, int guardian)
{
    return has_bit(s->links[student] & ~s->hidden[student], guardian);
}

/* Whether an entry has a value of an attribute; value -1: any. */
static bool
has(const school *s, int entry, int subject, int value, bool seen)
{
    uint8_t bits;

    if (value < 0) {
        for (int i = 0; i < (int)N_NAMES; i++) {
            if (has(s, entry, subject, i, seen))
                return true;
        }
        return false;
    }
    switch (subject) {
    case CHILD:
        want(seen);
        return value < STUDENTS && is_guardian(entry) &&
               is_seen(s, value, entry - STUDENTS);
    case LINK:
    case CONTESTED:
        if (entry >= STUDENTS || !is_guardian(value))
            return false;
        bits = subject == LINK ? s->links[entry] : s->contested[entry];
        return has_bit(seen ? bits & ~s->voids[entry] : bits, value - STUDENTS);
    case NAME:
        return entry == value;
    default:
        return (entry * 7 + value * 5 + subject) % 3 == 0;
    }
}

static int
test_leaf(const school *s, const Filter *f, int entry, bool seen)
{
    const AttributeDescription *ad =
        f->f_choice == LDAP_FILTER_PRESENT ? f->f_desc : f->f_av_desc;
    int subject = (int)(ad - subjects);
    const struct berval *value = &f->f_av_value;
    bool holds;

    if (f->f_choice == LDAP_FILTER_PRESENT)
        holds = has(s, entry, subject, -1, seen);
    else if (subject == CLASS && value->bv_val == guardian_class)
        holds = is_guardian(entry);
    else
        holds = has(s, entry, subject, number_of(value), seen);
    return holds ? LDAP_COMPARE_TRUE : LDAP_COMPARE_FALSE;
}

/* As RFC 4511, section 4.5.1.7, has it: true, false or undefined. */
static int
test(const school *s, const Filter *f, int entry, bool seen)
{
    bool and = f->f_choice == LDAP_FILTER_AND;
    int so_far, one;

    switch (f->f_choice) {
    case LDAP_FILTER_AND:
    case LDAP_FILTER_OR:
        so_far = and ? LDAP_COMPARE_TRUE : LDAP_COMPARE_FALSE;
        for (f = f->f_list; f != NULL; f = f->f_next) {
            one = test(s, f, entry, seen);
            if (one == (and? LDAP_COMPARE_FALSE : LDAP_COMPARE_TRUE))
                return one;
            if (one == SLAPD_COMPARE_UNDEFINED)
                so_far = one;
        }
        return so_far;
    case LDAP_FILTER_NOT:
        one = test(s, f->f_not, entry, seen);
        return one == LDAP_COMPARE_TRUE    ? LDAP_COMPARE_FALSE
               : one == LDAP_COMPARE_FALSE ? LDAP_COMPARE_TRUE
                                           : one;
    case SLAPD_FILTER_COMPUTED:
        return f->f_result;
    default:
        return test_leaf(s, f, entry, seen);
    }
}

/* ---- the school ---- */

static void
look_up(void *ctx, struct berval *child, ov_guardians *found)
{
    school *s = ctx;
    int student = number_of(child);

    want(student >= 0 && s->asked[student]++ == 0);
    if (student >= STUDENTS)
        return;
    found->names = keep(s, GUARDIANS * sizeof(*found->names));
    found->any = s->any[student] == 0;
    for (int g = 0; g < GUARDIANS; g++) {
        if (is_seen(s, student, g))
            found->names[found->n++] = name_of((unsigned)(STUDENTS + g));
    }
}

static void
read_school(school *s)
{
    for (int i = 0; i < STUDENTS; i++) {
        s->links[i] = next(s) & 15;
        s->contested[i] = next(s) & 15;
        s->hidden[i] = next(s) & 15;
        s->voids[i] = next(s) & 15;
        s->any[i] = next(s) & 7;
    }
}

static size_t
count(const Filter *f)
{
    size_t n = 1;

    if (f->f_choice == LDAP_FILTER_NOT)
        return n + count(f->f_not);
    if (f->f_choice != LDAP_FILTER_AND && f->f_choice != LDAP_FILTER_OR)
        return n;
    for (f = f->f_list; f != NULL; f = f->f_next)
        n += count(f);
    return n;
}

static void
try_filter(school *s)
{
    ov_widener w = {.child = &subjects[CHILD],
        .links = links,
        .n_links = 2,
        .name = &subjects[NAME],
        .class = &subjects[CLASS],
        .guardian_class = {.bv_len = 8, .bv_val = guardian_class},
        .keep = keep,
        .look_up = look_up,
        .ctx = s};
    Filter *f = read_filter(s, 0), *wide;
    size_t before = s->used;

    (void)ov_widen_needed(&w, f);
    wide = ov_widen(&w, f);
    want(count(wide) <= s->terms * (GUARDIANS + 1));
    want(s->used - before <= 4096 + s->terms * 1024);
    for (int entry = 0; entry < ENTRIES; entry++) {
        if (test(s, f, entry, true) == LDAP_COMPARE_TRUE)
            want(test(s, wide, entry, false) == LDAP_COMPARE_TRUE);
        else
            (void)test(s, wide, entry, false);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    school s = {.at = data, .left = size};

    for (int i = 0; i < N_SUBJECTS; i++) {
        subjects[i].ad_type = &types[i];
        types[i].sat_ad = &subjects[i];
    }
    s.room = 16384 + size * 2048;
    s.memory = calloc(1, s.room);
    want(s.memory != NULL);
    read_school(&s);
    try_filter(&s);
    free(s.memory);
    return 0;
}
