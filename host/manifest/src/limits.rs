//! What a manifest may weigh. Each bound is there so that a stranger's file costs
//! little to read, to store and to show.

/// The whole manifest: bytes of the file that is read, and of the JSON it stands for.
pub const BYTES: usize = 64 * 1024;
/// What `author_id`, `package_sha256` and `manifest_signature` add to a draft, at most.
/// Kept free in every draft, so that a draft which is accepted can be signed.
pub const ENVELOPE_BYTES: usize = 280;
/// Objects and lists within each other. The manifest itself is the first.
pub const DEPTH: usize = 16;
/// Uses of YAML aliases (`*name`) in one manifest.
pub const YAML_ALIASES: usize = 16;
/// YAML nodes that those aliases stand for, together: bounds an alias bomb.
pub const YAML_ALIAS_NODES: usize = 1024;
/// Largest magnitude of a number: 2^53 - 1, beyond which readers of JSON disagree on
/// the value (RFC 7493, section 2.2).
pub const NUMBER: u64 = (1 << 53) - 1;
/// Characters of a name, at least.
pub const NAME_MIN_CHARS: usize = 2;
/// Characters of a name, at most.
pub const NAME_MAX_CHARS: usize = 64;
/// Characters of a version.
pub const VERSION_CHARS: usize = 64;
/// Entries in `permissions`.
pub const PERMISSIONS: usize = 64;
/// Bytes of one permission.
pub const PERMISSION_BYTES: usize = 256;
/// Characters of `title`.
pub const TITLE_CHARS: usize = 100;
/// Characters of `summary`.
pub const SUMMARY_CHARS: usize = 200;
/// Bytes of `description`.
pub const DESCRIPTION_BYTES: usize = 32 * 1024;
/// Bytes of `changelog`.
pub const CHANGELOG_BYTES: usize = 16 * 1024;
/// Bytes of `homepage` and of `source`.
pub const URL_BYTES: usize = 2048;
/// Bytes of `license`.
pub const LICENSE_BYTES: usize = 256;
/// Entries in `keywords`.
pub const KEYWORDS: usize = 16;
/// Characters of one keyword.
pub const KEYWORD_CHARS: usize = 32;
/// Entries in `screenshots`.
pub const SCREENSHOTS: usize = 10;
/// Bytes of a path in the package (`icon`, `screenshots`).
pub const PATH_BYTES: usize = 255;
/// Characters of an `x-…` key.
pub const EXTRA_KEY_CHARS: usize = 64;
