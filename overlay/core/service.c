/* service.c - which services an account opens. */
#include "service.h"

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

bool
edc_service_open(const edc_service *service, const edc_school *schools,
    size_t n_schools, int64_t now)
{
    if ((service->opens != EDC_NO_TIME && now < service->opens) ||
        (service->closes != EDC_NO_TIME && now >= service->closes))
        return false;
    for (size_t i = 0; i < n_schools; i++) {
        if ((service->levels == 0 ||
                (service->levels & schools[i].levels) != 0) &&
            is_listed(service, schools[i].dn))
            return true;
    }
    return false;
}
