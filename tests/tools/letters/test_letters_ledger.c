/* test_letters_ledger.c - which letters lie in a directory, which were lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/dn.h"
#include "letters/ledger.h"
#include "letters/words.h"

#define OLD "20261101000000Z"
#define NEW "20270224091500Z"

typedef struct place {
    char path[64];
    letters_store store;
    ctl c;
} place;

static const ctl_command command = {.name = "letters"};

static int
new_place(void **state)
{
    place *p = calloc(1, sizeof(*p));

    assert_non_null(p);
    strcpy(p->path, "/tmp/letters-ledger-XXXXXX");
    assert_non_null(mkdtemp(p->path));
    p->c.command = &command;
    assert_int_equal(
        letters_store_open(&p->c, &p->store, p->path, true), CTL_OK);
    *state = p;
    return 0;
}

static int
end_place(void **state)
{
    place *p = *state;
    char *remove = ctl_format("rm -r %s", p->path);

    letters_store_close(&p->store);
    assert_int_equal(system(remove), 0);
    free(remove);
    free(p);
    return 0;
}

static letter
account(const char *key, const char *until)
{
    return (letter){.dn = (char *)key,
        .key = (char *)key,
        .uid = (char *)"ines",
        .group = (char *)"6EME A",
        .until = (char *)until};
}

static letters_ledger
read_ledger(const place *p)
{
    letters_ledger ledger;

    assert_true(letters_ledger_read(&ledger, &p->store));
    return ledger;
}

static void
commit(const place *p, const letter *l)
{
    letters_text text = {NULL, 0, 0};
    letters_batch b;
    char *name = NULL;

    letters_ledger_accounts(l, 1, &text);
    assert_true(letters_batch_begin(&p->store, &b));
    assert_true(letters_batch_write(&b, "accounts.txt", text.p, text.n));
    assert_true(letters_batch_commit(&b, "9990001X", l->group, &name));
    free(name);
    letters_wipe(&text);
}

static void
a_letter_that_was_written_is_known_until_another_follows(void **state)
{
    place *p = *state;
    letter first = account("uid=ines,dc=x", OLD);
    letter later = account("uid=ines,dc=x", NEW);
    letter other = account("uid=yann,dc=x", OLD);
    letters_ledger ledger;

    commit(p, &first);
    ledger = read_ledger(p);
    assert_true(letters_ledger_has(&ledger, &first));
    assert_false(letters_ledger_has(&ledger, &later));
    assert_false(letters_ledger_has(&ledger, &other));
    letters_ledger_free(&ledger);
}

static void
any_dn_comes_back_as_it_was(void **state)
{
    place *p = *state;
    letter odd = account("cn=50%\t#%41\nx \\, é,dc=x", OLD);
    letters_ledger ledger;

    odd.key = ctl_dn_key(odd.dn);
    commit(p, &odd);
    ledger = read_ledger(p);
    assert_int_equal(ledger.written.n, 1);
    assert_true(letters_ledger_has(&ledger, &odd));
    free(odd.key);
    letters_ledger_free(&ledger);
}

static void
only_a_password_that_was_made_is_lost(void **state)
{
    place *p = *state;
    letter before = account("uid=ines,dc=x", NULL);
    letter informed = account("uid=ines,dc=x", NEW);
    letter untouched = account("uid=yann,dc=x", OLD);
    letter both[] = {before, untouched};
    letters_ledger ledger = read_ledger(p);

    assert_true(letters_ledger_intend(&ledger, &p->store, both, 2));
    letters_ledger_free(&ledger);
    ledger = read_ledger(p);
    assert_false(letters_ledger_lost(&ledger, &before));
    assert_true(letters_ledger_lost(&ledger, &informed));
    assert_false(letters_ledger_lost(&ledger, &untouched));
    letters_ledger_free(&ledger);

    commit(p, &informed);
    ledger = read_ledger(p);
    assert_false(letters_ledger_lost(&ledger, &informed));
    letters_ledger_free(&ledger);
}

static void
what_is_settled_is_forgotten_and_nothing_else(void **state)
{
    place *p = *state;
    letter both[] = {
        account("uid=ines,dc=x", NULL), account("uid=yann,dc=x", NULL)};
    letter lost = account("uid=yann,dc=x", NEW);
    const bool first[] = {true, false}, all[] = {true, true};
    char *path = ctl_format("%s/.intent", p->path);
    letters_ledger ledger = read_ledger(p);

    assert_true(letters_ledger_intend(&ledger, &p->store, both, 2));
    assert_true(letters_ledger_settle(&ledger, &p->store, both, first, 2));
    letters_ledger_free(&ledger);
    ledger = read_ledger(p);
    assert_int_equal(ledger.intended.n, 1);
    assert_true(letters_ledger_lost(&ledger, &lost));
    assert_int_equal(access(path, F_OK), 0);
    assert_true(letters_ledger_settle(&ledger, &p->store, both, all, 2));
    assert_int_not_equal(access(path, F_OK), 0);
    letters_ledger_free(&ledger);
    free(path);
}

static void
names_in_use_are_not_taken_again(void **state)
{
    place *p = *state;
    letter l = account("uid=ines,dc=x", OLD);
    char *second = ctl_format("%s/9990001X-6EME-A-2/accounts.txt", p->path);
    char *third = ctl_format("%s/9990001X-6EME-A-3", p->path);

    commit(p, &l);
    commit(p, &l);
    assert_int_equal(access(second, F_OK), 0);
    assert_int_not_equal(access(third, F_OK), 0);
    free(third);
    free(second);
}

static void
what_was_half_written_is_taken_away(void **state)
{
    place *p = *state;
    letters_batch b;
    char *path;

    assert_true(letters_batch_begin(&p->store, &b));
    assert_true(letters_batch_write(&b, "letters.csv", "secret", 6));
    assert_int_equal(close(b.fd), 0);
    letters_store_close(&p->store);
    assert_int_equal(
        letters_store_open(&p->c, &p->store, p->path, false), CTL_OK);
    path = ctl_format("%s/%s", p->path, b.name);
    assert_int_equal(access(path, F_OK), 0);
    letters_store_close(&p->store);
    assert_int_equal(
        letters_store_open(&p->c, &p->store, p->path, true), CTL_OK);
    assert_int_not_equal(access(path, F_OK), 0);
    free(path);
}

int
main(void)
{
#define IN_A_PLACE(test)                                                       \
    cmocka_unit_test_setup_teardown(test, new_place, end_place)
    const struct CMUnitTest tests[] = {
        IN_A_PLACE(a_letter_that_was_written_is_known_until_another_follows),
        IN_A_PLACE(any_dn_comes_back_as_it_was),
        IN_A_PLACE(only_a_password_that_was_made_is_lost),
        IN_A_PLACE(what_is_settled_is_forgotten_and_nothing_else),
        IN_A_PLACE(names_in_use_are_not_taken_again),
        IN_A_PLACE(what_was_half_written_is_taken_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
