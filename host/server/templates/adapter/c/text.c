#include "text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *enlarge(void *old, size_t size) {
    void *new = realloc(old, size > 0 ? size : 1);
    if (new == NULL) abort();
    return new;
}

text text_join(const text *parts, size_t count) {
    text whole = {NULL, 0};
    for (size_t i = 0; i < count; i++) whole.length += parts[i].length;
    whole.at = enlarge(NULL, whole.length);
    char *end = whole.at;
    for (size_t i = 0; i < count; i++) {
        memcpy(end, parts[i].at, parts[i].length);
        end += parts[i].length;
    }
    return whole;
}

text text_number(size_t number) {
    char digits[20];
    size_t start = sizeof digits;
    do {
        digits[--start] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return JOIN(((text){digits + start, sizeof digits - start}));
}

text text_trimmed(text whole) {
    while (whole.length > 0 && whole.at[0] == ' ') whole = text_from(whole, 1);
    while (whole.length > 0 && whole.at[whole.length - 1] == ' ') whole.length--;
    return whole;
}

text text_from(text whole, size_t start) {
    return (text){whole.at + start, whole.length - start};
}

bool text_equal(text a, text b) {
    return a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
}

bool text_begins(text whole, text start) {
    return whole.length >= start.length && memcmp(whole.at, start.at, start.length) == 0;
}

// RFC 3629: no surrogates, no longer form than needed, nothing above U+10FFFF.
bool text_is_utf8(text whole) {
    const unsigned char *at = (const unsigned char *)whole.at, *end = at + whole.length;
    while (at < end) {
        unsigned char first = *at++;
        if (first < 0x80) continue;
        int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
        if (first < 0xc2 || first > 0xf4 || end - at < more) return false;
        // Only the second byte of some has a narrower range than 0x80 to 0xbf.
        unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        for (; more > 0; more--, at++, low = 0x80, high = 0xbf) {
            if (*at < low || *at > high) return false;
        }
    }
    return true;
}

bool text_has_control(text whole) {
    for (size_t i = 0; i < whole.length; i++) {
        unsigned char byte = (unsigned char)whole.at[i];
        if (byte < 0x20 || byte == 0x7f) return true;
    }
    return false;
}

text text_until(text whole, const char *ends) {
    size_t length = 0;
    // `strchr` would find the zero that ends `ends`.
    while (length < whole.length && (whole.at[length] == '\0' || strchr(ends, whole.at[length]) == NULL)) length++;
    return (text){whole.at, length};
}

text text_json(text whole) {
    char *start = enlarge(NULL, 2 * whole.length + 2), *end = start;
    *end++ = '"';
    for (size_t i = 0; i < whole.length; i++) {
        if (whole.at[i] == '"' || whole.at[i] == '\\') *end++ = '\\';
        *end++ = whole.at[i];
    }
    *end++ = '"';
    return (text){start, (size_t)(end - start)};
}
