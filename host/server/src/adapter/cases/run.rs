//! Running a case, by the code that takes a submission.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use marketplace_archive::{ArchiveError, Format, Limits, Sealed, pack};
use marketplace_manifest::{CategoryId, Draft, ManifestError};
use marketplace_sandbox::{Change, Failure, Finding};
use tempfile::TempDir;

use super::{Case, CaseError, Stage};
use crate::pipeline::{PipelineError, Specimen, Verdict, blocking, changes_of};
use crate::release::SubmissionError;
use crate::workbench::Known;

/// What came of a case.
#[derive(Clone, Debug)]
pub enum Found {
    /// The category takes it.
    Taken {
        /// Everything that it says: what a server stores for the same component, manifest and package.
        verdict: Box<Verdict>,
        /// What changes for whoever agreed to an earlier release, if the case says to what.
        changes: Option<Vec<Change>>,
    },
    /// It is refused.
    Refused {
        /// What was looked at.
        stage: Stage,
        /// Why.
        findings: Vec<Finding>,
    },
    /// The component gave no answer: nobody can tell.
    Undecided {
        /// Which function was called.
        call: &'static str,
        /// What happened instead.
        failure: Failure,
    },
}

/// A case that was run.
#[derive(Debug)]
pub struct Ran {
    /// What came of it.
    pub found: Found,
    /// How long it took, from packing to the verdict.
    pub took: Duration,
    /// Its package, for further questions, if it could be unpacked.
    pub(in crate::adapter) unpacked: Option<Specimens>,
}

/// The package of a case, unpacked, and the manifest that goes with it.
#[derive(Clone, Debug)]
pub(in crate::adapter) struct Specimens {
    pub(in crate::adapter) draft: Draft,
    pub(in crate::adapter) specimen: Arc<Specimen>,
    /// What it is unpacked into, as long as anybody asks.
    _folder: Arc<TempDir>,
}

impl Case {
    /// Packs the case as `marketplace pack` does, and asks the category as a submission does.
    ///
    /// # Errors
    /// When it could not be run.
    pub async fn run(&self, known: &Known) -> Result<Ran, CaseError> {
        let begun = Instant::now();
        let (found, unpacked) = self.ask(known).await?;
        Ok(Ran { found, took: begun.elapsed(), unpacked })
    }

    async fn ask(&self, known: &Known) -> Result<(Found, Option<Specimens>), CaseError> {
        let draft = match Draft::parse(&self.manifest) {
            Ok(draft) => draft,
            Err(error) => return Ok((manifest_refused(&error), None)),
        };
        for (is_there, field) in
            [(draft.package_sha256().is_some(), "package_sha256"), (draft.is_signed(), "manifest_signature")]
        {
            if is_there {
                return Err(CaseError::Filled { file: self.manifest_file(), field });
            }
        }
        if let Some(found) = of_another_kind(&draft, known) {
            return Ok((found, None));
        }
        let folder = Arc::new(tempfile::tempdir().map_err(PipelineError::from)?);
        let (package, work) = (self.package.clone(), folder.clone());
        let sealed = blocking(move || {
            let packed = work.path().join("package.tar.gz");
            let file = std::fs::File::create_new(&packed).map_err(PipelineError::from)?;
            pack(&package, std::io::BufWriter::new(file), Format::TarGz, &Limits::default(), &|_| false)?;
            let file = std::fs::File::open(&packed).map_err(PipelineError::from)?;
            Ok::<_, PipelineError>(Sealed::open(file, &Limits::default())?)
        });
        let unpack = async {
            let sealed = sealed.await?;
            let into = folder.path().join("package");
            std::fs::create_dir(&into)?;
            let into = Dir::open_ambient_dir(&into, ambient_authority())?;
            let id = known.description.id.parse::<CategoryId>();
            let id = id.unwrap_or_else(|_| "unknown".parse().expect("a word is a name"));
            let specimen =
                Specimen::unpack(&known.adapter, id.clone(), &sealed, &Limits::default(), into).await?;
            Ok::<_, PipelineError>((id, specimen))
        };
        let (id, specimen) = match unpack.await {
            Ok(unpacked) => unpacked,
            Err(error) => return Ok((refused(error)?, None)),
        };
        let verdict = async {
            let verdict = specimen.verdict(&draft).await?;
            let changes = match &self.consented {
                Some(agreed) => Some(changes_of(&known.adapter, &id, agreed, draft.permissions()).await?),
                None => None,
            };
            Ok::<_, PipelineError>(Found::Taken { verdict: Box::new(verdict), changes })
        };
        let found = verdict.await.or_else(refused)?;
        Ok((found, Some(Specimens { draft, specimen: Arc::new(specimen), _folder: folder })))
    }
}

fn manifest_refused(error: &ManifestError) -> Found {
    let finding =
        Finding { rule: error.code().into(), subject: error.subject().into(), message: error.to_string() };
    Found::Refused { stage: Stage::Manifest, findings: vec![finding] }
}

/// A server refuses it in these words, before anybody asks the category.
fn of_another_kind(draft: &Draft, known: &Known) -> Option<Found> {
    let (kind, description) = (draft.kind().to_string(), &known.description);
    if kind == description.id || kind == description.singular {
        return None;
    }
    let category = description.id.parse().ok()?;
    let finding = Finding {
        rule: "manifest.kind".into(),
        subject: "kind".into(),
        message: SubmissionError::Kind { kind, category }.to_string(),
    };
    Some(Found::Refused { stage: Stage::Manifest, findings: vec![finding] })
}

/// What a server's refusal is to a case; and what is none is an error.
fn refused(error: PipelineError) -> Result<Found, PipelineError> {
    let (stage, findings) = match error {
        PipelineError::Archive(error) if error.is_refusal() => {
            (Stage::Archive, vec![archive_finding(&error)])
        }
        PipelineError::Permissions(findings) => (Stage::Permissions, findings),
        PipelineError::Contents(findings) => (Stage::Contents, findings),
        PipelineError::Undeclared(findings) => (Stage::Undeclared, findings),
        PipelineError::Undecided { call, failure, .. } => return Ok(Found::Undecided { call, failure }),
        other => return Err(other),
    };
    Ok(Found::Refused { stage, findings })
}

fn archive_finding(error: &ArchiveError) -> Finding {
    Finding { rule: error.code().into(), subject: error.subject().into(), message: error.to_string() }
}
