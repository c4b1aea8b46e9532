/* fuzz_siecle.c - any bytes as a file of SIECLE, of the school that it says. */
#include "source_checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    source_checks_file("file.xml", (edc_str){(const char *)data, size});
    return 0;
}
