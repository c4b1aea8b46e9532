/* names.c - words that invented names are made of.
 *
 * Family names are put together from syllables, as a family's of a novel would
 * be; first names are common ones.
 */
#include <string.h>

#include "sample.h"

#define PICK(r, list) (list)[sample_below((r), sizeof(list) / sizeof(*(list)))]

static const char *const women[] = {"Zoé", "Anaïs", "Chloé", "Inès", "Noémie",
    "Léa", "Manon", "Camille", "Lou", "Jade", "Louise", "Alice", "Lina", "Emma",
    "Rose", "Anna", "Mila", "Julia", "Agathe", "Romane", "Iris", "Nina",
    "Éloïse", "Maëlys", "Margaux", "Clémence", "Océane", "Solène", "Aïcha",
    "Fatou", "Yasmine", "Apolline", "Hélène", "Céleste", "Thaïs", "Victoire",
    "Adèle", "Capucine", "Joséphine", "Garance", "Mai", "Leïla", "Sarah",
    "Salomé", "Ambre", "Élise", "Ophélie", "Mahaut", "Bérénice", "Gaëlle"};
static const char *const men[] = {"Malo", "Loïc", "Hugo", "Lucas", "Jules",
    "Gabriel", "Raphaël", "Léo", "Louis", "Arthur", "Adam", "Maël", "Noé",
    "Sacha", "Gaspard", "Théo", "Ethan", "Nathan", "Tom", "Nolan", "Liam",
    "Aaron", "Paul", "Ibrahim", "Mohamed", "Amine", "Rayan", "Étienne",
    "Clément", "Rémi", "Cédric", "Joël", "François", "Benoît", "Jérôme", "Gaël",
    "Ulysse", "Côme", "Timothée", "Marius", "Ugo", "Yanis", "Ilan", "Ewen",
    "Tiago", "Basile", "Félix", "Anatole", "Oscar", "Mathéo"};
static const char *const compound_women[] = {"Marie-Lou", "Anne-Sophie",
    "Zoé-Lou", "Marie-Noëlle", "Lou-Anne", "Maï-Linh", "Rose-Aimée",
    "Marie Émilie"};
static const char *const compound_men[] = {"Jean-Baptiste", "Pierre-Yves",
    "Jean-Noël", "Marc-Aurèle", "Léo-Paul", "Jean François", "Louis-Félix",
    "N'Golo"};

static const char *const begins[] = {"BEL", "BRU", "CAR", "CHAN", "CHES", "COR",
    "COUR", "DAR", "DES", "DOR", "FAL", "FAR", "FER", "FLO", "FOUG", "GAL",
    "GAR", "GER", "GRE", "HAR", "JAR", "JOL", "LAN", "LAR", "LOR", "MAL", "MAR",
    "MER", "MON", "MOR", "NAV", "ORM", "PAR", "PEL", "PER", "POL", "QUER",
    "RAV", "ROC", "ROM", "SAL", "SAV", "SOR", "TAL", "TER", "TOR", "VAL", "VAR",
    "VER", "VIL"};
static const char *const middles[] = {"", "", "A", "E", "I", "O", "IN", "AN",
    "ELI", "ERI", "OLI", "EN", "ANT", "ET", "IL", "UR"};
static const char *const ends[] = {"BERT", "BOIS", "CHET", "CIEUX", "DIER",
    "DIN", "DREUX", "FAUD", "GEAC", "GNY", "LET", "LIER", "LAC", "MEUX", "MONT",
    "NAUD", "NEAU", "NIER", "QUET", "RAND", "REAU", "ROUX", "SAC", "SEUIL",
    "TEAU", "TIER", "TREL", "VAIN", "VEL", "VIER", "ZAC", "ZEAU", "LÉ", "NÈS",
    "BÂTE", "GÎT", "ÇAY", "NOËL"};
static const char *const odd[] = {"CŒURDEBOIS", "BŒUFMONT", "VŒUX", "ŒUVRARD",
    "SŒURIN", "ÉTOURNEL", "ÂPREMONT", "ÎLETTE", "L'ŸSER", "ÇORMIER"};
static const char *const before[] = {
    "D'", "L'", "N'", "DE ", "DE LA ", "LE ", "DU ", "VAN "};

static const char *const towns[] = {"Genêts-sur-Vive", "Sainte-Bruyère",
    "L'Œuvre", "Val-aux-Ormes", "Brisemer", "Les Ajoncs", "Aigremont-le-Haut",
    "Combe-Noire", "Saint-Élan", "Port-Mirage", "Fougerolles-Fictive",
    "La Châtaigne"};
static const char *const streets[] = {"rue des Bruyères", "rue de l'Œillet",
    "allée des Érables", "place du Marché aux Blés", "chemin du Gué",
    "rue Sans-Nom", "impasse de la Forêt", "avenue des Cerisiers",
    "quai de l'Île", "rue du Four à Chaux"};

const char *
sample_given_name(sample_random *r, bool woman)
{
    if (sample_often(r, 70))
        return woman ? PICK(r, compound_women) : PICK(r, compound_men);
    return woman ? PICK(r, women) : PICK(r, men);
}

static void
simple_family_name(sample_random *r, char *out, size_t size)
{
    const char *begin = PICK(r, begins), *middle = PICK(r, middles);

    if (sample_often(r, 10))
        sample_text(out, size, "%s", PICK(r, odd));
    else
        sample_text(out, size, "%s%s%s", begin, middle, PICK(r, ends));
}

void
sample_family_name(sample_random *r, char *out, size_t size)
{
    char first[64], second[64];

    simple_family_name(r, first, sizeof(first));
    simple_family_name(r, second, sizeof(second));
    if (sample_often(r, 60))
        sample_text(out, size, "%s-%s", first, second);
    else if (sample_often(r, 60))
        sample_text(out, size, "%s%s", PICK(r, before), first);
    else
        sample_text(out, size, "%s", first);
}

const char *
sample_town(sample_random *r)
{
    return PICK(r, towns);
}

const char *
sample_street(sample_random *r)
{
    return PICK(r, streets);
}

/* A letter of the names above, as mail addresses have it: U+00C0 to U+00FF
 * without accents; the ligature oe apart. */
static const char *
plain_letter(unsigned code)
{
    static const char *const latin[64] = {"a", "a", "a", "a", "a", "a", "ae",
        "c", "e", "e", "e", "e", "i", "i", "i", "i", "d", "n", "o", "o", "o",
        "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "ss", "a", "a", "a",
        "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i", "d",
        "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th",
        "y"};

    if (code >= 0xC0 && code <= 0xFF)
        return latin[code - 0xC0];
    if (code == 0x152 || code == 0x153)
        return "oe";
    return code == 0x178 ? "y" : "";
}

void
sample_mail_word(const char *name, char *out, size_t size)
{
    size_t n = 0;

    while (*name != '\0' && n + 3 < size) {
        unsigned char c = (unsigned char)*name++;

        if (c >= 'A' && c <= 'Z')
            out[n++] = (char)(c - 'A' + 'a');
        else if (c >= 'a' && c <= 'z')
            out[n++] = (char)c;
        else if (c >= 0xC0 && c < 0xE0 && *name != '\0') {
            const char *plain = plain_letter(
                (c & 0x1FU) << 6 | ((unsigned char)*name++ & 0x3FU));

            memcpy(out + n, plain, strlen(plain));
            n += strlen(plain);
        }
    }
    out[n] = '\0';
}
