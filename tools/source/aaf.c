/* aaf.c - records of AAF, XML with the root ficAlimMENESR.
 *
 * libxml2's SAX reader is pushed stretch by stretch: no tree is built. Nothing
 * but the file itself is ever opened. A document type may be named, as AAF does
 * with its relative DTD, but an entity that is declared ends the reading when
 * its declaration is met, before it can be used. Documents of SIECLE are read
 * the same way; their elements go on to siecle.c.
 */
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/catalog.h"
#include "ctl/ctl.h"
#include "source/entity.h"
#include "source/parts.h"

#define ROOT "ficAlimMENESR"

/* Bytes that libxml2 gets at once. */
#define STRETCH 4096

/* Where an element stands; NONE ends the way from the root. */
typedef enum place {
    OUTSIDE,
    IN_ROOT,
    IN_REQUEST,
    IN_OPERATIONAL,
    IN_OPERATIONAL_ATTR,
    IN_IDENTIFIER,
    IN_ID,
    IN_ATTRIBUTES,
    IN_ATTR,
    IN_VALUE,          /* of an attribute */
    IN_CATEGORY_VALUE, /* of an operational attribute */
    IN_UNKNOWN         /* with everything that is in it */
} place;

struct src_aaf {
    src_run *run;
    xmlParserCtxtPtr parser;
    xmlSAXHandler sax;
    place places[LIMIT_DEPTH + 1];
    int depth;
    bool category;    /* the operational attribute tells it */
    bool begun;       /* the root element was there */
    xmlEntity entity; /* the one that is being read */
    char entity_text[4];
    bool ending;        /* no more bytes come */
    src_siecle *siecle; /* NULL: it is AAF */
};

/* ---- which element may be where: the document type, as a table ---- */

static const struct {
    const char *name;
    place in, to;
} grammar[] = {
    {ROOT, OUTSIDE, IN_ROOT},
    {"addRequest", IN_ROOT, IN_REQUEST},
    {"modifyRequest", IN_ROOT, IN_REQUEST},
    {"deleteRequest", IN_ROOT, IN_REQUEST},
    {"operationalAttributes", IN_REQUEST, IN_OPERATIONAL},
    {"identifier", IN_REQUEST, IN_IDENTIFIER},
    {"attributes", IN_REQUEST, IN_ATTRIBUTES},
    {"modifications", IN_REQUEST, IN_ATTRIBUTES},
    {"attr", IN_OPERATIONAL, IN_OPERATIONAL_ATTR},
    {"value", IN_OPERATIONAL_ATTR, IN_CATEGORY_VALUE},
    {"id", IN_IDENTIFIER, IN_ID},
    {"attr", IN_ATTRIBUTES, IN_ATTR},
    {"modification", IN_ATTRIBUTES, IN_ATTR},
    {"value", IN_ATTR, IN_VALUE},
};

static place
place_of(place in, const char *name)
{
    for (size_t i = 0; i < sizeof(grammar) / sizeof(grammar[0]); i++) {
        if (grammar[i].in == in && strcmp(grammar[i].name, name) == 0)
            return grammar[i].to;
    }
    return IN_UNKNOWN;
}

static place
here(const src_aaf *aaf)
{
    return aaf->places[aaf->depth];
}

static long
line_of(const src_aaf *aaf)
{
    const xmlParserInput *input = aaf->parser->input;

    return input == NULL ? 0 : input->line;
}

static bool
is_over(const src_aaf *aaf)
{
    return aaf->run->end != SRC_END;
}

static bool
is_text(place in)
{
    return in == IN_VALUE || in == IN_ID || in == IN_CATEGORY_VALUE;
}

/* The text may be printed as a format's argument only: it quotes the file. */
static void
fail(src_aaf *aaf, const char *text)
{
    (void)src_fail(aaf->run, line_of(aaf), "%s", catalog_text(text));
    xmlStopParser(aaf->parser);
}

static void
stop_if_over(src_aaf *aaf)
{
    if (is_over(aaf))
        xmlStopParser(aaf->parser);
}

/* "more than 16 elements are within each other" */
static void
fail_beyond(src_aaf *aaf, int limit, const char *what)
{
    (void)src_fail(
        aaf->run, line_of(aaf), "more than %d %s", limit, catalog_text(what));
    xmlStopParser(aaf->parser);
}

/* ---- elements ---- */

/* An XML attribute's value: libxml2 gives five pointers for each. */
static edc_str
xml_attribute(int n, const xmlChar **attributes, const char *name)
{
    for (int i = 0; i < n; i++, attributes += 5) {
        if (strcmp((const char *)attributes[0], name) == 0)
            return (edc_str){(const char *)attributes[3],
                (size_t)(attributes[4] - attributes[3])};
    }
    return EDC_STR("");
}

static void
begin_request(src_aaf *aaf, const char *name)
{
    src_op op = name[0] == 'a'   ? SRC_ADD
                : name[0] == 'm' ? SRC_MODIFY
                                 : SRC_DELETE;

    src_record_begin(aaf->run, line_of(aaf), op);
}

static void
begin_attr(src_aaf *aaf, const char *element, int n, const xmlChar **attributes)
{
    src_run *run = aaf->run;
    bool modification = strcmp(element, "modification") == 0;
    edc_str name = xml_attribute(n, attributes, "name");
    edc_str operation = xml_attribute(n, attributes, "operation");
    bool first = src_record_attr(run, name);

    if (!modification)
        return;
    if (!edc_str_eq(operation, EDC_STR("replace")))
        src_record_refuse(run,
            "%.*s is modified by another operation than "
            "replace",
            (int)(name.n > 64 ? 64 : name.n), name.p);
    else if (!first)
        src_record_refuse(run, "%.*s is replaced twice",
            (int)(name.n > 64 ? 64 : name.n), name.p);
}

static void
begin_unknown(src_aaf *aaf, place in, const char *name)
{
    if (in == OUTSIDE) {
        (void)src_fail(aaf->run, line_of(aaf),
            "it is XML, but no AAF: the root element is not %s", ROOT);
        xmlStopParser(aaf->parser);
        return;
    }
    if (in == IN_ROOT)
        src_record_begin(aaf->run, line_of(aaf), SRC_ADD);
    if (in != IN_UNKNOWN)
        src_record_refuse(
            aaf->run, "an element %.64s is where none belongs", name);
}

static void
on_start(void *ctx, const xmlChar *local, const xmlChar *prefix,
    const xmlChar *uri, int n_namespaces, const xmlChar **namespaces,
    int n_attributes, int n_defaulted, const xmlChar **attributes)
{
    src_aaf *aaf = ctx;
    const char *name = (const char *)local;
    place in = here(aaf), to;
    edc_str attr;

    (void)prefix, (void)uri, (void)n_namespaces, (void)namespaces;
    (void)n_defaulted;
    if (is_over(aaf))
        return;
    if (aaf->depth == LIMIT_DEPTH) {
        fail_beyond(aaf, LIMIT_DEPTH, "elements are within each other");
        return;
    }
    if (n_attributes > LIMIT_XML_ATTRS) {
        fail_beyond(aaf, LIMIT_XML_ATTRS, "attributes has an element");
        return;
    }
    aaf->begun = true;
    if (aaf->siecle != NULL) {
        aaf->places[++aaf->depth] = IN_UNKNOWN;
        src_siecle_start(
            aaf->siecle, line_of(aaf), name, n_attributes, attributes);
        stop_if_over(aaf);
        return;
    }
    to = place_of(in, name);
    aaf->places[++aaf->depth] = to;
    switch (to) {
    case IN_REQUEST:
        begin_request(aaf, name);
        break;
    case IN_OPERATIONAL_ATTR:
        attr = xml_attribute(n_attributes, attributes, "name");
        aaf->category = attr.n > 9 && memcmp(attr.p, "categorie", 9) == 0;
        break;
    case IN_ATTR:
        begin_attr(aaf, name, n_attributes, attributes);
        break;
    case IN_ID:
    case IN_VALUE:
    case IN_CATEGORY_VALUE:
        src_record_value(aaf->run);
        break;
    case IN_UNKNOWN:
        begin_unknown(aaf, in, name);
        break;
    default:
        break;
    }
}

static void
end_request(src_aaf *aaf)
{
    src_builder *b = &aaf->run->record;

    if (b->category_n == 0)
        src_record_refuse(aaf->run, "it has no category");
    if (!src_record_end(aaf->run))
        xmlStopParser(aaf->parser);
}

static void
on_end(
    void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
    src_aaf *aaf = ctx;
    src_run *run = aaf->run;
    place was;

    (void)local, (void)prefix, (void)uri;
    if (is_over(aaf))
        return;
    was = aaf->places[aaf->depth--];
    if (aaf->siecle != NULL) {
        src_siecle_end(aaf->siecle);
        stop_if_over(aaf);
        return;
    }
    if (was == IN_VALUE)
        src_record_value_end(run);
    else if (was == IN_ID)
        src_record_id(run, src_record_take(run));
    else if (was == IN_CATEGORY_VALUE && aaf->category)
        src_record_category(run, src_record_take(run));
    else if (was == IN_CATEGORY_VALUE)
        (void)src_record_take(run);
    else if (was == IN_REQUEST || (was == IN_UNKNOWN && here(aaf) == IN_ROOT))
        end_request(aaf);
}

static void
on_text(void *ctx, const xmlChar *text, int n)
{
    src_aaf *aaf = ctx;
    place in = here(aaf);

    if (is_over(aaf))
        return;
    if (aaf->siecle != NULL) {
        src_siecle_text(aaf->siecle, (edc_str){(const char *)text, (size_t)n});
        return;
    }
    if (is_text(in)) {
        src_record_text(aaf->run, (const char *)text, (size_t)n);
        return;
    }
    for (int i = 0; i < n; i++) {
        if (strchr(" \t\r\n", text[i]) != NULL)
            continue;
        if (in == IN_ROOT)
            fail(aaf, "text is where none belongs");
        else
            src_record_refuse(aaf->run, "text is where none belongs");
        return;
    }
}

/* ---- what is refused ---- */

static void
on_entity_declaration(void *ctx, const xmlChar *name, int type,
    const xmlChar *public_id, const xmlChar *system_id, xmlChar *content)
{
    src_aaf *aaf = ctx;

    (void)name, (void)type, (void)public_id, (void)system_id, (void)content;
    if (!is_over(aaf))
        fail(aaf, "it declares an entity, which no AAF does");
}

static void
on_unparsed_entity(void *ctx, const xmlChar *name, const xmlChar *public_id,
    const xmlChar *system_id, const xmlChar *notation)
{
    (void)notation;
    on_entity_declaration(ctx, name, 0, public_id, system_id, NULL);
}

/* Whether a record is being read, which can be refused. */
static bool
is_in_record(const src_aaf *aaf)
{
    return aaf->depth > 1;
}

/* A reference to an entity: XML's own five, or one of HTML's, which files that
 * are made from pages have although nothing declares them. libxml2 is given it
 * as one of XML's own, so that it is a text and nothing else. */
static xmlEntityPtr
entity_of(void *ctx, const xmlChar *name)
{
    src_aaf *aaf = ctx;
    xmlEntityPtr own = xmlGetPredefinedEntity(name);
    edc_str text = edc_str_of((const char *)name);

    if (own != NULL || is_over(aaf) || !is_in_record(aaf))
        return own;
    if (src_entity(text, aaf->entity_text)) {
        src_record_note(aaf->run,
            "&%s; was read as the character that it stands for", text.p);
    } else {
        src_record_refuse(aaf->run, "there is no entity &%.40s;", text.p);
        aaf->entity_text[0] = '\0';
    }
    aaf->entity = (xmlEntity){.type = XML_ENTITY_DECL,
        .name = name,
        .etype = XML_INTERNAL_PREDEFINED_ENTITY,
        .orig = (xmlChar *)aaf->entity_text,
        .content = (xmlChar *)aaf->entity_text,
        .length = (int)strlen(aaf->entity_text)};
    return &aaf->entity;
}

static xmlEntityPtr
no_parameter_entity(void *ctx, const xmlChar *name)
{
    src_aaf *aaf = ctx;

    (void)name;
    if (!is_over(aaf))
        fail(aaf, "it refers to an entity, which no AAF does");
    return NULL;
}

/* libxml2 comes here for an entity that nothing declares, when a DTD that is
 * not read might. */
static void
on_reference(void *ctx, const xmlChar *name)
{
    (void)no_parameter_entity(ctx, name);
}

/* libxml2's declaration of the type differs between its versions: 2.12 made
 * what is pointed to constant. */
#if LIBXML_VERSION >= 21200
typedef const xmlError *any_error;
#else
typedef xmlError *any_error;
#endif

/* A file that ends too early is wrong where it ends, and only there. */
static bool
is_at_end(const src_aaf *aaf, int code)
{
    const xmlParserInput *input = aaf->parser->input;

    return code == XML_ERR_DOCUMENT_END || input == NULL ||
           input->cur >= input->end;
}

static bool
is_cut_off(src_aaf *aaf, int code)
{
    if (!aaf->ending || (aaf->depth == 0 && aaf->begun) ||
        !is_at_end(aaf, code))
        return false;
    fail(aaf, "the file is cut off");
    return true;
}

/* What libxml2 says of a & that begins no reference helps nobody. */
static bool
is_raw_ampersand(int code)
{
    return code == XML_ERR_NAME_REQUIRED ||
           code == XML_ERR_ENTITYREF_SEMICOL_MISSING ||
           code == XML_ERR_ENTITYREF_NO_NAME;
}

static void
on_error(void *ctx, any_error error)
{
    src_aaf *aaf = ctx;
    const char *text = error->message == NULL ? "" : error->message;
    size_t n = strcspn(text, "\n");

    /* Warnings are about namespaces and documents that are never opened. What
     * libxml2 says of a file that ends too early is of no help. */
    if (error->level < XML_ERR_ERROR || is_over(aaf) ||
        is_cut_off(aaf, error->code))
        return;
    if (is_raw_ampersand(error->code) && is_text(here(aaf))) {
        fail(aaf, "a & stands where XML has &amp;");
        return;
    }
    (void)src_fail(aaf->run, error->line > 0 ? error->line : line_of(aaf),
        "it is no well-formed XML: %.*s", n > 300 ? 300 : (int)n, text);
    xmlStopParser(aaf->parser);
}

/* ---- the parser ---- */

src_aaf *
src_aaf_begin(src_run *run)
{
    src_aaf *aaf = ctl_alloc(1, sizeof(*aaf));

    aaf->run = run;
    if (run->info.form == SRC_FORM_SIECLE)
        aaf->siecle = src_siecle_begin(run);
    aaf->sax = (xmlSAXHandler){.initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_text,
        .reference = on_reference,
        .getEntity = entity_of,
        .getParameterEntity = no_parameter_entity,
        .entityDecl = on_entity_declaration,
        .unparsedEntityDecl = on_unparsed_entity,
        .serror = on_error};
    aaf->parser = xmlCreatePushParserCtxt(&aaf->sax, aaf, NULL, 0, NULL);
    if (aaf->parser == NULL) {
        (void)src_fail(run, 0, "out of memory");
        src_siecle_free(aaf->siecle);
        free(aaf);
        return NULL;
    }
    /* What it declares was heeded when it was made UTF-8. */
    xmlCtxtUseOptions(aaf->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    xmlSwitchEncoding(aaf->parser, XML_CHAR_ENCODING_UTF8);
    return aaf;
}

/* What libxml2 has not dealt with is one piece of markup whose end has not
 * come: it looks for that end before it does anything else. */
static bool
push(src_aaf *aaf, edc_str bytes, bool last)
{
    const xmlParserInput *input;

    aaf->ending = last;
    (void)xmlParseChunk(aaf->parser, bytes.p, (int)bytes.n, last);
    input = aaf->parser->input;
    if (!is_over(aaf) && input != NULL &&
        input->end - input->cur > LIMIT_MARKUP)
        fail_beyond(aaf, LIMIT_MARKUP,
            "bytes has a tag, comment, CDATA section, instruction or "
            "declaration");
    /* libxml2 keeps every name, and knows no limit but one of many MiB. */
    if (!is_over(aaf) && xmlDictSize(aaf->parser->dict) > LIMIT_XML_NAMES)
        fail_beyond(aaf, LIMIT_XML_NAMES, "different names");
    return !is_over(aaf);
}

bool
src_aaf_feed(src_aaf *aaf, edc_str bytes, bool last)
{
    if (is_over(aaf))
        return false;
    while (bytes.n > STRETCH) {
        if (!push(aaf, (edc_str){bytes.p, STRETCH}, false))
            return false;
        bytes = (edc_str){bytes.p + STRETCH, bytes.n - STRETCH};
    }
    if (!push(aaf, bytes, last))
        return false;
    if (!is_over(aaf))
        aaf->run->line = line_of(aaf);
    /* libxml2 has told every error, but for a document that never began. */
    if (last && !is_over(aaf) && !aaf->parser->wellFormed &&
        !is_cut_off(aaf, XML_ERR_DOCUMENT_END))
        fail(aaf, "it is no well-formed XML");
    return !is_over(aaf);
}

void
src_aaf_free(src_aaf *aaf)
{
    if (aaf == NULL)
        return;
    xmlFreeDoc(aaf->parser->myDoc);
    xmlFreeParserCtxt(aaf->parser);
    src_siecle_free(aaf->siecle);
    free(aaf);
}
