/* harness.h - everything an integration test needs, in one include.
 *
 * server:  harness_server.h  starts and stops the real slapd
 * config:  harness_config.h  its slapd.conf
 * client:  harness_client.h  requests, answers, assertions on them
 * sample:  harness_sample.h  schools, staff, accounts in every state
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness_client.h"
#include "harness_config.h"
#include "harness_sample.h"
#include "harness_server.h"

#endif
