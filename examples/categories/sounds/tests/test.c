/* The checks of the category, without a component around them; and a few hundred thousand broken files, which may
 * be refused and nothing else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "manifest.h"
#include "package.h"
#include "permissions.h"

static int failures;

#define EXPECT(condition)                                                                                            \
    do {                                                                                                             \
        if (!(condition)) {                                                                                          \
            failures++;                                                                                              \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                          \
        }                                                                                                            \
    } while (0)

/* ---- A file in memory, of exactly its size: reading past it is seen ---- */

struct memory {
    uint8_t *bytes;
    size_t size;
};

static int read_memory(void *context, uint64_t offset, uint8_t *bytes, size_t length) {
    const struct memory *memory = context;
    if (offset > memory->size || length > memory->size - offset) {
        return 0;
    }
    memcpy(bytes, memory->bytes + offset, length);
    return 1;
}

static uint8_t *put(uint8_t *at, uint64_t value, int bytes) {
    while (bytes-- > 0) {
        *at++ = (uint8_t)value;
        value >>= 8;
    }
    return at;
}

static const uint8_t TAIL[14] = {0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71};

/* A wave of `frames` frames in which every byte of a sample is `fill`. */
static struct memory make(int format, uint16_t channels, uint32_t rate, uint16_t bits, uint32_t frames, uint8_t fill) {
    bool extensible = format == 0xfffe;
    uint32_t frame = (uint32_t)channels * bits / 8, data = frame * frames, header = extensible ? 68 : 44;
    size_t size = header + data + (data & 1);
    uint8_t *bytes = calloc(size, 1), *at = bytes;
    memcpy(at, "RIFF", 4);
    at = put(at + 4, size - 8, 4);
    memcpy(at, "WAVEfmt ", 8);
    at = put(at + 8, extensible ? 40 : 16, 4);
    at = put(at, (uint64_t)format, 2);
    at = put(at, channels, 2);
    at = put(at, rate, 4);
    at = put(at, rate * frame, 4);
    at = put(at, frame, 2);
    at = put(at, bits, 2);
    if (extensible) {
        at = put(at, 22, 2);
        at = put(at, bits, 2);
        at = put(at, 3, 4);
        at = put(at, 1, 2);
        memcpy(at, TAIL, sizeof TAIL);
        at += sizeof TAIL;
    }
    memcpy(at, "data", 4);
    at = put(at + 4, data, 4);
    memset(at, fill, data);
    return (struct memory){bytes, size};
}

/* The rule that refuses it, or "" if it is a sound. */
static const char *judge(struct memory memory, struct wave *wave) {
    static struct findings findings;
    struct wave_source source = {memory.size, read_memory, &memory};
    for (size_t i = 0; i < findings.count; i++) {
        free(findings.list[i].message.bytes);
    }
    findings.count = 0;
    bool is_wave = wave_read(&source, TEXT("a.wav"), &findings, wave);
    EXPECT(is_wave == (findings.count == 0));
    return findings.count > 0 ? findings.list[0].rule : "";
}

static bool is_judged(struct memory memory, const char *rule) {
    struct wave wave;
    const char *found = judge(memory, &wave);
    if (strcmp(found, rule) != 0) {
        fprintf(stderr, "expected %s, found %s\n", rule, found);
    }
    free(memory.bytes);
    return strcmp(found, rule) == 0;
}

static struct memory edited(struct memory memory, size_t at, uint64_t value, int bytes) {
    put(memory.bytes + at, value, bytes);
    return memory;
}

static struct memory resized(struct memory memory, size_t size) {
    memory.bytes = realloc(memory.bytes, size);
    if (size > memory.size) {
        memset(memory.bytes + memory.size, 0, size - memory.size);
    }
    memory.size = size;
    return memory;
}

static void the_formats_of_every_player_are_sounds(void) {
    struct wave wave;
    EXPECT(is_judged(make(1, 1, 8000, 8, 100, 128), ""));
    EXPECT(is_judged(make(1, 2, 44100, 16, 100, 0), ""));
    EXPECT(is_judged(make(1, 1, 48000, 24, 99, 0), ""));
    EXPECT(is_judged(make(3, 2, 48000, 32, 100, 0), ""));
    EXPECT(is_judged(make(0xfffe, 2, 48000, 16, 100, 0), ""));
    struct memory memory = make(1, 2, 22050, 16, 22051, 0x20);
    EXPECT(strcmp(judge(memory, &wave), "") == 0);
    EXPECT(wave.frames == 22051 && wave.milliseconds == 1001 && wave.channels == 2 && wave.peak == 0x2020 && !wave.clips);
    free(memory.bytes);
}

static void other_formats_are_none(void) {
    EXPECT(is_judged(make(1, 1, 44100, 32, 10, 0), "wave.unsupported"));
    EXPECT(is_judged(make(2, 1, 44100, 16, 10, 0), "wave.unsupported"));
    EXPECT(is_judged(make(1, 3, 44100, 16, 10, 0), "wave.unsupported"));
    EXPECT(is_judged(make(1, 1, 96000, 16, 10, 0), "wave.unsupported"));
    EXPECT(is_judged(make(1, 0, 44100, 16, 10, 0), "wave.unsupported"));
    EXPECT(is_judged(make(1, 1, 8000, 8, 8000 * 30 + 1, 128), "wave.too-long"));
    EXPECT(is_judged(make(3, 1, 8000, 32, 10, 0xff), "wave.not-finite"));
}

static void what_clips_and_what_is_silent_is_seen(void) {
    struct wave wave;
    struct memory memory = make(1, 1, 8000, 8, 10, 255);
    judge(memory, &wave);
    EXPECT(wave.clips);
    memory = edited(edited(memory, 46, 128, 1), 49, 128, 1);
    memory = edited(memory, 52, 128, 1);
    judge(memory, &wave);
    EXPECT(!wave.clips && wave.peak == 127 * 256);
    free(memory.bytes);
}

static void sizes_are_held_against_what_is_there(void) {
    EXPECT(is_judged((struct memory){calloc(1, 1), 0}, "wave.unreadable"));
    EXPECT(is_judged(edited(make(1, 1, 8000, 16, 10, 0), 0, 0x58464952, 4), "wave.unreadable"));
    EXPECT(is_judged(resized(make(1, 1, 8000, 16, 10, 0), 63), "wave.truncated"));
    EXPECT(is_judged(resized(make(1, 1, 8000, 16, 10, 0), 65), "wave.trailing"));
    EXPECT(is_judged(edited(make(1, 1, 8000, 16, 10, 0), 40, 0xffffffff, 4), "wave.truncated"));
    EXPECT(is_judged(edited(make(1, 1, 8000, 16, 10, 0), 16, 0xfffffffe, 4), "wave.truncated"));
    EXPECT(is_judged(edited(make(1, 1, 8000, 16, 10, 0), 16, 14, 4), "wave.malformed"));
    EXPECT(is_judged(edited(make(1, 1, 8000, 16, 10, 0), 28, 1, 4), "wave.malformed"));
    EXPECT(is_judged(edited(make(1, 1, 8000, 16, 10, 0), 40, 0, 4), "wave.unknown-chunk"));
    EXPECT(is_judged(edited(make(1, 1, 8000, 16, 10, 0), 36, 0x20746d66, 4), "wave.malformed"));
    EXPECT(is_judged(edited(make(1, 2, 8000, 16, 10, 0), 40, 39, 4), "wave.malformed"));
    EXPECT(is_judged(edited(make(1, 1, 8000, 16, 10, 0), 36, 0x61626364, 4), "wave.unknown-chunk"));
}

static void events_cover_their_special_cases(void) {
    EXPECT(event_is_known(TEXT("message-new-instant")) && event_is_known(TEXT("message")));
    EXPECT(!event_is_known(TEXT("messag")) && !event_is_known(TEXT("")) && !event_is_known(TEXT("message-")));
    EXPECT(event_covers(TEXT("message"), TEXT("message-new")) && !event_covers(TEXT("message-new"), TEXT("message")));
    EXPECT(!event_covers(TEXT("message"), TEXT("messages")) && !event_covers(TEXT(""), TEXT("-a")));
}

static void permissions_are_compared_by_what_they_cover(void) {
    const struct text wide[] = {TEXT("event:message")}, narrow[] = {TEXT("event:message-new-instant"), TEXT("network")};
    EXPECT(permission_requested(narrow[0], wide, 1) == NARROWED);
    EXPECT(permission_requested(wide[0], narrow, 2) == WIDENED);
    EXPECT(permission_requested(TEXT("event:bell"), wide, 1) == ADDED);
    EXPECT(permission_requested(wide[0], wide, 1) == UNCHANGED);
    EXPECT(permission_requested(narrow[1], wide, 1) == UNCHANGED);
    EXPECT(permission_kept(TEXT("event:bell"), wide, 1) == REMOVED);
    EXPECT(permission_kept(wide[0], narrow, 2) == UNCHANGED);
}

static void a_theme_lists_its_directories(void) {
    static struct findings findings;
    struct theme theme;
    theme_read(TEXT("# A theme\r\n[Sound Theme]\r\nName = Pebble\nName[cs]=X\nDirectories=stereo, mono\n\n"
                    "[stereo]\nOutputProfile=stereo\n[mono]\nOutputProfile=mono"),
               &findings, &theme);
    EXPECT(findings.count == 0 && theme.directory_count == 2 && text_equal(theme.name, TEXT("Pebble")));
    EXPECT(theme_directory(&theme, TEXT("mono/bell.wav")) == &theme.directories[1] && theme.directories[1].is_mono);
    EXPECT(theme_directory(&theme, TEXT("mono/a/bell.wav")) == NULL && theme_directory(&theme, TEXT("mono")) == NULL);
    static const char *const broken[] = {
        "", "Name=a", "[Sound Theme", "[Sound Theme]\nName=a\nName=b\nDirectories=s\n[s]", "[Sound Theme]\nName\n",
        "[Sound Theme]\nName=a\nDirectories=../up\n", "[Sound Theme]\nName=a\nDirectories=s", "[Sound Theme]\nName=\x80\n",
        "[Sound Theme]\nName=a\nDirectories=s,s\n[s]", "[Sound Theme]\nName=a\nDirectories=s\n[s]\n[s]\n[t]\n",
    };
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        findings.count = 0;
        theme_read((struct text){broken[i], strlen(broken[i])}, &findings, &theme);
        EXPECT(findings.count > 0);
    }
}

static void a_manifest_is_read_at_its_top(void) {
    struct text canonical = TEXT("{\"a\":{\"title\":\"no\",\"x\":[1,\"}\"]},\"icon\":\"i.svg\",\"screenshots\":[\"a.png\",\"b\"],"
                                 "\"title\":\"A \\\"B\\\"\",\"version\":1}");
    EXPECT(text_equal(manifest_value(canonical, TEXT("title")), TEXT("\"A \\\"B\\\"\"")));
    EXPECT(manifest_value(canonical, TEXT("x")).length == 0 && manifest_value(TEXT(""), TEXT("x")).length == 0);
    EXPECT(manifest_shows(canonical, TEXT("i.svg")) && manifest_shows(canonical, TEXT("b")));
    EXPECT(!manifest_shows(canonical, TEXT("no")) && !manifest_shows(TEXT("{}"), TEXT("")));
}

/* xorshift64: the same broken files in every run. */
static uint64_t state = 0x9e3779b97f4a7c15;

static uint64_t any(uint64_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

static void no_broken_sound_is_read_past_its_end(void) {
    for (int round = 0; round < 200000; round++) {
        static const int formats[] = {1, 3, 0xfffe};
        static const uint16_t bits[] = {8, 16, 24, 32};
        struct wave wave;
        struct memory memory = make(formats[any(3)], (uint16_t)any(4), 8000 + (uint32_t)any(40000), bits[any(4)],
                                    (uint32_t)any(20), (uint8_t)any(256));
        for (uint64_t edits = any(4); edits > 0 && memory.size > 0; edits--) {
            memory.bytes[any(memory.size < 80 ? memory.size : 80)] = (uint8_t)(any(3) == 0 ? 0xff : any(256));
        }
        if (any(4) == 0) {
            memory = resized(memory, 1 + (size_t)any(memory.size + 8));
        }
        judge(memory, &wave);
        free(memory.bytes);
    }
}

static void no_broken_text_is_read_past_its_end(void) {
    static const char letters[] = "[]=\n\r,# {}\":\\aSoundThemeDirectories\xc3\xa9\xf0";
    for (int round = 0; round < 200000; round++) {
        static struct findings findings;
        struct theme theme;
        size_t length = (size_t)any(60);
        char *bytes = malloc(length + 1);
        for (size_t i = 0; i < length; i++) {
            bytes[i] = letters[any(sizeof letters - 1)];
        }
        char *exact = realloc(bytes, length > 0 ? length : 1);
        struct text text = {exact, length};
        findings.count = 0;
        theme_read(text, &findings, &theme);
        for (size_t i = 0; i < findings.count; i++) {
            free(findings.list[i].message.bytes);
        }
        manifest_shows(text, TEXT("a"));
        text_is_plain(text);
        free(exact);
    }
}

int main(void) {
    the_formats_of_every_player_are_sounds();
    other_formats_are_none();
    what_clips_and_what_is_silent_is_seen();
    sizes_are_held_against_what_is_there();
    events_cover_their_special_cases();
    permissions_are_compared_by_what_they_cover();
    a_theme_lists_its_directories();
    a_manifest_is_read_at_its_top();
    no_broken_sound_is_read_past_its_end();
    no_broken_text_is_read_past_its_end();
    if (failures == 0) {
        puts("all hold");
    }
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
