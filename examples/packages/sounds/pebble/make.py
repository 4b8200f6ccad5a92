"""Makes the sounds of this theme: `python3 make.py`.

Each is a few struck bars of wood: a tone, its fourth and its tenth harmonic as a marimba has them, each dying away
faster than the one below. The same sounds come out every time.
"""

import math
import struct
import wave
from pathlib import Path

RATE = 22_050
LOUDEST = 0.5  # of full scale

# (harmonic, loudness, seconds until it has fallen to 1/e)
BAR = ((1.0, 1.0, 0.16), (3.93, 0.28, 0.055), (9.9, 0.10, 0.02))

A4 = 440.0
NOTES = {name: A4 * 2 ** (step / 12) for name, step in {
    "G3": -14, "C4": -9, "D4": -7, "E4": -5, "G4": -2, "A4": 0, "C5": 3, "D5": 5, "E5": 7, "G5": 10, "A5": 12, "C6": 15, "E6": 19,
}.items()}  # fmt: skip

# Of each event: (seconds after the beginning, note, loudness).
SOUNDS = {
    "bell": [(0, "A5", 1.0)],
    "complete-download": [(0, "C5", 0.7), (0.11, "E5", 0.8), (0.22, "G5", 1.0)],
    "desktop-login": [(0, "G4", 0.6), (0.13, "C5", 0.8), (0.26, "E5", 0.9), (0.42, "G5", 1.0)],
    "desktop-logout": [(0, "G5", 0.9), (0.13, "E5", 0.8), (0.26, "C5", 0.7), (0.42, "G4", 0.6)],
    "device-added": [(0, "D5", 0.8), (0.09, "A5", 1.0)],
    "device-removed": [(0, "A5", 0.9), (0.09, "D5", 0.8)],
    "dialog-error": [(0, "D4", 1.0), (0.16, "C4", 1.0), (0.16, "G3", 0.7)],
    "dialog-warning": [(0, "E4", 1.0), (0.14, "E4", 0.8)],
    "message-new-email": [(0, "G5", 0.8), (0.12, "C6", 1.0)],
    "message-new-instant": [(0, "E6", 0.9), (0.07, "C6", 0.7)],
    "message-sent": [(0, "C6", 0.5)],
    "trash-empty": [(0, "E5", 0.8), (0.05, "D5", 0.7), (0.10, "C5", 0.6), (0.15, "G4", 0.5)],
}


def bar(at: float, pitch: float) -> float:
    """One struck bar, `at` seconds after the stroke."""
    if at < 0:
        return 0.0
    attack = min(1.0, at / 0.002)  # without it, the stroke would be a click
    return attack * sum(
        loudness * math.exp(-at / fall) * math.sin(2 * math.pi * pitch * harmonic * at)
        for harmonic, loudness, fall in BAR
        if pitch * harmonic < RATE / 2
    )


def samples(strokes) -> bytes:
    """The sound of strokes, with its end faded to nothing."""
    length = round((max(start for start, _, _ in strokes) + 0.55) * RATE)
    sound = []
    for i in range(length):
        now = i / RATE
        value = sum(loudness * bar(now - start, NOTES[note]) for start, note, loudness in strokes)
        sound.append(value * min(1.0, (length - 1 - i) / (0.05 * RATE)))
    scale = LOUDEST * max(loudness for _, _, loudness in strokes) * 32767 / max(abs(value) for value in sound)
    return b"".join(struct.pack("<h", round(value * scale)) for value in sound)


def main() -> None:
    folder = Path(__file__).parent / "package" / "stereo"
    folder.mkdir(parents=True, exist_ok=True)
    for event, strokes in SOUNDS.items():
        with wave.open(str(folder / f"{event}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(samples(strokes))


if __name__ == "__main__":
    main()
