/* settings.h - the overlay's configuration: values, defaults, checks, texts.
 *
 * directives.def lists every directive once; slapd.conf, cn=config, the manual
 * and the tests are made from it. A bad value is refused with the reason and
 * changes nothing.
 */
#ifndef EDC_SETTINGS_H
#define EDC_SETTINGS_H

#include "core/gate/proxies.h"
#include "core/lockout/claim.h"
#include "core/text/diag.h"
#include "core/password/hash.h"
#include "core/lockout/lockout.h"
#include "core/password/password.h"

typedef enum edc_guard_mode {
    EDC_GUARD_ENFORCE,
    EDC_GUARD_AUDIT,
    EDC_GUARD_OWNER
} edc_guard_mode;

/* educonnect-must-change. */
typedef enum edc_must_change {
    EDC_TELL_ANY,  /* everybody may open a restricted session */
    EDC_TELL_AWARE /* who sends the password policy control */
} edc_must_change;

/* educonnect-audit: no path, which begins with a slash. */
#define EDC_AUDIT_SYSLOG "syslog"

typedef enum edc_audience {
    EDC_AUDIENCE_DEFAULT,
    EDC_AUDIENCE_STUDENT,
    EDC_AUDIENCE_GUARDIAN,
    EDC_N_AUDIENCES
} edc_audience;

/* educonnect-hash-slots: hashes at once, and how many more may wait. */
typedef struct edc_hash_slots {
    uint32_t slots; /* 0: as many as processors */
    uint32_t queue; /* EDC_QUEUE_DEFAULT: EDC_QUEUE_PER_SLOT for each */
} edc_hash_slots;

#define EDC_SLOTS_MAX 256
#define EDC_QUEUE_MAX 65536
#define EDC_QUEUE_PER_SLOT 128
#define EDC_QUEUE_DEFAULT UINT32_MAX

/* educonnect-verify-cache. */
typedef struct edc_verify_cache {
    uint32_t entries; /* 0: there is none */
    int64_t ttl;      /* seconds */
} edc_verify_cache;

#define EDC_VERIFY_ENTRIES 1000
#define EDC_VERIFY_TTL 60
#define EDC_VERIFY_TTL_MAX 86400

/* educonnect-rehash. */
typedef struct edc_rehash {
    uint32_t rate; /* a second; 0: as many as bind */
    bool down;     /* what was hashed with more is made anew as well */
} edc_rehash;

/* Every value that directives set, but roles (DNs are the server's matter). */
typedef struct edc_settings {
    edc_guard_mode guard;
    struct {
        unsigned set; /* place in the order of setting, from 1; 0: not set, an
                         audience that is not set follows "default" */
        edc_policy policy;
    } password[EDC_N_AUDIENCES];
    edc_refused_list *password_list; /* owned; NULL: none */
    int64_t provisional;             /* lifetime, seconds */
    char **import_schemes; /* "{SSHA}"..., owned, NULL-terminated; or NULL */
    edc_cost hash;
    edc_cost ceiling;
    edc_lockout_rules lockout;
    edc_claim_rules claim;
    int64_t campaign;      /* seconds since 1970, > 0; 0: none */
    int64_t legacy_cutoff; /* seconds since 1970 */
    char **eligibility;    /* attribute names, owned, NULL-terminated */
    uint32_t max_guardians;
    edc_language language;
    edc_hash_slots hash_slots;
    edc_verify_cache verify_cache;
    uint32_t region; /* country code */
    bool test_data;  /* codes of schools may have a wrong check letter */
    edc_must_change must_change;
    edc_proxies proxies; /* educonnect-gate-proxies */
    char *audit;         /* a path, or EDC_AUDIT_SYSLOG; owned; NULL: none */
    edc_rehash rehash;
} edc_settings;

/* Fills in the defaults of directives.def. Returns false when memory
 * is out. */
bool edc_settings_init(edc_settings *settings);
void edc_settings_free(edc_settings *settings);

/* Makes a copy, which is freed by edc_settings_free(). Returns false, with
 * nothing to free, when memory is out. */
bool edc_settings_copy(edc_settings *copy, const edc_settings *settings);

/* One for each row of directives.def. Every one but educonnect-role carries a
 * value here. */
typedef enum edc_directive {
#define EDC_DIRECTIVE(id, name, olc, many, syntax, def, source, about)         \
    EDC_CONF_##id,
#include "core/settings/directives.def"
#undef EDC_DIRECTIVE
    EDC_N_DIRECTIVES
} edc_directive;

typedef struct edc_directive_info {
    const char *name;   /* "educonnect-guard" */
    const char *olc;    /* "olcEduconnectGuard" */
    bool many;          /* multi-valued */
    const char *syntax; /* arguments, for the manual */
    const char *def;    /* default, as text; "" when none */
    const char *source; /* where the default comes from */
    const char *about;  /* one paragraph for the manual */
} edc_directive_info;

const edc_directive_info *edc_directive_info_of(edc_directive directive);

/* Sets one directive from its words (argv[0] is the first word after the
 * directive's name). On a bad value returns false, changes nothing and writes
 * the reason, in English, to why (NUL-terminated, cut at size). Single-valued
 * directives replace, educonnect-password sets the audience named first
 * (one audience once: setting it again is refused until it was unset). Cross
 * checks: min <= max, min <= long; hash <= hash-ceiling is checked by
 * edc_settings_check(). EDC_CONF_ROLE is refused here. */
bool edc_settings_set(edc_settings *settings, edc_directive directive, int argc,
    const char *const *argv, char *why, size_t size);

/* Puts one directive back to its default; for a multi-valued one, value names
 * which (as edc_settings_get() writes it), NULL all. Returns false when value
 * is not set or memory is out. */
bool edc_settings_unset(
    edc_settings *settings, edc_directive directive, const char *value);

/* Writes the i-th value of a directive, words separated by one space, as
 * edc_settings_set() reads them back. Returns false past the last; a directive
 * that holds its default has no value. out is NUL-terminated; size >= 1024
 * holds any value that was accepted. */
bool edc_settings_get(const edc_settings *settings, edc_directive directive,
    unsigned i, char *out, size_t size);

/* Checks figures against each other once all of a change is in: hash under
 * hash-ceiling. Reason as in edc_settings_set(). */
bool edc_settings_check(const edc_settings *settings, char *why, size_t size);

/* The slots and the queue as they are on a machine of so many processors. */
edc_hash_slots edc_settings_slots(
    const edc_settings *settings, uint32_t processors);

/* The rules that hold for an entry of these publics: its audience's, the
 * stricter of both when it has both. */
edc_policy edc_settings_policy(
    const edc_settings *settings, bool student, bool guardian);

#endif
