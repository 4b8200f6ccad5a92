#include "manifest.h"

/* How many bytes the JSON value at the beginning of `json` has. No more than there are, whatever they are. */
static size_t value_length(struct text json) {
    size_t depth = 0, at = 0;
    bool in_string = false;
    for (; at < json.length; at++) {
        char c = json.bytes[at];
        if (in_string) {
            if (c == '\\') {
                at++;
            } else if (c == '"') {
                in_string = false;
                if (depth == 0) {
                    return at + 1;
                }
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            if (depth == 0) {
                return at;
            }
            if (--depth == 0) {
                return at + 1;
            }
        } else if (depth == 0 && (c == ',' || c == ':')) {
            return at;
        }
    }
    return json.length;
}

/* Takes the next value off `json`, and what separates it from the one behind it. False at the end. */
static bool next_value(struct text *json, struct text *value) {
    size_t length = value_length(*json);
    if (length == 0) {
        return false;
    }
    *value = (struct text){json->bytes, length};
    *json = text_from(*json, length < json->length ? length + 1 : length);
    return true;
}

struct text manifest_value(struct text canonical, struct text key) {
    struct text rest = text_from(canonical, 1), name, value;
    while (next_value(&rest, &name) && next_value(&rest, &value)) {
        if (name.length == key.length + 2 && text_equal((struct text){name.bytes + 1, key.length}, key)) {
            return value;
        }
    }
    return (struct text){NULL, 0};
}

static bool is_string(struct text json, struct text content) {
    return json.length == content.length + 2 && json.bytes[0] == '"' &&
        text_equal((struct text){json.bytes + 1, content.length}, content);
}

bool manifest_shows(struct text canonical, struct text path) {
    if (is_string(manifest_value(canonical, TEXT("icon")), path)) {
        return true;
    }
    struct text rest = text_from(manifest_value(canonical, TEXT("screenshots")), 1), value;
    while (next_value(&rest, &value)) {
        if (is_string(value, path)) {
            return true;
        }
    }
    return false;
}
