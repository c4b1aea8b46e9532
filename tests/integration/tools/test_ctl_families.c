/* test_ctl_families.c - educonnectctl import: families whose pupils go from
 * one source to another, from an école to a collège above all.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/degrees.h"
#include "harness/import.h"

/* ---- families ---- */

typedef enum order {
    NEW_FIRST,  /* the collège's file comes while the école still has him */
    OLD_FIRST,  /* the école's file without him comes first */
    NEW_LOADED, /* the collège's was the first file ever */
    NEW_DELTA,  /* as NEW_FIRST, in files of changes */
    OLD_DELTA,  /* as OLD_FIRST, in files of changes */
    N_ORDERS
} order;

static const char *const orders[N_ORDERS] = {"the new record first",
    "the old one away first", "the new one loaded first",
    "the new record first, deltas", "the old one away first, deltas"};

#define ORDER(o) (1U << (o))
#define EVERY_ORDER ((1U << N_ORDERS) - 1)

typedef enum family_trait {
    SIBLING = 1 << 0,       /* a younger one stays at the école */
    MOTHER_ACTIVE = 1 << 1, /* the first of the parents */
    FATHER_ACTIVE = 1 << 2,
    MOTHER_INFORMED = 1 << 3,
    TWIN = 1 << 4,    /* goes with him */
    NO_INE = 1 << 5,  /* in the collège's file */
    LIKELY = 1 << 6,  /* somebody is said to be likely */
    CONTESTS = 1 << 7 /* the mother said that he is not hers */
} family_trait;

/* A parent is "given/sn/mobile/mail": a letter for a number and an address, of
 * which there are two spellings, a and A; nothing for none. joined: the letter
 * of each parent of the collège who is the same account as one of the école:
 * 1 the first, 2 the second, - nobody. */
typedef struct family {
    const char *name;
    const char *old[2], *new[2];
    unsigned traits;
    const char *joined;
    unsigned orders;
} family;

#define ANNE "Anne/EXEMPLE/a/a"
#define PAUL "Paul/DUPONT/b/b"

static const family families[] = {
    {"two parents", {ANNE, PAUL}, {ANNE, PAUL}, MOTHER_ACTIVE, "12",
        EVERY_ORDER},
    {"nobody active", {ANNE, PAUL}, {ANNE, PAUL}, 0, "12", EVERY_ORDER},
    {"both active", {ANNE, PAUL}, {ANNE, PAUL}, MOTHER_ACTIVE | FATHER_ACTIVE,
        "12", EVERY_ORDER},
    {"the mother informed", {ANNE, PAUL}, {ANNE, PAUL}, MOTHER_INFORMED, "12",
        EVERY_ORDER},
    {"one parent", {ANNE, NULL}, {ANNE, NULL}, MOTHER_ACTIVE, "1", EVERY_ORDER},
    {"one parent at the collège", {ANNE, PAUL}, {ANNE, NULL}, MOTHER_ACTIVE,
        "1", EVERY_ORDER},
    {"one parent at the école", {ANNE, NULL}, {ANNE, PAUL}, MOTHER_ACTIVE, "1-",
        EVERY_ORDER},
    {"the other way round", {ANNE, PAUL}, {PAUL, ANNE}, MOTHER_ACTIVE, "21",
        EVERY_ORDER},
    {"a sibling stays", {ANNE, PAUL}, {ANNE, PAUL}, MOTHER_ACTIVE | SIBLING,
        "12", EVERY_ORDER},
    {"a sibling stays, one parent", {ANNE, PAUL}, {ANNE, NULL},
        MOTHER_ACTIVE | SIBLING, "1", EVERY_ORDER},
    {"twins", {ANNE, PAUL}, {ANNE, PAUL}, MOTHER_ACTIVE | TWIN, "12",
        EVERY_ORDER},
    {"other spellings", {"Zoé-Lou/d'Arc/a/", "Noël/DUPONT//b"},
        {"ZOE LOU/D ARC/A/", "NOEL/Dupont//B"}, MOTHER_ACTIVE, "12",
        EVERY_ORDER},
    {"one number for both", {"Anne/EXEMPLE/a/", "Paul/DUPONT/a/"},
        {"Anne/EXEMPLE/A/", "Paul/DUPONT/a/"}, MOTHER_ACTIVE, "12",
        EVERY_ORDER},
    {"one address for both", {"Anne/EXEMPLE//a", "Paul/EXEMPLE//a"},
        {"Anne/EXEMPLE//A", "Paul/EXEMPLE//a"}, FATHER_ACTIVE, "12",
        EVERY_ORDER},
    {"no number, no address", {"Anne/EXEMPLE//", "Paul/DUPONT//"},
        {"Anne/EXEMPLE//", "Paul/DUPONT//"}, LIKELY, "--", EVERY_ORDER},
    {"a number that changed", {"Anne/EXEMPLE/a/", PAUL},
        {"Anne/EXEMPLE/c/", PAUL}, MOTHER_ACTIVE | LIKELY, "-2", EVERY_ORDER},
    {"a name that changed", {ANNE, PAUL}, {"Anne/MARTIN/a/a", PAUL},
        MOTHER_ACTIVE | LIKELY, "-2", EVERY_ORDER},
    {"a letter in the name", {ANNE, PAUL},
        {"Anne/EXEMPLE/a/a", "Paul/DUPOND/b/b"}, MOTHER_ACTIVE | LIKELY, "1-",
        EVERY_ORDER},
    {"a couple is two people", {"Anne/EXEMPLE/a/a", NULL},
        {"Paul/EXEMPLE/a/a", NULL}, MOTHER_ACTIVE, "-", EVERY_ORDER},
    {"other people", {ANNE, PAUL}, {"Ines/AUTRE/c/c", "Omar/AUTRE/d/d"},
        MOTHER_ACTIVE, "--", EVERY_ORDER},
    {"other people, a sibling stays", {ANNE, PAUL},
        {"Ines/AUTRE/c/c", "Omar/AUTRE/d/d"}, MOTHER_ACTIVE | SIBLING, "--",
        EVERY_ORDER},
    {"no INE", {ANNE, PAUL}, {ANNE, PAUL}, MOTHER_ACTIVE | NO_INE | LIKELY,
        "--", ORDER(NEW_FIRST) | ORDER(OLD_FIRST) | ORDER(NEW_DELTA)},
    {"a contested child", {ANNE, PAUL}, {ANNE, PAUL}, MOTHER_ACTIVE | CONTESTS,
        "12", EVERY_ORDER & ~ORDER(NEW_LOADED)},
};

/* One family on its way. */
typedef struct trip {
    world *w;
    const family *f;
    order o;
    unsigned n;               /* makes names, numbers and codes its own */
    char *options[N_DEGREES]; /* --source ... */
    char *source[N_DEGREES];  /* its word */
    char *old[2], *new[2];    /* DNs, as far as they are known */
    char password[2][96];
} trip;

static char
own_letter(const trip *t, unsigned place)
{
    unsigned n = t->n;

    while (place-- > 0)
        n /= 26;
    return (char)('a' + n % 26);
}

/* A piece of "given/sn/mobile/mail". */
static char *
piece(const char *parent, int i)
{
    while (i-- > 0)
        parent = strchr(parent, '/') + 1;
    return strndup(parent, strcspn(parent, "/"));
}

static char *
mobile_of(const trip *t, const char *letter)
{
    bool spelt = letter[0] >= 'A' && letter[0] <= 'D';
    unsigned digit = letter[0] == '\0' ? 0 : (unsigned)(letter[0] | 0x20) - 'a';

    if (letter[0] == '\0')
        return text_of("%s", "");
    return spelt
               ? text_of(
                     "+33 (0)6.39%02u.%02u.0%u", t->n / 100, t->n % 100, digit)
               : text_of("06 39 %02u %02u 0%u", t->n / 100, t->n % 100, digit);
}

static char *
mail_of(const trip *t, const char *letter)
{
    bool spelt = letter[0] >= 'A' && letter[0] <= 'D';

    if (letter[0] == '\0')
        return text_of("%s", "");
    return text_of(
        spelt ? "%s%u@Example.ORG" : "%s%u@example.org", letter, t->n);
}

static char *
parent_id(degree d, size_t i)
{
    return text_of("%s%zu", d == ECOLE ? "90" : "9", i);
}

static char *
parent_record(const trip *t, degree d, size_t i)
{
    const char *parent = d == ECOLE ? t->f->old[i] : t->f->new[i];
    char *p[4], *sn, *mobile, *mail, *id, *record;

    for (int k = 0; k < 4; k++)
        p[k] = piece(parent, k);
    sn = text_of("%s%c%c", p[1], own_letter(t, 0), own_letter(t, 1));
    mobile = mobile_of(t, p[2]);
    mail = mail_of(t, p[3]);
    id = parent_id(d, i);
    record = degree_guardian(d, id, sn, p[0], mobile, mail);
    free(id);
    free(mail);
    free(mobile);
    free(sn);
    for (int k = 0; k < 4; k++)
        free(p[k]);
    return record;
}

static char *
parents_of(const trip *t, degree d)
{
    char *all = text_of("%s", "");

    for (size_t i = 0; i < 2; i++) {
        char *one, *more;

        if ((d == ECOLE ? t->f->old[i] : t->f->new[i]) == NULL)
            continue;
        one = parent_record(t, d, i);
        more = text_of("%s%s", all, one);
        free(one);
        free(all);
        all = more;
    }
    return all;
}

/* A child of the family: 0 the one who goes, 1 the twin, 2 the one who stays.
 */
static char *
child_record(const trip *t, degree d, unsigned child)
{
    const char *const *parents = d == ECOLE ? t->f->old : t->f->new;
    bool no_ine = d == COLLEGE_ && (t->f->traits & NO_INE) != 0;
    char *id = text_of("%s%u", d == ECOLE ? "10" : "", 1 + child);
    char *ine =
        no_ine ? text_of("%s", "") : text_of("1%05u%03uAB", t->n, child);
    char *sn = text_of("ENFANT%c%c", own_letter(t, 0), own_letter(t, 1));
    char *given = text_of("Malo%c", 'a' + (int)child);
    char *links[2] = {NULL, NULL};
    char *record;

    for (size_t i = 0; i < 2 && parents[i] != NULL; i++)
        links[i] = parent_id(d, i);
    record = degree_pupil(
        d, id, sn, given, ine, child == 2 ? "02/03/2018" : "01/03/2015", links);
    free(links[0]);
    free(links[1]);
    free(given);
    free(sn);
    free(ine);
    free(id);
    return record;
}

static char *
children_of(const trip *t, degree d, bool with)
{
    char *first = with ? child_record(t, d, 0) : text_of("%s", "");
    char *twin = with && (t->f->traits & TWIN) != 0 ? child_record(t, d, 1)
                                                    : text_of("%s", "");
    char *stays = d == ECOLE && (t->f->traits & SIBLING) != 0
                      ? child_record(t, d, 2)
                      : text_of("%s", "");
    char *all = text_of("%s%s%s", first, twin, stays);

    free(first);
    free(twin);
    free(stays);
    return all;
}

/* ---- the way ---- */

/* The source's whole file; with: with the one who goes. */
static void
write_source(const trip *t, degree d, bool with)
{
    bool parents = with || (t->f->traits & SIBLING) != 0;

    degree_write(t->w, d, "Complet", children_of(t, d, with),
        parents ? parents_of(t, d) : text_of("%s", ""));
}

static void
write_goes(const trip *t)
{
    bool parents = (t->f->traits & SIBLING) == 0;
    char *records = text_of("%s%s", AAF_DELETE("Eleve", "101"),
        (t->f->traits & TWIN) != 0 ? AAF_DELETE("Eleve", "102") : "");

    degree_write(t->w, ECOLE, "Delta", records,
        parents
            ? text_of("%s%s", AAF_DELETE("PersRelEleve", "900"),
                  t->f->old[1] != NULL ? AAF_DELETE("PersRelEleve", "901") : "")
            : text_of("%s", ""));
}

static void
write_comes(const trip *t)
{
    degree_write(t->w, COLLEGE_, "Delta", children_of(t, COLLEGE_, true),
        parents_of(t, COLLEGE_));
}

static char *
dn_of(const trip *t, degree d, const char *id)
{
    char *source_id = text_of("%s$%s", t->source[d], id);
    char *dn = aaf_dn(t->w, source_id);

    free(source_id);
    return dn;
}

static void
know(const trip *t, degree d, char *dns[2])
{
    for (size_t i = 0; i < 2; i++) {
        char *id = parent_id(d, i);

        free(dns[i]);
        dns[i] = dn_of(t, d, id);
        free(id);
    }
}

/* What the parents do with their accounts before the child goes. */
static void
use_accounts(trip *t, char *dns[2])
{
    if ((t->f->traits & MOTHER_ACTIVE) != 0)
        degree_activate(t->w, dns[0], t->password[0]);
    if ((t->f->traits & FATHER_ACTIVE) != 0)
        degree_activate(t->w, dns[1], t->password[1]);
    if ((t->f->traits & MOTHER_INFORMED) != 0)
        expect_ok(client_password(t->w->as[PROVISIONER], dns[0], NULL, NULL));
    if ((t->f->traits & CONTESTS) != 0) {
        char *child = dn_of(t, ECOLE, "101");

        expect_ok(client_modify(t->w->as[PROVISIONER], child,
            "delete: educonnectGuardian\neduconnectGuardian: %s\n-\n"
            "add: educonnectContestedGuardian\n"
            "educonnectContestedGuardian: %s\n",
            dns[0], dns[0]));
        free(child);
    }
}

static void
come(const trip *t)
{
    bool said = (t->f->traits & LIKELY) != 0;

    degree_expect(t->w, COLLEGE_, t->options[COLLEGE_], said ? 1 : 0);
    if (said)
        degree_report(t->w, "likely the p");
    if (strpbrk(t->f->joined, "12") != NULL)
        degree_report(t->w, "joined to the account of");
    degree_nothing(t->w, COLLEGE_, t->options[COLLEGE_]);
}

static void
go(const trip *t)
{
    degree_expect(t->w, ECOLE, t->options[ECOLE], 0);
    degree_nothing(t->w, ECOLE, t->options[ECOLE]);
}

/* The collège's file is the first one that the directory sees. */
static void
travel_loaded(trip *t)
{
    write_source(t, COLLEGE_, true);
    degree_expect(t->w, COLLEGE_, t->options[COLLEGE_], 0);
    know(t, COLLEGE_, t->new);
    write_source(t, ECOLE, true);
    degree_expect(t->w, ECOLE, t->options[ECOLE], 0);
    degree_nothing(t->w, ECOLE, t->options[ECOLE]);
    degree_nothing(t->w, COLLEGE_, t->options[COLLEGE_]);
    know(t, ECOLE, t->old);
    use_accounts(t, t->new);
    write_source(t, ECOLE, false);
    go(t);
}

static void
travel(trip *t)
{
    bool delta = t->o == NEW_DELTA || t->o == OLD_DELTA;
    bool old_first = t->o == OLD_FIRST || t->o == OLD_DELTA;

    write_source(t, ECOLE, true);
    degree_expect(t->w, ECOLE, t->options[ECOLE], 0);
    know(t, ECOLE, t->old);
    use_accounts(t, t->old);
    if (delta)
        write_comes(t);
    else
        write_source(t, COLLEGE_, true);
    if (!old_first) {
        come(t);
        degree_nothing(t->w, ECOLE, t->options[ECOLE]);
        degree_nothing(t->w, COLLEGE_, t->options[COLLEGE_]);
    }
    if (delta)
        write_goes(t);
    else
        write_source(t, ECOLE, false);
    degree_expect(t->w, ECOLE, t->options[ECOLE], 0);
    if (!delta)
        degree_nothing(t->w, ECOLE, t->options[ECOLE]);
    if (old_first)
        come(t);
    if (!delta)
        degree_nothing(t->w, ECOLE, t->options[ECOLE]);
    degree_nothing(t->w, COLLEGE_, t->options[COLLEGE_]);
    know(t, COLLEGE_, t->new);
}

/* ---- where it ends ---- */

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *
links_to(char *const dns[2], size_t skip)
{
    char *sorted[2];
    size_t n = 0;

    for (size_t i = 0; i < 2; i++) {
        if (dns[i] != NULL && i != skip)
            sorted[n++] = dns[i];
    }
    qsort(sorted, n, sizeof(*sorted), by_name);
    return text_of("%s%s%s", n > 0 ? sorted[0] : "", n > 1 ? "|" : "",
        n > 1 ? sorted[1] : "");
}

/* The mother who contested is the one parent who is no guardian. */
static void
expect_pupil(const trip *t, const char *id)
{
    LDAP *root = t->w->as[ROOT];
    char *dn = dn_of(t, COLLEGE_, id);
    bool contests = (t->f->traits & CONTESTS) != 0;
    char *links = links_to(t->new, contests ? 0 : 2);

    REQUIRE(dn != NULL);
    expect_stored(root, dn, "educonnectState", "uninformed");
    expect_stored(root, dn, "educonnectEnrolledAt", COLLEGE);
    expect_values(root, dn, "educonnectClass", "6EME");
    expect_values(root, dn, "educonnectGuardian", links);
    free(links);
    free(dn);
}

static bool
is_joined(const trip *t, size_t i)
{
    return t->f->joined[i] != '-';
}

static bool
is_active(const trip *t, size_t old)
{
    return (t->f->traits & (old == 0 ? MOTHER_ACTIVE : FATHER_ACTIVE)) != 0;
}

/* A parent at the collège, who lives: with what he or she had, or whom the
 * collège informs. */
static void
expect_parent(const trip *t, size_t i)
{
    LDAP *root = t->w->as[ROOT];
    size_t old = is_joined(t, i) ? (size_t)(t->f->joined[i] - '1') : 2;
    /* Loaded first, the account is the collège's. */
    size_t user = t->o == NEW_LOADED ? i : old;

    REQUIRE(t->new[i] != NULL);
    if (old < 2 && t->o != NEW_LOADED)
        assert_string_equal(t->new[i], t->old[old]);
    for (size_t k = 0; old == 2 && t->o != NEW_LOADED && k < 2; k++)
        REQUIRE(t->old[k] == NULL || strcmp(t->new[i], t->old[k]) != 0);
    if (user < 2 && is_active(t, user)) {
        expect_stored(root, t->new[i], "educonnectState", "active");
        expect_ok(bind_once(&t->w->server, t->new[i], t->password[user]));
    } else if (user == 0 && (t->f->traits & MOTHER_INFORMED) != 0) {
        expect_stored(root, t->new[i], "educonnectState", "informed");
    } else if (i > 0 || (t->f->traits & CONTESTS) == 0) {
        expect_stored(root, t->new[i], "educonnectState", "uninformed");
        expect_ok(client_password(t->w->as[HEAD1], t->new[i], NULL, NULL));
    }
}

/* Who was a guardian at the école and is none at the collège: open as long as
 * a child stays there. */
static void
expect_former(const trip *t, size_t k)
{
    LDAP *root = t->w->as[ROOT];
    char *state;
    bool stays = (t->f->traits & SIBLING) != 0;

    if (t->old[k] == NULL || strchr(t->f->joined, (int)('1' + k)) != NULL)
        return;
    state = client_read(root, t->old[k], "educonnectState");
    REQUIRE(state != NULL && (strcmp(state, "closed") == 0) != stays);
    free(state);
}

static void
expect_end(const trip *t)
{
    expect_pupil(t, "1");
    if ((t->f->traits & TWIN) != 0)
        expect_pupil(t, "2");
    for (size_t i = 0; i < 2 && t->f->new[i] != NULL; i++)
        expect_parent(t, i);
    for (size_t k = 0; k < 2; k++)
        expect_former(t, k);
    if ((t->f->traits & SIBLING) != 0) {
        char *sibling = dn_of(t, ECOLE, "103");
        char *old[2] = {t->old[0], t->old[1]};
        char *links = links_to(old, 2);

        expect_values(t->w->as[ROOT], sibling, "educonnectGuardian", links);
        free(links);
        free(sibling);
    }
}

static void
play(world *w, const family *f, order o, unsigned n)
{
    trip t = {.w = w, .f = f, .o = o, .n = n};

    print_message("%s, %s\n", f->name, orders[o]);
    for (degree d = ECOLE; d < N_DEGREES; d++) {
        t.source[d] = text_of("%s-%u", d == ECOLE ? "AAF1D" : "AAF", n);
        t.options[d] = text_of("--source %s", t.source[d]);
    }
    if (o == NEW_LOADED)
        travel_loaded(&t);
    else
        travel(&t);
    expect_end(&t);
    for (degree d = ECOLE; d < N_DEGREES; d++) {
        free(t.source[d]);
        free(t.options[d]);
    }
    for (size_t i = 0; i < 2; i++) {
        free(t.old[i]);
        free(t.new[i]);
    }
}

/* Every family in every order takes minutes: EDC_FAMILIES=all plays that, =7
 * one of them. Usually it is two orders each. */
static bool
is_played(size_t family, order o, unsigned n)
{
    const char *which = getenv("EDC_FAMILIES");

    if ((families[family].orders & ORDER(o)) == 0)
        return false;
    if (which != NULL)
        return strcmp(which, "all") == 0 || (unsigned)atoi(which) == n;
    return family == 0 || o == family % N_ORDERS ||
           o == (family + 2) % N_ORDERS;
}

static void
families_go_to_the_college(void **state)
{
    world *w = *state;

    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        for (order o = 0; o < N_ORDERS; o++) {
            unsigned n = (unsigned)(i * N_ORDERS + o) + 1;

            if (is_played(i, o, n))
                play(w, families + i, o, n);
        }
    }
}

/* ---- families that are made up ---- */

static tool
import_set(world *w, const char *path, const char *set)
{
    return tool_run(w, PROVISIONER, NULL, "import",
        "%s/%s --json --max-removals 100", path, set);
}

static void
expect_figures(const tool *t, long joined, long likely)
{
    char *figures =
        text_of("\"joined\":%ld,\"likely\":%ld,\"kept\":0", joined, likely);

    expect_status(t, likely > 0 ? 1 : 0);
    expect_text(t->out, figures);
    free(figures);
}

/* educonnect-sample says what an importer should find. */
static void
the_samples_families_are_found(void **state)
{
    char *path;
    world w = {0};
    static const char *const sets[2][2] = {
        {"2D", "1D-after"}, {"1D-after", "2D"}};
    tool t;

    (void)state;
    for (int order = 0; order < 2; order++) {
        world_begin(&w, NULL);
        path = import_files(&w, "--moves 33");
        t = import_set(&w, path, "1D");
        expect_status(&t, 0);
        tool_free(&t);
        for (int i = 0; i < 2; i++) {
            bool new = strcmp(sets[order][i], "2D") == 0;

            t = import_set(&w, path, sets[order][i]);
            expect_figures(&t, new ? import_figure(path, "joined") : 0,
                new ? import_figure(path, "likely") : 0);
            tool_free(&t);
        }
        for (int i = 0; i < 2; i++) {
            t = import_set(&w, path, sets[order][i]);
            expect_status(&t, 0);
            expect_text(t.out, "\"changes\":0");
            tool_free(&t);
        }
        t = tool_run(&w, ROOT, NULL, "doctor", "--data-only");
        REQUIRE(strstr(t.out, "EDD-213") == NULL);
        REQUIRE(strstr(t.out, "EDD-214") == NULL);
        tool_free(&t);
        free(path);
        world_end(&w);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(families_go_to_the_college),
        cmocka_unit_test(the_samples_families_are_found),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
