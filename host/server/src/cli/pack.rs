use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use marketplace_archive::{Format, Limits, Sealed};
use marketplace_manifest::{Draft, Slug, Version};
use marketplace_sandbox::{Finding, Grant};
use serde_json::json;

use super::Outcome;
use super::folder::{Folder, Says};
use super::output::{Output, harmless, warning};
use crate::pipeline::{PipelineError, Survey, survey};
use crate::workbench::{Known, Workbench};

#[derive(Debug, Args)]
pub(super) struct Pack {
    /// The folder: the package's files, or a manifest.yaml and a folder `package`. Without a manifest, one is begun.
    folder: PathBuf,
    /// Where the package and the manifest go.
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// Which archive.
    #[arg(long, value_enum, default_value = "tar.gz")]
    format: Archive,
    /// The category's id or singular, for a manifest that is begun. If not said, the one that takes the package.
    #[arg(long)]
    kind: Option<String>,
    /// The item's name, for a manifest that is begun. If not said, the folder's name.
    #[arg(long)]
    name: Option<Slug>,
    /// The version, for a manifest that is begun.
    #[arg(long, value_name = "VERSION", default_value = "0.1.0")]
    release: Version,
    /// The component of a category that does not come with the program.
    #[arg(long, value_name = "FILE.wasm")]
    adapter: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Archive {
    #[value(name = "tar.gz")]
    TarGz,
    Zip,
}

/// The package is refused, and no server would take it either.
#[derive(Debug, thiserror::Error)]
#[error("{reason}{}", listed(.findings))]
struct Refused {
    reason: String,
    findings: Vec<Finding>,
}

fn listed(findings: &[Finding]) -> String {
    let line =
        |one: &Finding| format!("\n  {} [{}] {}", harmless(&one.subject), one.rule, harmless(&one.message));
    findings.iter().map(line).collect()
}

impl From<PipelineError> for Refused {
    fn from(error: PipelineError) -> Self {
        let reason = error.to_string();
        let findings = match error {
            PipelineError::Permissions(findings)
            | PipelineError::Undeclared(findings)
            | PipelineError::Contents(findings) => findings,
            _ => Vec::new(),
        };
        Self { reason, findings }
    }
}

impl Pack {
    pub(super) async fn run(self) -> Outcome {
        let format = match self.format {
            Archive::TarGz => Format::TarGz,
            Archive::Zip => Format::Zip,
        };
        let workbench = Workbench::open()?;
        // The kind of a manifest that is begun is not known before a category has seen the package.
        let (mut folder, says) = Folder::open_sketch(&self.folder, || self.begin("unknown"))?;
        std::fs::create_dir_all(&self.out)?;
        let stem = format!("{}-{}", folder.draft.name(), folder.draft.version());
        let package = self.out.join(format!("{stem}.{format}"));
        let manifest = self.out.join(format!("{stem}.yaml"));
        // Put together elsewhere: the folder that is packed may be the one it goes to.
        let mut work = tempfile::NamedTempFile::new()?;
        let outputs = [&package, &manifest].map(std::path::absolute);
        let digest =
            folder.pack(work.as_file_mut(), format, &outputs.into_iter().collect::<Result<Vec<_>, _>>()?)?;
        let sealed = Sealed::open(work.reopen()?, &Limits::default())?;

        let found = if says == Says::Nothing {
            let (known, found) = self.recognise(&workbench, &sealed).await?;
            folder.draft = self.begin(&known.description.singular)?;
            Some((known, found))
        } else {
            match self.category_of(&workbench, folder.draft.kind()).await? {
                Some(known) => {
                    let found = survey(&known.adapter, &folder.draft, &sealed, &Limits::default()).await;
                    Some((known, found.map_err(Refused::from)?))
                }
                None => {
                    warning(&format!(
                        "no category `{}` comes with this program, so its permissions are not checked; name its \
                         component with --adapter",
                        folder.draft.kind()
                    ));
                    None
                }
            }
        };
        let mut draft = folder.draft.without_signature();
        let grants = match &found {
            Some((_, found)) if says == Says::All => {
                declared_is_enough(found, draft.permissions())?;
                found.grants.clone()
            }
            // What was worked out is granted as the category says.
            Some((known, found)) => {
                draft = draft.with_permissions(found.inspection.needed.clone())?;
                let found = survey(&known.adapter, &draft, &sealed, &Limits::default()).await;
                let found = found.map_err(Refused::from)?;
                declared_is_enough(&found, draft.permissions())?;
                found.grants
            }
            None => Vec::new(),
        };
        let found = found.map(|(_, found)| found);
        // A signature of what was here before says nothing about this package.
        let draft = draft.with_package(digest);
        std::fs::copy(work.path(), &package).map_err(|error| format!("{}: {error}", package.display()))?;
        std::fs::write(&manifest, draft.to_yaml())?;
        self.report(&package, &manifest, &draft, found.as_ref(), &grants);
        Ok(())
    }

    /// A manifest with what every manifest has.
    fn begin(&self, kind: &str) -> Result<Draft, Box<dyn std::error::Error>> {
        let name = match &self.name {
            Some(name) => name.clone(),
            None => {
                let folder = std::path::absolute(&self.folder)?;
                let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                name.parse().map_err(|error| {
                    format!("the folder's name is no item's name: {error}; say one with --name")
                })?
            }
        };
        Ok(Draft::new(kind, name, self.release.clone())?)
    }

    /// The category that takes the package.
    async fn recognise(
        &self,
        workbench: &Workbench,
        package: &Sealed,
    ) -> Result<(Known, Survey), Box<dyn std::error::Error>> {
        let candidates = match (&self.adapter, &self.kind) {
            (Some(component), _) => vec![workbench.open_component(component).await?],
            (None, Some(kind)) => vec![self.category_of(workbench, kind).await?.ok_or_else(|| {
                format!("no category `{kind}` comes with this program; name its component with --adapter")
            })?],
            (None, None) => workbench.bundled().await?,
        };
        let only = candidates.len() == 1;
        let (mut takers, mut reasons) = (Vec::new(), String::new());
        for known in candidates {
            let draft = self.begin(&known.description.singular)?;
            match survey(&known.adapter, &draft, package, &Limits::default()).await {
                Ok(found) => takers.push((known, found)),
                Err(error) if only => return Err(Refused::from(error).into()),
                Err(error) => {
                    let Refused { findings, reason } = error.into();
                    let first = findings.first().map_or(reason, |finding| finding.message.clone());
                    reasons.push_str(&format!("\n  {}: {}", known.description.id, harmless(&first)));
                }
            }
        }
        match takers.len() {
            1 => Ok(takers.remove(0)),
            0 => {
                Err(format!("no category takes this folder; say with --kind which it is for:{reasons}")
                    .into())
            }
            _ => {
                let ids: Vec<_> = takers.iter().map(|(known, _)| known.description.id.as_str()).collect();
                Err(format!("{} take this folder; say with --kind which it is for", ids.join(" and ")).into())
            }
        }
    }

    async fn category_of(
        &self,
        workbench: &Workbench,
        kind: &str,
    ) -> Result<Option<Known>, Box<dyn std::error::Error>> {
        let mut known = match &self.adapter {
            Some(component) => vec![workbench.open_component(component).await?],
            None => workbench.bundled().await?,
        };
        let at = known
            .iter()
            .position(|one| [&one.description.id, &one.description.singular].contains(&&kind.to_owned()));
        Ok(at.map(|at| known.swap_remove(at)))
    }

    fn report(
        &self,
        package: &Path,
        manifest: &Path,
        draft: &Draft,
        found: Option<&Survey>,
        grants: &[Grant],
    ) {
        let empty = (Vec::new(), Vec::new());
        let (remarks, unneeded) =
            found.map_or((&empty.0, &empty.1), |found| (&found.inspection.remarks, &found.unneeded));
        let value = json!({
            "package": package,
            "manifest": manifest,
            "package_sha256": draft.package_sha256(),
            "kind": draft.kind(),
            "permissions": draft.permissions(),
            "grants": grants,
            "unneeded": unneeded,
            "remarks": remarks,
        });
        let mut lines = vec![
            format!("package  {}", package.display()),
            format!("manifest {}", manifest.display()),
            format!("sha256   {}", draft.package_sha256().map(ToString::to_string).unwrap_or_default()),
        ];
        match grants {
            [] if found.is_some() => lines.push("it needs no permission".to_owned()),
            grants => lines.extend(grants.iter().map(|grant| {
                let risk = serde_json::to_value(grant.risk).unwrap_or_default();
                let risk = risk.as_str().unwrap_or_default().to_owned();
                format!(
                    "needs    {}: {} ({risk} risk)",
                    harmless(&grant.permission),
                    harmless(&grant.summary)
                )
            })),
        }
        lines.extend(
            unneeded.iter().map(|one| format!("unneeded {}: the contents do not need it", harmless(one))),
        );
        lines.extend(remarks.iter().map(|one| {
            format!("remark   {} [{}] {}", harmless(&one.subject), one.rule, harmless(&one.message))
        }));
        lines.push(format!(
            "\nnext: look at {0}, then: marketplace sign {0} --author AUTHOR --key FILE.pem",
            manifest.display()
        ));
        self.output.print(&value, lines.join("\n"));
    }
}

/// What the contents need is declared.
fn declared_is_enough(found: &Survey, declared: &[String]) -> Result<(), Refused> {
    if found.undeclared.is_empty() {
        return Ok(());
    }
    let needed = serde_json::to_string(&found.inspection.needed).unwrap_or_default();
    let reason = match declared.is_empty() {
        true => format!("the package needs `permissions: {needed}`; write that, or leave the field out"),
        false => format!(
            "the package needs permissions that the manifest does not declare; the fewest are `permissions: {needed}`"
        ),
    };
    Err(Refused { reason, findings: found.undeclared.clone() })
}
