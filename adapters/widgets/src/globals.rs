//! What a browser offers and a widget cannot use.
//!
//! A widget runs in a frame with an origin of its own (`sandbox="allow-scripts"`) under a content security
//! policy without network. What is listed here would fail there, or is a way to try the fence; an author learns
//! it at submission, in words, instead of from a blank widget.

/// Names that stand for the global object.
pub(crate) const GLOBAL_OBJECTS: &[&str] = &["window", "globalThis", "self", "frames"];

/// Objects whose members are judged one by one, so that reaching into them by a computed name is hiding.
pub(crate) const JUDGED: &[&str] = &["document", "navigator"];

/// A group of globals that are refused for one reason.
pub(crate) struct Group {
    pub(crate) rule: &'static str,
    /// Why, and what to do instead.
    pub(crate) why: &'static str,
    names: &'static [&'static str],
}

const GROUPS: &[Group] = &[
    Group {
        rule: "widget.network",
        why: "A widget has no network. Read a data topic with `useTopic` from `@marketplace/widget` instead",
        names: &[
            "BroadcastChannel",
            "EventSource",
            "RTCPeerConnection",
            "SharedWorker",
            "WebSocket",
            "WebSocketStream",
            "WebTransport",
            "Worker",
            "XMLHttpRequest",
            "fetch",
            "fetchLater",
            "mozRTCPeerConnection",
            "navigator.sendBeacon",
            "navigator.serviceWorker",
            "webkitRTCPeerConnection",
        ],
    },
    Group {
        rule: "widget.code",
        why: "Code that is made at run time cannot be checked, and does not run in a widget's frame. Write it as a module",
        names: &[
            "Function.apply",
            "Function.bind",
            "Function.call",
            "Function.prototype.constructor",
            "ShadowRealm",
            "WebAssembly",
            "document.open",
            "document.write",
            "document.writeln",
            "eval",
            "execScript",
            "importScripts",
        ],
    },
    Group {
        rule: "widget.storage",
        why: "A widget's frame has an origin of its own and keeps nothing. Keep state in React, and preferences in `settings`",
        names: &[
            "caches",
            "cookieStore",
            "document.cookie",
            "document.domain",
            "document.requestStorageAccess",
            "indexedDB",
            "localStorage",
            "navigator.locks",
            "navigator.storage",
            "openDatabase",
            "sessionStorage",
        ],
    },
    Group {
        rule: "widget.frame",
        why: "The page around a widget is out of its reach. Draw inside the widget",
        names: &["alert", "confirm", "frameElement", "opener", "parent", "print", "prompt", "top"],
    },
    Group {
        rule: "widget.navigation",
        why: "A widget stays where it is: going elsewhere would carry data away. Remove it",
        names: &["document.location", "history", "location", "navigation", "open"],
    },
    Group {
        rule: "widget.device",
        why: "A widget has no permission for devices or for what only a page may ask. Remove it",
        names: &[
            "Notification",
            "EyeDropper",
            "IdleDetector",
            "NDEFReader",
            "PaymentRequest",
            "PresentationRequest",
            "SpeechRecognition",
            "navigator.bluetooth",
            "navigator.clipboard",
            "navigator.credentials",
            "navigator.geolocation",
            "navigator.getUserMedia",
            "navigator.getBattery",
            "navigator.hid",
            "navigator.mediaDevices",
            "navigator.registerProtocolHandler",
            "navigator.requestMIDIAccess",
            "navigator.requestMediaKeySystemAccess",
            "navigator.serial",
            "navigator.share",
            "navigator.usb",
            "navigator.wakeLock",
            "navigator.xr",
            "showDirectoryPicker",
            "showOpenFilePicker",
            "showSaveFilePicker",
            "webkitSpeechRecognition",
        ],
    },
];

/// Why `name`, a global or `object.member`, is refused, if it is.
pub(crate) fn refused(name: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|group| group.names.contains(&name))
}
