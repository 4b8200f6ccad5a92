//! Writes what fuzzing begins with into `corpus/`: the packages of `examples/`, and a few things made here.
//!
//! ```sh
//! cargo run -p marketplace-fuzz --example seeds
//! ```
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use marketplace_adapter_sdk::files::Memory;
use marketplace_archive::{Format, Limits, pack};
use marketplace_fuzz::{Shown, TARGETS};
use marketplace_manifest::{Draft, canonical};

const CATEGORIES: [&str; 5] = ["apps", "plugins", "skills", "themes", "widgets"];

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for category in CATEGORIES {
        let mut packages: Vec<PathBuf> = fs::read_dir(root.join("../../examples/packages").join(category))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        packages.sort();
        for package in packages {
            of_package(category, &package);
        }
    }
    for (n, text) in [
        "network\nfs:tmp\n\nnetwork\nchat_inject\n\nfs:tmp",
        "mcp:get_forecast\n\nmcp:get_forecast\nmcp:send\n\nmcp:send",
        "read:metrics.cpu\nrefresh:30s\n\nread:metrics.*\nrefresh:5s\n\nread:metrics.cpu.load\nrefresh:1h",
        "port:8080/tcp\nvolume:data\ncap:NET_ADMIN\n\nport:53/udp\nvolume:data:ro\n\nport:8080/tcp",
    ]
    .into_iter()
    .enumerate()
    {
        write("permissions", &format!("{n}"), text.as_bytes());
    }
    for (n, text) in [
        r#"{"a":[1,2.5,-0,1e-7,null,true],"b":{"é":"\u0041\n"}}"#,
        "a: &x [yes please, '010', 1.0]\nb: *x\n? c\n: |\n  text\n   more\n",
        "- \"\\x41\\u00e9\"\n- >-\n  folded\n  text\n- {a: 1, 'b': ~}\n",
    ]
    .into_iter()
    .enumerate()
    {
        write("canonical", &format!("{n}"), text.as_bytes());
    }
    // Structured inputs are read out of any bytes.
    let mut state = 1_u32;
    for target in ["tarball_built", "zip_built"] {
        for n in 0..8 {
            let bytes: Vec<u8> = (0..64 << (n % 4))
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 24) as u8
                })
                .collect();
            write(target, &n.to_string(), &bytes);
        }
    }
}

fn of_package(category: &str, folder: &Path) {
    let name = folder.file_name().unwrap().to_str().unwrap();
    let yaml = fs::read(folder.join("manifest.yaml")).unwrap();
    let draft = Draft::parse(&yaml).unwrap();
    write("manifest", &format!("{name}-yaml"), &yaml);
    write("manifest", &format!("{name}-json"), draft.to_json().to_string().as_bytes());
    write("canonical", name, canonical::to_jcs(&draft.to_json()).as_bytes());
    write("permissions", name, draft.permissions().join("\n").as_bytes());

    let package = folder.join("package");
    let mut shown = Shown::from_bytes(name.as_bytes());
    shown.manifest.permissions = draft.permissions().to_vec();
    shown.files = Memory::from_folder(&package).unwrap();
    write(&format!("inspect_{category}"), name, &shown.to_bytes());

    for (format, target) in [(Format::TarGz, "tarball"), (Format::Zip, "zip")] {
        let mut bytes = Vec::new();
        pack(&package, &mut bytes, format, &Limits::default(), &|_| false).unwrap();
        if bytes.len() > 4096 {
            continue;
        }
        write(target, name, &bytes);
        if format == Format::TarGz {
            let mut tar = Vec::new();
            flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut tar).unwrap();
            write(target, &format!("{name}-plain"), &tar);
        }
    }
}

fn write(target: &str, name: &str, bytes: &[u8]) {
    assert!(TARGETS.iter().any(|(known, _)| *known == target), "{target} is no target");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("seed-{name}")), bytes).unwrap();
}
