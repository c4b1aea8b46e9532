/* fuzz_onde.c - any bytes as a file of ONDE, of a school that is named. */
#include "source_checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    source_checks_school(
        "file.csv", "9990003Z", (edc_str){(const char *)data, size});
    return 0;
}
