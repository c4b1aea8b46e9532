/* service.c - which services an account opens. */
#include "core/account/service.h"

unsigned
edc_level_parse(edc_str name)
{
    static const struct {
        edc_str name;
        unsigned level;
    } levels[] = {{EDC_STR("ecole"), EDC_ECOLE},
        {EDC_STR("college"), EDC_COLLEGE}, {EDC_STR("lycee"), EDC_LYCEE}};

    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (edc_str_caseeq(name, levels[i].name))
            return levels[i].level;
    }
    return 0;
}

static bool
is_listed(const edc_service *service, edc_str dn)
{
    for (size_t i = 0; i < service->n_schools; i++) {
        if (edc_str_eq(service->schools[i], dn))
            return true;
    }
    return service->n_schools == 0;
}

static bool
is_open(const edc_service *service, int64_t now)
{
    return (service->opens == EDC_NO_TIME || now >= service->opens) &&
           (service->closes == EDC_NO_TIME || now < service->closes);
}

/* One and the same school is of the level and listed. */
static bool
opened_by(const edc_service *service, edc_schools schools)
{
    for (size_t i = 0; i < schools.n; i++) {
        const edc_school *school = &schools.list[i];

        if ((service->levels == 0 || (service->levels & school->levels) != 0) &&
            is_listed(service, school->dn))
            return true;
    }
    return false;
}

bool
edc_service_access(const edc_service *service, const edc_account *account,
    edc_schools own, edc_schools childrens, int64_t now)
{
    if (account->state != EDC_ACTIVE || !is_open(service, now))
        return false;
    return (account->student && service->for_students &&
               opened_by(service, own)) ||
           (account->guardian && service->for_guardians &&
               opened_by(service, childrens));
}
