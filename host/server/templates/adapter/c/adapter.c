// The category `{{name}}`.
//
// An item is a list of links: a file `links.txt` with a title and a line for each link,
//
//     # Learning Rust
//     https://doc.rust-lang.org/book/ The book
//
// and whoever installs it is asked whether it may open those sites. Change `read_links` to what your items are,
// `parse` to what they may do, and the two functions of the installer to what is left of them on the machine.
//
// Three rules, which the host checks: decide from what you are shown, and nothing else; give every reason
// against a package, not only the first; and when something is wrong with this program, `abort`.
//
// `category.h` is made of wit/category.wit by the build, into build/: the functions that begin with `exports_` are
// for this file to define, the others with `marketplace_` are the host's.

#include "category.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

#define FILE_NAME TEXT("links.txt")
#define README TEXT("README.md")

// Bytes. Everything is refused that would become more than a registry entry may be (64 KiB).
#define LARGEST_FILE (16 * 1024)
#define MOST_LINKS 100
// With `open:` before it, a site is a permission, and those have at most 256 bytes.
#define LONGEST_SITE 200

#define PREFIX TEXT("open:")
#define EXAMPLE TEXT("open:example.org")

#define ICON \
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\" width=\"24\" height=\"24\" fill=\"none\" " \
    "stroke=\"currentColor\" stroke-width=\"1.75\" stroke-linecap=\"round\" stroke-linejoin=\"round\">" \
    "<path d=\"M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.7 1.7\"/>" \
    "<path d=\"M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.7-1.7\"/></svg>"

// Shorter names for the contract's own.
typedef marketplace_category_types_finding_t finding;
typedef marketplace_category_types_grant_t grant;
typedef marketplace_category_staging_staging_error_t staging_error;

// --- Texts to and from the host ---------------------------------------------------------

static text shown(category_string_t theirs) { return (text){(char *)theirs.ptr, theirs.len}; }

// For an argument of a call: the host only looks.
static category_string_t lent(text ours) { return (category_string_t){(uint8_t *)ours.at, ours.length}; }

// For an answer: what reads it frees it, so it must be a copy.
static category_string_t given(text ours) {
    category_string_t copy;
    category_string_dup_n(&copy, ours.at, ours.length);
    return copy;
}

// Room for one more in a list that is `{ptr, len}`, as all of the contract's are.
#define MORE(list) \
    ((list).ptr = enlarge((list).ptr, ((list).len + 1) * sizeof *(list).ptr), &(list).ptr[(list).len++])

// --- Reasons ----------------------------------------------------------------------------

// Reasons against an item, in the order in which they were found.
typedef struct {
    finding *ptr;
    size_t len;
} findings;

// Adds one: a stable rule, what it is about, and a message that ends with the fix.
static void refuse(findings *reasons, const char *rule, text subject, text message) {
    finding *reason = MORE(*reasons);
    *reason = (finding){given((text){(char *)rule, strlen(rule)}), given(subject), given(message)};
}

// The same about a line of the file.
static void refuse_line(findings *reasons, const char *rule, size_t line, text message) {
    refuse(reasons, rule, FILE_NAME, JOIN(TEXT("Line "), text_number(line), message));
}

// --- Permissions ------------------------------------------------------------------------

static bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A name with a dot in it, in lower case; the last part is no number, or it would be an address.
static bool is_site(text site) {
    if (site.length > LONGEST_SITE) return false;
    for (size_t parts = 1;; parts++) {
        text part = text_until(site, ".");
        if (part.length == 0 || part.length > 63) return false;
        if (part.at[0] == '-' || part.at[part.length - 1] == '-') return false;
        for (size_t i = 0; i < part.length; i++) {
            if (!is_letter(part.at[i]) && !is_digit(part.at[i]) && part.at[i] != '-') return false;
        }
        if (part.length == site.length) return parts > 1 && is_letter(part.at[0]);
        site = text_from(site, part.length + 1);
    }
}

// What a permission means; or the reason why it means nothing, and false.
static bool parse(text permission, grant *meaning, findings *reasons) {
    if (!text_begins(permission, PREFIX)) {
        refuse(reasons, "permission.unknown", permission,
               JOIN(TEXT("`"), permission, TEXT("` is no permission of this category. It has: `"), EXAMPLE,
                    TEXT("`. It may only open the sites that it links to.")));
        return false;
    }
    text site = text_from(permission, PREFIX.length);
    if (!is_site(site)) {
        refuse(reasons, "permission.malformed", permission,
               JOIN(TEXT("`"), permission,
                    TEXT("`: a site is a name in lower case, without scheme, port and path. Write it like `"),
                    EXAMPLE, TEXT("`.")));
        return false;
    }
    *meaning = (grant){.permission = given(permission),
                       .summary = given(JOIN(TEXT("Open pages of "), site)),
                       .risk = MARKETPLACE_CATEGORY_TYPES_RISK_MEDIUM};
    meaning->capability.tag = MARKETPLACE_CATEGORY_TYPES_CAPABILITY_OTHER;
    meaning->capability.val.other.name = given(TEXT("open"));
    meaning->capability.val.other.scope.is_some = true;
    meaning->capability.val.other.scope.val = given(site);
    return true;
}

static bool is_among(text one, const category_list_string_t *all) {
    for (size_t i = 0; i < all->len; i++) {
        if (text_equal(shown(all->ptr[i]), one)) return true;
    }
    return false;
}

// --- The package ------------------------------------------------------------------------

typedef struct {
    text url, title, site;
    size_t line;
} hyperlink;

typedef struct {
    text title;
    hyperlink *ptr;
    size_t len;
} hyperlinks;

// How large a file is, in bytes; -1 if there is none.
static int64_t size_of(text path) {
    marketplace_category_contents_list_entry_t entries;
    marketplace_category_contents_entries(&entries);
    for (size_t i = 0; i < entries.len; i++) {
        if (text_equal(shown(entries.ptr[i].path), path)) return (int64_t)entries.ptr[i].size;
    }
    return -1;
}

// A file's text; or the reason why there is none, and false.
static bool read_text(text path, text *content, findings *reasons) {
    int64_t size = size_of(path);
    if (size < 0) {
        refuse(reasons, "package.missing", path, JOIN(TEXT("The package has no file `"), path, TEXT("`. Add it.")));
        return false;
    }
    if (size > LARGEST_FILE) {
        refuse(reasons, "package.too-large", path,
               JOIN(TEXT("`"), path, TEXT("` is larger than the "), text_number(LARGEST_FILE),
                    TEXT(" bytes that can be checked. Make it smaller.")));
        return false;
    }
    category_list_u8_t bytes;
    category_string_t theirs = lent(path);
    marketplace_category_contents_read_error_t error;
    // The host has just said that it is there, and small.
    if (!marketplace_category_contents_read(&theirs, &bytes, &error)) abort();
    *content = (text){(char *)bytes.ptr, bytes.len};
    if (text_is_utf8(*content)) return true;
    refuse(reasons, "package.not-utf8", path, JOIN(TEXT("`"), path, TEXT("` is not UTF-8 text. Save it as UTF-8.")));
    return false;
}

// The site of an address, if it is one of the web, on its usual port; else an empty text.
static text site_of(text url) {
    const text none = {NULL, 0};
    text rest = text_begins(url, TEXT("https://"))  ? text_from(url, 8)
                : text_begins(url, TEXT("http://")) ? text_from(url, 7)
                                                    : none;
    for (size_t i = 0; i < rest.length; i++) {
        if (rest.at[i] <= ' ' || rest.at[i] > '~') return none;
    }
    text site = text_until(rest, "/?#");
    return is_site(site) ? site : none;
}

// The link that a line is; or the reason why it is none.
static void read_line(text line, size_t number, hyperlinks *links, findings *reasons) {
    text url = text_until(line, " ");
    text title = text_trimmed(text_from(line, url.length));
    text site = site_of(url);
    if (text_has_control(line)) {
        refuse_line(reasons, "text.control-character", number,
                    TEXT(" has a control character, such as a tab. Remove it."));
    } else if (site.length == 0) {
        refuse_line(reasons, "link.malformed", number,
                    TEXT(" is no link. Write an address like `https://example.org/page`, and after a space what it is."));
    } else if (title.length == 0) {
        refuse_line(reasons, "link.untitled", number,
                    TEXT(" does not say what it links to. Write that after the address and a space."));
    } else if (links->len < MOST_LINKS) {
        *MORE(*links) = (hyperlink){url, title, site, number};
    }
}

// The list that a package is, and true; or every reason why it is none.
static bool read_links(hyperlinks *links, findings *reasons) {
    text rest;
    *links = (hyperlinks){0};
    if (!read_text(FILE_NAME, &rest, reasons)) return false;
    findings found = {0};
    size_t written = 0;
    for (size_t number = 1;; number++) {
        text line = text_until(rest, "\n");
        bool last = line.length == rest.length;
        if (!last) rest = text_from(rest, line.length + 1);
        if (line.length > 0 && line.at[line.length - 1] == '\r') line.length--;
        line = text_trimmed(line);
        if (number == 1) {
            if (text_begins(line, TEXT("# "))) links->title = text_trimmed(text_from(line, 2));
            if (links->title.length == 0) {
                refuse(&found, "title.missing", FILE_NAME,
                       JOIN(TEXT("`"), FILE_NAME,
                            TEXT("` begins without a title. Make its first line `# ` and a title.")));
            }
            if (text_has_control(line)) {
                refuse_line(&found, "text.control-character", number,
                            TEXT(" has a control character, such as a tab. Remove it."));
            }
        } else if (line.length > 0) {
            written++;
            read_line(line, number, links, &found);
        }
        if (last) break;
    }
    if (written > MOST_LINKS) {
        // Of so many, the lines do not matter one by one.
        refuse(reasons, "links.too-many", FILE_NAME,
               JOIN(TEXT("`"), FILE_NAME, TEXT("` has more than "), text_number(MOST_LINKS),
                    TEXT(" links. Make several lists of it.")));
        return false;
    }
    if (written == 0) {
        refuse(&found, "links.none", FILE_NAME, JOIN(TEXT("`"), FILE_NAME, TEXT("` has no links. Add one.")));
    }
    *reasons = found;
    return found.len == 0;
}

// Every site once, as they come.
static bool is_first_of_its_site(const hyperlinks *links, size_t at) {
    for (size_t i = 0; i < at; i++) {
        if (text_equal(links->ptr[i].site, links->ptr[at].site)) return false;
    }
    return true;
}

// --- The validator: who this category is, and which permissions it understands ----------

void exports_marketplace_category_validator_describe(exports_marketplace_category_validator_description_t *answer) {
    answer->id = given(TEXT("{{name}}"));
    answer->singular = given(TEXT("{{singular}}"));
    answer->name = given(TEXT("{{title}}"));
    answer->description = given(TEXT("Lists of links, to read and to open."));
    answer->icon = given(TEXT(ICON));
    answer->free_install_cap = 5;
}

bool exports_marketplace_category_validator_validate(category_list_string_t *permissions,
                                                     exports_marketplace_category_validator_list_grant_t *grants,
                                                     exports_marketplace_category_validator_list_finding_t *refusal) {
    findings reasons = {0};
    *grants = (exports_marketplace_category_validator_list_grant_t){0};
    for (size_t i = 0; i < permissions->len; i++) {
        text permission = shown(permissions->ptr[i]);
        const category_list_string_t before = {permissions->ptr, i};
        grant meaning;
        if (!parse(permission, &meaning, &reasons)) continue;
        if (is_among(permission, &before)) {
            refuse(&reasons, "permission.duplicate", permission,
                   JOIN(TEXT("`"), permission, TEXT("` is declared twice. Remove one.")));
        } else {
            *MORE(*grants) = meaning;
        }
    }
    refusal->ptr = reasons.ptr;
    refusal->len = reasons.len;
    return reasons.len == 0;
}

static void add_change(exports_marketplace_category_validator_list_change_t *changes, const grant *meaning,
                       uint8_t direction) {
    *MORE(*changes) = (exports_marketplace_category_validator_change_t){meaning->permission, direction, meaning->risk,
                                                                        meaning->summary};
}

// What an update would change for somebody who consented to the release before.
void exports_marketplace_category_validator_compare(category_list_string_t *consented,
                                                    category_list_string_t *requested,
                                                    exports_marketplace_category_validator_list_change_t *changes) {
    findings ignored = {0};
    grant meaning;
    size_t understood = 0;
    *changes = (exports_marketplace_category_validator_list_change_t){0};
    for (size_t i = 0; i < requested->len; i++) {
        text permission = shown(requested->ptr[i]);
        if (!parse(permission, &meaning, &ignored)) continue;
        understood++;
        // One site more is more of the same.
        if (!is_among(permission, consented)) {
            add_change(changes, &meaning,
                       consented->len > 0 ? EXPORTS_MARKETPLACE_CATEGORY_VALIDATOR_DIRECTION_WIDENED
                                          : EXPORTS_MARKETPLACE_CATEGORY_VALIDATOR_DIRECTION_ADDED);
        }
    }
    for (size_t i = 0; understood == 0 && i < consented->len; i++) {
        if (parse(shown(consented->ptr[i]), &meaning, &ignored)) {
            add_change(changes, &meaning, EXPORTS_MARKETPLACE_CATEGORY_VALIDATOR_DIRECTION_REMOVED);
        }
    }
}

// --- The presenter: what people see of it, so that nobody has to draw a page -------------

static exports_marketplace_category_presenter_field_t field(text key, text label, uint8_t places) {
    return (exports_marketplace_category_presenter_field_t){given(key), given(label), given(TEXT("")), places};
}

void exports_marketplace_category_presenter_present(exports_marketplace_category_presenter_presentation_t *answer) {
    *answer = (exports_marketplace_category_presenter_presentation_t){0};
    answer->package = given(TEXT("A folder with a `links.txt`: a line `# Title`, and after it a line for each link, "
                                 "`https://example.org/page What it is`."));
    *MORE(answer->fields) = field(TEXT("links"), TEXT("Links"),
                                  EXPORTS_MARKETPLACE_CATEGORY_PRESENTER_PLACES_CARD |
                                      EXPORTS_MARKETPLACE_CATEGORY_PRESENTER_PLACES_DRAWER);
    *MORE(answer->fields) = field(TEXT("sites"), TEXT("Sites"),
                                  EXPORTS_MARKETPLACE_CATEGORY_PRESENTER_PLACES_DRAWER |
                                      EXPORTS_MARKETPLACE_CATEGORY_PRESENTER_PLACES_FACET);
    findings ignored = {0};
    grant meaning;
    if (!parse(EXAMPLE, &meaning, &ignored)) abort();
    *MORE(answer->permissions) =
        (exports_marketplace_category_presenter_offer_t){meaning.permission, meaning.summary, meaning.risk};
    // Fields of the manifest that only this category knows would be `inputs`: `x-…`.
}

void exports_marketplace_category_presenter_details(exports_marketplace_category_presenter_manifest_t *manifest,
                                                    exports_marketplace_category_presenter_list_detail_t *answer) {
    (void)manifest;
    hyperlinks links;
    findings reasons = {0};
    // It was accepted before: if it is not now, something is wrong here.
    if (!read_links(&links, &reasons)) abort();
    *answer = (exports_marketplace_category_presenter_list_detail_t){0};
    exports_marketplace_category_presenter_detail_t *count = MORE(*answer);
    *count = (exports_marketplace_category_presenter_detail_t){.field = given(TEXT("links"))};
    *MORE(count->values) = (exports_marketplace_category_presenter_value_t){
        .tag = EXPORTS_MARKETPLACE_CATEGORY_PRESENTER_VALUE_NUMBER, .val.number = (double)links.len};
    exports_marketplace_category_presenter_detail_t *sites = MORE(*answer);
    *sites = (exports_marketplace_category_presenter_detail_t){.field = given(TEXT("sites"))};
    for (size_t i = 0; i < links.len; i++) {
        if (!is_first_of_its_site(&links, i)) continue;
        *MORE(sites->values) = (exports_marketplace_category_presenter_value_t){
            .tag = EXPORTS_MARKETPLACE_CATEGORY_PRESENTER_VALUE_TEXT, .val.text = given(links.ptr[i].site)};
    }
}

// --- The installer: what is in a package, and what is left of it when it is installed ---

bool exports_marketplace_category_installer_inspect(exports_marketplace_category_installer_manifest_t *manifest,
                                                    exports_marketplace_category_installer_inspection_t *answer,
                                                    exports_marketplace_category_installer_list_finding_t *refusal) {
    (void)manifest;
    hyperlinks links;
    findings reasons = {0}, remarks = {0};
    *answer = (exports_marketplace_category_installer_inspection_t){0};
    if (!read_links(&links, &reasons)) {
        refusal->ptr = reasons.ptr;
        refusal->len = reasons.len;
        return false;
    }
    for (size_t i = 0; i < links.len; i++) {
        // The host refuses a package that needs what its manifest does not declare.
        if (is_first_of_its_site(&links, i)) *MORE(answer->needed) = given(JOIN(PREFIX, links.ptr[i].site));
        if (text_begins(links.ptr[i].url, TEXT("http://"))) {
            refuse_line(&remarks, "link.unencrypted", links.ptr[i].line,
                        TEXT(" opens an address without encryption. Write `https://`, if the site has it."));
        }
    }
    answer->remarks.ptr = remarks.ptr;
    answer->remarks.len = remarks.len;
    return true;
}

// What the host does not take becomes a reason.
static void explain(findings *reasons, text subject, const staging_error *error) {
    static const char *const rules[] = {"staging.bad-path", "staging.not-found", "staging.already-exists",
                                        "staging.quota-exceeded"};
    static const char *const words[] = {"bad path", "not found", "already exists", "quota exceeded"};
    const char *what = words[error->tag];
    refuse(reasons, rules[error->tag], subject,
           JOIN(TEXT("`"), subject, TEXT("` cannot be installed: "), ((text){(char *)what, strlen(what)}),
                TEXT(". Rename it, or make the package smaller.")));
}

// Puts a file of the package into the item, where it is.
static void place(text path, findings *reasons) {
    category_string_t source = lent(path), target = lent(path);
    staging_error error;
    if (!marketplace_category_staging_place(&source, &target, &error)) explain(reasons, path, &error);
}

bool exports_marketplace_category_installer_install(exports_marketplace_category_installer_manifest_t *manifest,
                                                    exports_marketplace_category_installer_list_grant_t *grants,
                                                    exports_marketplace_category_installer_list_finding_t *refusal) {
    hyperlinks links;
    findings reasons = {0};
    if (read_links(&links, &reasons)) {
        place(FILE_NAME, &reasons);
        if (size_of(README) >= 0) place(README, &reasons);

        text entry = JOIN(TEXT("{\"title\":"), text_json(links.title), TEXT(",\"links\":["));
        for (size_t i = 0; i < links.len; i++) {
            entry = JOIN(entry, i > 0 ? TEXT(",") : TEXT(""), TEXT("{\"title\":"), text_json(links.ptr[i].title),
                         TEXT(",\"url\":"), text_json(links.ptr[i].url), TEXT("}"));
        }
        entry = JOIN(entry, TEXT("],\"sites\":["));
        for (size_t i = 0; i < grants->len; i++) {
            // What was consented to, and not what the package would like.
            text site = shown(grants->ptr[i].capability.val.other.scope.val);
            entry = JOIN(entry, i > 0 ? TEXT(",") : TEXT(""), text_json(site));
        }
        category_string_t value = lent(JOIN(entry, TEXT("]}")));
        staging_error error;
        if (!marketplace_category_staging_register(&manifest->name, &value, &error)) {
            explain(&reasons, shown(manifest->name), &error);
        }
    }
    refusal->ptr = reasons.ptr;
    refusal->len = reasons.len;
    return reasons.len == 0;
}
