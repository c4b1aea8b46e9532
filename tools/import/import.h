/* import.h - the parts of educonnectctl import, and what they share.
 *
 *   source/source.c    files -> records (syntax)
 *   import/map.c       a record's raw attributes -> its fields
 *   import/key.c       what a record is called among all of its source
 *   import/stage.c     records -> tables, one row a record, equal ids together
 *   import/directory.c the directory -> tables
 *   import/pieces.c    what stands elsewhere of a record: classes, links
 *   import/identify.c  which entry a record is; who is left out, and why
 *   import/check.c     whether the files fit the directory (doubts.def)
 *   import/kin.c       whom of the directory a link means
 *   import/join.c      a guardian in two sources: certain, or likely
 *   import/adopt.c     two accounts of one: the active one stays
 *   import/say.c       which source says who a pupil's guardians are
 *   import/extra.c     which ENT attributes the server's schema takes
 *   import/login.c     logins of new accounts, import/latin.c their letters
 *   import/wish.c      what a record wishes its entry to be
 *   import/plan.c      wishes against entries -> the plan, phase by phase
 *   import/scope.c     files of one school: which, and who is not concerned
 *   import/stay.c      whom a pupil would miss, and who leaves a pupil's links
 *   import/leavers.c   who is no longer in the source; the brake
 *   import/apply.c     the plan -> LDIF, or the server
 *   import/fate.c      what became of the plan's changes
 *   import/report.c    what became of every record
 *
 * Everything is decided before the first write, from the files and from what
 * the directory holds: a dry run prints that plan, and a run that was broken
 * off is finished by another, which plans what is still missing.
 */
#ifndef IMPORT_H
#define IMPORT_H

#include "ctl/output.h"
#include "source/bag.h"
#include "ctl/ctl.h"
#include "ctl/change.h"
#include "import/extra.h"
#include "source/source.h"
#include "source/store.h"

/* Keys of a record's fields. */
typedef enum import_field {
#define EDC_FIELD(id, kinds, aaf, csv, attribute, about) FIELD_##id,
#include "import/mapping.def"
#undef EDC_FIELD
    N_FIELDS,
    FIELD_EXTRA = N_FIELDS /* "name:value" of what is passed through */
} import_field;

/* Keys of what is read of an entry; import_attr_name() has the names. */
typedef enum import_attr {
    ATTR_OBJECT_CLASS,
    ATTR_UID,
    ATTR_CN,
    ATTR_SN,
    ATTR_GIVEN_NAME,
    ATTR_MOBILE,
    ATTR_MAIL,
    ATTR_POSTAL_ADDRESS,
    ATTR_DESCRIPTION,
    ATTR_SOURCE_ID,
    ATTR_LEFT_AT,
    ATTR_UAI,
    ATTR_LEVEL,
    ATTR_HEAD,
    ATTR_STUDENT_DELEGATE,
    ATTR_GUARDIAN_DELEGATE,
    ATTR_INE,
    ATTR_BIRTH_DATE,
    ATTR_ENROLLED_AT,
    ATTR_CLASS,
    ATTR_GUARDIAN,
    ATTR_CONTESTED,
    ATTR_STATE,
    ATTR_FORMER_STATE,
    ATTR_ACTIVATED_BY,
    ATTR_MERGED_INTO,
    N_ATTRS,
    ATTR_EXTRA = N_ATTRS /* "name:value" of what is passed through */
} import_attr;

const char *import_attr_name(import_attr attr);

/* What became of a record: what is planned, until it was to be carried out. */
typedef enum import_outcome {
    OUTCOME_NONE,
    OUTCOME_CREATED,
    OUTCOME_CHANGED,
    OUTCOME_SAME,
    OUTCOME_CLOSED,
    OUTCOME_REFUSED,
    OUTCOME_NOT_DONE, /* planned, and the run ended before it */
    OUTCOME_UNKNOWN,  /* sent, and the connection was lost before an answer */
    N_OUTCOMES
} import_outcome;

const char *import_outcome_name(import_outcome outcome);

/* Why contacts, grandparents and the like get no account. It is as it should be
 * and makes no run a failure. */
#define IMPORT_NOT_WANTED "no pupil names this person as legal guardian"

/* The same of pupils who have left, and were never in the directory. */
#define IMPORT_LEFT "has left the school"

/* A guardian of pupils whose guardians another source decides, and no account:
 * as it should be, too. */
#define IMPORT_NOT_DECIDED "another source decides who the guardians are"

/* The same for a third legal guardian: nobody's would be an account. */
#define IMPORT_LEFT_OUT                                                        \
    "left out: every pupil has as many legal guardians as may be linked"

/* The order in which a plan is carried out: what is named comes first. */
typedef enum import_phase {
    PHASE_CONTAINERS,
    PHASE_SCHOOLS,
    PHASE_GUARDIANS,
    PHASE_BOTH, /* pupils who are guardians too */
    PHASE_STUDENTS,
    PHASE_LEAVERS,
    PHASE_DATE, /* of the export: nothing else comes after it */
    N_PHASES
} import_phase;

/* Why files may be no good for this directory. */
typedef enum import_doubt {
#define EDC_DOUBT(id, word, about) DOUBT_##id,
#include "import/doubts.def"
#undef EDC_DOUBT
    N_IMPORT_DOUBTS
} import_doubt;

typedef struct import_options {
    const char *source; /* the ids' first part, NULL: AAF, AAF1D or CSV */
    src_extent extent;  /* where the files' names do not say */
    bool dry_run;
    bool offline; /* no server: all of it is new */
    bool persons_in_charge;
    bool with_address;
    bool pass_through;
    double max_removals; /* a share, 0.1 */
    size_t max_guardians;
    size_t region;          /* country code of numbers without one */
    size_t window;          /* requests on the way at once */
    unsigned accepted;      /* bits 1 << import_doubt */
    bool strict;            /* refuse what would be passed over with a note */
    const char *pattern;    /* of logins */
    const char *school;     /* UAI that SIECLE and ONDE are of, and pupils whose
                               row in CSV names none; or NULL */
    char *people, *schools; /* DNs */
} import_options;

typedef struct import {
    ctl *c;
    store s;
    import_options how;
    char *source; /* "AAF" */
    import_extra extra;
    bool first_degree; /* it is one of écoles */
    bool apart;      /* pupils and guardians are numbered each for themselves */
    char date[9];    /* the newest in the names of AAF's files, or "" */
    unsigned doubts; /* bits 1 << import_doubt: what there is */
    int64_t n_known, n_others;     /* known by id, and not the same person */
    int64_t n_codes;               /* with a wrong check letter, let in */
    int64_t n_days, n_month_first; /* of birth: all; days so only */
    bool noted;       /* what is to be said of the files was said */
    bool complete;    /* whoever is not in the files has left */
    char now[16];     /* the run's time, GeneralizedTime */
    size_t n_planned; /* changes */
    int64_t n_links_removed;
    size_t n_raced;  /* that another import was faster with */
    size_t n_failed; /* that the server refused */
    int64_t n_closed;
    bool sending;              /* the first request was about to go */
    bool braked;               /* a real run stops before the first write */
    int stopped;               /* the signal that ended it; 0: none */
    output report, ldif;       /* empty: not asked for */
    bool settled;              /* outcomes are what became of it, no plan */
    bool reported;             /* something was sent or said */
    src_form form;             /* of the files, known by the first record */
    char school[SRC_UAI_SIZE]; /* that all files are of: SIECLE, ONDE; or "" */
    /* Of the schools in the files: what the brake is held against. */
    int64_t n_accounts, n_links;
    char wrong[256]; /* why the files cannot go together */
    size_t n_joined; /* records joined to an account of another source */
    size_t n_likely; /* records that are likely an account's */
    size_t n_kept;   /* guardians that a pupil would have nobody without */
} import;

/* ---- import/map.c ---- */

/* The country code of numbers that are written without one. */
uint32_t import_region(const import *im);

/* Turns raw attributes into fields. Notes say what was left out; an empty
 * result of *refused means that the record can be used. Both buffers are
 * NUL-terminated text. */
#define IMPORT_NOTE_MAX 512
void import_map(import *im, const src_record *record, bag *fields,
    char notes[IMPORT_NOTE_MAX], char refused[IMPORT_NOTE_MAX]);

/* Appends to a note: "; " and the text. */
void import_note(char notes[IMPORT_NOTE_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- import/key.c ---- */

/* The key of a record in all tables, allocated: its id, with something before
 * it that no id has when it is a guardian's who is numbered apart from pupils.
 */
char *import_key(src_form form, src_kind kind, edc_str id);

/* The id that a key stands for, within it. */
const char *import_key_id(const char *key);

/* What stands behind the source's name in a value of educonnectSourceId that is
 * of this source, a part of the value; NULL: it is another's. */
const char *import_own_id(const import *im, const char *value);

/* The key of what an entry has behind the source's name, allocated;
 * guardian_only: the entry is no pupil's. */
char *import_key_stored(
    const import *im, const char *stored, bool guardian_only);

/* Whether a pupil of this run has the id that a guardian's entry has from
 * before, when both were numbered together. */
bool import_key_needed(import *im, const char *stored, bool guardian_only);

/* Adds the key to the values of educonnectSourceId that an entry should have,
 * unless a guardian's has it from before. */
void import_key_want(
    const import *im, const char *key, bool guardian_only, bag *want);

/* ---- import/stage.c ---- */

/* Makes the tables. */
void import_stage_open(import *im);

/* Reads the files into them. CTL_OK, or what to exit with. */
ctl_exit import_stage(import *im, src *source);

/* A record's row, written anew. */
void import_outcome_set(
    import *im, int64_t record, import_outcome outcome, const char *reason);
void import_fields_of(import *im, int64_t record, bag *fields);

/* ---- import/pieces.c ---- */

/* Keeps what a part or an address says, from a file by its number. */
void import_pieces_put(
    import *im, const src_record *record, const bag *fields, int64_t file);

/* Keeps by which names ONDE knows a pupil: the record's former id. */
void import_pieces_name(import *im, int64_t record, const bag *fields);

/* Brings what was kept to the records that it is about. CTL_OK, or CTL_INPUT
 * when the file of these records is missing. */
ctl_exit import_pieces_join(import *im);

/* ---- import/scope.c ---- */

/* The files so far, and one more, go together; false: see im->wrong. The first
 * one of SIECLE or ONDE says the source and its school. */
bool import_scope_file(import *im, const src_info *info);

/* Whether ids are made of what is known of a person, and change with it. */
bool import_made_ids(const import *im);

/* The entry of a guardian whose made-up id has changed: of this source, of the
 * same names, and linked to a child that the record is linked to. 0: none, or
 * several; *dn is allocated otherwise. */
int64_t import_same_guardian(
    import *im, int64_t record, const char *id, char **dn);

/* A complete export is that of its schools: whoever is enrolled elsewhere only
 * is none of its leavers, and who is there too leaves these schools alone. Sets
 * n_accounts and n_links. */
void import_scope(import *im);

/* ---- import/directory.c ---- */

/* Reads schools, accounts and logins into the tables. */
ctl_exit import_directory(import *im);

/* What was read of an entry. */
void import_entry_of(import *im, int64_t entry, bag *attrs);

/* The DN of an entry of the directory, allocated; "" when there is none. */
char *import_dn_of(import *im, int64_t entry);

/* ---- import/identify.c, import/login.c, import/plan.c, import/leavers.c ----
 */

void import_identify(import *im);
void import_logins(import *im);

/* Checks a pattern; NULL when it is good, or what is wrong with it. */
const char *import_pattern_check(const char *pattern);

/* The login that a pattern gives for a name, without a number; allocated,
 * "compte" when the name has no letter that a login may have. */
char *import_login_base(
    const char *pattern, const char *given_name, const char *sn);

void import_plan(import *im);

/* Adds one change to the plan; record 0: of none. Frees the change. */
void import_plan_change(import *im, import_phase phase, int64_t record,
    const char *reason, ctl_change *change);

void import_leavers(import *im);

/* Says what the plan would take away when that is too much, and sets braked:
 * a dry run goes on to print the plan. */
void import_brake(import *im);

/* ---- import/check.c ---- */

/* Accepts what the word of a doubt stands for; false: there is none. */
bool import_accept(import_options *how, const char *word);

/* Says a doubt, once for each kind, and keeps it, unless it is accepted. */
void import_doubt_about(import *im, import_doubt doubt, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What a file, and what a record is, against what it is taken for. */
void import_check_file(import *im, const src_info *info);
void import_check_record(import *im, const src_record *record);

/* Why a record that was found by its id is of somebody else than the entry;
 * NULL: it is not. Static. */
const char *import_other_person(
    import *im, src_kind kind, int64_t entry, const bag *fields);

/* The rest, once all records are identified; plans to remember the export. */
void import_check(import *im);

/* What remembers the export at the people's container, allocated; NULL for
 * files without a date. */
char *import_remembered(const import *im);

/* CTL_OK when there is no doubt, or CTL_STOPPED after it has said so. */
ctl_exit import_doubts(import *im);

/* ---- import/apply.c, import/report.c ---- */

void import_print(import *im, FILE *out);

/* Sends the plan; log, if not NULL, gets the LDIF of what is sent. What became
 * of it is in the tables in every case. CTL_OK, also when a signal ended it
 * (stopped), or CTL_SERVER when the connection was lost. */
ctl_exit import_apply(import *im, FILE *log);

/* ---- import/fate.c ---- */

/* What became of a change, by its place in the plan; one that is not in the
 * table was never sent. */
typedef enum import_fate {
    FATE_NOT_SENT,
    FATE_DONE,
    FATE_REFUSED,
    FATE_UNKNOWN,
    N_FATES
} import_fate;

/* Keeps it, the reason where there is one. */
void import_fate_set(
    import *im, int64_t change, import_fate fate, const char *why);

/* Once a run that was to write has ended, however: makes the records' outcomes
 * those of their changes, for what was not done, or is not known. */
void import_fates_settle(import *im);

/* How many of the plan's changes became what; of all of them, or of those of
 * people whom no record is about. Of a run that does not write all are
 * FATE_NOT_SENT. */
void import_fates_count(import *im, bool leavers, int64_t count[N_FATES]);

/* What became of every record, as CSV, or a JSON object a line. */
void import_report_print(import *im, bool json, FILE *out);

/* The figures. refused: how many records were. */
void import_summary(import *im, bool json, FILE *out, int64_t *refused);

#endif
