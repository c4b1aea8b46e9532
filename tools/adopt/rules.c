/* rules.c - which attribute of an account comes from where. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "adopt/adopt.h"
#include "ctl/dn.h"

static const struct {
    const char *attribute;
    adopt_kind kind;
} known[] = {
#define EDC_ADOPT(attribute, kind, meaning) {attribute, ADOPT_##kind},
#include "adopt/rules.def"
#undef EDC_ADOPT
};
#define N_KNOWN (sizeof(known) / sizeof(known[0]))

const char *const adopt_records[] = {"educonnectIne", "educonnectBirthDate",
    "educonnectEnrolledAt", "educonnectClass", "educonnectGuardian",
    "educonnectContestedGuardian", "educonnectFederatedId",
    "educonnectLegacyId", "educonnectSourceId", "educonnectLeftAt", NULL};

const char *
adopt_rule_add(adopt_rules *rules, const char *text, bool taken)
{
    const char *equals = strchr(text, '=');
    size_t n = equals == NULL ? 0 : (size_t)(equals - text), k = 0;

    if (equals == NULL || n == 0 || equals[1] == '\0')
        return taken ? "is ATTRIBUTE=ATTRIBUTE of the entry"
                     : "is ATTRIBUTE=VALUE";
    while (k < N_KNOWN && (strlen(known[k].attribute) != n ||
                              strncasecmp(known[k].attribute, text, n) != 0))
        k++;
    if (k == N_KNOWN)
        return "knows no such attribute; educonnectctl(1) lists them";
    if (!taken && known[k].kind == ADOPT_NAME && !ctl_is_dn(equals + 1))
        return "asks for a DN there";
    rules->list = ctl_resize(rules->list, rules->n + 1, sizeof(*rules->list));
    rules->list[rules->n++] = (adopt_rule){
        known[k].attribute, known[k].kind, taken, ctl_copy(equals + 1)};
    return NULL;
}

void
adopt_rules_free(adopt_rules *rules)
{
    for (size_t i = 0; i < rules->n; i++)
        free(rules->list[i].from);
    free(rules->list);
    *rules = (adopt_rules){NULL, 0};
}
