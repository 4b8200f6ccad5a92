#include "wave.h"

#include <string.h>

/* A multiple of every size that a frame may have: 1, 2, 3, 4, 6 and 8 bytes. */
#define PIECE 49152

#define HEADER 12
#define CHUNK_HEADER 8

#define FORMAT_PCM 1
#define FORMAT_FLOAT 3
#define FORMAT_EXTENSIBLE 0xfffe

/* Behind its first two bytes, every sub-format of an extensible format is this. */
static const uint8_t SUBFORMAT_TAIL[14] = {0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71};

static uint16_t u16(const uint8_t *bytes) {
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static uint32_t u32(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static bool is(const uint8_t *bytes, const char id[4]) {
    return memcmp(bytes, id, 4) == 0;
}

static bool refuse(struct findings *findings, const char *rule, struct text path, const char *what) {
    builder_format(findings_add(findings, rule, path), "`%t` %s", path, what);
    return false;
}

static bool read_format(const uint8_t *bytes, uint32_t size, struct text path, struct findings *findings,
                        struct wave *wave) {
    uint16_t format = u16(bytes);
    wave->channels = u16(bytes + 2);
    wave->rate = u32(bytes + 4);
    wave->bits = u16(bytes + 14);
    bool fits = format == FORMAT_EXTENSIBLE ? size == 40 : size == 16 || (size == 18 && u16(bytes + 16) == 0);
    if (fits && format == FORMAT_EXTENSIBLE) {
        fits = u16(bytes + 16) == 22 && u16(bytes + 18) == wave->bits && memcmp(bytes + 26, SUBFORMAT_TAIL, 14) == 0;
        format = u16(bytes + 24);
    }
    if (!fits) {
        return refuse(findings, "wave.malformed", path, "has a `fmt ` chunk that contradicts itself. Save it again.");
    }
    bool pcm = format == FORMAT_PCM && (wave->bits == 8 || wave->bits == 16 || wave->bits == 24);
    wave->is_float = format == FORMAT_FLOAT && wave->bits == 32;
    if (!pcm && !wave->is_float) {
        builder_format(findings_add(findings, "wave.unsupported", path),
                       "`%t` has the format %u with %u bits. Save it as PCM with 8, 16 or 24 bits, or as float with 32.",
                       path, (uint64_t)format, (uint64_t)wave->bits);
        return false;
    }
    if (wave->channels < 1 || wave->channels > MOST_CHANNELS || wave->rate < LOWEST_RATE || wave->rate > HIGHEST_RATE) {
        builder_format(findings_add(findings, "wave.unsupported", path),
                       "`%t` has %u channels at %u Hz. Save it with 1 or 2, at %u to %u Hz.", path,
                       (uint64_t)wave->channels, (uint64_t)wave->rate, (uint64_t)LOWEST_RATE, (uint64_t)HIGHEST_RATE);
        return false;
    }
    uint32_t frame = (uint32_t)wave->channels * wave->bits / 8;
    if (u16(bytes + 12) != frame || u32(bytes + 8) != wave->rate * frame) {
        return refuse(findings, "wave.malformed", path, "says another size of its samples than it has. Save it again.");
    }
    return true;
}

/* How far a sample is from silence, in 1/32768 of full scale; more than 32768 if it is no number. */
static uint32_t level(const uint8_t *bytes, const struct wave *wave) {
    int32_t value;
    switch (wave->bits) {
    case 8:
        value = ((int32_t)bytes[0] - 128) * 256;
        break;
    case 16:
        value = (int32_t)u16(bytes);
        value = value >= 0x8000 ? value - 0x10000 : value;
        break;
    case 24:
        value = (int32_t)u16(bytes + 1);
        value = value >= 0x8000 ? value - 0x10000 : value;
        break;
    default: {
        uint32_t bits = u32(bytes);
        float number;
        if ((bits & 0x7f800000) == 0x7f800000) {
            return UINT32_MAX;
        }
        memcpy(&number, &bits, sizeof number);
        number = number < 0 ? -number : number;
        return number >= 1 ? 32768 : (uint32_t)(number * 32768);
    }
    }
    return (uint32_t)(value < 0 ? -value : value);
}

static bool read_samples(const struct wave_source *source, uint64_t offset, uint64_t size, struct text path,
                         struct findings *findings, struct wave *wave) {
    /* What a sample can have at most: 8 bits end at 127, and so on. */
    const uint32_t full = wave->bits == 8 ? 127 * 256 : wave->is_float ? 32768 : 32767;
    const size_t sample = wave->bits / 8;
    uint32_t run[MOST_CHANNELS] = {0};
    uint8_t *piece = allocate(PIECE, 1);
    for (uint64_t done = 0; done < size;) {
        size_t length = size - done < PIECE ? (size_t)(size - done) : PIECE;
        if (!source->read(source->context, offset + done, piece, length)) {
            return refuse(findings, "wave.truncated", path, "ends before its samples do. Copy it again.");
        }
        for (size_t at = 0, channel = 0; at < length; at += sample) {
            uint32_t loud = level(piece + at, wave);
            if (loud > 32768) {
                return refuse(findings, "wave.not-finite", path, "has samples that are no numbers. Save it again.");
            }
            wave->peak = loud > wave->peak ? loud : wave->peak;
            run[channel] = loud >= full ? run[channel] + 1 : 0;
            wave->clips = wave->clips || run[channel] == 3;
            channel = channel + 1 == wave->channels ? 0 : channel + 1;
        }
        done += length;
    }
    return true;
}

bool wave_read(const struct wave_source *source, struct text path, struct findings *findings, struct wave *wave) {
    uint8_t bytes[40];
    *wave = (struct wave){0};
    if (source->size < HEADER || !source->read(source->context, 0, bytes, HEADER) || !is(bytes, "RIFF") ||
        !is(bytes + 8, "WAVE")) {
        return refuse(findings, "wave.unreadable", path, "is no WAVE file by its content. Save it as one, with a program for sounds.");
    }
    /* RIFF says how much follows its first 8 bytes. Bytes behind that are how a file is two things at once. */
    uint64_t end = (uint64_t)u32(bytes + 4) + 8;
    if (end > source->size) {
        return refuse(findings, "wave.truncated", path, "ends before it says. Copy it again.");
    }
    if (end < source->size) {
        builder_format(findings_add(findings, "wave.trailing", path),
                       "`%t` goes on for %u bytes after the sound's end. Save it again.", path, source->size - end);
        return false;
    }
    bool has_format = false, has_data = false;
    uint64_t data = 0, data_size = 0;
    for (uint64_t at = HEADER; at < end;) {
        if (end - at < CHUNK_HEADER || !source->read(source->context, at, bytes, CHUNK_HEADER)) {
            return refuse(findings, "wave.malformed", path, "ends in the middle of a chunk. Save it again.");
        }
        uint32_t size = u32(bytes + 4);
        uint64_t padded = (uint64_t)size + (size & 1);
        at += CHUNK_HEADER;
        if (padded > end - at) {
            return refuse(findings, "wave.truncated", path, "has a chunk that goes past its end. Copy it again.");
        }
        if (is(bytes, "fmt ")) {
            if (has_format || has_data || size < 16 || size > sizeof bytes) {
                return refuse(findings, "wave.malformed", path, "has no `fmt ` chunk, or two, or one too late. Save it again.");
            }
            if (!source->read(source->context, at, bytes, size)) {
                return refuse(findings, "wave.truncated", path, "ends before its format does. Copy it again.");
            }
            if (!read_format(bytes, size, path, findings, wave)) {
                return false;
            }
            has_format = true;
        } else if (is(bytes, "data")) {
            if (!has_format || has_data) {
                return refuse(findings, "wave.malformed", path, "has two `data` chunks, or one before its `fmt `. Save it again.");
            }
            has_data = true;
            data = at;
            data_size = size;
        } else if (!is(bytes, "LIST") && !is(bytes, "fact") && !is(bytes, "PEAK")) {
            return refuse(findings, "wave.unknown-chunk", path,
                          "has a chunk that is no part of a sound. Save it without metadata, markers and pictures.");
        }
        at += padded;
    }
    if (!has_data) {
        return refuse(findings, "wave.malformed", path, "has no `data` chunk. Save it again.");
    }
    uint32_t frame = (uint32_t)wave->channels * wave->bits / 8;
    if (data_size == 0 || data_size % frame != 0) {
        return refuse(findings, "wave.malformed", path, "has no samples, or half of one. Save it again.");
    }
    wave->frames = data_size / frame;
    wave->milliseconds = (wave->frames * 1000 + wave->rate - 1) / wave->rate;
    if (wave->frames > (uint64_t)LONGEST_SECONDS * wave->rate) {
        builder_format(findings_add(findings, "wave.too-long", path),
                       "`%t` lasts %u seconds, and a sound at most %u. Shorten it.", path,
                       wave->milliseconds / 1000, (uint64_t)LONGEST_SECONDS);
        return false;
    }
    return read_samples(source, data, data_size, path, findings, wave);
}
