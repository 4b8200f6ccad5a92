//! `cap:NET_ADMIN`, `port:8080/tcp`, `mount:NAME:rw`: what each means.

use marketplace_adapter_sdk::{Capability, Meaning, Mount, Port, Protocol, Risk};

use Risk::{High, Low, Medium};

/// Every Linux capability (capabilities(7), to Linux 6), what it lets an app do, and the harm in it.
pub const CAPABILITIES: [(&str, Risk, &str); 41] = [
    ("AUDIT_CONTROL", High, "Switch this computer's security log on and off"),
    ("AUDIT_READ", High, "Read this computer's security log"),
    ("AUDIT_WRITE", Low, "Add entries to this computer's security log"),
    ("BLOCK_SUSPEND", Low, "Keep this computer from going to sleep"),
    ("BPF", High, "Load programs into this computer's kernel"),
    ("CHECKPOINT_RESTORE", High, "Freeze and restore running programs"),
    ("CHOWN", Low, "Change who owns its files"),
    ("DAC_OVERRIDE", Medium, "Ignore the permissions of its files"),
    ("DAC_READ_SEARCH", High, "Read files whatever their permissions, with known ways out of a container"),
    ("FOWNER", Low, "Act as the owner of its files"),
    ("FSETID", Low, "Keep special bits on its files"),
    ("IPC_LOCK", Low, "Lock memory, so that it is never swapped out"),
    ("IPC_OWNER", Medium, "Use the shared memory of other programs"),
    ("KILL", Low, "Stop programs inside its own container"),
    ("LEASE", Low, "Be told when its files are opened"),
    ("LINUX_IMMUTABLE", Medium, "Make files that cannot be changed or deleted"),
    ("MAC_ADMIN", High, "Change this computer's security policy"),
    ("MAC_OVERRIDE", High, "Ignore this computer's security policy"),
    ("MKNOD", Medium, "Make device files"),
    ("NET_ADMIN", High, "Change network settings, routes and firewall rules"),
    ("NET_BIND_SERVICE", Low, "Listen on ports below 1024 inside its container"),
    ("NET_BROADCAST", Low, "Send to everyone on its network"),
    ("NET_RAW", Medium, "Send and read raw network packets"),
    ("PERFMON", High, "Watch what other programs do"),
    ("SETFCAP", Medium, "Give special powers to program files"),
    ("SETGID", Low, "Change the group that its programs run as"),
    ("SETPCAP", Medium, "Pass its powers on to other programs"),
    ("SETUID", Low, "Change the user that its programs run as"),
    ("SYS_ADMIN", High, "Administer this computer: nearly everything that its owner may do"),
    ("SYS_BOOT", High, "Restart this computer"),
    ("SYS_CHROOT", Low, "Give its programs another root folder"),
    ("SYS_MODULE", High, "Load modules into this computer's kernel"),
    ("SYS_NICE", Medium, "Take processor time before other programs"),
    ("SYS_PACCT", Medium, "Record which programs run"),
    ("SYS_PTRACE", High, "Look into and change other running programs"),
    ("SYS_RAWIO", High, "Reach this computer's hardware directly"),
    ("SYS_RESOURCE", Medium, "Exceed the limits on what it may use"),
    ("SYS_TIME", High, "Set this computer's clock"),
    ("SYS_TTY_CONFIG", Medium, "Control this computer's terminals"),
    ("SYSLOG", High, "Read this computer's kernel messages"),
    ("WAKE_ALARM", Low, "Wake this computer from sleep"),
];

/// Whether `name` is a Linux capability, without the prefix `CAP_`.
pub fn is_capability(name: &str) -> bool {
    CAPABILITIES.iter().any(|(known, ..)| *known == name)
}

/// `NET_ADMIN`, after `cap:`.
pub(crate) fn capability(name: &str) -> Result<Meaning, String> {
    if name.eq_ignore_ascii_case("ALL") {
        return Err("no app may have every capability. Name the ones it needs".to_owned());
    }
    if let Some((known, risk, summary)) = CAPABILITIES.iter().find(|(known, ..)| *known == name) {
        return Ok(Meaning::new(Capability::LinuxCapability((*known).to_owned()), *summary, *risk));
    }
    let upper = name.to_ascii_uppercase();
    let meant = upper.strip_prefix("CAP_").unwrap_or(&upper);
    Err(if is_capability(meant) {
        format!("the capability is written `{meant}`")
    } else {
        format!("Linux has no capability `{name}`")
    })
}

/// `8080/tcp`, after `port:`.
pub(crate) fn port(rest: &str) -> Result<Meaning, String> {
    let (digits, protocol) = rest.split_once('/').ok_or("the protocol is missing")?;
    let protocol = match protocol {
        "tcp" => Protocol::Tcp,
        "udp" => Protocol::Udp,
        other => return Err(format!("`{other}` is neither `tcp` nor `udp`")),
    };
    // Only the canonical spelling, so that equal permissions are equal strings.
    let number = digits
        .parse::<u16>()
        .ok()
        .filter(|number| *number != 0 && number.to_string() == digits)
        .ok_or_else(|| format!("`{digits}` is no port from 1 to 65535"))?;
    let name = if protocol == Protocol::Tcp { "TCP" } else { "UDP" };
    let (risk, summary) = if number < 1024 {
        (
            Medium,
            format!("Be reachable on {name} port {number} of this computer, one that system services use"),
        )
    } else {
        (Low, format!("Be reachable on {name} port {number} of this computer"))
    };
    Ok(Meaning::new(Capability::PublishPort(Port { number, protocol }), summary, risk))
}

/// `data:rw`, after `mount:`.
pub(crate) fn mount(rest: &str) -> Result<Meaning, String> {
    let (name, mode) = rest.rsplit_once(':').ok_or("`:rw` or `:ro` is missing")?;
    let read_only = match mode {
        "ro" => true,
        "rw" => false,
        other => return Err(format!("`{other}` is neither `rw` nor `ro`")),
    };
    if !crate::forms::is_name(name) {
        return Err(format!(
            "`{name}` is no name of a volume: letters, digits, `_`, `.` and `-`, at most 128"
        ));
    }
    let (risk, summary) = if read_only {
        (Low, format!("Read the volume \"{name}\""))
    } else {
        (Medium, format!("Keep data in the volume \"{name}\""))
    };
    Ok(Meaning::new(Capability::Mount(Mount { source: name.to_owned(), read_only }), summary, risk))
}
