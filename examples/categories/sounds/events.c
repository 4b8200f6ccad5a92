#include "events.h"

struct event {
    const char *name;
    /* Behind "Play when". */
    const char *when;
};

static const struct event EVENTS[] = {
    {"alarm-clock-elapsed", "an alarm goes off"},
    {"audio-channel-front-center", "the front centre speaker is tested"},
    {"audio-channel-front-left", "the front left speaker is tested"},
    {"audio-channel-front-right", "the front right speaker is tested"},
    {"audio-test-signal", "the speakers are tested"},
    {"audio-volume-change", "you change the volume"},
    {"battery-caution", "the battery is getting low"},
    {"battery-full", "the battery is full"},
    {"battery-low", "the battery is almost empty"},
    {"bell", "a terminal rings its bell"},
    {"button-pressed", "you press a button"},
    {"button-released", "you release a button"},
    {"button-toggle-off", "you switch something off"},
    {"button-toggle-on", "you switch something on"},
    {"camera-focus", "a camera has focused"},
    {"camera-shutter", "a picture is taken"},
    {"complete-copy", "a copy is complete"},
    {"complete-download", "a download is complete"},
    {"complete-media-burn", "a disc is burnt"},
    {"complete-media-format", "a disc is formatted"},
    {"complete-media-rip", "a disc is read"},
    {"complete-scan", "a scan is complete"},
    {"completion-fail", "there is nothing to complete"},
    {"completion-partial", "a word is completed in part"},
    {"completion-success", "a word is completed"},
    {"count-down", "a count goes down"},
    {"desktop-login", "you sign in"},
    {"desktop-logout", "you sign out"},
    {"desktop-screen-lock", "the screen is locked"},
    {"desktop-screen-unlock", "the screen is unlocked"},
    {"device-added", "a device is plugged in"},
    {"device-removed", "a device is unplugged"},
    {"dialog-error", "a dialogue shows an error"},
    {"dialog-information", "a dialogue tells you something"},
    {"dialog-question", "a dialogue asks you something"},
    {"dialog-warning", "a dialogue warns you"},
    {"drag-accept", "what you drop is accepted"},
    {"drag-fail", "what you drop is not accepted"},
    {"drag-start", "you start to drag something"},
    {"file-trash", "a file goes to the trash"},
    {"game-card-shuffle", "cards are shuffled"},
    {"game-human-move", "it is your move"},
    {"game-over-loser", "you lose a game"},
    {"game-over-winner", "you win a game"},
    {"item-deleted", "something is deleted"},
    {"item-selected", "you select something"},
    {"lid-close", "the lid is closed"},
    {"lid-open", "the lid is opened"},
    {"menu-click", "you choose from a menu"},
    {"menu-popdown", "a menu closes"},
    {"menu-popup", "a menu opens"},
    {"message-new-email", "an e-mail arrives"},
    {"message-new-instant", "a message arrives"},
    {"message-sent-email", "an e-mail is sent"},
    {"message-sent-instant", "a message is sent"},
    {"network-connectivity-error", "the network has an error"},
    {"network-connectivity-established", "the network is there"},
    {"network-connectivity-lost", "the network is gone"},
    {"notebook-tab-changed", "you change to another tab"},
    {"phone-failure", "a call fails"},
    {"phone-hangup", "a call ends"},
    {"phone-incoming-call", "somebody calls"},
    {"phone-outgoing-busy", "whom you call is busy"},
    {"phone-outgoing-calling", "you call somebody"},
    {"power-plug", "the power is plugged in"},
    {"power-unplug", "the power is unplugged"},
    {"screen-capture", "the screen is captured"},
    {"search-results", "a search has found something"},
    {"search-results-empty", "a search has found nothing"},
    {"service-login", "somebody you know comes online"},
    {"service-logout", "somebody you know goes offline"},
    {"software-update-available", "an update is there"},
    {"software-update-urgent", "an urgent update is there"},
    {"suspend-error", "the machine cannot go to sleep"},
    {"suspend-resume", "the machine wakes up"},
    {"suspend-start", "the machine goes to sleep"},
    {"system-bootup", "the machine starts"},
    {"system-ready", "the machine has started"},
    {"system-shutdown", "the machine shuts down"},
    {"theme-demo", "you try this theme"},
    {"trash-empty", "the trash is emptied"},
    {"window-attention-active", "a window in front wants your attention"},
    {"window-attention-inactive", "a window behind wants your attention"},
    {"window-close", "a window closes"},
    {"window-maximized", "a window is maximized"},
    {"window-minimized", "a window is minimized"},
    {"window-new", "a window opens"},
};

static const size_t COUNT = sizeof EVENTS / sizeof EVENTS[0];

static struct text name_of(const struct event *event) {
    size_t length = 0;
    while (event->name[length] != '\0') {
        length++;
    }
    return (struct text){event->name, length};
}

bool event_covers(struct text general, struct text special) {
    return text_equal(general, special) ||
        (general.length > 0 && special.length > general.length && text_starts_with(special, general) &&
         special.bytes[general.length] == '-');
}

bool event_is_known(struct text name) {
    for (size_t i = 0; i < COUNT; i++) {
        if (event_covers(name, name_of(&EVENTS[i]))) {
            return true;
        }
    }
    return false;
}

void event_summary(struct builder *builder, struct text name) {
    for (size_t i = 0; i < COUNT; i++) {
        if (text_equal(name, name_of(&EVENTS[i]))) {
            builder_format(builder, "Play when %s", EVENTS[i].when);
            return;
        }
    }
    /* A family of them. */
    builder_format(builder, "Play for every event of the kind `%t`", name);
}
