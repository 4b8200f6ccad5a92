//! Everything that is bounded, in one struct.

use std::time::Duration;

/// One mebibyte, in bytes.
const MIB: usize = 1 << 20;

/// What an adapter may use. Nothing is unlimited, and the defaults are on.
///
/// The contract, `wit/1.1/category.wit`, promises these defaults to authors of adapters:
/// a test compares them with its text. Raising one is safe for adapters, lowering one may
/// break some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    // -- Loading --
    /// Bytes of a component. Bounds what is read, hashed and compiled.
    pub component_bytes: usize,
    /// Bytes of one function's body. Some passes of a compiler take more than linear time
    /// in the size of a function: a few huge ones are how a component compiles for ever.
    pub function_bytes: usize,
    /// Functions in a component, over all of its modules.
    pub functions: usize,
    /// Core modules and nested components in a component.
    pub modules: usize,
    /// How long [`Sandbox::load`](crate::Sandbox::load) waits for the compiler.
    pub compile_time: Duration,
    /// Components that are compiled at the same time. The compiler itself uses every core.
    pub compilations: usize,

    // -- Running --
    /// Bytes of linear memory that a call may use, over all of its memories.
    pub memory_bytes: usize,
    /// Elements of one table.
    pub table_elements: usize,
    /// Tables that a call may use.
    pub tables: usize,
    /// Linear memories that a call may use.
    pub memories: usize,
    /// Core instances that a component may be made of.
    pub instances: usize,
    /// Wall-clock time of `describe`, `present`, `validate` and `compare`.
    pub call_time: Duration,
    /// Wall-clock time of `inspect`, `details` and `install`, which read the package.
    pub package_call_time: Duration,
    /// Wall-clock time of one host call, such as a read from a slow disk.
    pub host_call_time: Duration,
    /// Bytes that an adapter may pass to the host in one go: a call's answer, or the
    /// arguments of a host call. Whatever a list or string claims, no more is allocated.
    pub transfer_bytes: usize,
    /// WASI handles (streams, pollables) that a call may hold.
    pub handles: usize,
    /// Calls that run at the same time.
    pub concurrency: usize,
    /// How long a call waits for others to finish before it fails as busy.
    pub queue_time: Duration,
    /// Memory slots that the pool keeps warm. Best at categories × concurrency: a slot
    /// that ran the same component before is reset, not mapped anew.
    pub warm_slots: usize,
    /// Bytes of a slot that stay mapped between calls.
    pub resident_bytes: usize,

    // -- Reading the package --
    /// Bytes of one `read` or `read-range`.
    pub read_bytes: usize,

    // -- Answers --
    /// Permissions that may be asked about, and so grants; also entries of `needed`.
    pub grants: usize,
    /// Findings or remarks that are kept: the first ones.
    pub findings: usize,
    /// Changes in the answer of `compare`.
    pub changes: usize,
    /// Bytes of a text for people: a message, a summary, a description. Longer ones are cut.
    pub text_bytes: usize,
    /// Bytes of a text for machines: a permission, a capability's field, a registry key.
    /// A longer one is the adapter's mistake.
    pub word_bytes: usize,
    /// Fields, offered permissions and inputs that a category presents: so many of each.
    pub presented: usize,
    /// Choices of an input.
    pub choices: usize,
    /// Values of a detail that are kept: the first ones.
    pub values: usize,
    /// Bytes of an icon.
    pub icon_bytes: usize,

    // -- The log --
    /// Lines that a call may log. Further ones are dropped, and their number is logged.
    pub log_lines: usize,
    /// Bytes that a call may log.
    pub log_bytes: usize,

    // -- Staging --
    /// Files that may be placed and written, and the folders that they are in.
    pub staged_files: usize,
    /// Bytes that may be written. Placed files are not counted: they are the package's.
    pub staged_bytes: usize,
    /// Entries that may be registered.
    pub registry_entries: usize,
    /// Bytes of all registered keys and values.
    pub registry_bytes: usize,
    /// Bytes of one registered value.
    pub registry_value_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            component_bytes: 32 * MIB,
            function_bytes: MIB,
            functions: 100_000,
            modules: 200,
            compile_time: Duration::from_secs(60),
            compilations: 1,

            memory_bytes: 64 * MIB,
            table_elements: 65_536,
            tables: 16,
            memories: 4,
            instances: 128,
            call_time: Duration::from_secs(1),
            package_call_time: Duration::from_secs(10),
            host_call_time: Duration::from_secs(2),
            transfer_bytes: 16 * MIB,
            handles: 256,
            concurrency: 16,
            queue_time: Duration::from_secs(5),
            warm_slots: 256,
            resident_bytes: 2 * MIB,

            read_bytes: 16 * MIB,

            grants: 256,
            findings: 256,
            changes: 512,
            text_bytes: 2_000,
            word_bytes: 256,
            presented: 32,
            choices: 64,
            values: 32,
            icon_bytes: 16 * 1024,

            log_lines: 256,
            log_bytes: 64 * 1024,

            staged_files: 20_000,
            staged_bytes: 64 * MIB,
            registry_entries: 1_000,
            registry_bytes: MIB,
            registry_value_bytes: 64 * 1024,
        }
    }
}
