//! A manifest as text.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::{AuthorId, Description, Digest, Signature, canonical};

/// What there is of a manifest.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) description: &'a Description,
    pub(crate) author_id: Option<&'a AuthorId>,
    pub(crate) package_sha256: Option<&'a Digest>,
    pub(crate) signature: Option<&'a Signature>,
}

impl<'a> Parts<'a> {
    pub(crate) fn of(description: &'a Description) -> Self {
        Self { description, author_id: None, package_sha256: None, signature: None }
    }

    /// The fields that are there, in the order that people read. The one list that every
    /// form is made from, so that none can leave out what another signs.
    fn fields(&self) -> Vec<(&'a str, Value)> {
        let d = self.description;
        let text = |text: &'a Option<String>| text.as_deref().map(|text| json!(text));
        let list = |list: &'a Option<Vec<String>>| list.as_deref().map(|list| json!(list));
        let head = [
            ("kind", Some(json!(d.kind))),
            ("name", Some(json!(d.name))),
            ("version", Some(json!(d.version))),
            ("author_id", self.author_id.map(|id| json!(id))),
            ("title", text(&d.title)),
            ("summary", text(&d.summary)),
            ("description", text(&d.description)),
            ("homepage", text(&d.homepage)),
            ("source", text(&d.source)),
            ("license", text(&d.license)),
            ("keywords", list(&d.keywords)),
            ("icon", text(&d.icon)),
            ("screenshots", list(&d.screenshots)),
            ("changelog", text(&d.changelog)),
            ("permissions", Some(json!(d.permissions))),
        ];
        let tail = [
            ("package_sha256", self.package_sha256.map(|digest| json!(digest))),
            ("manifest_signature", self.signature.map(|signature| json!(signature.to_string()))),
        ];
        let extra = d.extra.iter().map(|(key, value)| (key.as_str(), Some(value.clone())));
        let all = head.into_iter().chain(extra).chain(tail);
        all.filter_map(|(key, value)| Some((key, value?))).collect()
    }

    pub(crate) fn to_json(self) -> Value {
        self.fields().into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }

    /// The canonical form of everything but the signature.
    pub(crate) fn canonical(self) -> String {
        canonical::to_jcs(&Self { signature: None, ..self }.to_json())
    }

    pub(crate) fn to_yaml(self) -> String {
        let mut yaml = String::new();
        serde_saphyr::to_fmt_writer(&mut yaml, &InOrder(self.fields()))
            .expect("text keys, lists and finite numbers are YAML");
        yaml
    }
}

/// A mapping that keeps its order.
struct InOrder<'a>(Vec<(&'a str, Value)>);

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}
