//! Places where the tests of faults make the disk fail, or stop the process. In a build without tests there is
//! nothing here.

/// Names a step that touches the disk. A test can make it fail with an error of the system, or hold it until the
/// process is killed.
macro_rules! step {
    ($name:literal) => {
        fail::fail_point!($name, |errno| Err($crate::faults::error(errno).into()))
    };
}
pub(crate) use step;

/// Every step, in the order of its work: the tests of faults walk this list, and fail if one is never reached.
pub const STEPS: &[&str] = &[
    "fetch.open",
    "unpack.begin",
    "unpack.entry",
    "unpack.end",
    "tree.build",
    "tree.write",
    "tree.sync",
    "tree.rename",
    "tree.sync-parent",
    "install.commit",
    "install.committed",
    "uninstall.commit",
    "uninstall.committed",
    "tree.release",
    "tree.released",
    "blob.receive",
    "blob.write",
    "blob.sync",
    "blob.rename",
    "blob.sync-parent",
    "submit.commit",
    "submit.committed",
];

/// The steps of what a start does.
pub const RECOVERY: &[&str] = &["recover.begin", "recover.tree", "recover.blob", "recover.end"];

/// What the system would have said.
#[allow(dead_code, reason = "only where the tests of faults are compiled in")]
pub(crate) fn error(errno: Option<String>) -> std::io::Error {
    let code = match errno.as_deref() {
        Some("ENOSPC") => rustix::io::Errno::NOSPC,
        _ => rustix::io::Errno::IO,
    };
    code.into()
}
