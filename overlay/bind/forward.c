/* forward.c - the lock of a server that takes no writes, handed on. */
#include "bind/forward.h"

#include "slapd/entry.h"
#include "slapd/mods.h"

/* Filter: the serial is the one that is known here, or there is none. */
static int
print_filter(BerElement *ber, Entry *entry)
{
    AttributeDescription *ad = ov_kept[EDC_KEPT_SERIAL];
    BerVarray serial = ov_values(entry, ad);

    return serial != NULL ? ber_printf(ber, "t{OO}", LDAP_FILTER_EQUALITY,
                                &ad->ad_cname, &serial[0])
                          : ber_printf(ber, "t{tO}", LDAP_FILTER_NOT,
                                LDAP_FILTER_PRESENT, &ad->ad_cname);
}

static int
ignore(Operation *op, SlapReply *rs)
{
    (void)op;
    (void)rs;
    return 0;
}

/* What the server asks of its clients' connections (security, require) is asked
 * of none here. */
static void
pass_for_secure(Operation *own)
{
    const slap_ssf_t enough = ~(slap_ssf_t)0;

    own->o_protocol = LDAP_VERSION3; /* or there are no referrals */
    own->o_ssf = own->o_transport_ssf = enough;
    own->o_tls_ssf = own->o_sasl_ssf = enough;
    own->o_authtype = LDAP_AUTH_SASL;
}

/* By way of the frontend, which answers with the referral. The identity is to
 * be asserted, which slapd-ldap does for what may be cached only. */
static int
send_on(
    Operation *op, Entry *entry, Modifications *mods, LDAPControl **controls)
{
    BackendDB *be = op->o_bd->bd_self;
    Operation own = ov_op_copy(op);
    Opheader header = *op->o_hdr;
    SlapReply rs = {.sr_type = REP_RESULT};
    slap_callback callback = {.sc_response = ignore};

    own.o_hdr = &header;
    pass_for_secure(&own);
    own.o_bd = frontendDB;
    own.o_tag = LDAP_REQ_MODIFY;
    own.o_dn = be->be_rootdn;
    own.o_ndn = be->be_rootndn;
    own.o_callback = &callback;
    memset(own.o_ctrlflag, 0, sizeof(own.o_ctrlflag));
    own.o_relax = SLAP_CONTROL_CRITICAL;
    own.o_ctrls = controls;
    own.o_do_not_cache = 0;
    BER_BVZERO(&own.o_csn);
    slap_op_time(&own.o_time, &own.o_tincr);
    memset(&own.o_request, 0, sizeof(own.o_request));
    own.o_req_dn = entry->e_name;
    own.o_req_ndn = entry->e_nname;
    own.orm_modlist = mods;
    frontendDB->be_modify(&own, &rs);
    return rs.sr_err;
}

int
ov_forward_lock(Operation *op, Entry *entry, const struct berval *time)
{
    LDAPControl relax = {
        .ldctl_oid = LDAP_CONTROL_RELAX, .ldctl_iscritical = 1};
    LDAPControl assert = {
        .ldctl_oid = LDAP_CONTROL_ASSERT, .ldctl_iscritical = 1};
    LDAPControl *controls[] = {&relax, &assert, NULL};
    BerElementBuffer buffer;
    BerElement *ber = (BerElement *)&buffer;
    Modifications *mods = NULL;
    int rc = LDAP_OTHER;

    if (BER_BVISEMPTY(&op->o_bd->be_rootndn))
        return LDAP_INAPPROPRIATE_AUTH;
    ber_init2(ber, NULL, LBER_USE_DER);
    if (print_filter(ber, entry) >= 0 &&
        ber_flatten2(ber, &assert.ldctl_value, 0) >= 0) {
        ov_mods_append(&mods, LDAP_MOD_REPLACE,
            ov_kept[EDC_KEPT_PWD_LOCKED_TIME], time, 1);
        rc = send_on(op, entry, mods, controls);
        slap_mods_free(mods, 1);
    }
    ber_free_buf(ber);
    return rc;
}
