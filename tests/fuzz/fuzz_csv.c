/* fuzz_csv.c - any bytes as a CSV file. */
#include "source_checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    source_checks_file("file.csv", (edc_str){(const char *)data, size});
    return 0;
}
