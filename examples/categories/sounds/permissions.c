#include "permissions.h"

#include "events.h"

bool permission_event(struct text permission, struct text *event) {
    *event = text_from(permission, sizeof EVENT_PREFIX - 1);
    return text_starts_with(permission, TEXT(EVENT_PREFIX)) && event_is_known(*event);
}

void permission_explain(struct text permission, struct findings *findings) {
    if (text_starts_with(permission, TEXT(EVENT_PREFIX))) {
        builder_format(findings_add(findings, "permission.malformed", permission),
                       "`%t`: `%t` is no event of the freedesktop Sound Naming Specification. Write it like `%s`.",
                       permission, text_from(permission, sizeof EVENT_PREFIX - 1), EVENT_EXAMPLE);
    } else {
        builder_format(findings_add(findings, "permission.unknown", permission),
                       "`%t` is no permission of this category. It has: `%s`. Sounds are played, and may only ask when. "
                       "Use it, or remove `%t`.",
                       permission, EVENT_EXAMPLE, permission);
    }
}

enum change permission_requested(struct text permission, const struct text *consented, size_t count) {
    struct text event, old;
    enum change change = ADDED;
    if (!permission_event(permission, &event)) {
        return UNCHANGED; /* `validate` refuses it */
    }
    for (size_t i = 0; i < count; i++) {
        if (text_equal(consented[i], permission)) {
            return UNCHANGED;
        }
        if (permission_event(consented[i], &old)) {
            if (event_covers(old, event)) {
                change = NARROWED;
            } else if (change == ADDED && event_covers(event, old)) {
                change = WIDENED;
            }
        }
    }
    return change;
}

enum change permission_kept(struct text permission, const struct text *requested, size_t count) {
    struct text event, now;
    if (!permission_event(permission, &event)) {
        return UNCHANGED;
    }
    for (size_t i = 0; i < count; i++) {
        if (permission_event(requested[i], &now) && (event_covers(now, event) || event_covers(event, now))) {
            return UNCHANGED;
        }
    }
    return REMOVED;
}
