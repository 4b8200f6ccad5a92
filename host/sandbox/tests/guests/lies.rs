//! What an adapter answers is compared with what it was asked.

use marketplace_sandbox::{Capability, Outcome, Protocol, Value};

use crate::support::{files, manifest, words};
use crate::tests;
use crate::trial::{failure, limits};

tests! {
    lying_validate(trial) {
        let adapter = trial.load().await;
        for how in ["more", "fewer", "nothing", "other", "twice", "instead", "other-case", "other-spelling"] {
            let failed = failure(adapter.validate(&words(&[how, "beside"])).await);
            assert_eq!(failed.code(), "adapter_dishonest", "{how}: {failed}");
            trial.neighbour_answers().await;
        }
        // What the words mean only the category knows: the lie is in what is shown and recorded.
        for (asked, capability) in [
            ("port:8080", Capability::PublishPort { number: 22, protocol: Protocol::Tcp }),
            ("mount:data:ro", Capability::Mount { source: "data".into(), read_only: false }),
        ] {
            let grants = adapter.validate(&words(&[asked])).await.answer().unwrap();
            assert_eq!((grants.len(), grants[0].permission.as_str()), (1, asked));
            assert_eq!(grants[0].capability, capability);
        }
        assert_eq!(adapter.validate(&[]).await, Outcome::Answer(vec![]));
    }

    lying_compare(trial) {
        let adapter = trial.load().await;
        for how in ["silence", "half", "invent", "invent-consent", "gone"] {
            let failed = failure(adapter.compare(&words(&["before"]), &words(&[how, "beside"])).await);
            assert_eq!(failed.code(), "adapter_dishonest", "{how}: {failed}");
            trial.neighbour_answers().await;
        }
        assert_eq!(failure(adapter.compare(&[], &words(&["many"])).await).code(), "adapter_limit");
        let same = words(&["silence"]);
        assert_eq!(adapter.compare(&same, &same).await, Outcome::Answer(vec![]), "nothing is new");
    }

    lying_inspect(trial) {
        let adapter = trial.load().await;
        let inspect = |how: &'static str| {
            let adapter = adapter.clone();
            async move { adapter.inspect(&manifest(how), files(&[])).await }
        };
        for how in ["nothing", "space", "hidden", "escape", "long", "no-rule", "no-words"] {
            let failed = failure(inspect(how).await);
            assert_eq!(failed.code(), "adapter_misbehaved", "{how}: {failed}");
            assert!(failed.to_string().len() < 1_000 && !failed.to_string().contains('\u{1b}'), "{failed}");
            trial.neighbour_answers().await;
        }
        assert_eq!(failure(inspect("many").await).code(), "adapter_limit");
        let remarks = inspect("loud").await.answer().unwrap().remarks;
        assert_eq!(remarks.len(), limits().findings);
        assert_eq!(remarks[0].subject, "\\u{1b}[31mred");
        assert_eq!(remarks[0].message, "\\u{1b}]0;title\\u{7}");
    }

    lying_present(trial) {
        let lie = |how: &'static str| {
            let trial = &trial;
            async move { trial.load_with(b"how=____________________", format!("how={how:_<20}").as_bytes()).await }
        };
        for how in [
            "field-twice", "field-key", "field-hidden", "field-silent", "field-long", "unit-escape",
            "offer-refused", "offer-twice", "offer-hidden", "offer-silent",
            "input-name", "input-twice", "choices-none", "choice-twice", "choice-empty",
        ] {
            let adapter = lie(how).await;
            let failed = failure(adapter.present().await);
            assert_eq!(failed.code(), "adapter_misbehaved", "{how}: {failed}");
            assert!(failed.to_string().len() < 1_000 && !failed.to_string().contains(['\u{1b}', '\u{202e}']), "{failed}");
            // What is shown of its items cannot be known then, however honest they are.
            let details = failure(adapter.details(&manifest("nothing"), files(&[])).await);
            assert_eq!(details.code(), "adapter_misbehaved", "{how}: {details}");
            trial.neighbour_answers().await;
        }
        let refused = failure(lie("offer-refused").await.present().await).to_string();
        assert!(refused.contains("`refused`") && refused.contains("Nobody may."), "{refused}");
        for how in ["fields-many", "offers-many", "inputs-many", "choices-many"] {
            let failed = failure(lie(how).await.present().await);
            assert_eq!(failed.code(), "adapter_limit", "{how}: {failed}");
            trial.neighbour_answers().await;
        }
        let shown = lie("package-escape").await.present().await.answer().unwrap();
        assert_eq!(shown.package, "\\u{1b}[2JGone", "who reads it sees that it was tried");

        let adapter = trial.load().await;
        let shown = adapter.present().await.answer().unwrap();
        assert_eq!((shown.fields.len(), shown.permissions.len(), shown.inputs.len()), (2, 1, 1));
        let details = |how: &'static str| {
            let adapter = adapter.clone();
            async move { adapter.details(&manifest(how), files(&[])).await }
        };
        for how in [
            "undeclared", "twice", "nan", "infinite", "no-date", "no-colour", "empty", "hidden", "escape", "turned",
            "long",
        ] {
            let failed = failure(details(how).await);
            assert_eq!(failed.code(), "adapter_misbehaved", "{how}: {failed}");
            assert!(failed.to_string().len() < 1_000 && !failed.to_string().contains(['\u{1b}', '\u{202e}']), "{failed}");
            trial.neighbour_answers().await;
        }
        let many = details("many").await.answer().unwrap();
        assert_eq!(many[0].values.len(), limits().values);
        assert_eq!(many[0].values[31], Value::Number(31.0), "the first are kept");
        let order: Vec<_> = details("reversed").await.answer().unwrap().into_iter().map(|it| it.field).collect();
        assert_eq!(order, ["words", "count"], "as its fields are");
        assert_eq!(details("valueless").await, Outcome::Answer(vec![]));
    }
}
