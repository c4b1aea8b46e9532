/* crossing_events.c - every event that may cross another one, by state. */
#include "harness/harness.h"

#include "harness/crossing.h"

#include <stdio.h>
#include <stdlib.h>

#include "harness/exop.h"

typedef crossing_doing doing;

/* ---- passwords ---- */

static answer
inform(const doing *d)
{
    return client_password(d->w->as[HEAD1], d->a->dn, NULL, NULL);
}

static answer
inform_by_import(const doing *d)
{
    return client_modify(d->w->as[PROVISIONER], d->a->dn,
        "replace: userPassword\nuserPassword: %s\n", d->own);
}

static answer
school_reset(const doing *d)
{
    return client_password(d->w->as[SDEL1], d->a->dn, NULL, NULL);
}

static answer
academy_reset(const doing *d)
{
    return client_password(d->w->as[ACADEMY], d->a->dn, NULL, NULL);
}

static answer
by_holder(const doing *d)
{
    LDAP *self = client_open(&d->w->server);
    answer r = client_bind(self, d->a->dn, d->a->password);

    if (r.code == LDAP_SUCCESS)
        r = client_password(self, NULL, NULL, d->own);
    client_close(self);
    return r;
}

static answer
recover(const doing *d)
{
    return client_password(d->w->as[REGISTRAR], d->a->dn, NULL, d->own);
}

static answer
claim(const doing *d)
{
    claim_data data = {
        d->mobile, "Karadec", "Soizic", "2011-03-09", d->own, NULL};

    return client_claim(d->w->as[REGISTRAR], &data);
}

/* ---- states ---- */

static answer
to_state(const doing *d, actor who, const char *state)
{
    return client_modify(d->w->as[who], d->a->dn,
        "replace: educonnectState\neduconnectState: %s\n", state);
}

static answer
withdraw(const doing *d)
{
    return to_state(d, HEAD1, "uninformed");
}

static answer
suspend(const doing *d)
{
    return to_state(d, d->pupil ? HEAD1 : ASSISTANCE, "suspended");
}

static answer
close_account(const doing *d)
{
    return to_state(d, PROVISIONER, "closed");
}

static answer
back_to_active(const doing *d)
{
    return to_state(d, ACADEMY, "active");
}

static answer
merge(const doing *d)
{
    return client_merge_of(d->w->as[ACADEMY], d->a->dn, d->into);
}

/* ---- locks ---- */

static answer
lock(const doing *d)
{
    return client_modify(d->w->as[d->pupil ? SDEL1 : ASSISTANCE], d->a->dn,
        "replace: pwdAccountLockedTime\n"
        "pwdAccountLockedTime: 000001010000Z\n");
}

static answer
unlock(const doing *d)
{
    return client_modify(d->w->as[d->pupil ? HEAD1 : ASSISTANCE], d->a->dn,
        "delete: pwdAccountLockedTime\n");
}

/* The lock is written after the last answer. */
static answer
guesses(const doing *d)
{
    answer r = {.code = LDAP_SUCCESS};

    for (int i = 0; i < 10; i++) {
        char *guess = text_of("Mauvaise-Reponse-%d", i);

        bind_once(&d->w->server, d->a->dn, guess);
        free(guess);
    }
    if (d->alone)
        free(client_await(d->w->as[ROOT], d->a->dn, "pwdAccountLockedTime"));
    return r;
}

/* ---- records ---- */

/* Whose hash is weaker than what is configured by now. */
static answer
rehash(const doing *d)
{
    return bind_once(&d->w->server, d->a->dn, d->a->password);
}

static answer
new_mobile(const doing *d)
{
    return client_modify(d->w->as[PROVISIONER], d->a->dn,
        "replace: mobile\nmobile: +33 7 00 00 00 00\n");
}

static answer
create_with(const doing *d, const char *more)
{
    if (!d->pupil)
        return client_ldif(d->w->as[PROVISIONER],
            "dn: %s\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectLegalGuardian\nuid: %s\n"
            "cn: Soizic Karadec\nsn: Karadec\ngivenName: Soizic\n%s",
            d->a->dn, d->a->uid, more);
    return client_ldif(d->w->as[PROVISIONER],
        "dn: %s\nobjectClass: inetOrgPerson\nobjectClass: educonnectStudent\n"
        "uid: %s\ncn: Ines Karadec\nsn: Karadec\ngivenName: Ines\n"
        "educonnectIne: 9%08dAC\neduconnectBirthDate: 2011-03-09\n"
        "educonnectEnrolledAt: " COLLEGE "\n%s",
        d->a->dn, d->a->uid, atoi(d->a->uid + sizeof("neuf") - 1), more);
}

static answer
create(const doing *d)
{
    return create_with(d, "");
}

static answer
create_informed(const doing *d)
{
    char *more = text_of("userPassword: %s\n", d->own);
    answer r = create_with(d, more);

    free(more);
    return r;
}

static answer
create_and_lock(const doing *d)
{
    answer r = create_informed(d);

    return r.code != LDAP_SUCCESS ? r : lock(d);
}

/* ---- by state ---- */

#define CLOSING {"close", close_account, EVENT}
#define LOCKING                                                                \
    {"lock", lock, EVENT},                                                     \
    {                                                                          \
        "unlock", unlock, EVENT                                                \
    }
#define GUESSING {"guesses", guesses, LOCK}
#define RECORDING {"new mobile", new_mobile, RECORD}
#define CREATING                                                               \
    {                                                                          \
        {"create", create, ENTRY},                                             \
            {"create-informed", create_informed, ENTRY},                       \
        {                                                                      \
            "create and lock", create_and_lock, ENTRY | AND_MORE               \
        }                                                                      \
    }

const crossing_group crossing_groups[] = {
    {NULL, false, CREATING},
    {"uninformed", false,
        {{"inform", inform, EVENT}, {"import", inform_by_import, EVENT},
            {"claim", claim, EVENT}, CLOSING, {"merge", merge, EVENT}, LOCKING,
            RECORDING}},
    {"informed", false,
        {{"inform", inform, EVENT}, {"withdraw", withdraw, EVENT},
            {"activate", by_holder, EVENT}, {"claim", claim, EVENT},
            {"suspend", suspend, EVENT}, CLOSING, {"merge", merge, EVENT},
            LOCKING, GUESSING, RECORDING}},
    {"active", false,
        {{"change", by_holder, EVENT}, {"recover", recover, EVENT},
            {"reset", academy_reset, EVENT}, {"suspend", suspend, EVENT},
            CLOSING, {"merge", merge, EVENT}, LOCKING, GUESSING,
            {"rehash", rehash, NOTHING}, RECORDING}},
    {"reset", false,
        {{"activate", by_holder, EVENT}, {"recover", recover, EVENT},
            {"reset", academy_reset, EVENT}, {"suspend", suspend, EVENT},
            CLOSING, {"merge", merge, EVENT}, LOCKING, GUESSING, RECORDING}},
    {"suspended", false,
        {{"resume", back_to_active, EVENT}, CLOSING, LOCKING, RECORDING}},
    {"closed", false, {{"reopen", back_to_active, EVENT}, LOCKING, RECORDING}},
    {NULL, true, CREATING},
    {"uninformed", true,
        {{"inform", inform, EVENT}, {"import", inform_by_import, EVENT},
            CLOSING, LOCKING, RECORDING}},
    {"informed", true,
        {{"inform", inform, EVENT}, {"withdraw", withdraw, EVENT},
            {"activate", by_holder, EVENT}, {"suspend", suspend, EVENT},
            CLOSING, LOCKING, GUESSING, RECORDING}},
    {"active", true,
        {{"change", by_holder, EVENT}, {"recover", recover, EVENT},
            {"school reset", school_reset, EVENT},
            {"academy reset", academy_reset, EVENT},
            {"suspend", suspend, EVENT}, CLOSING, LOCKING, GUESSING,
            {"rehash", rehash, NOTHING}, RECORDING}},
    {"reset", true,
        {{"activate", by_holder, EVENT}, {"recover", recover, EVENT},
            {"school reset", school_reset, EVENT},
            {"academy reset", academy_reset, EVENT},
            {"suspend", suspend, EVENT}, CLOSING, LOCKING, GUESSING,
            RECORDING}},
    {"suspended", true,
        {{"resume", back_to_active, EVENT}, CLOSING, LOCKING, RECORDING}},
    {"closed", true, {{"reopen", back_to_active, EVENT}, LOCKING, RECORDING}},
};

const size_t crossing_n_groups =
    sizeof(crossing_groups) / sizeof(crossing_groups[0]);
