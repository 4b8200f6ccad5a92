//! Addresses that a plugin makes the OS connect to.

use std::collections::BTreeMap;

use crate::address::{host_is_open, local, remote};
use crate::model::Input;

fn rule(address: &str) -> Option<&'static str> {
    remote(address, &BTreeMap::new()).err().map(|(rule, _)| rule)
}

#[test]
fn public_https_addresses_are_accepted() {
    for address in [
        "https://mcp.example.org/mcp",
        "https://mcp.example.org:8443/a/b?x=1",
        "https://{tenant}.api.example.org/mcp",
        "https://api.example.org:{port}/mcp",
        "https://api.example.org/{a}/{b}?api_key={key}",
        "https://bücher.example.org/",
        "https://9.9.9.9/mcp",
        "https://[2620:fe::fe]/mcp",
    ] {
        assert_eq!(rule(address), None, "{address}");
    }
}

#[test]
fn anything_but_https_is_refused() {
    for address in [
        "http://mcp.example.org/",
        "ws://mcp.example.org/",
        "file:///etc/passwd",
        "//mcp.example.org/",
        "mcp.example.org",
        "{baseUrl}/mcp",
        "",
    ] {
        assert_eq!(rule(address), Some("plugin.not-https"), "{address}");
    }
}

#[test]
fn addresses_inside_a_network_are_refused_however_they_are_spelled() {
    for host in [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "a.localhost",
        "printer.local",
        "vault.internal",
        "router",
        "nas.lan",
        "x.home.arpa",
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "2130706433",
        "017700000001",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.1",
        "198.18.0.1",
        "203.0.113.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::a00:1]",
        "[fc00::1]",
        "[fe80::1]",
        "[ff02::1]",
        "[2002:7f00:1::]",
        "[2001:db8::1]",
        "[2001::1]",
        "１２７.0.0.1",
        "127。0。0。1",
    ] {
        assert_eq!(rule(&format!("https://{host}/mcp")), Some("plugin.private-address"), "{host}");
    }
}

#[test]
fn every_value_that_a_variable_can_have_is_checked() {
    let host = |input: Input| {
        remote("https://{host}/mcp", &BTreeMap::from([("host".to_owned(), input)]))
            .err()
            .map(|(rule, _)| rule)
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(host(Input { default: text("mcp.example.org"), ..Input::default() }), None);
    assert_eq!(
        host(Input { default: text("127.0.0.1"), ..Input::default() }),
        Some("plugin.private-address")
    );
    assert_eq!(host(Input { value: text("10.0.0.1"), ..Input::default() }), Some("plugin.private-address"));
    assert_eq!(
        host(Input { choices: vec!["mcp.example.org".into(), "nas.lan".into()], ..Input::default() }),
        Some("plugin.private-address")
    );
    assert_eq!(
        host(Input { choices: vec!["a.example.org".into(); 65], ..Input::default() }),
        Some("plugin.bad-address")
    );
}

#[test]
fn credentials_and_keys_in_an_address_are_refused() {
    assert_eq!(rule("https://ada:secret@mcp.example.org/"), Some("plugin.credentials-in-address"));
    assert_eq!(rule("https://good.example.org@evil.example/"), Some("plugin.credentials-in-address"));
    assert_eq!(rule("https://mcp.example.org/?api_key=abc123"), Some("plugin.secret-in-package"));
}

#[test]
fn addresses_that_readers_repair_are_refused() {
    for address in [
        "https://mcp.example.org/a b",
        "https://mcp.example.org\\@evil.example/",
        "https://mcp.exam\tple.org/",
        "https://mcp.example.org/{x",
        "https://mcp.example.org/x}",
        "https://",
    ] {
        assert_eq!(rule(address), Some("plugin.bad-address"), "{address:?}");
    }
}

#[test]
fn a_program_beside_the_os_may_listen_on_this_machine_only() {
    let rule = |address: &str| local(address, &BTreeMap::new()).err().map(|(rule, _)| rule);
    for address in [
        "http://localhost:3000/mcp",
        "http://127.0.0.1:{port}/mcp",
        "http://[::1]:8080/",
        "https://mcp.example.org/",
    ] {
        assert_eq!(rule(address), None, "{address}");
    }
    assert_eq!(rule("http://192.168.1.1/mcp"), Some("plugin.not-https"));
    assert_eq!(rule("https://nas.lan/mcp"), Some("plugin.private-address"));
}

#[test]
fn a_host_that_ends_in_a_variable_is_open() {
    for address in ["https://{host}/mcp", "https://{host}:8080/", "https://mcp.{domain}"] {
        assert!(host_is_open(address), "{address}");
    }
    for address in
        ["https://{tenant}.example.org/mcp", "https://mcp.example.org/{x}", "https://mcp.example.org:{port}/"]
    {
        assert!(!host_is_open(address), "{address}");
    }
}
