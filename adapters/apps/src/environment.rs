//! `environment` and `env_file` of a service.

use serde_json::Value;

use crate::app::{EnvFile, Service};
use crate::forms::{flag, inside, pairs};
use crate::service::Reader;
use crate::variables::escape;

impl Reader<'_> {
    pub(crate) fn environment(&mut self, value: &Value, service: &mut Service) {
        for (name, value) in self.take("environment", pairs(value)) {
            if name.contains(['$', '=', '\0']) {
                self.refuse(
                    "compose.malformed",
                    "environment",
                    &format!("`{name}` is no name of a variable. Correct it."),
                );
                continue;
            }
            // Without a value, Compose takes that of `.env` or the host's: here, it is for the user to give.
            let value =
                value.or_else(|| self.values.get(&name).map(|value| escape(value))).unwrap_or_else(|| {
                    self.settings.insert(name.clone());
                    format!("${{{name}}}")
                });
            service.environment.insert(name, value);
        }
    }

    pub(crate) fn env_files(&mut self, value: &Value, service: &mut Service) {
        let list = match value {
            Value::Array(list) => list.clone(),
            one => vec![one.clone()],
        };
        for entry in &list {
            let (path, required, format) = match entry {
                Value::Object(map)
                    if map.keys().all(|key| {
                        matches!(key.as_str(), "path" | "required" | "format") || key.starts_with("x-")
                    }) =>
                {
                    (
                        map.get("path").and_then(Value::as_str),
                        map.get("required").is_none_or(|r| flag(r) != Some(false)),
                        map.get("format").filter(|format| !format.is_null()),
                    )
                }
                other => (other.as_str(), true, None),
            };
            let raw = match format.map(Value::as_str) {
                None => false,
                Some(Some("raw")) => true,
                Some(_) => {
                    self.refuse(
                        "compose.malformed",
                        "env_file",
                        "The `format` of an `env_file` may be `raw`. Correct it, or remove it.",
                    );
                    continue;
                }
            };
            match path.map(|path| (path, inside(path))) {
                Some((_, Some(path))) if self.files.has(&path) => {
                    let file = if raw { EnvFile::Raw { path, format: "raw" } } else { EnvFile::Usual(path) };
                    service.env_files.push(file);
                }
                // Optional and not there: as Compose, nothing.
                Some((_, Some(_))) if !required => {}
                Some((path, _)) => self.refuse(
                    "compose.file-outside",
                    "env_file",
                    &format!("`{path}` is no file of the package. Add it, write the variables in `environment`, or remove the line."),
                ),
                None => self.refuse(
                    "compose.malformed",
                    "env_file",
                    "`env_file` must name files of the package. Correct it.",
                ),
            }
        }
    }
}
