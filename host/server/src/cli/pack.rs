use std::path::PathBuf;

use clap::{Args, ValueEnum};
use marketplace_archive::Format;
use serde_json::json;

use super::Outcome;
use super::folder::Folder;
use super::output::Output;

#[derive(Debug, Args)]
pub(super) struct Pack {
    /// The folder, with a manifest.yaml and either a folder `package` or the files themselves.
    folder: PathBuf,
    /// Where the package and the manifest go.
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// Which archive.
    #[arg(long, value_enum, default_value = "tar.gz")]
    format: Archive,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Archive {
    #[value(name = "tar.gz")]
    TarGz,
    Zip,
}

impl Pack {
    pub(super) fn run(self) -> Outcome {
        let format = match self.format {
            Archive::TarGz => Format::TarGz,
            Archive::Zip => Format::Zip,
        };
        let folder = Folder::open(&self.folder)?;
        std::fs::create_dir_all(&self.out)?;
        let stem = format!("{}-{}", folder.draft.name(), folder.draft.version());
        let package = self.out.join(format!("{stem}.{format}"));
        let manifest = self.out.join(format!("{stem}.yaml"));
        // Put together elsewhere: the folder that is packed may be the one it goes to.
        let mut work = tempfile::NamedTempFile::new()?;
        let outputs = [&package, &manifest].map(std::path::absolute);
        let digest =
            folder.pack(work.as_file_mut(), format, &outputs.into_iter().collect::<Result<Vec<_>, _>>()?)?;
        std::fs::copy(work.path(), &package).map_err(|error| format!("{}: {error}", package.display()))?;
        // A signature of what was here before says nothing about this package.
        let draft = folder.draft.without_signature().with_package(digest);
        std::fs::write(&manifest, draft.to_yaml())?;
        let value = json!({ "package": package, "manifest": manifest, "package_sha256": digest });
        let text = format!(
            "package  {}\nmanifest {}\nsha256   {digest}\n\nnext: marketplace sign {1} --author AUTHOR --key FILE.pem",
            package.display(),
            manifest.display()
        );
        self.output.print(&value, text);
        Ok(())
    }
}
