/* Whether a file is the sound that its name says: RIFF/WAVE (Multimedia Programming Interface, 1991), with the
 * formats of mmreg.h that every player knows.
 *
 * A header of 44 bytes at a known place is what many programs assume, and where their crashes come from. Here
 * every size is held against what is really there, and the file ends where the sound does. */
#ifndef SOUNDS_WAVE_H
#define SOUNDS_WAVE_H

#include "findings.h"

/* A notification is over soon. */
#define LONGEST_SECONDS 30
#define LOWEST_RATE 8000
#define HIGHEST_RATE 48000
#define MOST_CHANNELS 2

/* Reads `length` bytes at `offset`, which are there: 0 if it could not, and nothing is known of the file. */
struct wave_source {
    uint64_t size;
    int (*read)(void *context, uint64_t offset, uint8_t *bytes, size_t length);
    void *context;
};

struct wave {
    uint32_t rate;
    uint16_t channels;
    uint16_t bits;
    bool is_float;
    uint64_t frames;
    uint64_t milliseconds; /* rounded up */
    /* Of full scale, in 1/32768. */
    uint32_t peak;
    /* Three samples in a row at full scale are what is left of a louder sound. */
    bool clips;
};

/* False, and a finding about `path`, if it is none. */
bool wave_read(const struct wave_source *source, struct text path, struct findings *findings, struct wave *wave);

#endif
