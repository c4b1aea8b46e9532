/* test_vectors.c - those libraries of `make argon2` that this processor can run
 * compute what the system's does: `make check-argon2`, and in `make check`
 * where they were built.
 */
#define _GNU_SOURCE 1
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <argon2.h>
#include <cmocka.h>
#include <dlfcn.h>
#include <unistd.h>

typedef int (*argon2_function)(argon2_context *context, argon2_type type);

static const char *const levels[] = {"x86-64-v3", "x86-64-v4"};
#define N_LEVELS (sizeof(levels) / sizeof(levels[0]))

/* Whether this processor can run what was compiled for the level. */
static bool
can_run(const char *level)
{
#ifdef __x86_64__
    __builtin_cpu_init();
    if (strcmp(level, "x86-64-v3") == 0)
        return __builtin_cpu_supports("avx2") &&
               __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
    return __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl");
#else
    (void)level;
    return false;
#endif
}

/* Its argon2_ctx(), NULL: it was not built, or cannot run here. By its path a
 * second library of one name is loaded beside the first. */
static argon2_function
load(const char *level, void **handle)
{
    argon2_function function = NULL;
    char path[128];
    void *symbol;
    Dl_info info;

    snprintf(path, sizeof(path), "build/educonnect/glibc-hwcaps/%s/%s", level,
        "libargon2.so.1");
    *handle = NULL;
    if (access(path, R_OK) != 0 || !can_run(level))
        return NULL;
    *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    assert_non_null(*handle);
    symbol = dlsym(*handle, "argon2_ctx");
    assert_non_null(symbol);
    assert_int_not_equal(dladdr(symbol, &info), 0);
    assert_non_null(strstr(info.dli_fname, level));
    memcpy(&function, &symbol, sizeof(function));
    return function;
}

#define TAG_MAX 128

typedef struct question {
    argon2_type type;
    uint32_t version, memory, time, lanes, tag;
    size_t password, salt;
} question;

static unsigned char text[512];

static void
answer(argon2_function function, const question *q, unsigned char *tag)
{
    argon2_context context = {
        .out = tag,
        .outlen = q->tag,
        .pwd = text,
        .pwdlen = (uint32_t)q->password,
        .salt = text + 256,
        .saltlen = (uint32_t)q->salt,
        .t_cost = q->time,
        .m_cost = q->memory,
        .lanes = q->lanes,
        .threads = 1,
        .version = q->version,
        .flags = ARGON2_DEFAULT_FLAGS,
    };

    memset(tag, 0, TAG_MAX);
    assert_int_equal(function(&context, q->type), ARGON2_OK);
}

static void
ask_both(argon2_function other, const question *q)
{
    unsigned char system[TAG_MAX], built[TAG_MAX];

    answer(argon2_ctx, q, system);
    answer(other, q, built);
    if (memcmp(system, built, TAG_MAX) != 0)
        fail_msg("type %d version %u m=%u t=%u p=%u tag %u password %zu: they "
                 "differ",
            q->type, q->version, q->memory, q->time, q->lanes, q->tag,
            q->password);
}

/* Each kind, version, memory, passes and lanes with each other; the lengths
 * take turns. How many questions were asked. */
static size_t
ask_all(argon2_function other)
{
    static const uint32_t memories[] = {8, 9, 33, 64, 100, 257, 511, 1025};
    static const uint32_t times[] = {1, 2, 3, 6}, lanes[] = {1, 2, 3, 5};
    static const uint32_t tags[] = {4, 16, 31, 32, 33, 64, 65, 128};
    static const size_t passwords[] = {
        0, 1, 12, 63, 64, 65, 127, 128, 129, 250};
    static const size_t salts[] = {8, 15, 16, 17, 64};
    size_t n = 0;

    for (int kind = 0; kind < 6; kind++) {
        for (size_t i = 0; i < 8 * 4 * 4; i++) {
            question q = {
                .type = (argon2_type)(kind / 2),
                .version = kind % 2 == 0 ? 0x10 : 0x13,
                .lanes = lanes[i % 4],
                .time = times[i / 4 % 4],
                .memory = memories[i / 16],
                .tag = tags[n % 8],
                .password = passwords[n % 10],
                .salt = salts[n % 5],
            };

            if (q.memory < 8 * q.lanes)
                q.memory = 8 * q.lanes;
            ask_both(other, &q);
            n++;
        }
    }
    return n;
}

/* RFC 9106 section 5.3, with all that it can have. */
static void
expect_rfc(argon2_function function)
{
    static const unsigned char wanted[32] = {0x0d, 0x64, 0x0d, 0xf5, 0x8d, 0x78,
        0x76, 0x6c, 0x08, 0xc0, 0x37, 0xa3, 0x4a, 0x8b, 0x53, 0xc9, 0xd0, 0x1e,
        0xf0, 0x45, 0x2d, 0x75, 0xb6, 0x5e, 0xb5, 0x25, 0x20, 0xe9, 0x6b, 0x01,
        0xe6, 0x59};
    unsigned char password[32], salt[16], secret[8], data[12], tag[32];
    argon2_context context = {
        .out = tag,
        .outlen = sizeof(tag),
        .pwd = password,
        .pwdlen = sizeof(password),
        .salt = salt,
        .saltlen = sizeof(salt),
        .secret = secret,
        .secretlen = sizeof(secret),
        .ad = data,
        .adlen = sizeof(data),
        .t_cost = 3,
        .m_cost = 32,
        .lanes = 4,
        .threads = 1,
        .version = 0x13,
        .flags = ARGON2_DEFAULT_FLAGS,
    };

    memset(password, 1, sizeof(password));
    memset(salt, 2, sizeof(salt));
    memset(secret, 3, sizeof(secret));
    memset(data, 4, sizeof(data));
    assert_int_equal(function(&context, Argon2_id), ARGON2_OK);
    assert_memory_equal(tag, wanted, sizeof(wanted));
}

/* Verified by one, made by the other: it is the same function. */
static void
the_built_library_agrees_with_the_system(void **state)
{
    size_t compared = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (unsigned char)(i * 7 + 3);
    expect_rfc(argon2_ctx);
    for (size_t i = 0; i < N_LEVELS; i++) {
        void *handle;
        argon2_function function = load(levels[i], &handle);

        if (function == NULL) {
            print_message("%s: not built (make argon2), or not for this "
                          "processor\n",
                levels[i]);
            continue;
        }
        expect_rfc(function);
        compared += ask_all(function);
        print_message("%s: %zu hashes compared\n", levels[i], compared);
        dlclose(handle);
    }
    if (compared == 0)
        skip();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_built_library_agrees_with_the_system),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
