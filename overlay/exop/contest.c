/* contest.c - the contest operation: a guardian says "not my child".
 *
 * One write on the student moves the link from educonnectGuardian to
 * educonnectContestedGuardian. Whoever is not linked learns nothing of the
 * student, not even that there is one.
 */
#include "bind/trail.h"
#include "exop/answer.h"
#include "exop/operation.h"
#include "link/family.h"
#include "link/gone.h"
#include "link/void.h"
#include "slapd/ahead.h"
#include "slapd/memory.h"
#include "slapd/mods.h"
#include "slapd/reserve.h"

/* One contest under way. */
typedef struct contest {
    Operation *op;
    SlapReply *rs;
    slap_overinst *on;
    struct berval student; /* normalised */
} contest;

/* Whether a link means whoever asks, under this name or one that was merged
 * into it. */
static bool
is_mine(contest *c, struct berval *link)
{
    Entry *guardian;
    bool mine;

    if (dn_match(link, &c->op->o_ndn))
        return true;
    guardian = ov_guardian_of_link(c->op, link);
    mine = guardian != NULL && dn_match(&guardian->e_nname, &c->op->o_ndn);
    if (guardian != NULL)
        entry_free(guardian);
    return mine;
}

/* The links of the student that mean whoever asks, moved. Returns how many
 * there are; *done tells whether there is one that was moved before. */
static unsigned
move_links(contest *c, Entry *student, Modifications **mods, bool *done)
{
    AttributeDescription *from = ov_ad[EDC_AT_GUARDIAN];
    AttributeDescription *to = ov_ad[EDC_AT_CONTESTED_GUARDIAN];
    BerVarray links = ov_nvalues(student, from);
    BerVarray before = ov_nvalues(student, to);
    unsigned n = 0;

    *done = false;
    for (; before != NULL && !BER_BVISNULL(before); before++)
        *done = *done || is_mine(c, before);
    for (unsigned i = 0; links != NULL && !BER_BVISNULL(&links[i]); i++) {
        struct berval *dn = &ov_values(student, from)[i];

        if (!is_mine(c, &links[i]))
            continue;
        ov_mods_append(mods, LDAP_MOD_DELETE, from, dn, 1);
        if (!ov_has_dn(student, to, &links[i]))
            ov_mods_append(mods, LDAP_MOD_ADD, to, dn, 1);
        n++;
    }
    return n;
}

static void
note(contest *c, Entry *student)
{
    edc_trail trail = {.text = {[EDC_TRAIL_INTO] = ov_str(&c->op->o_dn)}};

    ov_instance_of(c->on)->counters.contests++;
    Debug(LDAP_DEBUG_STATS, "%s educonnect: \"%s\" contest by \"%s\"\n",
        c->op->o_log_prefix, c->student.bv_val, c->op->o_ndn.bv_val);
    ov_trail_same(c->op, c->on, student, OV_TRAIL_CONTEST, &trail);
}

/* The child, or one whom it would name anew. */
static bool
is_ahead(contest *c, Entry *student, const Modifications *mods)
{
    if (ov_is_ahead(c->op, c->on, student)) {
        ov_ahead_log(c->op, &student->e_name);
        return true;
    }
    for (; mods != NULL; mods = mods->sml_next) {
        if (mods->sml_op == LDAP_MOD_ADD &&
            ov_gone_is_ahead(c->op, c->on, &mods->sml_nvalues[0]))
            return true;
    }
    return false;
}

static int
move(contest *c, Entry *student)
{
    Modifications *mods = NULL, *first = NULL;
    edc_account account;
    edc_plan plan;
    unsigned n;
    bool done;
    int rc;

    if (!ov_has_class(student, EDC_OC_STUDENT))
        return LDAP_NO_SUCH_OBJECT;
    n = move_links(c, student, &mods, &done);
    if (ov_is_unread(c->op)) {
        slap_mods_free(mods, 1);
        return ov_deny_unread(c->op, c->rs, c->on);
    }
    if (n == 0)
        return done ? LDAP_SUCCESS : LDAP_NO_SUCH_OBJECT;
    if (is_ahead(c, student, mods)) {
        slap_mods_free(mods, 1);
        return ov_deny_code(c->op, c->rs, c->on, EDC_B03);
    }
    ov_account_read(student, &account);
    edc_plan_next_serial(&account, &plan);
    ov_mods_serial(&first, &account, plan.serial);
    ov_mods_prepend(&mods, first);
    rc = ov_modify_internal(
        c->op, &student->e_name, &student->e_nname, mods, &c->rs->sr_text);
    if (rc == LDAP_SUCCESS)
        note(c, student);
    return rc;
}

/* The own name and those that the student names are reserved as a writer of
 * links does, so that no merge, rename or delete changes what links mean
 * meanwhile. */
static bool
reserve(contest *c, Entry *student)
{
    ov_want want = {.ad = ov_ad[EDC_AT_GUARDIAN], .share = OV_SHARED};
    BerVarray links = ov_nvalues(student, want.ad);
    bool done;

    want.value = c->op->o_ndn;
    done = ov_reserve(c->op, c->on, &want, 1);
    for (; done && links != NULL && !BER_BVISNULL(links); links++) {
        want.value = *links;
        done = ov_reserve(c->op, c->on, &want, 1);
    }
    return done;
}

static int
run(contest *c)
{
    int rc = OV_LOST_RACE;

    for (int try = 0; try < OV_TRIES && rc == OV_LOST_RACE; try++) {
        Entry *student = ov_entry_copy(c->op, &c->student);
        bool reserved = student == NULL || reserve(c, student);

        if (student != NULL)
            entry_free(student);
        if (!reserved)
            return ov_deny_code(c->op, c->rs, c->on, EDC_B02);
        c->rs->sr_text = NULL;
        student = ov_entry_copy(c->op, &c->student);
        if (ov_is_unread(c->op))
            rc = ov_deny_unread(c->op, c->rs, c->on);
        else
            rc = student == NULL ? LDAP_NO_SUCH_OBJECT : move(c, student);
        if (student != NULL)
            entry_free(student);
    }
    return rc == OV_LOST_RACE ? ov_deny_code(c->op, c->rs, c->on, EDC_B02) : rc;
}

int
ov_contest(Operation *op, SlapReply *rs, slap_overinst *on, edc_str student)
{
    contest c = {.op = op, .rs = rs, .on = on};
    BackendInfo *bi = ov_enter(op, on);
    bool guardian = ov_names_guardian(op, &op->o_ndn);
    int rc;

    if (ov_is_unread(op))
        rc = ov_deny_unread(op, rs, on);
    else if (!guardian)
        rc = ov_deny_role(op, rs, on, "contest");
    else if (!ov_keep_dn(op, student, &c.student))
        rc = LDAP_INVALID_DN_SYNTAX;
    else
        rc = run(&c);
    ov_leave(op, bi);
    return rc;
}
