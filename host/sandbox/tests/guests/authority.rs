//! An adapter is given what the contract says, and nothing that lies around the host.

use marketplace_sandbox::LoadError;

use crate::tests;
use crate::trial::Call::{Describe, Inspect};
use crate::trial::Trial;

async fn is_not_given(trial: &Trial, import: &str) {
    let error = trial.does_not_load().await;
    assert_eq!(error, LoadError::UnknownImports(vec![import.into()]));
    assert!(error.to_string().contains(import), "{error}");
}

async fn does_not_fit(trial: &Trial, import: &str) {
    let error = trial.does_not_load().await;
    let LoadError::Mismatch { reason, .. } = &error else { panic!("{error}") };
    assert!(reason.contains(import), "{reason}");
}

tests! {
    imports_sockets(trial) { is_not_given(&trial, "wasi:sockets/tcp-create-socket@0.2.0").await; }
    imports_http(trial) { is_not_given(&trial, "wasi:http/outgoing-handler@0.2.0").await; }
    imports_what_nobody_knows(trial) { is_not_given(&trial, "host:commands/run@1.0.0").await; }
    imports_a_newer_contract(trial) { is_not_given(&trial, "marketplace:category/log@1.1.0").await; }
    imports_another_contract(trial) { is_not_given(&trial, "marketplace:category/log@2.0.0").await; }
    imports_another_wasi(trial) { is_not_given(&trial, "wasi:clocks/monotonic-clock@0.3.0").await; }
    imports_another_type(trial) { does_not_fit(&trial, "wasi:random/random@0.2.0").await; }
    logs_another_type(trial) { does_not_fit(&trial, "marketplace:category/log@1.0.0").await; }

    looks_around(trial) {
        let description = trial.load().await.describe().await.answer().unwrap();
        assert_eq!(description.id, "guests", "it has found nothing");
    }

    exits(trial) { trial.fails(&[Describe], "adapter_trapped").await; }
    reads_out_of_turn(trial) { trial.fails(&[Describe], "adapter_misbehaved").await; }
    stages_out_of_turn(trial) { trial.fails(&[Inspect], "adapter_misbehaved").await; }
}
