use marketplace_manifest::{AuthorId, Rotation, SignatureError, SigningKey};

fn author(name: &str) -> AuthorId {
    name.parse().unwrap()
}

#[test]
fn a_rotation_statement_is_the_same_text_in_every_language() {
    let (old, new) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
    let (ada, old, new) = (author("ada"), old.public_key(), new.public_key());
    let statement = Rotation { author: &ada, old: &old, new: &new }.statement();
    let expected = format!(
        r#"{{"author_id":"ada","new_key":"{}","old_key":"{}","purpose":"marketplace-key-rotation"}}"#,
        new.fingerprint(),
        old.fingerprint()
    );
    assert_eq!(statement, expected);
}

#[test]
fn the_old_key_hands_over_to_that_key_of_that_author_and_nothing_else() {
    let (old, new, other) = (SigningKey::generate(), SigningKey::generate(), SigningKey::generate());
    let keys = [&old, &new, &other].map(SigningKey::public_key);
    let (ada, eve) = (author("ada"), author("eve"));
    let rotation = Rotation { author: &ada, old: &keys[0], new: &keys[1] };
    let signature = rotation.sign(&old);
    assert_eq!(rotation.verify(&signature), Ok(()));

    let others = [
        Rotation { author: &eve, ..rotation },
        Rotation { new: &keys[2], ..rotation },
        Rotation { old: &keys[2], ..rotation },
        // Backwards: who has the new key cannot undo the rotation with the same signature.
        Rotation { old: &keys[1], new: &keys[0], ..rotation },
    ];
    for other in others {
        assert!(matches!(other.verify(&signature), Err(SignatureError::Mismatch { .. })), "{other:?}");
    }
    assert!(rotation.verify(&rotation.sign(&other)).is_err(), "a thief has another key");
    assert!(rotation.verify(&rotation.sign(&new)).is_err(), "the new key does not vouch for itself");
    assert_eq!(rotation.verify("nonsense"), Err(SignatureError::Encoding));
}
