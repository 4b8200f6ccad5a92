//! How a server is reached: at an address elsewhere, or as a program beside the OS.

use marketplace_adapter_sdk::Findings;

use crate::address;
use crate::model::{Input, Package, Transport};
use crate::server::place;

/// Checks an address elsewhere.
pub fn remote(path: &str, remote: &Transport, findings: &mut Findings, remarks: &mut Findings) {
    if !matches!(remote.kind.as_str(), "streamable-http" | "sse") {
        findings.add(
            "plugin.transport",
            place(&format!("{path}.type")),
            format!("`{}` is no transport to a server elsewhere. Use `streamable-http`, or `sse` for an older server.", remote.kind),
        );
    }
    let place_of_url = place(&format!("{path}.url"));
    match remote.url.as_deref() {
        None => {
            findings.add("plugin.bad-address", place_of_url, "There is no `url`. Add the server's address.")
        }
        Some(url) => {
            if let Err((rule, message)) = address::remote(url, &remote.variables) {
                findings.add(rule, place_of_url.as_str(), message);
            }
            if address::host_is_open(url) {
                remarks.add(
                    "plugin.open-host",
                    place_of_url,
                    format!("Whose server `{url}` is depends on what is filled in."),
                );
            }
        }
    }
    headers(path, &remote.headers, findings);
}

/// Checks a program beside the OS.
pub fn package(path: &str, package: &Package, findings: &mut Findings, remarks: &mut Findings) {
    identifier(path, package, findings, remarks);
    runtime(path, package, findings, remarks);
    for (index, variable) in package.environment_variables.iter().enumerate() {
        environment(&format!("{path}.environmentVariables[{index}]"), variable, findings, remarks);
    }
    let transport = &package.transport;
    match (transport.kind.as_str(), transport.url.as_deref()) {
        ("stdio", _) => {}
        ("streamable-http" | "sse", Some(url)) => {
            if let Err((rule, message)) = address::local(url, &transport.variables) {
                findings.add(rule, place(&format!("{path}.transport.url")), message);
            }
        }
        ("streamable-http" | "sse", None) => {
            findings.add(
                "plugin.bad-address",
                place(&format!("{path}.transport.url")),
                "There is no `url`. Add the address at which the program listens.",
            );
        }
        (other, _) => findings.add(
            "plugin.transport",
            place(&format!("{path}.transport.type")),
            format!("`{other}` is no transport. Use `stdio`, `streamable-http` or `sse`."),
        ),
    }
    headers(&format!("{path}.transport"), &transport.headers, findings);
}

/// What is run must be what was reviewed, so it has to be one version for ever.
fn identifier(path: &str, package: &Package, findings: &mut Findings, remarks: &mut Findings) {
    let version = package.version.as_deref().filter(|version| !version.is_empty());
    if package.identifier.trim().is_empty() {
        findings.add(
            "plugin.package",
            place(&format!("{path}.identifier")),
            "It is empty. Name the package.",
        );
    }
    if !is_identifier(&package.registry_type, &package.identifier) {
        findings.add(
            "plugin.package",
            place(&format!("{path}.identifier")),
            format!(
                "`{}` is no name of a package of `{}`: a program that fetches it could take it for an option, an address or a file. Write the name alone, and the version in `version`.",
                package.identifier.escape_debug(),
                package.registry_type.escape_debug()
            ),
        );
    }
    if let Some(version) = version.filter(|version| !is_exact(version)) {
        findings.add(
            "plugin.unpinned",
            place(&format!("{path}.version")),
            format!("`{version}` is no exact version: what is run tomorrow would not be what was reviewed. Write one like `1.0.2`."),
        );
    }
    if package.file_sha256.as_deref().is_some_and(|hash| !is_sha256(hash)) {
        findings.add(
            "plugin.package",
            place(&format!("{path}.fileSha256")),
            "It is no SHA-256: 64 lower-case hexadecimal digits. Correct it.",
        );
    }
    match package.registry_type.as_str() {
        "npm" | "pypi" | "nuget" | "cargo" if version.is_none() => findings.add(
            "plugin.unpinned",
            place(&format!("{path}.version")),
            "There is no `version`, so whatever is newest would be run, reviewed or not. Write one like `1.0.2`.",
        ),
        "npm" | "pypi" | "nuget" | "cargo" => {}
        "oci" | "docker" => {
            let name = package.identifier.rsplit('/').next().unwrap_or_default();
            let tag = name.split_once(':').map(|(_, tag)| tag).or(version);
            if !name.contains('@') && tag.is_none_or(|tag| !is_exact(tag)) {
                findings.add("plugin.unpinned", place(&format!("{path}.identifier")), "The image has no tag, or one that changes, such as `latest`. Add a version, or better a digest: `name@sha256:…`.");
            }
        }
        "mcpb" => {
            if let Err((rule, message)) = address::remote(&package.identifier, &std::collections::BTreeMap::new()) {
                findings.add(rule, place(&format!("{path}.identifier")), message);
            }
            if package.file_sha256.is_none() {
                findings.add("plugin.unpinned", place(&format!("{path}.fileSha256")), "A file that is downloaded is known by its hash. Add `fileSha256`.");
            }
        }
        other => {
            remarks.add("plugin.registry", place(&format!("{path}.registryType")), format!("`{other}` is no package registry that the MCP registry knows."));
            if version.is_none() && package.file_sha256.is_none() {
                findings.add("plugin.unpinned", place(&format!("{path}.version")), "There is neither `version` nor `fileSha256`, so whatever is newest would be run, reviewed or not. Add one.");
            }
        }
    }
    if let Some(base) = &package.registry_base_url
        && let Err((rule, message)) = address::remote(base, &std::collections::BTreeMap::new())
    {
        findings.add(rule, place(&format!("{path}.registryBaseUrl")), message);
    }
}

/// Arguments to the runtime (`docker run …`, `npx …`) can undo any isolation.
fn runtime(path: &str, package: &Package, findings: &mut Findings, remarks: &mut Findings) {
    if let Some(hint) = package.runtime_hint.as_deref().filter(|hint| !is_runtime(hint)) {
        findings.add(
            "plugin.runtime-hint",
            place(&format!("{path}.runtimeHint")),
            format!(
                "`{}` is no runtime of packages: it would run whatever its arguments say. Use one like `npx`, `uvx`, `dnx` or `docker`.",
                hint.escape_debug()
            ),
        );
    }
    if package.runtime_arguments.is_empty() {
        return;
    }
    remarks.add(
        "plugin.runtime-arguments",
        place(&format!("{path}.runtimeArguments")),
        "It tells the runtime how to run the program. See what it shares with it.",
    );
    // `--network=host`, `--network host` and a named argument are the same words to a runtime.
    let words: Vec<String> = package
        .runtime_arguments
        .iter()
        .flat_map(|input| [input.name.as_deref(), input.value.as_deref().or(input.default.as_deref())])
        .flatten()
        .flat_map(|text| text.split(['=', ' ']))
        .map(str::to_ascii_lowercase)
        .collect();
    let pairs = words.windows(2).map(|pair| (pair[0].as_str(), pair[1].as_str()));
    let shares_host = pairs.into_iter().any(|(flag, value)| {
        matches!(flag, "--network" | "--net" | "--pid" | "--ipc" | "--userns" | "--uts" | "--cgroupns")
            && value == "host"
    });
    let reaches_engine = |word: &String| {
        word.contains("docker.sock") || word.contains("podman.sock") || word.contains("containerd.sock")
    };
    // `-v /:/host`, `--mount type=bind,src=/`: the whole machine, whoever installs it.
    let mounts_all = package
        .runtime_arguments
        .iter()
        .flat_map(|input| [input.name.as_deref(), input.value.as_deref().or(input.default.as_deref())])
        .flatten()
        .flat_map(|text| text.split([' ', ',']))
        .map(|word| word.trim_start_matches("-v").trim_start_matches("--volume").trim_start_matches('='))
        .any(|word| word.starts_with("/:") || matches!(word, "src=/" | "source=/"));
    if shares_host
        || mounts_all
        || words.iter().any(|word| {
            matches!(word.as_str(), "--privileged" | "--cap-add" | "--device") || reaches_engine(word)
        })
    {
        findings.add(
            "plugin.privileged-runtime",
            place(&format!("{path}.runtimeArguments")),
            "It takes rights over the whole machine (privileged, more capabilities or devices, the host's network, processes or whole disk, the engine's socket). Run it without.",
        );
    }
}

fn environment(path: &str, variable: &Input, findings: &mut Findings, remarks: &mut Findings) {
    let name = variable.name.as_deref().unwrap_or_default();
    let well_formed = !name.is_empty() && !name.contains(['=', '\0']) && !name.contains(char::is_whitespace);
    if !well_formed {
        findings.add(
            "plugin.environment",
            place(&format!("{path}.name")),
            format!("`{name}` is no name of an environment variable. Use letters, digits and `_`."),
        );
    }
    // Each of these makes an innocent program load code.
    let loads = [
        "LD_PRELOAD",
        "LD_LIBRARY_PATH",
        "DYLD_INSERT_LIBRARIES",
        "NODE_OPTIONS",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "BASH_ENV",
        "ENV",
        "PATH",
    ];
    if loads.contains(&name) && (variable.value.is_some() || variable.default.is_some()) {
        remarks.add(
            "plugin.loader-variable",
            place(path),
            format!("`{name}` decides which code a program loads. See why it is set."),
        );
    }
}

/// RFC 9110, section 5.1: a field name is a token. Anything else splits a request in two.
fn headers(path: &str, headers: &[Input], findings: &mut Findings) {
    for (index, header) in headers.iter().enumerate() {
        let name = header.name.as_deref().unwrap_or_default();
        let is_token = !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b));
        let place = place(&format!("{path}.headers[{index}]"));
        if !is_token {
            findings.add(
                "plugin.header",
                place.as_str(),
                format!("`{}` is no name of a header. Use letters, digits and `-`.", name.escape_debug()),
            );
        }
        if [&header.value, &header.default].into_iter().flatten().any(|value| value.contains(['\r', '\n'])) {
            findings.add("plugin.header", place, "A header's value is one line. Remove the line end.");
        }
    }
}

/// Whether a version is one version: no range, no wildcard, no moving tag.
#[must_use]
pub fn is_exact(version: &str) -> bool {
    let wild = version.split(['.', '-', '+']).take(3).any(|part| matches!(part, "x" | "X" | "*"));
    !wild
        // `next`, `stable`, `main`: a word is a tag, and moves.
        && version.bytes().any(|b| b.is_ascii_digit())
        // `${VERSION}`, `{{version}}`: to be filled in later.
        && !version.contains(['^', '~', '>', '<', '=', '|', ' ', ',', '*', '$', '{', '}', '/', '@', ':'])
}

/// Whether a hint names a program, and none that is a shell.
fn is_runtime(hint: &str) -> bool {
    const SHELLS: [&str; 14] = [
        "sh",
        "bash",
        "dash",
        "zsh",
        "ksh",
        "fish",
        "csh",
        "tcsh",
        "busybox",
        "cmd",
        "powershell",
        "pwsh",
        "env",
        "sudo",
    ];
    let name = hint.to_ascii_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    hint.starts_with(|c: char| c.is_ascii_alphanumeric())
        && hint.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        && !SHELLS.contains(&name)
}

/// Whether an identifier can be nothing but a name where it is put on a command line.
fn is_identifier(registry: &str, identifier: &str) -> bool {
    let is_word = |word: &str, more: &[u8]| {
        word.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b))
    };
    match registry {
        _ if identifier.trim().is_empty() => true, // said elsewhere
        "npm" => match identifier.strip_prefix('@') {
            Some(scoped) => scoped
                .split_once('/')
                .is_some_and(|(scope, name)| is_word(scope, b"._~-") && is_word(name, b"._~-")),
            None => is_word(identifier, b"._~-"),
        },
        "pypi" | "nuget" | "cargo" => is_word(identifier, b"._-"),
        "oci" | "docker" => is_word(identifier, b"._-/:@"),
        _ => !identifier.starts_with('-'),
    }
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
