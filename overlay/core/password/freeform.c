/* freeform.c - PRECIS FreeformClass. */
#include "core/password/freeform.h"

#include <string.h>

#include <unictype.h>

/* Ranges of code points, both ends in. */
typedef struct range {
    uint32_t first, last;
} range;

/* Exceptions (RFC 8264 section 9.6): those that are refused. Those that are
 * allowed are so by their category, too, and the rest have rules, below. */
static const range refused_exceptions[] = {
    {0x0640, 0x0640},
    {0x07fa, 0x07fa},
    {0x302e, 0x302f},
    {0x3031, 0x3035},
    {0x303b, 0x303b},
};

/* OldHangulJamo (section 9.9): Hangul_Syllable_Type L, V or T. */
static const range old_jamo[] = {
    {0x1100, 0x11ff},
    {0xa960, 0xa97c},
    {0xd7b0, 0xd7c6},
    {0xd7cb, 0xd7fb},
};

#define IS_IN(c, table) is_in(c, table, sizeof(table) / sizeof((table)[0]))

static bool
is_in(uint32_t c, const range *ranges, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    }
    return false;
}

/* Categories of LetterDigits, OtherLetterDigits, Spaces, Symbols and
 * Punctuation (sections 9.1, 9.18, 9.14 to 9.16). A code point with a
 * compatibility form (HasCompat) is of one of these anyway. */
#define ALLOWED_CATEGORIES                                                     \
    (UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_N |            \
        UC_CATEGORY_MASK_Zs | UC_CATEGORY_MASK_S | UC_CATEGORY_MASK_P)

static bool
allowed_alone(uint32_t c)
{
    return uc_is_general_category_withtable(c, ALLOWED_CATEGORIES) &&
           !uc_is_property_default_ignorable_code_point(c) &&
           !IS_IN(c, old_jamo) && !IS_IN(c, refused_exceptions);
}

/* What the rules ask about the string as a whole. */
typedef struct context {
    const uint32_t *p;
    size_t n;
    bool arabic;   /* has U+0660..0669 */
    bool extended; /* has U+06F0..06F9 */
    bool japanese; /* has a letter of Hiragana, Katakana or Han */
} context;

static bool
is_arabic_digit(uint32_t c)
{
    return c >= 0x0660 && c <= 0x0669;
}

static bool
is_extended_digit(uint32_t c)
{
    return c >= 0x06f0 && c <= 0x06f9;
}

static bool
is_of_script(uint32_t c, const char *name)
{
    return uc_is_script(c, uc_script_byname(name));
}

static bool
is_japanese(uint32_t c)
{
    return is_of_script(c, "Hiragana") || is_of_script(c, "Katakana") ||
           is_of_script(c, "Han");
}

static context
context_of(const uint32_t *points, size_t n)
{
    context all = {points, n, false, false, false};

    for (size_t i = 0; i < n; i++) {
        all.arabic = all.arabic || is_arabic_digit(points[i]);
        all.extended = all.extended || is_extended_digit(points[i]);
        all.japanese = all.japanese || is_japanese(points[i]);
    }
    return all;
}

/* Appendices A.1 and A.2: behind a virama. */
static bool
after_virama(const context *all, size_t at)
{
    return at > 0 && uc_combining_class(all->p[at - 1]) == UC_CCC_VR;
}

/* Appendix A.1: between letters that join it on both sides. */
static bool
between_joining(const context *all, size_t at)
{
    size_t before = at, after = at + 1;
    int left, right;

    while (
        before > 0 && uc_joining_type(all->p[before - 1]) == UC_JOINING_TYPE_T)
        before--;
    while (
        after < all->n && uc_joining_type(all->p[after]) == UC_JOINING_TYPE_T)
        after++;
    if (before == 0 || after == all->n)
        return false;
    left = uc_joining_type(all->p[before - 1]);
    right = uc_joining_type(all->p[after]);
    return (left == UC_JOINING_TYPE_L || left == UC_JOINING_TYPE_D) &&
           (right == UC_JOINING_TYPE_R || right == UC_JOINING_TYPE_D);
}

static bool
non_joiner(const context *all, size_t at)
{
    return after_virama(all, at) || between_joining(all, at);
}

/* Appendix A.3: the dot of Catalan, l·l. */
static bool
middle_dot(const context *all, size_t at)
{
    return at > 0 && at + 1 < all->n && all->p[at - 1] == 'l' &&
           all->p[at + 1] == 'l';
}

/* Appendix A.4 */
static bool
keraia(const context *all, size_t at)
{
    return at + 1 < all->n && is_of_script(all->p[at + 1], "Greek");
}

/* Appendices A.5 and A.6 */
static bool
geresh(const context *all, size_t at)
{
    return at > 0 && is_of_script(all->p[at - 1], "Hebrew");
}

/* Appendix A.7 */
static bool
katakana_dot(const context *all, size_t at)
{
    (void)at;
    return all->japanese;
}

/* Appendices A.8 and A.9: never both kinds of digits. */
static bool
one_kind_of_digits(const context *all, size_t at)
{
    (void)at;
    return !(all->arabic && all->extended);
}

static const struct {
    range points;
    bool (*holds)(const context *all, size_t at);
} rules[] = {
    {{0x200c, 0x200c}, non_joiner},
    {{0x200d, 0x200d}, after_virama},
    {{0x00b7, 0x00b7}, middle_dot},
    {{0x0375, 0x0375}, keraia},
    {{0x05f3, 0x05f4}, geresh},
    {{0x30fb, 0x30fb}, katakana_dot},
    {{0x0660, 0x0669}, one_kind_of_digits},
    {{0x06f0, 0x06f9}, one_kind_of_digits},
};

static bool
allowed(const context *all, size_t at)
{
    uint32_t c = all->p[at];

    if (c >= 0x20 && c <= 0x7e)
        return true;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (is_in(c, &rules[i].points, 1))
            return rules[i].holds(all, at);
    }
    return allowed_alone(c);
}

bool
edc_freeform(const uint32_t *points, size_t n)
{
    context all = context_of(points, n);

    for (size_t i = 0; i < n; i++) {
        if (!allowed(&all, i))
            return false;
    }
    return true;
}
