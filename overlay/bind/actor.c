/* actor.c - what the identity of an operation is to an account. */
#include "bind/actor.h"
#include "bind/session.h"
#include "link/family.h"

/* Children that are looked at for one guardian, and schools for one student;
 * more than anybody has. */
#define CHILDREN_MAX 64

static bool
has_role(Operation *op, ov_role *role)
{
    if (!role->group)
        return dn_match(&role->ndn, &op->o_ndn);
    return backend_group(op, NULL, &role->ndn, &op->o_ndn, ov_oc_group,
               ov_ad_member) == 0;
}

unsigned
ov_actor_roles(Operation *op, slap_overinst *on)
{
    unsigned roles = 0;

    if (BER_BVISEMPTY(&op->o_ndn))
        return 0;
    if (be_isroot(op))
        return EDC_ACADEMY;
    for (ov_role *r = ov_instance_of(on)->roles; r != NULL; r = r->next) {
        if ((roles & r->role) == 0 && has_role(op, r))
            roles |= r->role;
    }
    return roles;
}

/* One school of an account, seen from the actor. */
typedef struct school_look {
    const struct berval *actor;
    AttributeDescription *delegate; /* beside the head */
    bool acts;
    bool is_school;
    char uai[OV_UAI_SIZE];
} school_look;

static void
look_at_school(void *ctx, Entry *e)
{
    school_look *look = ctx;
    BerVarray uai = ov_values(e, ov_ad[EDC_AT_UAI]);

    if (!ov_has_class(e, EDC_OC_SCHOOL) || uai == NULL ||
        uai->bv_len >= sizeof(look->uai))
        return;
    look->is_school = true;
    memcpy(look->uai, uai->bv_val, uai->bv_len + 1);
    look->acts = ov_has_dn(e, ov_ad[EDC_AT_HEAD], look->actor) ||
                 ov_has_dn(e, look->delegate, look->actor);
}

static void
keep(char out[OV_UAI_SIZE], const char *uai)
{
    memcpy(out, uai, strlen(uai) + 1);
}

static void
keep_lowest(char lowest[OV_UAI_SIZE], const char *uai)
{
    if (lowest[0] == '\0' || strcmp(uai, lowest) < 0)
        keep(lowest, uai);
}

/* Goes through the schools that a student is enrolled at. The actor acts for
 * the one that informed, else for the lowest UAI, so that the choice does not
 * depend on the order of values. */
static void
walk_schools(Operation *op, BerVarray schools, AttributeDescription *delegate,
    unsigned role, const edc_account *account, ov_actor *actor)
{
    for (; schools != NULL && !BER_BVISNULL(schools); schools++) {
        school_look look = {.actor = &op->o_ndn, .delegate = delegate};

        ov_entry_look(op, schools, look_at_school, &look);
        if (!look.is_school)
            continue;
        if (role == EDC_SCHOOL_GUARDIAN)
            keep_lowest(actor->owner, look.uai);
        if (!look.acts)
            continue;
        actor->roles |= role;
        if (edc_str_eq(edc_str_of(look.uai), account->informed_by)) {
            actor->roles |= EDC_SCHOOL_INFORMER;
            keep(actor->school, look.uai);
        } else if ((actor->roles & EDC_SCHOOL_INFORMER) == 0) {
            keep_lowest(actor->school, look.uai);
        }
    }
}

typedef struct children {
    BerVarray schools; /* DNs, each once */
    int n;
} children;

static bool
add_child_schools(void *ctx, Entry *e, const struct berval *link)
{
    children *c = ctx;
    BerVarray schools = ov_nvalues(e, ov_ad[EDC_AT_ENROLLED_AT]);

    (void)link;
    for (; schools != NULL && !BER_BVISNULL(schools); schools++) {
        bool known = false;

        for (int i = 0; i < c->n; i++)
            known = known || dn_match(&c->schools[i], schools);
        if (!known && c->n < CHILDREN_MAX) {
            value_add_one(&c->schools, schools);
            c->n++;
        }
    }
    return true;
}

static void
school_roles(
    Operation *op, Entry *entry, const edc_account *account, ov_actor *actor)
{
    if (account->student)
        walk_schools(op, ov_nvalues(entry, ov_ad[EDC_AT_ENROLLED_AT]),
            ov_ad[EDC_AT_STUDENT_DELEGATE], EDC_SCHOOL_STUDENT, account, actor);
    if (account->guardian) {
        children c = {0};

        ov_children_each(op, entry, CHILDREN_MAX, add_child_schools, &c);
        walk_schools(op, c.schools, ov_ad[EDC_AT_GUARDIAN_DELEGATE],
            EDC_SCHOOL_GUARDIAN, account, actor);
        ber_bvarray_free(c.schools);
    }
}

void
ov_actor_find(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, ov_actor *actor)
{
    *actor = (ov_actor){.roles = ov_actor_roles(op, on)};
    if (entry == NULL || BER_BVISEMPTY(&op->o_ndn))
        return;
    if (dn_match(&op->o_ndn, &entry->e_nname))
        actor->roles |= EDC_SELF;
    else
        school_roles(op, entry, account, actor);
}

static bool
found_one(void *ctx, Entry *e)
{
    bool *found = ctx;

    *found = *found || ov_has_class(e, EDC_OC_SCHOOL);
    return !*found;
}

bool
ov_actor_is_school(Operation *op)
{
    static const edc_attribute names[] = {
        EDC_AT_HEAD, EDC_AT_STUDENT_DELEGATE, EDC_AT_GUARDIAN_DELEGATE};
    bool found = false;

    for (size_t i = 0; i < 3 && !found && !BER_BVISEMPTY(&op->o_ndn); i++)
        ov_search_equal(op, ov_ad[names[i]], &op->o_ndn, 1, found_one, &found);
    return found;
}

void
ov_actor_ask(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, ov_actor *actor, edc_request *request)
{
    ov_actor_find(op, on, entry, account, actor);
    request->roles = actor->roles;
    request->school = edc_str_of(actor->school);
    request->owner = edc_str_of(actor->owner);
    request->relax = get_relax(op) != 0;
    request->now = op->o_time;
    request->school_identity = actor->roles == 0 && ov_actor_is_school(op);
    request->proven = (actor->roles & EDC_SELF) != 0 &&
                      ov_session_is_bound_with(op, account->password);
}
