/* harness.h - everything an integration test needs, in one include.
 *
 * server:  harness/server.h  starts and stops the real slapd
 * config:  harness/config.h  its slapd.conf
 * client:  harness/client.h  requests, answers, assertions on them
 * sample:  harness/sample.h  schools, staff, accounts in every state
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/client.h"
#include "harness/config.h"
#include "harness/sample.h"
#include "harness/server.h"

#endif
