//! The contract's types in plain Rust: stored in the database, shown in the API.
//!
//! The JSON form is part of both: a field added must be optional, none may be renamed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much harm a permission could do, for the person who consents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// Nothing that a user would mind.
    Low,
    /// Something to think about.
    Medium,
    /// Something to be sure about.
    High,
}

/// A transport protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// TCP (RFC 9293).
    Tcp,
    /// UDP (RFC 768).
    Udp,
}

/// What the isolation layer hands to an installed item. The host enforces every case
/// itself but [`Capability::Other`], which it records for the install target.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Capability {
    /// Outbound network.
    Network {
        /// The hosts that it may reach; any, if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pattern: Option<String>,
    },
    /// A private temporary directory.
    ScratchSpace,
    /// Text of its own in the chat.
    InjectChat,
    /// Read access to data.
    ReadData {
        /// One topic, or a family ending in `*`.
        topic: String,
    },
    /// Refreshing itself.
    RefreshEvery {
        /// The shortest interval between two refreshes.
        seconds: u32,
    },
    /// A Linux capability (capabilities(7)).
    LinuxCapability {
        /// Without the prefix: `NET_ADMIN`.
        name: String,
    },
    /// A port of the machine.
    PublishPort {
        /// 1 to 65535.
        number: u16,
        /// TCP or UDP.
        protocol: Protocol,
    },
    /// Storage that outlives a container.
    Mount {
        /// Its name.
        source: String,
        /// Whether it can only be read.
        read_only: bool,
    },
    /// Offering one MCP tool.
    CallTool {
        /// The tool's name.
        tool: String,
    },
    /// A capability that only the category's own install target understands.
    Other {
        /// Its name.
        name: String,
        /// What it is limited to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scope: Option<String>,
    },
}

/// One permission, understood.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Grant {
    /// As the manifest declares it.
    pub permission: String,
    /// What the host enforces.
    pub capability: Capability,
    /// One sentence in a user's words: "Read system metrics".
    pub summary: String,
    /// How much harm it could do.
    pub risk: Risk,
}

/// Why a category refuses something, precisely enough to fix it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// A stable identifier, such as `permission.unknown`.
    pub rule: String,
    /// What it is about: a permission, a package path, a field.
    pub subject: String,
    /// What is wrong, and the fix.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.message, self.rule)
    }
}

/// How an update changes a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// New.
    Added,
    /// More than before.
    Widened,
    /// Less than before, or the same in other words.
    Narrowed,
    /// Gone.
    Removed,
}

impl Direction {
    /// Whether a user who consented to the earlier release has to be asked again.
    #[must_use]
    pub fn asks_for_more(self) -> bool {
        matches!(self, Self::Added | Self::Widened)
    }
}

/// One change that an update makes to what a user consented to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// The new permission; the old one, if it is removed.
    pub permission: String,
    /// More or less.
    pub direction: Direction,
    /// How much harm the permission could do.
    pub risk: Risk,
    /// One sentence in a user's words.
    pub summary: String,
}

/// Who a category is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Description {
    /// Also the path segment and the manifest's `kind`: `widgets`.
    pub id: String,
    /// Another `kind` that means the same: `widget`.
    pub singular: String,
    /// For people.
    pub name: String,
    /// One sentence, for people.
    pub description: String,
    /// An inline SVG without script, or nothing.
    pub icon: String,
    /// `marketplace_install_<id>_cap` on the Free tier.
    pub free_install_cap: u32,
}

/// What a package really is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Inspection {
    /// The fewest permissions that the package's contents need.
    pub needed: Vec<String>,
    /// Worth a moderator's look, but no reason to refuse.
    pub remarks: Vec<Finding>,
}
