//! The permissions of an app: exact strings, no aliases.

#![allow(clippy::unwrap_used)]

use adapter_apps::Apps;
use marketplace_adapter_sdk::{Capability, Category as _, Direction, Mount, Port, Protocol, Risk};

fn asked(permission: &str) -> Vec<String> {
    vec![permission.to_owned()]
}

#[test]
fn a_permission_is_granted_with_its_capability_and_risk() {
    let port = |number, protocol| Capability::PublishPort(Port { number, protocol });
    let mount = |source: &str, read_only| Capability::Mount(Mount { source: source.into(), read_only });
    for (permission, capability, risk) in [
        ("cap:NET_ADMIN", Capability::LinuxCapability("NET_ADMIN".into()), Risk::High),
        ("cap:SYS_ADMIN", Capability::LinuxCapability("SYS_ADMIN".into()), Risk::High),
        ("cap:CHOWN", Capability::LinuxCapability("CHOWN".into()), Risk::Low),
        ("port:8080/tcp", port(8080, Protocol::Tcp), Risk::Low),
        ("port:65535/udp", port(65535, Protocol::Udp), Risk::Low),
        ("port:1023/tcp", port(1023, Protocol::Tcp), Risk::Medium),
        ("mount:data:rw", mount("data", false), Risk::Medium),
        ("mount:my_data.v1-x:ro", mount("my_data.v1-x", true), Risk::Low),
    ] {
        let grants = Apps::grammar().validate(&asked(permission)).unwrap();
        assert_eq!((&grants[0].capability, grants[0].risk), (&capability, risk), "{permission}");
        assert_eq!(grants[0].permission, permission);
    }
}

#[test]
fn another_spelling_of_a_permission_is_refused() {
    for permission in [
        "cap:net_admin",
        "cap:CAP_NET_ADMIN",
        "cap:ALL",
        "cap:all",
        "cap:",
        "cap:NET_ADMIN ",
        "CAP:NET_ADMIN",
        "port:08080/tcp",
        "port:0/tcp",
        "port:65536/tcp",
        "port:+80/tcp",
        "port:80",
        "port:80/TCP",
        "port:80/sctp",
        "port: 80/tcp",
        "port:80-81/tcp",
        "port:/tcp",
        "mount:data",
        "mount:data:",
        "mount:data:RW",
        "mount::rw",
        "mount:-data:rw",
        "mount:/etc:ro",
        "mount:a:b:rw",
        "mount:../x:ro",
        "network",
        "",
    ] {
        let findings = Apps::grammar().validate(&asked(permission)).unwrap_err();
        assert!(findings[0].rule.starts_with("permission."), "{permission}: {findings:?}");
    }
}

#[test]
fn a_wrong_capability_is_answered_with_the_right_one() {
    let findings = Apps::grammar().validate(&asked("cap:cap_net_admin")).unwrap_err();
    assert!(findings[0].message.contains("`NET_ADMIN`"), "{}", findings[0].message);
}

#[test]
fn writing_a_volume_that_was_read_widens() {
    let directions = |before: &str, after: &str| -> Vec<Direction> {
        Apps::grammar()
            .compare(&asked(before), &asked(after))
            .into_iter()
            .map(|change| change.direction)
            .collect()
    };
    assert_eq!(directions("mount:data:ro", "mount:data:rw"), [Direction::Widened]);
    assert_eq!(directions("mount:data:rw", "mount:data:ro"), [Direction::Narrowed]);
    assert_eq!(directions("port:80/tcp", "port:80/udp"), [Direction::Added, Direction::Removed]);
}
