//! What people see of a category: the fields of its items, and what its submit form asks.

use crate::bindings::presenter;
use crate::{Details, Field, Finding, Grammar, Input};

/// What people see of a category. The permissions that the submit form offers are not said here: they follow from the
/// [`Grammar`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Presentation {
    package: &'static str,
    fields: Vec<presenter::Field>,
    inputs: Vec<presenter::Input>,
}

impl Presentation {
    /// `package` tells an author in a sentence or two what a package of this category is.
    #[must_use]
    pub fn new(package: &'static str) -> Self {
        Self { package, ..Self::default() }
    }

    /// Its items have this. Fields are shown in the order in which they are added here.
    #[must_use]
    pub fn field<K>(mut self, field: Field<K>) -> Self {
        self.fields.push(field.shown());
        self
    }

    /// The submit form asks for this.
    #[must_use]
    pub fn input<K>(mut self, input: Input<K>) -> Self {
        self.inputs.push(input.shown());
        self
    }

    /// Whether the details are of fields that this has. The host never sees others: the adapter stops first.
    #[must_use]
    pub fn covers(&self, details: &Details) -> bool {
        details.iter().all(|detail| self.fields.iter().any(|field| field.key == detail.field))
    }

    /// The contract's answer to `present`.
    pub(crate) fn shown(self, grammar: &Grammar) -> presenter::Presentation {
        presenter::Presentation {
            package: self.package.into(),
            fields: self.fields,
            permissions: grammar.offers(),
            inputs: self.inputs,
        }
    }

    /// The contract's answer to `details`.
    ///
    /// # Panics
    /// If a field is not one of these: the adapter is wrong then, and not the item.
    pub(crate) fn details(&self, details: Result<Details, Vec<Finding>>) -> Vec<presenter::Detail> {
        let details = match details {
            Ok(details) => details,
            // It was accepted before, or is of a gallery, which inspects nothing: what cannot be read is not shown.
            Err(reasons) => {
                for Finding { rule, subject, message } in reasons {
                    crate::log(crate::Level::Warn, &format!("no details: {rule}: {subject}: {message}"));
                }
                return Vec::new();
            }
        };
        assert!(self.covers(&details), "what has a value is no field of the presentation: {details:?}");
        details.into_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{Number, Text};
    use crate::{Capability, Meaning, Risk};

    const COLOUR: Field<Text> = Field::text("colour", "Colour").facet();
    const COUNT: Field<Number> = Field::number("count", "Count");

    #[test]
    fn permissions_are_offered_as_the_grammar_knows_them() {
        let grammar = Grammar::new("A note may reach the network.")
            .word("network", || Meaning::new(Capability::Network(None), "Connect to any server", Risk::High));
        let presentation = Presentation::new("A note.").field(COLOUR).input(Input::line("x-motto", "Motto"));
        let shown = presentation.shown(&grammar);
        assert_eq!(shown.package, "A note.");
        assert_eq!((shown.fields.len(), shown.fields[0].key.as_str()), (1, "colour"));
        assert_eq!((shown.inputs.len(), shown.inputs[0].name.as_str()), (1, "x-motto"));
        let offered = &shown.permissions[0];
        assert_eq!(
            (offered.permission.as_str(), offered.summary.as_str(), offered.risk),
            ("network", "Connect to any server", Risk::High)
        );
    }

    #[test]
    fn details_are_of_fields_that_the_presentation_has() {
        let presentation = Presentation::new("").field(COLOUR);
        let details = presentation.details(Ok(Details::new().with(COLOUR, "red")));
        assert_eq!((details.len(), details[0].field.as_str()), (1, "colour"));
    }

    #[test]
    #[should_panic(expected = "what has a value is no field")]
    fn a_field_that_is_not_declared_is_the_adapters_mistake() {
        Presentation::new("").field(COLOUR).details(Ok(Details::new().with(COUNT, 1_u32)));
    }
}
