/* test_french.c - answers in French that have no code of the list. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <string.h>

#include "harness/exop.h"
#include "write/french.h"

static void
a_wrong_old_password(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    LDAP *self = client_login(&w->server, a.dn, a.password);
    answer r =
        client_password(self, NULL, "pas-le-bon-du-tout", "Primevere-2026-Or");

    assert_int_equal(r.code, LDAP_UNWILLING_TO_PERFORM);
    assert_string_equal(r.text, "l'ancien mot de passe n'est pas le bon");
    client_close(self);
}

static void
a_claim_with_what_is_none(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    claim_data claim = {
        "douze", "Karadec", "Ana", "2011-03-09", "Primevere-2026-Or", NULL};
    answer r = client_claim(w->as[REGISTRAR], &claim);

    assert_int_equal(r.code, LDAP_PROTOCOL_ERROR);
    assert_string_equal(
        r.text, "ce qui a été donné n'est pas un numéro de mobile");
    r = client_merge_of(w->as[ACADEMY], a.dn, "douze");
    assert_int_equal(r.code, LDAP_INVALID_DN_SYNTAX);
    assert_string_equal(
        r.text, "un des comptes donnés n'est pas un nom de l'annuaire");
}

/* What the schema's check says inside the backend's write. */
static void
a_value_that_is_none(void **state)
{
    static const struct {
        const char *dn, *attribute, *says; /* dn NULL: the account's */
    } rows[] = {{NULL, "educonnectBirthDate", "pour la date de naissance"},
        {COLLEGE, "educonnectSchoolLevel", "pour le niveau de l'établissement"},
        {COLLEGE, "educonnectUai", "pour le code UAI"}};
    world *w = *state;
    account a = student_in(w, "active");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        answer r = client_modify(w->as[ACADEMY],
            rows[i].dn == NULL ? a.dn : rows[i].dn, "replace: %s\n%s: x\n",
            rows[i].attribute, rows[i].attribute);

        expect(r, LDAP_CONSTRAINT_VIOLATION, "D01");
        REQUIRE(strstr(r.text, rows[i].says) != NULL);
        expect_plain_french(r.text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_old_password),
        cmocka_unit_test(a_claim_with_what_is_none),
        cmocka_unit_test(a_value_that_is_none),
    };

    return cmocka_run_group_tests(tests, french_world, end_world);
}
