/* check.c - the rules on a record that is written. */
#include "write/check.h"
#include "link/clean.h"
#include "link/gone.h"
#include "link/link.h"
#include "slapd/memory.h"
#include "slapd/reply.h"
#include "slapd/values.h"
#include "write/record.h"
#include "write/unique.h"

/* Whoever comes to be a guardian under a name inherits no link to it: they are
 * taken out, with the name reserved. They meant nobody, so this is right
 * whatever becomes of the write. */
static edc_codes
disinherit(Operation *op, slap_overinst *on, struct berval *ndn)
{
    if (!ov_names_nobody(op, ndn))
        return 0;
    if (!ov_clean_now(op, on, ndn))
        return EDC_BIT(ov_unread_code());
    ov_gone_born(ov_instance_of(on), ndn, NULL);
    return 0;
}

static edc_codes
check_links(Operation *op, ov_write *w, Entry *after)
{
    edc_codes codes = 0;

    ov_links_heal(op, w->on, w->before, after);
    if (!ov_same_values(w->before, after, ov_ad[EDC_AT_GUARDIAN]))
        codes = ov_links_check(op, w->on, after, w->before);
    codes |= ov_contests_check(op, w->on, after, w->before);
    if (codes != 0 || ov_has_class(w->before, EDC_OC_LEGAL_GUARDIAN) ||
        !ov_has_class(after, EDC_OC_LEGAL_GUARDIAN))
        return codes;
    if (!ov_links_reserve_target(op, w->on, &after->e_nname))
        return EDC_BIT(EDC_B02);
    return disinherit(op, w->on, &after->e_nname);
}

static int
answer(Operation *op, SlapReply *rs, slap_overinst *on, edc_codes codes,
    const char *attribute)
{
    edc_refusal refusal = {.codes = codes};

    if (codes == 0)
        return SLAP_CB_CONTINUE;
    refusal.params.attributes = edc_str_of(attribute);
    refusal.params.max = ov_instance_of(on)->settings.max_guardians;
    return ov_refuse(op, rs, on, &refusal);
}

int
ov_check_record(Operation *op, SlapReply *rs, ov_write *w, Entry *after)
{
    const char *attribute = "";
    edc_codes codes;

    codes = check_links(op, w, after);
    codes |= ov_unique_reserve(op, w->on, after, w->before, &attribute);
    return answer(op, rs, w->on, codes, attribute);
}

int
ov_check_new(Operation *op, SlapReply *rs, slap_overinst *on)
{
    Entry *e = op->ora_e;
    const char *attribute = "";
    edc_codes codes;

    if (!ov_links_reserve_new(op, on, e))
        return ov_refuse_code(op, rs, on, EDC_B02);
    codes = ov_links_check(op, on, e, NULL) |
            ov_contests_check(op, on, e, NULL) |
            ov_unique_reserve(op, on, e, NULL, &attribute);
    if (codes == 0 && ov_has_class(e, EDC_OC_LEGAL_GUARDIAN))
        codes = disinherit(op, on, &e->e_nname);
    return answer(op, rs, on, codes, attribute);
}

int
ov_check_read(Operation *op, SlapReply *rs, slap_overinst *on, int rc)
{
    return rc == SLAP_CB_CONTINUE && ov_is_unread(op)
               ? answer(op, rs, on, EDC_BIT(ov_unread_code()), "")
               : rc;
}
