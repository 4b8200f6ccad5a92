/* The category `sounds`: what the desktop plays when something happens.
 *
 * # The package
 *
 *     index.theme                        a freedesktop Sound Theme (specification 0.8): its name and directories
 *     stereo/message-new-instant.wav …   1 to 64 WAVE files in those directories, each named after its event
 *     README.md                          and LICENSE, if wanted; and the icon and pictures that the manifest shows
 *
 * Themes that desktops have (`/usr/share/sounds/…`) look like this, with their sounds as WAVE files. An event has a
 * name of the Sound Naming Specification; without `message-new-instant`, what plays is `message-new`.
 *
 * A sound is PCM of 8, 16 or 24 bits or float of 32, of 1 or 2 channels, at 8 to 48 kHz, and lasts up to 30 seconds; 32 MiB
 * together. Every size in it is held against what is there, every sample is looked at, and nothing is behind its end.
 *
 * # What it needs
 *
 * `event:message-new-instant` for each sound there is, or `event:message-new`, which covers it. A permission for which
 * there is no sound is refused: asking for what is not used teaches people to consent without reading.
 *
 * # The registry entry
 *
 * slug → `{title, name, inherits, sounds: [{event, file, profile, milliseconds, rate, channels, format}]}`.
 *
 * # The code
 *
 * - `text.h`: texts that know their length; `findings.h`: reasons;
 * - `events.h`: the events; `permissions.h`: what a theme may ask for;
 * - `theme.h`, `wave.h`: the two formats; `package.h`: which files there are;
 * - `manifest.h`: what is read in the manifest.
 *
 * None of them knows of components, so they are tested as they are (`tests/`). This file puts their
 * answers into the types that the bindings have for the contract. */
#include "category.h"

#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "manifest.h"
#include "package.h"
#include "permissions.h"

/* The generated names are long; what they stand for is in wit/category.wit. */
typedef exports_marketplace_category_validator_list_grant_t grants_t;
typedef exports_marketplace_category_validator_list_finding_t refusal_t;
typedef exports_marketplace_category_validator_list_change_t changes_t;
typedef exports_marketplace_category_presenter_detail_t detail_t;
typedef exports_marketplace_category_presenter_value_t value_t;
typedef marketplace_category_types_finding_t finding_t;

/* A musical note. */
static const char ICON[] =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" "
    "stroke-width=\"1.5\" stroke-linecap=\"round\" stroke-linejoin=\"round\"><path d=\"M9 17.5V5.5l10-2v12\"/>"
    "<circle cx=\"6.5\" cy=\"17.5\" r=\"2.5\"/><circle cx=\"16.5\" cy=\"15.5\" r=\"2.5\"/></svg>";

/* ---- To and from the bindings ---- */

static struct text given(category_string_t string) {
    return (struct text){(const char *)string.ptr, string.len};
}

/* A copy, which the bindings free when the answer is read. */
static category_string_t answer(struct text text) {
    uint8_t *bytes = allocate(text.length, 1);
    if (text.length > 0) {
        memcpy(bytes, text.bytes, text.length);
    }
    return (category_string_t){bytes, text.length};
}

static category_string_t built(const struct builder *builder) {
    return answer((struct text){builder->bytes, builder->length});
}

static category_string_t words(const char *string) {
    return answer((struct text){string, strlen(string)});
}

static struct text *texts_given(const category_list_string_t *list) {
    struct text *texts = allocate(list->len, sizeof *texts);
    for (size_t i = 0; i < list->len; i++) {
        texts[i] = given(list->ptr[i]);
    }
    return texts;
}

static void answer_findings(const struct findings *findings, finding_t **list, size_t *length) {
    *list = allocate(findings->count, sizeof **list);
    *length = findings->count;
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        (*list)[i] = (finding_t){words(finding->rule), answer(finding->subject), built(&finding->message)};
    }
}

static category_string_t summary(struct text event) {
    struct builder builder = {0};
    event_summary(&builder, event);
    return built(&builder);
}

/* ---- The package, as the host shows it ---- */

static int read_file(void *context, struct text path, uint64_t offset, uint8_t *bytes, size_t length) {
    category_string_t name = {(uint8_t *)path.bytes, path.length};
    category_list_u8_t read;
    marketplace_category_contents_read_error_t error;
    (void)context;
    if (length > UINT32_MAX ||
        !marketplace_category_contents_read_range(&name, offset, (uint32_t)length, &read, &error)) {
        return 0;
    }
    bool whole = read.len == length;
    if (whole && length > 0) {
        memcpy(bytes, read.ptr, length);
    }
    category_list_u8_free(&read);
    return whole;
}

/* Everything that a call knows of the package. One call is all that an instance lives for. */
static struct sounds sounds;
static struct findings findings, remarks;

static void read_package(struct text canonical) {
    marketplace_category_contents_list_entry_t entries;
    marketplace_category_contents_entries(&entries);
    struct file *files = allocate(entries.len, sizeof *files);
    for (size_t i = 0; i < entries.len; i++) {
        files[i] = (struct file){given(entries.ptr[i].path), entries.ptr[i].size};
    }
    struct package package = {files, entries.len, read_file, NULL};
    findings.count = remarks.count = 0;
    package_read(&package, canonical, &findings, &remarks, &sounds);
}

static const char *format_of(const struct wave *wave) {
    return wave->is_float ? "float, 32 bits" : wave->bits == 8 ? "PCM, 8 bits" : wave->bits == 16 ? "PCM, 16 bits"
        : "PCM, 24 bits";
}

/* ---- validator ---- */

void exports_marketplace_category_validator_describe(exports_marketplace_category_validator_description_t *ret) {
    ret->id = words("sounds");
    ret->singular = words("sound");
    ret->name = words("Sounds");
    ret->description = words("What your desktop plays when a message arrives, a download ends or you sign in.");
    ret->icon = words(ICON);
    ret->free_install_cap = 5;
}

bool exports_marketplace_category_validator_validate(category_list_string_t *permissions, grants_t *ret,
                                                     refusal_t *err) {
    struct text *asked = texts_given(permissions);
    findings.count = 0;
    ret->len = permissions->len;
    ret->ptr = allocate(ret->len, sizeof *ret->ptr);
    for (size_t i = 0; i < permissions->len; i++) {
        struct text event;
        if (!permission_event(asked[i], &event)) {
            permission_explain(asked[i], &findings);
            continue;
        }
        for (size_t j = 0; j < i; j++) {
            if (text_equal(asked[j], asked[i])) {
                builder_format(findings_add(&findings, "permission.duplicate", asked[i]),
                               "`%t` is declared twice. Remove one.", asked[i]);
                break;
            }
        }
        exports_marketplace_category_validator_grant_t *grant = &ret->ptr[i];
        grant->permission = answer(asked[i]);
        grant->capability.tag = MARKETPLACE_CATEGORY_TYPES_CAPABILITY_OTHER;
        grant->capability.val.other.name = words("play-on-event");
        grant->capability.val.other.scope.is_some = true;
        grant->capability.val.other.scope.val = answer(event);
        grant->summary = summary(event);
        grant->risk = MARKETPLACE_CATEGORY_TYPES_RISK_LOW;
    }
    if (findings.count > 0) {
        answer_findings(&findings, &err->ptr, &err->len);
        return false;
    }
    return true;
}

static void add_change(changes_t *changes, struct text permission, enum change change) {
    static const uint8_t directions[] = {
        [ADDED] = EXPORTS_MARKETPLACE_CATEGORY_VALIDATOR_DIRECTION_ADDED,
        [WIDENED] = EXPORTS_MARKETPLACE_CATEGORY_VALIDATOR_DIRECTION_WIDENED,
        [NARROWED] = EXPORTS_MARKETPLACE_CATEGORY_VALIDATOR_DIRECTION_NARROWED,
        [REMOVED] = EXPORTS_MARKETPLACE_CATEGORY_VALIDATOR_DIRECTION_REMOVED,
    };
    struct text event;
    if (change != UNCHANGED && permission_event(permission, &event)) {
        changes->ptr[changes->len++] = (exports_marketplace_category_validator_change_t){
            answer(permission), directions[change], MARKETPLACE_CATEGORY_TYPES_RISK_LOW, summary(event)};
    }
}

void exports_marketplace_category_validator_compare(category_list_string_t *consented,
                                                    category_list_string_t *requested, changes_t *ret) {
    struct text *before = texts_given(consented), *after = texts_given(requested);
    ret->len = 0;
    ret->ptr = allocate(consented->len + requested->len, sizeof *ret->ptr);
    for (size_t i = 0; i < requested->len; i++) {
        add_change(ret, after[i], permission_requested(after[i], before, consented->len));
    }
    for (size_t i = 0; i < consented->len; i++) {
        add_change(ret, before[i], permission_kept(before[i], after, requested->len));
    }
}

/* ---- presenter ---- */

void exports_marketplace_category_presenter_present(exports_marketplace_category_presenter_presentation_t *ret) {
    enum {
        CARD = EXPORTS_MARKETPLACE_CATEGORY_PRESENTER_PLACES_CARD,
        DRAWER = EXPORTS_MARKETPLACE_CATEGORY_PRESENTER_PLACES_DRAWER,
        FACET = EXPORTS_MARKETPLACE_CATEGORY_PRESENTER_PLACES_FACET,
    };
    static const struct {
        const char *key, *label;
        uint8_t places;
    } fields[] = {
        {"sounds", "Sounds", CARD | DRAWER},
        {"duration", "Together", CARD | DRAWER},
        {"channels", "Channels", DRAWER | FACET},
        {"format", "Format", DRAWER | FACET},
        {"events", "Plays for", DRAWER},
    };
    static const char *const offers[] = {EVENT_EXAMPLE, "event:message-new", "event:complete-download"};
    enum { FIELDS = sizeof fields / sizeof fields[0], OFFERS = sizeof offers / sizeof offers[0] };

    ret->package = words("A freedesktop sound theme: a folder with an `index.theme` and `.wav` files in its directories, "
                         "each named after the event that plays it.");
    ret->fields.len = FIELDS;
    ret->fields.ptr = allocate(FIELDS, sizeof *ret->fields.ptr);
    for (size_t i = 0; i < FIELDS; i++) {
        ret->fields.ptr[i] = (exports_marketplace_category_presenter_field_t){
            words(fields[i].key), words(fields[i].label), words(""), fields[i].places};
    }
    ret->permissions.len = OFFERS;
    ret->permissions.ptr = allocate(OFFERS, sizeof *ret->permissions.ptr);
    for (size_t i = 0; i < OFFERS; i++) {
        struct text permission = {offers[i], strlen(offers[i])}, event;
        if (!permission_event(permission, &event)) {
            abort(); /* an event that is offered and not in the list: a mistake of the program's */
        }
        ret->permissions.ptr[i] = (exports_marketplace_category_presenter_offer_t){
            answer(permission), summary(event), MARKETPLACE_CATEGORY_TYPES_RISK_LOW};
    }
    ret->inputs.len = 0;
    ret->inputs.ptr = NULL;
}

static value_t text_value(const char *string) {
    value_t value = {.tag = EXPORTS_MARKETPLACE_CATEGORY_PRESENTER_VALUE_TEXT};
    value.val.text = words(string);
    return value;
}

/* A detail with room for as many values as there are sounds. */
static detail_t *add_detail(exports_marketplace_category_presenter_list_detail_t *details, const char *field) {
    detail_t *detail = &details->ptr[details->len++];
    detail->field = words(field);
    detail->values.len = 0;
    detail->values.ptr = allocate(MOST_SOUNDS, sizeof *detail->values.ptr);
    return detail;
}

static void add_once(detail_t *detail, const char *string) {
    for (size_t i = 0; i < detail->values.len; i++) {
        if (text_equal(given(detail->values.ptr[i].val.text), (struct text){string, strlen(string)})) {
            return;
        }
    }
    detail->values.ptr[detail->values.len++] = text_value(string);
}

void exports_marketplace_category_presenter_details(marketplace_category_types_manifest_t *manifest,
                                                    exports_marketplace_category_presenter_list_detail_t *ret) {
    uint64_t milliseconds = 0;
    read_package(given(manifest->canonical));
    ret->len = 0;
    ret->ptr = allocate(5, sizeof *ret->ptr);
    if (findings.count > 0 || sounds.count == 0) {
        return; /* `inspect` refused it: there is nothing to show */
    }
    detail_t *count = add_detail(ret, "sounds");
    detail_t *duration = add_detail(ret, "duration");
    detail_t *channels = add_detail(ret, "channels");
    detail_t *format = add_detail(ret, "format");
    detail_t *events = add_detail(ret, "events");
    for (size_t i = 0; i < sounds.count; i++) {
        const struct sound *sound = &sounds.list[i];
        milliseconds += sound->wave.milliseconds;
        add_once(channels, sound->wave.channels == 1 ? "Mono" : "Stereo");
        add_once(format, format_of(&sound->wave));
        value_t event = {.tag = EXPORTS_MARKETPLACE_CATEGORY_PRESENTER_VALUE_TEXT};
        event.val.text = answer(sound->event);
        events->values.ptr[events->values.len++] = event;
    }
    count->values.ptr[0] = (value_t){.tag = EXPORTS_MARKETPLACE_CATEGORY_PRESENTER_VALUE_NUMBER};
    count->values.ptr[0].val.number = (double)sounds.count;
    count->values.len = 1;
    duration->values.ptr[0] = (value_t){.tag = EXPORTS_MARKETPLACE_CATEGORY_PRESENTER_VALUE_SECONDS};
    duration->values.ptr[0].val.seconds = (milliseconds + 999) / 1000;
    duration->values.len = 1;
}

/* ---- installer ---- */

/* Asking for an event that no sound is for. */
static void check_unused(const category_list_string_t *permissions) {
    for (size_t i = 0; i < permissions->len; i++) {
        struct text permission = given(permissions->ptr[i]), event;
        bool used = !permission_event(permission, &event);
        for (size_t j = 0; j < sounds.count && !used; j++) {
            used = event_covers(event, sounds.list[j].event);
        }
        if (!used) {
            builder_format(findings_add(&findings, "permission.unused", permission),
                           "The theme has no sound for `%t`. Remove `%t`, or add the sound.", event, permission);
        }
    }
}

bool exports_marketplace_category_installer_inspect(marketplace_category_types_manifest_t *manifest,
                                                    exports_marketplace_category_installer_inspection_t *ret,
                                                    exports_marketplace_category_installer_list_finding_t *err) {
    read_package(given(manifest->canonical));
    if (findings.count == 0) {
        check_unused(&manifest->permissions);
    }
    if (findings.count > 0) {
        answer_findings(&findings, &err->ptr, &err->len);
        return false;
    }
    ret->needed.len = 0;
    ret->needed.ptr = allocate(sounds.count, sizeof *ret->needed.ptr);
    for (size_t i = 0; i < sounds.count; i++) {
        bool known = false;
        for (size_t j = 0; j < i; j++) {
            known = known || text_equal(sounds.list[j].event, sounds.list[i].event); /* in stereo and in mono */
        }
        if (!known) {
            struct builder permission = {0};
            builder_format(&permission, EVENT_PREFIX "%t", sounds.list[i].event);
            ret->needed.ptr[ret->needed.len++] = built(&permission);
        }
    }
    answer_findings(&remarks, &ret->remarks.ptr, &ret->remarks.len);
    return true;
}

static void build_entry(struct builder *json, struct text title) {
    builder_format(json, "{\"title\":%t,\"name\":", title);
    builder_add_json(json, sounds.theme.name);
    builder_format(json, ",\"inherits\":");
    if (sounds.theme.inherits.length > 0) {
        builder_add_json(json, sounds.theme.inherits);
    } else {
        builder_add(json, TEXT("null"));
    }
    builder_add(json, TEXT(",\"sounds\":["));
    for (size_t i = 0; i < sounds.count; i++) {
        const struct sound *sound = &sounds.list[i];
        builder_add(json, i > 0 ? TEXT(",{\"event\":") : TEXT("{\"event\":"));
        builder_add_json(json, sound->event);
        builder_add(json, TEXT(",\"file\":"));
        builder_add_json(json, sound->path);
        builder_format(json, ",\"profile\":\"%s\",\"milliseconds\":%u,\"rate\":%u,\"channels\":%u,\"format\":\"%s\"}",
                       sound->is_mono ? "mono" : "stereo", sound->wave.milliseconds, (uint64_t)sound->wave.rate,
                       (uint64_t)sound->wave.channels, format_of(&sound->wave));
    }
    builder_add(json, TEXT("]}"));
}

/* Says of a file, or of the entry, that the staging area refused it. */
static void refuse_staging(struct text what, const marketplace_category_staging_staging_error_t *error) {
    static const char *const rules[] = {
        [MARKETPLACE_CATEGORY_STAGING_STAGING_ERROR_BAD_PATH] = "staging.bad-path",
        [MARKETPLACE_CATEGORY_STAGING_STAGING_ERROR_NOT_FOUND] = "staging.not-found",
        [MARKETPLACE_CATEGORY_STAGING_STAGING_ERROR_ALREADY_EXISTS] = "staging.already-exists",
        [MARKETPLACE_CATEGORY_STAGING_STAGING_ERROR_QUOTA_EXCEEDED] = "staging.quota-exceeded",
    };
    size_t tag = error->tag < sizeof rules / sizeof rules[0] ? error->tag : 0;
    builder_format(findings_add(&findings, rules[tag], what), "`%t` cannot be installed. Rename it, or make it smaller.",
                   what);
}

static void place(struct text path) {
    category_string_t source = {(uint8_t *)path.bytes, path.length}, target = source;
    marketplace_category_staging_staging_error_t error;
    if (!marketplace_category_staging_place(&source, &target, &error)) {
        refuse_staging(path, &error);
    }
}

bool exports_marketplace_category_installer_install(marketplace_category_types_manifest_t *manifest,
                                                    exports_marketplace_category_installer_list_grant_t *grants,
                                                    exports_marketplace_category_installer_list_finding_t *err) {
    struct text canonical = given(manifest->canonical);
    (void)grants; /* the host holds them against every event */
    read_package(canonical);
    if (findings.count == 0) {
        marketplace_category_contents_list_entry_t entries;
        marketplace_category_contents_entries(&entries);
        for (size_t i = 0; i < entries.len; i++) {
            if (package_is_note(given(entries.ptr[i].path))) {
                place(given(entries.ptr[i].path));
            }
        }
        place(TEXT(THEME_FILE));
        for (size_t i = 0; i < sounds.count; i++) {
            place(sounds.list[i].path);
        }
        struct builder quoted = {0}, json = {0};
        struct text title = manifest_value(canonical, TEXT("title"));
        if (title.length == 0) {
            builder_add_json(&quoted, given(manifest->name));
            title = (struct text){quoted.bytes, quoted.length};
        }
        build_entry(&json, title);
        category_string_t key = manifest->name, value = {(uint8_t *)json.bytes, json.length};
        marketplace_category_staging_staging_error_t error;
        if (!marketplace_category_staging_register(&key, &value, &error)) {
            refuse_staging(given(key), &error);
        }
    }
    if (findings.count > 0) {
        answer_findings(&findings, &err->ptr, &err->len);
        return false;
    }
    return true;
}
