//! A staging area that is filled has what the quota allows, and no more.

use marketplace_sandbox::{Adapter, Outcome, Source, Staged};

use crate::support::{files, manifest};
use crate::tests;
use crate::trial::Call::Install;
use crate::trial::{SLOTS, Trial, limits, refusal};

async fn install(adapter: &Adapter) -> Outcome<Staged> {
    adapter.install(&manifest("guest"), &[], files(&[("note.txt", b"text")])).await
}

/// What each of several calls in a row has staged, which is the same.
async fn staged(trial: &Trial) -> Staged {
    let adapter = trial.load().await;
    let staged = install(&adapter).await.answer().unwrap();
    for _ in 0..SLOTS {
        assert_eq!(install(&adapter).await.answer().unwrap(), staged);
        trial.neighbour_answers().await;
    }
    staged
}

/// The folders that the files are in.
fn folders(staged: &Staged) -> usize {
    let ends =
        |path: &String| path.match_indices('/').map(|(at, _)| path[..at].to_owned()).collect::<Vec<_>>();
    staged.files.keys().flat_map(ends).collect::<std::collections::BTreeSet<_>>().len()
}

tests! {
    writes_until_it_is_full(trial) {
        let bytes = staged(&trial).await.files.into_values().map(|source| match source {
            Source::Bytes(bytes) => bytes.len(),
            Source::Package(path) => panic!("it placed {path}"),
        });
        assert_eq!(bytes.sum::<usize>(), limits().staged_bytes);
    }

    writes_many_empty_files(trial) { assert_eq!(staged(&trial).await.files.len(), limits().staged_files); }
    places_one_file_many_times(trial) { assert_eq!(staged(&trial).await.files.len(), limits().staged_files); }

    writes_into_deep_folders(trial) {
        let staged = staged(&trial).await;
        let folders = folders(&staged);
        assert!(folders > 20 * staged.files.len(), "it is not deep");
        assert!(staged.files.len() + folders <= limits().staged_files, "{folders} folders");
    }

    registers_until_it_is_full(trial) {
        assert_eq!(staged(&trial).await.registry.len(), limits().registry_entries);
    }

    writes_to_odd_paths(trial) {
        assert_eq!(refusal(install(&trial.load().await).await), "aaaaaaaa", "the number zero");
    }

    stages_for_ever(trial) { trial.fails(&[Install], "adapter_timeout").await; }
}
