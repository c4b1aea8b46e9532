/* raw.c - libargon2 and LMDB alone. */
#define _GNU_SOURCE 1
#include "peers.h"

#include <argon2.h>
#include <lmdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/gate/machine.h"
#include "load.h"
#include "raw.h"

typedef struct hasher {
    pthread_t thread;
    double until;
    unsigned long n;
} hasher;

static void *
hash(void *arg)
{
    hasher *h = arg;
    unsigned char tag[32];

    while (load_now() < h->until) {
        if (argon2id_hash_raw(BENCH_PASSES, BENCH_MEMORY, 1, BENCH_PASSWORD,
                strlen(BENCH_PASSWORD), "salt of the bench", 16, tag,
                sizeof(tag)) == ARGON2_OK)
            h->n++;
    }
    return NULL;
}

double
raw_argon2(double seconds)
{
    long n = (long)edc_processors("");
    hasher *all = calloc((size_t)n, sizeof(*all));
    double begin = load_now();
    unsigned long hashes = 0;

    REQUIRE(all != NULL);
    for (long i = 0; i < n; i++) {
        all[i].until = begin + seconds;
        REQUIRE(pthread_create(&all[i].thread, NULL, hash, &all[i]) == 0);
    }
    for (long i = 0; i < n; i++) {
        pthread_join(all[i].thread, NULL);
        hashes += all[i].n;
    }
    free(all);
    return (double)hashes / (load_now() - begin);
}

/* One transaction of four values of the size of a small entry's parts. */
static void
put_four(MDB_env *env, MDB_dbi dbi, unsigned long serial)
{
    char value[400] = {0};
    MDB_txn *txn;

    REQUIRE(mdb_txn_begin(env, NULL, 0, &txn) == 0);
    for (unsigned i = 0; i < 4; i++) {
        unsigned long number = (serial * 4 + i) * 7919 % 100000;
        MDB_val key = {sizeof(number), &number}, data = {sizeof(value), value};

        REQUIRE(mdb_put(txn, dbi, &key, &data, 0) == 0);
    }
    REQUIRE(mdb_txn_commit(txn) == 0);
}

double
raw_lmdb(const char *directory, bool sync, double seconds)
{
    char *path = text_of("%s/lmdb", directory), *file;
    double begin, until;
    unsigned long n = 0;
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;

    REQUIRE(mkdir(path, 0700) == 0 && mdb_env_create(&env) == 0);
    mdb_env_set_mapsize(env, (size_t)1 << 30);
    REQUIRE(mdb_env_open(env, path, sync ? 0 : MDB_NOSYNC, 0600) == 0);
    REQUIRE(mdb_txn_begin(env, NULL, 0, &txn) == 0 &&
            mdb_dbi_open(txn, NULL, MDB_INTEGERKEY, &dbi) == 0 &&
            mdb_txn_commit(txn) == 0);
    begin = load_now();
    until = begin + seconds;
    while (load_now() < until)
        put_four(env, dbi, n++);
    seconds = load_now() - begin;
    mdb_env_close(env);
    for (int i = 0; i < 2; i++) {
        file = text_of("%s/%s", path, i == 0 ? "data.mdb" : "lock.mdb");
        unlink(file);
        free(file);
    }
    rmdir(path);
    free(path);
    return (double)n / seconds;
}
