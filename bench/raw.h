/* raw.h - the limits of the hardware and of what slapd is built on, without
 * slapd.
 */
#ifndef BENCH_RAW_H
#define BENCH_RAW_H

/* Argon2id hashes a second at the bench's cost, computed by libargon2 on as
 * many threads as there are processors. */
double raw_argon2(double seconds);

/* LMDB write transactions a second of four puts each, into a database of this
 * directory that is made and removed; sync: each waits for the disk. */
double raw_lmdb(const char *directory, bool sync, double seconds);

#endif
