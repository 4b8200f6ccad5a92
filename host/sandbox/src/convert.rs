//! Between the contract's types as generated and as this crate shows them.

use crate::bindings::{installer, presenter, types as wit, validator};
use crate::{
    Capability, Change, Choice, Description, Detail, Direction, Entry, Field, Finding, Grant, Input,
    Inspection, ManifestView, Offer, Presentation, Protocol, Risk, Value,
};

impl From<&ManifestView> for wit::Manifest {
    fn from(view: &ManifestView) -> Self {
        let ManifestView { kind, name, version, author_id, permissions, canonical } = view.clone();
        Self { kind, name, version, author_id, permissions, canonical }
    }
}

impl From<wit::Risk> for Risk {
    fn from(risk: wit::Risk) -> Self {
        match risk {
            wit::Risk::Low => Self::Low,
            wit::Risk::Medium => Self::Medium,
            wit::Risk::High => Self::High,
        }
    }
}

impl From<Risk> for wit::Risk {
    fn from(risk: Risk) -> Self {
        match risk {
            Risk::Low => Self::Low,
            Risk::Medium => Self::Medium,
            Risk::High => Self::High,
        }
    }
}

impl From<wit::Protocol> for Protocol {
    fn from(protocol: wit::Protocol) -> Self {
        match protocol {
            wit::Protocol::Tcp => Self::Tcp,
            wit::Protocol::Udp => Self::Udp,
        }
    }
}

impl From<Protocol> for wit::Protocol {
    fn from(protocol: Protocol) -> Self {
        match protocol {
            Protocol::Tcp => Self::Tcp,
            Protocol::Udp => Self::Udp,
        }
    }
}

impl From<wit::Capability> for Capability {
    fn from(capability: wit::Capability) -> Self {
        use wit::Capability as W;
        match capability {
            W::Network(pattern) => Self::Network { pattern },
            W::ScratchSpace => Self::ScratchSpace,
            W::InjectChat => Self::InjectChat,
            W::ReadData(topic) => Self::ReadData { topic },
            W::RefreshEvery(seconds) => Self::RefreshEvery { seconds },
            W::LinuxCapability(name) => Self::LinuxCapability { name },
            W::PublishPort(wit::Port { number, protocol }) => {
                Self::PublishPort { number, protocol: protocol.into() }
            }
            W::Mount(wit::Mount { source, read_only }) => Self::Mount { source, read_only },
            W::CallTool(tool) => Self::CallTool { tool },
            W::Other(wit::Named { name, scope }) => Self::Other { name, scope },
        }
    }
}

impl From<Capability> for wit::Capability {
    fn from(capability: Capability) -> Self {
        use Capability as C;
        match capability {
            C::Network { pattern } => Self::Network(pattern),
            C::ScratchSpace => Self::ScratchSpace,
            C::InjectChat => Self::InjectChat,
            C::ReadData { topic } => Self::ReadData(topic),
            C::RefreshEvery { seconds } => Self::RefreshEvery(seconds),
            C::LinuxCapability { name } => Self::LinuxCapability(name),
            C::PublishPort { number, protocol } => {
                Self::PublishPort(wit::Port { number, protocol: protocol.into() })
            }
            C::Mount { source, read_only } => Self::Mount(wit::Mount { source, read_only }),
            C::CallTool { tool } => Self::CallTool(tool),
            C::Other { name, scope } => Self::Other(wit::Named { name, scope }),
        }
    }
}

impl From<wit::Grant> for Grant {
    fn from(grant: wit::Grant) -> Self {
        let wit::Grant { permission, capability, summary, risk } = grant;
        Self { permission, capability: capability.into(), summary, risk: risk.into() }
    }
}

impl From<Grant> for wit::Grant {
    fn from(grant: Grant) -> Self {
        let Grant { permission, capability, summary, risk } = grant;
        Self { permission, capability: capability.into(), summary, risk: risk.into() }
    }
}

impl From<wit::Finding> for Finding {
    fn from(finding: wit::Finding) -> Self {
        let wit::Finding { rule, subject, message } = finding;
        Self { rule, subject, message }
    }
}

impl From<validator::Direction> for Direction {
    fn from(direction: validator::Direction) -> Self {
        use validator::Direction as W;
        match direction {
            W::Added => Self::Added,
            W::Widened => Self::Widened,
            W::Narrowed => Self::Narrowed,
            W::Removed => Self::Removed,
        }
    }
}

impl From<validator::Change> for Change {
    fn from(change: validator::Change) -> Self {
        let validator::Change { permission, direction, risk, summary } = change;
        Self { permission, direction: direction.into(), risk: risk.into(), summary }
    }
}

impl From<validator::Description> for Description {
    fn from(description: validator::Description) -> Self {
        let validator::Description { id, singular, name, description, icon, free_install_cap } = description;
        Self { id, singular, name, description, icon, free_install_cap }
    }
}

impl From<installer::Inspection> for Inspection {
    fn from(inspection: installer::Inspection) -> Self {
        let installer::Inspection { needed, remarks } = inspection;
        Self { needed, remarks: remarks.into_iter().map(Finding::from).collect() }
    }
}

impl From<presenter::Presentation> for Presentation {
    fn from(presentation: presenter::Presentation) -> Self {
        let presenter::Presentation { package, fields, permissions, inputs } = presentation;
        Self {
            package,
            fields: fields.into_iter().map(Field::from).collect(),
            permissions: permissions.into_iter().map(Offer::from).collect(),
            inputs: inputs.into_iter().map(Input::from).collect(),
        }
    }
}

impl From<presenter::Field> for Field {
    fn from(field: presenter::Field) -> Self {
        let presenter::Field { key, label, unit, places } = field;
        let at = |place| places.contains(place);
        let (card, drawer) = (at(presenter::Places::CARD), at(presenter::Places::DRAWER));
        Self { key, label, unit, card, drawer, facet: at(presenter::Places::FACET) }
    }
}

impl From<presenter::Offer> for Offer {
    fn from(offer: presenter::Offer) -> Self {
        let presenter::Offer { permission, summary, risk } = offer;
        Self { permission, summary, risk: risk.into() }
    }
}

impl From<presenter::Input> for Input {
    fn from(input: presenter::Input) -> Self {
        let presenter::Input { name, label, hint, entry, required } = input;
        let entry = match entry {
            presenter::Entry::Line => Entry::Line,
            presenter::Entry::Text => Entry::Text,
            presenter::Entry::Number => Entry::Number,
            presenter::Entry::Flag => Entry::Flag,
            presenter::Entry::Choice(choices) => Entry::Choice {
                choices: choices
                    .into_iter()
                    .map(|presenter::Choice { value, label }| Choice { value, label })
                    .collect(),
            },
        };
        Self { name, label, hint, entry, required }
    }
}

impl From<presenter::Detail> for Detail {
    fn from(detail: presenter::Detail) -> Self {
        let presenter::Detail { field, values } = detail;
        Self { field, values: values.into_iter().map(Value::from).collect() }
    }
}

impl From<presenter::Value> for Value {
    fn from(value: presenter::Value) -> Self {
        use presenter::Value as W;
        match value {
            W::Text(text) => Self::Text(text),
            W::Number(number) => Self::Number(number),
            W::Bytes(bytes) => Self::Bytes(bytes),
            W::Seconds(seconds) => Self::Seconds(seconds),
            W::Date(date) => Self::Date(date),
            W::Colour(colour) => Self::Colour(colour),
            W::Flag(flag) => Self::Flag(flag),
        }
    }
}
