#include "text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void *reallocate(void *old, size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size) {
        abort();
    }
    size_t bytes = count * size;
    void *memory = realloc(old, bytes > 0 ? bytes : 1);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

void *allocate(size_t count, size_t size) {
    return reallocate(NULL, count, size);
}

bool text_equal(struct text a, struct text b) {
    return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

bool text_starts_with(struct text text, struct text start) {
    return text.length >= start.length && text_equal((struct text){text.bytes, start.length}, start);
}

bool text_ends_with(struct text text, struct text end) {
    return text.length >= end.length && text_equal(text_from(text, text.length - end.length), end);
}

struct text text_trim(struct text text) {
    while (text.length > 0 && (text.bytes[0] == ' ' || text.bytes[0] == '\t')) {
        text = text_from(text, 1);
    }
    while (text.length > 0 && (text.bytes[text.length - 1] == ' ' || text.bytes[text.length - 1] == '\t')) {
        text.length--;
    }
    return text;
}

struct text text_from(struct text text, size_t from) {
    if (from > text.length) {
        from = text.length;
    }
    /* Adding to a null pointer is undefined, even nothing. */
    return from == 0 ? text : (struct text){text.bytes + from, text.length - from};
}

bool text_next(struct text *text, char separator, struct text *part) {
    if (text->length == 0) {
        return false;
    }
    const char *end = memchr(text->bytes, separator, text->length);
    if (end == NULL) {
        *part = *text;
        *text = (struct text){NULL, 0};
        return true;
    }
    *part = (struct text){text->bytes, (size_t)(end - text->bytes)};
    *text = text_from(*text, part->length + 1);
    return true;
}

bool text_is_plain(struct text text) {
    size_t at = 0;
    while (at < text.length) {
        unsigned char first = (unsigned char)text.bytes[at];
        size_t more = first < 0x80 ? 0 : first >= 0xc2 && first <= 0xdf ? 1 : first >= 0xe0 && first <= 0xef ? 2
            : first >= 0xf0 && first <= 0xf4 ? 3 : SIZE_MAX;
        if (first < 0x20 || first == 0x7f || more == SIZE_MAX || more > text.length - at - 1) {
            return false;
        }
        for (size_t i = 1; i <= more; i++) {
            unsigned char next = (unsigned char)text.bytes[at + i];
            unsigned char least = i > 1 ? 0x80 : first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
            unsigned char most = i > 1 ? 0xbf : first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
            if (next < least || next > most) {
                return false; /* too short a form, a surrogate, or past U+10FFFF */
            }
        }
        if (first == 0xc2 && (unsigned char)text.bytes[at + 1] < 0xa0) {
            return false; /* C1 controls */
        }
        at += more + 1;
    }
    return true;
}

void builder_add(struct builder *builder, struct text text) {
    if (text.length == 0) {
        return;
    }
    if (text.length > builder->capacity - builder->length) {
        if (text.length > SIZE_MAX / 4 - builder->length) {
            abort();
        }
        builder->capacity = (builder->length + text.length) * 2;
        builder->bytes = reallocate(builder->bytes, builder->capacity, 1);
    }
    memcpy(builder->bytes + builder->length, text.bytes, text.length);
    builder->length += text.length;
}

static void add_number(struct builder *builder, uint64_t number) {
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    builder_add(builder, (struct text){digits + at, sizeof digits - at});
}

void builder_format(struct builder *builder, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    while (*format != '\0') {
        size_t plain = strcspn(format, "%");
        builder_add(builder, (struct text){format, plain});
        format += plain;
        if (*format == '\0') {
            break;
        }
        switch (format[1]) {
        case 't':
            builder_add(builder, va_arg(arguments, struct text));
            break;
        case 's': {
            const char *string = va_arg(arguments, const char *);
            builder_add(builder, (struct text){string, strlen(string)});
            break;
        }
        case 'u':
            add_number(builder, va_arg(arguments, uint64_t));
            break;
        case '%':
            builder_add(builder, TEXT("%"));
            break;
        default:
            abort(); /* a mistake of the program's */
        }
        format += 2;
    }
    va_end(arguments);
}

void builder_add_json(struct builder *builder, struct text text) {
    static const char hex[] = "0123456789abcdef";
    builder_add(builder, TEXT("\""));
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if (byte == '"' || byte == '\\') {
            builder_add(builder, TEXT("\\"));
        }
        if (byte < 0x20) {
            char escape[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
            builder_add(builder, (struct text){escape, sizeof escape});
        } else {
            builder_add(builder, text_from((struct text){text.bytes, i + 1}, i));
        }
    }
    builder_add(builder, TEXT("\""));
}
