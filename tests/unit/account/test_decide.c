/* test_decide.c - every state x event x role, against the table as
 * it is written in prose, and what each event changes.
 */
#include "account/account_steps.h"

#include <stdlib.h>
#include <string.h>

#include "core/account/guard.h"

/* --- the table, said again in another form --- */

#define B(s) (1u << EDC_##s)

static const struct rule {
    const char *event;
    edc_wish wish;
    const char *target; /* for EDC_WISH_STATE */
    unsigned from;
    unsigned roles;
    edc_state to[EDC_N_STATES]; /* by from */
} rules[] = {
    {"create", EDC_WISH_CREATE, "", B(ABSENT), EDC_PROVISIONER | EDC_ACADEMY,
        {[EDC_ABSENT] = EDC_UNINFORMED}},
    {"create-informed", EDC_WISH_CREATE_PASSWORD, "", B(ABSENT),
        EDC_PROVISIONER | EDC_ACADEMY, {[EDC_ABSENT] = EDC_INFORMED}},
    {"inform", EDC_WISH_PASSWORD, "", B(UNINFORMED) | B(INFORMED),
        EDC_PROVISIONER | EDC_ACADEMY | EDC_SCHOOL_STUDENT |
            EDC_SCHOOL_GUARDIAN,
        {[EDC_UNINFORMED] = EDC_INFORMED, [EDC_INFORMED] = EDC_INFORMED}},
    {"withdraw", EDC_WISH_STATE, "uninformed", B(INFORMED),
        EDC_SCHOOL_INFORMER | EDC_ACADEMY, {[EDC_INFORMED] = EDC_UNINFORMED}},
    {"activate", EDC_WISH_PASSWORD, "", B(INFORMED) | B(RESET), EDC_SELF,
        {[EDC_INFORMED] = EDC_ACTIVE, [EDC_RESET] = EDC_ACTIVE}},
    {"change", EDC_WISH_PASSWORD, "", B(ACTIVE), EDC_SELF,
        {[EDC_ACTIVE] = EDC_ACTIVE}},
    {"recover", EDC_WISH_PASSWORD, "", B(ACTIVE) | B(RESET), EDC_REGISTRAR,
        {[EDC_ACTIVE] = EDC_ACTIVE, [EDC_RESET] = EDC_ACTIVE}},
    {"school-reset", EDC_WISH_PASSWORD, "", B(ACTIVE) | B(RESET),
        EDC_SCHOOL_STUDENT,
        {[EDC_ACTIVE] = EDC_RESET, [EDC_RESET] = EDC_RESET}},
    {"academy-reset", EDC_WISH_PASSWORD, "", B(ACTIVE) | B(RESET), EDC_ACADEMY,
        {[EDC_ACTIVE] = EDC_RESET, [EDC_RESET] = EDC_RESET}},
    {"suspend", EDC_WISH_STATE, "suspended", B(INFORMED) | B(ACTIVE) | B(RESET),
        EDC_ACADEMY | EDC_ASSISTANCE | EDC_SCHOOL_STUDENT,
        {[EDC_INFORMED] = EDC_SUSPENDED,
            [EDC_ACTIVE] = EDC_SUSPENDED,
            [EDC_RESET] = EDC_SUSPENDED}},
    {"resume", EDC_WISH_STATE, "active", B(SUSPENDED),
        EDC_ACADEMY | EDC_ASSISTANCE | EDC_SCHOOL_STUDENT,
        {[EDC_SUSPENDED] = EDC_ACTIVE}},
    {"close", EDC_WISH_STATE, "closed",
        B(UNINFORMED) | B(INFORMED) | B(ACTIVE) | B(RESET) | B(SUSPENDED),
        EDC_PROVISIONER | EDC_ACADEMY,
        {[EDC_UNINFORMED] = EDC_CLOSED,
            [EDC_INFORMED] = EDC_CLOSED,
            [EDC_ACTIVE] = EDC_CLOSED,
            [EDC_RESET] = EDC_CLOSED,
            [EDC_SUSPENDED] = EDC_CLOSED}},
    {"reopen", EDC_WISH_STATE, "active", B(CLOSED),
        EDC_PROVISIONER | EDC_ACADEMY, {[EDC_CLOSED] = EDC_ACTIVE}},
    {"claim", EDC_WISH_CLAIM, "", B(UNINFORMED) | B(INFORMED),
        EDC_REGISTRAR | EDC_ACADEMY,
        {[EDC_UNINFORMED] = EDC_ACTIVE, [EDC_INFORMED] = EDC_ACTIVE}},
    {"merge", EDC_WISH_MERGE, "",
        B(UNINFORMED) | B(INFORMED) | B(ACTIVE) | B(RESET),
        EDC_SELF | EDC_ACADEMY | EDC_ASSISTANCE,
        {[EDC_UNINFORMED] = EDC_CLOSED,
            [EDC_INFORMED] = EDC_CLOSED,
            [EDC_ACTIVE] = EDC_CLOSED,
            [EDC_RESET] = EDC_CLOSED}},
    {"unlock", EDC_WISH_UNLOCK, "",
        B(UNINFORMED) | B(INFORMED) | B(ACTIVE) | B(RESET) | B(SUSPENDED) |
            B(CLOSED),
        EDC_ASSISTANCE | EDC_ACADEMY | EDC_SCHOOL_STUDENT | EDC_SCHOOL_GUARDIAN,
        {[EDC_UNINFORMED] = EDC_UNINFORMED,
            [EDC_INFORMED] = EDC_INFORMED,
            [EDC_ACTIVE] = EDC_ACTIVE,
            [EDC_RESET] = EDC_RESET,
            [EDC_SUSPENDED] = EDC_SUSPENDED,
            [EDC_CLOSED] = EDC_CLOSED}},
    {"lock", EDC_WISH_LOCK, "",
        B(UNINFORMED) | B(INFORMED) | B(ACTIVE) | B(RESET) | B(SUSPENDED) |
            B(CLOSED),
        EDC_ASSISTANCE | EDC_ACADEMY | EDC_SCHOOL_STUDENT,
        {[EDC_UNINFORMED] = EDC_UNINFORMED,
            [EDC_INFORMED] = EDC_INFORMED,
            [EDC_ACTIVE] = EDC_ACTIVE,
            [EDC_RESET] = EDC_RESET,
            [EDC_SUSPENDED] = EDC_SUSPENDED,
            [EDC_CLOSED] = EDC_CLOSED}},
    {"migrate", EDC_WISH_MIGRATE, "", B(ABSENT), EDC_PROVISIONER | EDC_ACADEMY,
        {[EDC_ABSENT] = EDC_ACTIVE}},
    {"release", EDC_WISH_RELEASE, "", B(UNINFORMED) | B(ACTIVE),
        EDC_PROVISIONER | EDC_ACADEMY,
        {[EDC_UNINFORMED] = EDC_ABSENT, [EDC_ACTIVE] = EDC_ABSENT}},
};

#define N_RULES (sizeof(rules) / sizeof(rules[0]))

static const char *const targets[] = {
    "uninformed", "informed", "active", "reset", "suspended", "closed", "x"};

/* What the rules say of one role alone; NULL: refused. */
static const struct rule *
expected(edc_state from, edc_wish wish, const char *target, unsigned role)
{
    for (size_t i = 0; i < N_RULES; i++) {
        const struct rule *r = &rules[i];

        if (r->wish == wish && strcmp(r->target, target) == 0 &&
            (r->from & (1u << from)) != 0 && (r->roles & role) != 0)
            return r;
    }
    return NULL;
}

/* To a role that may wish so, an event that "needs another role" is one that
 * others may do now. */
static void
expect_other_role(const edc_refusal *refusal, edc_state from, unsigned role)
{
    for (size_t i = 0; i < N_RULES; i++) {
        const struct rule *r = &rules[i];

        if (refusal->codes == EDC_BIT(EDC_A02) &&
            edc_str_eq(refusal->params.event, edc_str_of(r->event)) &&
            ((r->from & (1u << from)) == 0 || (r->roles & role) != 0))
            fail_msg("%s, role %x: %s needs another role", edc_state_name(from),
                role, r->event);
    }
}

static void
try_one(edc_state from, edc_wish wish, const char *target, unsigned role)
{
    edc_account account = account_in(from);
    edc_request request = ask(wish, role);
    const struct rule *rule = expected(from, wish, target, role);
    edc_refusal refusal;
    edc_plan plan;
    bool allowed;

    if (wish == EDC_WISH_CLAIM || wish == EDC_WISH_MERGE) {
        account.student = false;
        account.guardian = true;
    }
    if (wish == EDC_WISH_RELEASE && from == EDC_ACTIVE) {
        account.activated_by = EDC_STR("migration");
        account.password = EDC_STR("{SSHA}x");
    }
    if (role == EDC_PROVISIONER && account.informed_by.n > 0)
        account.informed_by = EDC_STR("-"); /* the guard is tested below */
    request.target = edc_str_of(target);
    allowed = edc_decide(&account, &request, &settings, &plan, &refusal);
    if (allowed != (rule != NULL))
        fail_msg("%s, wish %d %s, role %x: %s", edc_state_name(from), wish,
            target, role, allowed ? "allowed" : "refused");
    if (!allowed) {
        assert_int_not_equal(refusal.codes, 0);
        if (edc_may_wish(wish, role))
            expect_other_role(&refusal, from, role);
        return;
    }
    assert_string_equal(edc_transition_of(plan.event)->name, rule->event);
    assert_int_equal(plan.to, rule->to[from]);
    assert_string_equal(plan.serial, wish == EDC_WISH_RELEASE ? "" : "8");
}

static void
test_every_state_event_and_role(void **state)
{
    (void)state;
    for (int from = EDC_ABSENT; from < EDC_N_STATES; from++) {
        for (unsigned role = 1; role < 1u << EDC_N_ROLES; role <<= 1) {
            for (int wish = EDC_WISH_CREATE; wish < EDC_N_WISHES; wish++) {
                if (wish != EDC_WISH_STATE) {
                    try_one((edc_state)from, (edc_wish)wish, "", role);
                    continue;
                }
                for (size_t t = 0; t < 7; t++)
                    try_one((edc_state)from, EDC_WISH_STATE, targets[t], role);
            }
        }
    }
}

static void
test_nobody_may_do_anything(void **state)
{
    (void)state;
    for (int from = EDC_ABSENT; from < EDC_N_STATES; from++) {
        edc_account account = account_in((edc_state)from);
        edc_request request = ask(EDC_WISH_PASSWORD, 0);
        edc_refusal refusal;
        edc_plan plan;

        assert_false(
            edc_decide(&account, &request, &settings, &plan, &refusal));
        assert_int_equal(refusal.codes, EDC_BIT(EDC_A02));
        request.school_identity = true;
        assert_false(
            edc_decide(&account, &request, &settings, &plan, &refusal));
        assert_int_equal(refusal.codes, EDC_BIT(EDC_A01));
    }
}

/* --- steps: what is allowed, what is refused and why --- */

/* --- single refusals --- */

static void
test_refusals_say_why(void **state)
{
    edc_account closed = account_in(EDC_CLOSED);
    edc_account active = account_in(EDC_ACTIVE);
    edc_account informed = account_in(EDC_INFORMED);
    edc_account merged = account_in(EDC_CLOSED);
    edc_request academy = ask(EDC_WISH_PASSWORD, EDC_ACADEMY);
    edc_request guardian = ask(EDC_WISH_PASSWORD, EDC_SCHOOL_GUARDIAN);
    edc_request self = ask(EDC_WISH_PASSWORD, EDC_SELF);
    edc_request reopen = ask(EDC_WISH_STATE, EDC_ACADEMY);
    edc_request provisioner = ask(EDC_WISH_PASSWORD, EDC_PROVISIONER);

    (void)state;
    merged.merged = true;
    reopen.target = EDC_STR("active");
    EXPECT_REFUSED(&closed, &academy, S02);
    EXPECT_REFUSED(&merged, &academy, S02);
    EXPECT_REFUSED(&merged, &reopen, S02);
    academy.crossed = true;
    EXPECT_REFUSED(&merged, &academy, S02);
    EXPECT_REFUSED(&active, &reopen, S01);
    EXPECT_REFUSED(&active, &guardian, G02);
    EXPECT_REFUSED(&active, &provisioner, A02);
    self.proven = false;
    EXPECT_REFUSED(&informed, &self, A03);
    EXPECT_REFUSED(&active, &self, A03);
    self.proven = true;
    self.now = informed.provisional_until;
    EXPECT_REFUSED(&informed, &self, S03);
}

static void
test_eligibility_holds_what_opens_an_account(void **state)
{
    edc_account new = account_in(EDC_ABSENT);
    edc_account uninformed = account_in(EDC_UNINFORMED);
    edc_account informed = account_in(EDC_INFORMED);
    edc_request create = ask(EDC_WISH_CREATE_PASSWORD, EDC_PROVISIONER);
    edc_request inform = ask(EDC_WISH_PASSWORD, EDC_SCHOOL_STUDENT);
    edc_request close = ask(EDC_WISH_STATE, EDC_PROVISIONER);
    edc_plan plan;

    (void)state;
    create.missing = inform.missing = close.missing = EDC_STR("educonnectIne");
    inform.schools = EDC_STR("9990001X,9990002Y");
    close.target = EDC_STR("closed");
    EXPECT_REFUSED(&new, &create, E01);
    inform.others = EDC_STR("uid=other,dc=example,dc=org");
    assert_int_equal(refused(&uninformed, &inform),
        EDC_BIT(EDC_E01) | EDC_BIT(EDC_E02) | EDC_BIT(EDC_E03));
    decide(&informed, &inform, &plan);
    decide(&uninformed, &close, &plan);
    uninformed.student = false;
    uninformed.guardian = true;
    inform.roles = EDC_SCHOOL_GUARDIAN;
    decide(&uninformed, &inform, &plan);
}

/* --- the guard --- */

static void
test_guard_lets_one_school_hold_the_letter(void **state)
{
    edc_account a = account_in(EDC_INFORMED);
    edc_request other = ask(EDC_WISH_PASSWORD, EDC_SCHOOL_GUARDIAN);
    edc_plan plan;

    (void)state;
    a.student = false;
    a.guardian = true;
    other.relax = false;
    decide(&a, &other, &plan);
    other.school = EDC_STR("9990002Y");
    EXPECT_REFUSED(&a, &other, G01);
    other.relax = true; /* is the academy's only */
    EXPECT_REFUSED(&a, &other, G01);
    other.now = a.provisional_until;
    decide(&a, &other, &plan);
    other.now = NOW;
    a.informed_by = EDC_STR("-");
    EXPECT_REFUSED(&a, &other, G01);
    other.roles = EDC_SCHOOL_STUDENT;
    decide(&a, &other, &plan);
}

static void
test_guard_and_the_academy(void **state)
{
    edc_account a = account_in(EDC_INFORMED);
    edc_request academy = ask(EDC_WISH_PASSWORD, EDC_ACADEMY);
    edc_request provisioner = ask(EDC_WISH_PASSWORD, EDC_PROVISIONER);
    edc_plan plan;

    (void)state;
    academy.relax = false;
    EXPECT_REFUSED(&a, &academy, G01);
    academy.relax = true;
    decide(&a, &academy, &plan);
    EXPECT_REFUSED(&a, &provisioner, G01);
    a.informed_by = EDC_STR("-");
    academy.relax = false;
    decide(&a, &academy, &plan);
    decide(&a, &provisioner, &plan);
    a = account_in(EDC_RESET);
    a.provisional_until = EDC_NO_TIME;
    decide(&a, &academy, &plan);
}

static void
test_guard_modes(void **state)
{
    edc_account a = account_in(EDC_INFORMED);
    edc_request other = ask(EDC_WISH_PASSWORD, EDC_SCHOOL_GUARDIAN);
    edc_plan plan;

    (void)state;
    other.school = EDC_STR("9990002Y");
    settings.guard = EDC_GUARD_AUDIT;
    decide(&a, &other, &plan);
    assert_int_equal(plan.audited, EDC_BIT(EDC_G01));
    settings.guard = EDC_GUARD_OWNER;
    a = account_in(EDC_UNINFORMED);
    other.owner = EDC_STR("9990001X");
    EXPECT_REFUSED(&a, &other, G03);
    other.school = EDC_STR("9990001X");
    decide(&a, &other, &plan);
    other.school = EDC_STR("9990002Y");
    other.roles |= EDC_SCHOOL_STUDENT;
    decide(&a, &other, &plan);
    other.roles = EDC_ACADEMY | EDC_SCHOOL_GUARDIAN;
    other.relax = false;
    decide(&a, &other, &plan);
    other.roles = EDC_PROVISIONER;
    decide(&a, &other, &plan);
}

/* --- what events change --- */

static void
test_inform_begins_a_letter(void **state)
{
    edc_account a = account_in(EDC_UNINFORMED);
    edc_request inform = ask(EDC_WISH_PASSWORD, EDC_SCHOOL_STUDENT);
    edc_plan plan;

    (void)state;
    a.has_lock = true;
    decide(&a, &inform, &plan);
    EXPECT_SET(&plan, STATE, "informed");
    EXPECT_SET(&plan, INFORMED_BY, "9990001X");
    EXPECT_SET(&plan, PWD_RESET, "TRUE");
    EXPECT_SET(&plan, PROVISIONAL_UNTIL, "20261220141320Z");
    EXPECT_SET(&plan, STATE_SINCE, "20260921141320Z");
    EXPECT_SET(&plan, PWD_LOCKED_TIME, "");
    EXPECT_SET(&plan, PWD_FAILURE_TIME, "");
    assert_false(plan.remember);
    inform.roles = EDC_ACADEMY;
    decide(&a, &inform, &plan);
    EXPECT_SET(&plan, INFORMED_BY, "-");
}

static void
test_activation_ends_the_letter(void **state)
{
    edc_account a = account_in(EDC_INFORMED);
    edc_request self = ask(EDC_WISH_PASSWORD, EDC_SELF);
    edc_plan plan;

    (void)state;
    decide(&a, &self, &plan);
    EXPECT_SET(&plan, INFORMED_BY, "");
    EXPECT_SET(&plan, PROVISIONAL_UNTIL, "");
    EXPECT_SET(&plan, PWD_RESET, "");
    EXPECT_SET(&plan, ACTIVATED_BY, "letter");
    EXPECT_LEFT(&plan, PWD_LOCKED_TIME);
    assert_false(plan.remember);
    a.legacy = true;
    decide(&a, &self, &plan);
    EXPECT_SET(&plan, ACTIVATED_BY, "letter");
    a.informed_by = EDC_STR("-");
    decide(&a, &self, &plan);
    EXPECT_SET(&plan, ACTIVATED_BY, "migration");
    a = account_in(EDC_RESET);
    decide(&a, &self, &plan);
    EXPECT_LEFT(&plan, ACTIVATED_BY);
    assert_false(plan.remember);
    a = account_in(EDC_ACTIVE);
    decide(&a, &self, &plan);
    assert_true(plan.remember);
    EXPECT_LEFT(&plan, STATE);
    EXPECT_SET(&plan, PWD_CHANGED_TIME, "20260921141320Z");
    a.n_passwords = 0;
    decide(&a, &self, &plan);
    assert_false(plan.remember);
}

static edc_account
guardian_in(edc_state state)
{
    edc_account a = account_in(state);

    a.student = false;
    a.guardian = true;
    return a;
}

static void
test_a_claim_activates(void **state)
{
    edc_account a = guardian_in(EDC_INFORMED);
    edc_request claim = ask(EDC_WISH_CLAIM, EDC_REGISTRAR);
    edc_plan plan;

    (void)state;
    a.has_lock = true;
    decide(&a, &claim, &plan);
    EXPECT_SET(&plan, STATE, "active");
    EXPECT_SET(&plan, ACTIVATED_BY, "self-registration");
    EXPECT_SET(&plan, PWD_RESET, "");
    EXPECT_SET(&plan, PWD_LOCKED_TIME, "");
    EXPECT_SET(&plan, PWD_CHANGED_TIME, "20260921141320Z");
    assert_int_equal(plan.effects & EDC_DROP_PASSWORD, 0);
    claim.federated = true;
    claim.source = EDC_SOURCE_NONE;
    decide(&a, &claim, &plan);
    EXPECT_SET(&plan, ACTIVATED_BY, "federation");
    EXPECT_SET(&plan, PWD_CHANGED_TIME, "");
    assert_int_equal(plan.effects & EDC_NEW_PASSWORD, 0);
    assert_int_not_equal(plan.effects & EDC_DROP_PASSWORD, 0);
    a.guardian = false;
    EXPECT_REFUSED(&a, &claim, C01);
    claim.roles = EDC_SELF;
    EXPECT_REFUSED(&a, &claim, A02);
}

/* An adult pupil's own account is held to the record. */
static void
test_a_claim_opens_no_held_record(void **state)
{
    edc_account a = account_in(EDC_UNINFORMED);
    edc_request claim = ask(EDC_WISH_CLAIM, EDC_REGISTRAR);

    (void)state;
    a.guardian = true;
    claim.missing = EDC_STR("educonnectIne");
    EXPECT_REFUSED(&a, &claim, E01);
}

static void
test_a_merge_leaves_nothing(void **state)
{
    static const edc_kept gone[] = {EDC_KEPT_INFORMED_BY,
        EDC_KEPT_PROVISIONAL_UNTIL, EDC_KEPT_PWD_RESET,
        EDC_KEPT_PASSWORD_HISTORY, EDC_KEPT_PWD_CHANGED_TIME,
        EDC_KEPT_PWD_LOCKED_TIME, EDC_KEPT_PWD_FAILURE_TIME};
    edc_account a = guardian_in(EDC_RESET);
    edc_request merge = ask(EDC_WISH_MERGE, EDC_ASSISTANCE);
    char out[64];
    edc_plan plan;

    (void)state;
    a.has_lock = true;
    merge.into = EDC_STR("uid=kept,dc=x");
    decide(&a, &merge, &plan);
    EXPECT_SET(&plan, STATE, "closed");
    EXPECT_SET(&plan, MERGED_INTO, "uid=kept,dc=x");
    EXPECT_SET(&plan, FORMER_STATE, "uninformed");
    assert_int_equal(plan.n_former, 1);
    for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
        assert_string_equal(planned(&plan, gone[i], out), "");
    assert_int_not_equal(plan.effects & EDC_DROP_PASSWORD, 0);
    a.student = true;
    EXPECT_REFUSED(&a, &merge, M03);
    a.guardian = false;
    EXPECT_REFUSED(&a, &merge, M03);
    a = guardian_in(EDC_CLOSED);
    EXPECT_REFUSED(&a, &merge, S01);
    a.merged = true;
    EXPECT_REFUSED(&a, &merge, S02);
    merge.roles = EDC_REGISTRAR;
    EXPECT_REFUSED(&a, &merge, A02);
}

/* One of the accounts that merges on several servers have closed. */
static void
test_crossed_merge_is_reopened(void **state)
{
    edc_account a = guardian_in(EDC_CLOSED);
    edc_request reopen = ask(EDC_WISH_STATE, EDC_PROVISIONER);
    char out[64];
    edc_plan plan;

    (void)state;
    a.merged = true;
    a.former = 1U << EDC_UNINFORMED;
    a.n_passwords = 0;
    reopen.target = EDC_STR("uninformed");
    EXPECT_REFUSED(&a, &reopen, S02);
    reopen.crossed = true;
    decide(&a, &reopen, &plan);
    EXPECT_SET(&plan, STATE, "uninformed");
    assert_string_equal(planned(&plan, EDC_KEPT_MERGED_INTO, out), "");
    assert_int_equal(plan.n_former, 0);
    reopen.roles = EDC_ASSISTANCE;
    EXPECT_REFUSED(&a, &reopen, A02);
}

static void
test_withdrawal_drops_the_password(void **state)
{
    edc_account a = account_in(EDC_INFORMED);
    edc_request withdraw = ask(EDC_WISH_STATE, EDC_SCHOOL_INFORMER);
    edc_plan plan;

    (void)state;
    withdraw.target = EDC_STR("Uninformed");
    decide(&a, &withdraw, &plan);
    assert_int_not_equal(plan.effects & EDC_DROP_PASSWORD, 0);
    EXPECT_SET(&plan, PWD_CHANGED_TIME, "");
    EXPECT_SET(&plan, STATE, "uninformed");
}

static void
test_former_states_stack(void **state)
{
    edc_account a = account_in(EDC_SUSPENDED);
    edc_request close = ask(EDC_WISH_STATE, EDC_ACADEMY);
    edc_plan plan;

    (void)state;
    close.target = EDC_STR("closed");
    decide(&a, &close, &plan);
    assert_int_equal(plan.n_former, 2);
    a.state = EDC_CLOSED;
    a.former = (1u << EDC_ACTIVE) | (1u << EDC_SUSPENDED);
    close.target = EDC_STR("active");
    EXPECT_REFUSED(&a, &close, S01);
    close.target = EDC_STR("suspended");
    decide(&a, &close, &plan);
    assert_int_equal(plan.event, EDC_EV_REOPEN);
    EXPECT_SET(&plan, FORMER_STATE, "active");
    a.state = EDC_SUSPENDED;
    a.former = 1u << EDC_ACTIVE;
    close.target = EDC_STR("active");
    decide(&a, &close, &plan);
    assert_int_equal(plan.event, EDC_EV_RESUME);
    EXPECT_SET(&plan, FORMER_STATE, "");
    a.former = 0;
    EXPECT_REFUSED(&a, &close, S01);
}

static void
test_serials(void **state)
{
    edc_account a = account_in(EDC_ACTIVE);
    edc_plan plan;

    (void)state;
    a.serial = (edc_str){NULL, 0};
    edc_plan_next_serial(&a, &plan);
    assert_string_equal(plan.serial, "1");
    a.serial = EDC_STR("99");
    edc_plan_next_serial(&a, &plan);
    assert_string_equal(plan.serial, "100");
    a.serial = EDC_STR("1234567890123456789012345");
    edc_plan_next_serial(&a, &plan);
    assert_string_equal(plan.serial, "1");
}

static void
test_names(void **state)
{
    edc_state s;

    (void)state;
    for (int i = EDC_UNINFORMED; i < EDC_N_STATES; i++) {
        assert_true(
            edc_state_parse(edc_str_of(edc_state_name((edc_state)i)), &s));
        assert_int_equal(s, i);
    }
    assert_false(edc_state_parse(EDC_STR("none"), &s));
    assert_false(edc_state_parse(EDC_STR(""), &s));
    assert_string_equal(edc_role_name(EDC_SELF), "self");
    assert_string_equal(edc_role_name(0), "none");
}

static void
test_new_accounts_have_serials_of_their_own(void **state)
{
    edc_plan a = {0}, b = {0};
    edc_account account = {0};

    (void)state;
    assert_true(edc_plan_first_serial(&a));
    assert_true(edc_plan_first_serial(&b));
    assert_string_not_equal(a.serial, b.serial);
    account.serial = edc_str_of(a.serial);
    edc_plan_next_serial(&account, &b);
    assert_int_equal(
        strtoull(b.serial, NULL, 10), strtoull(a.serial, NULL, 10) + 1);
    account.serial = EDC_STR("x");
    edc_plan_next_serial(&account, &b);
    assert_string_equal(b.serial, "1");
}

/* What is asked before anything costs time says what the whole says, for every
 * state, wish and role. */
static void
the_table_is_asked_alike_before(void **state)
{
    (void)state;
    for (int i = 0; i < EDC_N_STATES * EDC_N_WISHES * EDC_N_ROLES; i++) {
        edc_account a = account_in((edc_state)(i % EDC_N_STATES));
        edc_request r = {
            .wish = (edc_wish)(i / EDC_N_STATES % EDC_N_WISHES),
            .roles = 1u << (i / EDC_N_STATES / EDC_N_WISHES % EDC_N_ROLES),
            .target = EDC_STR("suspended"),
            .now = NOW,
        };
        edc_refusal before, whole, role = {0};
        edc_plan plan;
        bool allowed = edc_table_allows(&a, &r, &before);
        bool done = edc_decide(&a, &r, &settings, &plan, &whole);

        assert_true(allowed || !done);
        assert_int_equal(
            edc_wish_allowed(&r, r.wish, &role), edc_may_wish(r.wish, r.roles));
        if (!allowed) {
            assert_int_equal(before.codes, whole.codes);
            assert_true(edc_str_eq(before.params.event, whole.params.event));
            assert_true(edc_str_eq(before.params.state, whole.params.state));
        }
        if (role.codes != 0)
            assert_int_equal(before.codes, role.codes);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SETTINGS(test_every_state_event_and_role),
        WITH_SETTINGS(test_nobody_may_do_anything),
        WITH_SETTINGS(test_refusals_say_why),
        WITH_SETTINGS(test_eligibility_holds_what_opens_an_account),
        WITH_SETTINGS(test_guard_lets_one_school_hold_the_letter),
        WITH_SETTINGS(test_guard_and_the_academy),
        WITH_SETTINGS(test_guard_modes),
        WITH_SETTINGS(test_inform_begins_a_letter),
        WITH_SETTINGS(test_activation_ends_the_letter),
        WITH_SETTINGS(test_a_claim_activates),
        WITH_SETTINGS(test_a_claim_opens_no_held_record),
        WITH_SETTINGS(test_a_merge_leaves_nothing),
        WITH_SETTINGS(test_crossed_merge_is_reopened),
        WITH_SETTINGS(test_withdrawal_drops_the_password),
        WITH_SETTINGS(test_former_states_stack),
        cmocka_unit_test(test_serials),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_new_accounts_have_serials_of_their_own),
        WITH_SETTINGS(the_table_is_asked_alike_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
