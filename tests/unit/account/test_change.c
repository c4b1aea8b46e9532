/* test_change.c - what a write makes of an entry, as a table: the entry before,
 * the entry after, by what operation, by whom, and what is said to it.
 *
 * An entry is written as words: "student", "guardian", "link" (in its name),
 * "uid=a", "uid;fr=a", "pw=x", "state=active" (or another kept attribute,
 * "serial=1"). "-": there is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/account/change.h"

#define VALUES 8

/* A picture with room of its own. */
typedef struct shown {
    edc_picture picture;
    edc_value uid[VALUES], password[VALUES], kept[VALUES];
    char words[128];
} shown;

static void
add(edc_values *to, edc_value *room, edc_value value)
{
    to->list = room;
    room[to->n++] = value;
}

static void
add_word(shown *s, const char *word)
{
    const char *value = strchr(word, '=');
    edc_value v = {.value = edc_str_of(value == NULL ? "" : value + 1)};

    if (strncmp(word, "uid;", 4) == 0)
        v.options = (edc_str){word + 4, (size_t)(value - word - 4)};
    if (strcmp(word, "student") == 0)
        s->picture.student = true;
    else if (strcmp(word, "guardian") == 0)
        s->picture.guardian = true;
    else if (strcmp(word, "link") == 0)
        s->picture.link_in_name = true;
    else if (strncmp(word, "uid", 3) == 0)
        add(&s->picture.uid, s->uid, v);
    else if (strncmp(word, "pw", 2) == 0)
        add(&s->picture.password, s->password, v);
    else {
        v.which =
            strncmp(word, "serial", 6) == 0 ? EDC_KEPT_SERIAL : EDC_KEPT_STATE;
        add(&s->picture.kept, s->kept, v);
    }
}

static void
show(shown *s, const char *words)
{
    char *rest = s->words;

    memset(s, 0, sizeof(*s));
    if (strcmp(words, "-") == 0)
        return;
    snprintf(s->words, sizeof(s->words), "%s", words);
    for (char *w = strtok_r(rest, " ", &rest); w != NULL;
        w = strtok_r(NULL, " ", &rest))
        add_word(s, w);
}

#define ADD EDC_MEANS_ADD
#define MODIFY EDC_MEANS_MODIFY
#define RENAME EDC_MEANS_RENAME
#define PASSWORD (1U << EDC_WISH_PASSWORD)
#define STATE (1U << EDC_WISH_STATE)
#define UNLOCK (1U << EDC_WISH_UNLOCK)
#define FREE EDC_N_CODES

static const struct {
    const char *before, *after;
    edc_means means;
    unsigned roles;
    unsigned wishes;
    const char *names_kept;
    bool transaction;
    edc_code code; /* FREE: it may go on */
} table[] = {
    /* What is no account, and becomes none, is nobody's business. */
    {"-", "uid=a pw=x state=active", ADD, 0, 0, "", false, FREE},
    {"uid=a pw=x", "uid=b pw=y", MODIFY, 0, PASSWORD, "", false, FREE},
    {"uid=a pw=x", "uid=b", RENAME, 0, 0, "", false, FREE},
    {"uid=a", "uid=b", MODIFY, 0, 0, "pwdReset", true, FREE},
    {"uid=a", "uid=a link", RENAME, 0, 0, "", false, EDC_D01},
    {"-", "uid=a link", ADD, 0, 0, "", false, EDC_D01},
    {"uid=a link", "uid=a", RENAME, 0, 0, "", false, FREE},
    {"uid=a link", "uid=a link", RENAME, 0, 0, "", false, FREE},

    /* An account is made by who may make one. */
    {"-", "student uid=a", ADD, EDC_PROVISIONER, 0, "", false, FREE},
    {"-", "student uid=a pw=x", ADD, EDC_ACADEMY, 0, "", false, FREE},
    {"-", "student uid=a", ADD, 0, 0, "", false, EDC_A02},
    {"-", "guardian uid=a", ADD, EDC_ASSISTANCE, 0, "", false, EDC_A02},
    {"-", "guardian uid=a", ADD, EDC_REGISTRAR, 0, "", true, EDC_A02},
    {"-", "guardian uid=a", ADD, EDC_ACADEMY, 0, "", true, EDC_S05},
    {"-", "student uid=a state=active", ADD, 0, 0, "", false, EDC_A02},
    {"-", "student uid=a state=active", ADD, EDC_ACADEMY, 0, "", false,
        EDC_S01},
    {"-", "student uid=a uid;fr=b", ADD, EDC_ACADEMY, 0, "", false, EDC_D01},
    {"-", "student uid=a link", ADD, EDC_ACADEMY, 0, "", false, EDC_D01},
    {"uid=a", "student uid=a", MODIFY, EDC_PROVISIONER, 0, "", false, FREE},
    {"uid=a state=active serial=1", "student uid=a state=active serial=1",
        MODIFY, EDC_PROVISIONER, 0, "", false, FREE},
    {"uid=a", "guardian uid=b", MODIFY, EDC_ACADEMY, 0, "", false, FREE},
    {"uid=a", "student uid=a", MODIFY, 0, 0, "", false, EDC_A02},
    {"uid=a", "student uid=a", MODIFY, EDC_SELF, 0, "", false, EDC_A02},
    {"uid=a", "student uid=a", MODIFY, EDC_ACADEMY, 0, "", true, EDC_S05},
    {"uid=a pw=x", "student uid=a pw=x", MODIFY, 0, 0, "", false, EDC_A02},
    {"uid=a pw=x", "student uid=a pw=x", MODIFY, EDC_ACADEMY, 0, "", false,
        EDC_S06},
    {"uid=a pw=x", "student uid=a pw=x", MODIFY, EDC_PROVISIONER, PASSWORD, "",
        false, EDC_S06},
    {"uid=a pw=x", "student uid=a pw=x", RENAME, EDC_ACADEMY, 0, "", false,
        EDC_S01},
    {"uid=a", "student uid=a", MODIFY, EDC_ACADEMY, PASSWORD, "", false,
        EDC_S01},
    {"uid=a", "student uid=a", MODIFY, EDC_ACADEMY, STATE, "", false, EDC_S01},
    {"uid=a", "student uid=a", MODIFY, EDC_ACADEMY, 0, "pwdReset", false,
        EDC_S01},
    {"uid=a", "student uid=a", RENAME, EDC_ACADEMY, 0, "", false, EDC_S01},
    {"uid=a", "guardian uid=a", RENAME, EDC_PROVISIONER, 0, "", false, EDC_S01},
    {"uid=a", "guardian uid=a", RENAME, 0, 0, "", false, EDC_A02},
    {"uid=a", "guardian uid=a", RENAME, EDC_ACADEMY, 0, "", true, EDC_S05},

    /* It stays one, under its login. */
    {"student uid=a", "uid=a", MODIFY, EDC_ACADEMY, 0, "", false, EDC_D03},
    {"student uid=a", "uid=a", RENAME, EDC_ACADEMY, 0, "", false, EDC_D03},
    {"student uid=a", "guardian uid=a", MODIFY, EDC_ACADEMY, 0, "", false,
        EDC_D03},
    {"student guardian uid=a", "guardian uid=a", RENAME, 0, 0, "", false,
        EDC_D03},
    {"student uid=a", "student guardian uid=a", MODIFY, 0, 0, "", false, FREE},
    {"student uid=a", "student guardian uid=a", RENAME, EDC_ACADEMY, 0, "",
        false, EDC_D03},
    {"student uid=a", "student uid=b", MODIFY, 0, 0, "", false, EDC_D03},
    {"student uid=a", "student uid=a uid=b", RENAME, EDC_ACADEMY, 0, "", false,
        EDC_D03},
    {"student uid=a", "student", RENAME, EDC_ACADEMY, 0, "", false, EDC_D03},
    {"student uid=a", "student uid=a uid;fr=b", MODIFY, EDC_ACADEMY, 0, "",
        false, EDC_D03},
    {"student uid=a", "student uid;fr=a", RENAME, EDC_ACADEMY, 0, "", false,
        EDC_D03},
    {"student uid=a uid=b", "student uid=b uid=a", RENAME, 0, 0, "", false,
        FREE},
    {"student uid=a", "student uid=a", RENAME, 0, 0, "", false, FREE},
    {"student uid=a pw=x state=active", "student uid=a pw=x state=active",
        RENAME, 0, 0, "", false, FREE},
    {"student uid=a", "student uid=a", RENAME, 0, 0, "", true, EDC_S05},
    {"student uid=a", "student uid=a", MODIFY, 0, 0, "", true, EDC_S05},
    {"student uid=a", "student uid=a link", RENAME, 0, 0, "", false, EDC_D01},

    /* Password and marks are no part of a rename. */
    {"student uid=a pw=x", "student uid=a pw=x pw=y", RENAME, EDC_ACADEMY, 0,
        "", false, EDC_S01},
    {"student uid=a pw=x", "student uid=a", RENAME, EDC_ACADEMY, 0, "", false,
        EDC_S01},
    {"student uid=a pw=x", "student uid=a pw=y", RENAME, 0, 0, "", false,
        EDC_A02},
    {"student uid=a state=active", "student uid=a state=closed", RENAME,
        EDC_ACADEMY, 0, "", false, EDC_S01},
    {"student uid=a state=active", "student uid=a serial=active", RENAME,
        EDC_ACADEMY, 0, "", false, EDC_S01},
    {"student uid=a serial=1", "student uid=a", RENAME, 0, 0, "", false,
        EDC_A02},

    /* Whoever has no role learns nothing, whatever is sent. */
    {"student uid=a", "student uid=a", MODIFY, 0, PASSWORD, "", false, EDC_A02},
    {"student uid=a", "student uid=a", MODIFY, 0, STATE, "", false, EDC_A02},
    {"student uid=a", "student uid=a", MODIFY, 0, UNLOCK, "", false, EDC_A02},
    {"student uid=a", "student uid=a", MODIFY, 0, PASSWORD | STATE | UNLOCK, "",
        true, EDC_A02},
    {"student uid=a", "student uid=a", MODIFY, 0, 0, "pwdReset", false,
        EDC_A02},
    {"student uid=a", "uid=b", MODIFY, 0, PASSWORD, "", false, EDC_A02},
    {"student uid=a", "student uid=a", MODIFY, EDC_SELF, PASSWORD, "", false,
        FREE},
    {"student uid=a", "student uid=a", MODIFY, EDC_SELF, PASSWORD | STATE, "",
        false, EDC_A02},
    {"student uid=a", "student uid=a", MODIFY, EDC_ASSISTANCE, PASSWORD | STATE,
        "", false, EDC_A02},
    {"student uid=a", "student uid=a", MODIFY, EDC_ACADEMY,
        PASSWORD | STATE | UNLOCK, "", false, FREE},
    {"student uid=a", "student uid=a", MODIFY, EDC_ACADEMY, 0, "pwdReset",
        false, EDC_S01},
    {"student uid=a", "student uid=a", MODIFY, EDC_REGISTRAR, PASSWORD,
        "pwdReset", false, EDC_S01},
    {"student uid=a", "student uid=a", MODIFY, EDC_ACADEMY, PASSWORD, "", true,
        EDC_S05},
};
#define ROWS (sizeof(table) / sizeof(table[0]))

static edc_codes
judge(size_t row, bool school, edc_refusal *refusal)
{
    shown before, after;
    edc_write write = {.means = table[row].means,
        .transaction = table[row].transaction,
        .wishes = table[row].wishes,
        .names_kept = edc_str_of(table[row].names_kept)};
    edc_account account = {.state = EDC_ACTIVE};
    edc_request request = {
        .roles = table[row].roles, .school_identity = school};
    edc_change change;
    bool free;

    show(&before, table[row].before);
    show(&after, table[row].after);
    change = edc_change_find(&before.picture, &after.picture);
    free = edc_change_judge(&change, &write, &account, &request, refusal);
    assert_int_equal(free, refusal->codes == 0);
    return refusal->codes;
}

/* With the Relax control: an entry of before becomes an account, and back. */
static const struct {
    const char *before, *after;
    edc_means means;
    unsigned roles;
    unsigned wishes;
    edc_code code;
} relaxed[] = {
    {"uid=a pw=x", "student uid=a pw=x", MODIFY, EDC_PROVISIONER, 0, FREE},
    {"uid=a pw=x", "student guardian uid=a pw=x", MODIFY, EDC_ACADEMY, 0, FREE},
    {"uid=a pw=x", "student uid=a pw=x", MODIFY, 0, 0, EDC_A02},
    {"uid=a pw=x", "student uid=a pw=x", MODIFY, EDC_ASSISTANCE, 0, EDC_A02},
    {"uid=a pw=x", "student uid=a pw=x", MODIFY, EDC_ACADEMY, PASSWORD,
        EDC_S01},
    {"uid=a pw=x", "student uid=a pw=x", MODIFY, EDC_ACADEMY, STATE, EDC_S01},
    {"uid=a pw=x", "student uid=a pw=x", RENAME, EDC_ACADEMY, 0, EDC_S01},
    {"student uid=a pw=x", "uid=a pw=x", MODIFY, EDC_PROVISIONER, 0, FREE},
    {"student guardian uid=a", "uid=a", MODIFY, EDC_PROVISIONER, 0, FREE},
    {"student uid=a pw=x", "uid=a pw=x", MODIFY, 0, 0, EDC_A02},
    {"student uid=a pw=x", "uid=a pw=x", MODIFY, EDC_SELF, 0, EDC_A02},
    {"student uid=a pw=x", "uid=a pw=x", MODIFY, EDC_REGISTRAR, STATE, EDC_A02},
    {"student guardian uid=a", "guardian uid=a", MODIFY, EDC_PROVISIONER, 0,
        EDC_D03},
    {"student uid=a", "guardian uid=a", MODIFY, EDC_ACADEMY, 0, EDC_D03},
    {"student uid=a pw=x", "uid=a pw=x", RENAME, EDC_ACADEMY, 0, EDC_D03},
    {"student uid=a pw=x", "uid=b pw=x", MODIFY, EDC_ACADEMY, 0, EDC_D03},
    {"student uid=a pw=x", "uid=a pw=x", MODIFY, EDC_ACADEMY, PASSWORD,
        EDC_S01},
    {"student uid=a pw=x", "uid=a pw=x", MODIFY, EDC_ACADEMY, STATE, EDC_S01},
    {"student uid=a pw=x", "uid=a pw=y", MODIFY, EDC_ACADEMY, 0, EDC_S01},
};

static void
relax_lets_an_entry_become_an_account_and_back(void **state)
{
    (void)state;
    for (size_t row = 0; row < sizeof(relaxed) / sizeof(relaxed[0]); row++) {
        shown before, after;
        edc_write write = {
            .means = relaxed[row].means, .wishes = relaxed[row].wishes};
        edc_account account = {.state = EDC_ACTIVE};
        edc_request request = {.roles = relaxed[row].roles, .relax = true};
        edc_code code = relaxed[row].code;
        edc_refusal refusal;
        edc_change change;

        show(&before, relaxed[row].before);
        show(&after, relaxed[row].after);
        change = edc_change_find(&before.picture, &after.picture);
        (void)edc_change_judge(&change, &write, &account, &request, &refusal);
        if (refusal.codes != (code == FREE ? 0 : EDC_BIT(code)))
            fail_msg("row %zu: \"%s\" to \"%s\" answers %llx", row,
                relaxed[row].before, relaxed[row].after,
                (unsigned long long)refusal.codes);
    }
}

static void
the_table_holds(void **state)
{
    edc_refusal refusal;

    (void)state;
    for (size_t row = 0; row < ROWS; row++) {
        edc_codes expected =
            table[row].code == FREE ? 0 : EDC_BIT(table[row].code);

        if (judge(row, false, &refusal) != expected)
            fail_msg("row %zu: \"%s\" to \"%s\" answers %llx", row,
                table[row].before, table[row].after,
                (unsigned long long)refusal.codes);
    }
}

/* A school's head is told that it is none of its schools; nobody without a role
 * is told a state. */
static void
no_role_is_told_nothing(void **state)
{
    char text[512];
    edc_refusal refusal;

    (void)state;
    for (size_t row = 0; row < ROWS; row++) {
        if (table[row].code != EDC_A02)
            continue;
        (void)judge(row, false, &refusal);
        (void)edc_refusal_text(&refusal, EDC_ENGLISH, text, sizeof(text));
        assert_null(strstr(text, "active"));
        assert_null(strstr(text, "none"));
        if (table[row].roles == 0)
            assert_int_equal(judge(row, true, &refusal), EDC_BIT(EDC_A01));
    }
}

static void
roles_are_asked_only_where_they_count(void **state)
{
    edc_change record = {.was = true, .is = true};
    edc_change other = {.password = true, .kept = true};
    edc_change made = {.is = true};
    edc_write plain = {.means = EDC_MEANS_MODIFY};
    edc_write wish = {.means = EDC_MEANS_MODIFY, .wishes = PASSWORD};

    (void)state;
    assert_false(edc_change_asks_roles(&record, &plain));
    assert_true(edc_change_asks_roles(&record, &wish));
    assert_false(edc_change_asks_roles(&other, &wish));
    assert_true(edc_change_asks_roles(&made, &plain));
}

/* Values have no order, and the same in another attribute is another. */
static void
values_are_compared_as_sets(void **state)
{
    edc_value one[3] = {{0, {"", 0}, {"b", 1}}, {0, {"fr", 2}, {"a", 1}},
        {0, {"", 0}, {"a", 1}}};
    edc_value two[3] = {{0, {"", 0}, {"a", 1}}, {0, {"", 0}, {"b", 1}},
        {0, {"fr", 2}, {"a", 1}}};
    edc_picture before = {.student = true, .uid = {one, 3}};
    edc_picture after = {.student = true, .uid = {two, 3}};

    (void)state;
    assert_false(edc_change_find(&before, &after).uid);
    two[2].options = EDC_STR("f");
    assert_true(edc_change_find(&before, &after).uid);
    two[2].options = EDC_STR("fr");
    two[0].value = EDC_STR("aa");
    assert_true(edc_change_find(&before, &after).uid);
    after.uid.n = 2;
    assert_true(edc_change_find(&before, &after).uid);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_holds),
        cmocka_unit_test(relax_lets_an_entry_become_an_account_and_back),
        cmocka_unit_test(no_role_is_told_nothing),
        cmocka_unit_test(roles_are_asked_only_where_they_count),
        cmocka_unit_test(values_are_compared_as_sets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
