//! The key of a visitor's forms: what is sent to us in somebody's name was made by a page that we gave them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::account::session::SessionSecret;
use crate::secrets::random;

/// Bytes of the part that makes each tag another one.
const NONCE: usize = 16;

/// What the forms of one visitor are signed with: their session's secret or, before they have one, that of a cookie
/// which is for nothing else.
#[derive(Clone)]
pub(in crate::http::pages) struct FormKey([u8; 32]);

impl FormKey {
    /// Of whoever is signed in.
    pub(in crate::http::pages) fn of(secret: &SessionSecret) -> Self {
        Self(*secret.bytes())
    }

    /// Of somebody new.
    pub(in crate::http::pages) fn generate() -> Self {
        Self(random())
    }

    /// What a cookie holds.
    pub(in crate::http::pages) fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// For the cookie.
    pub(in crate::http::pages) fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// A tag for a form: another one each time, so that the length of a compressed page says nothing of it (BREACH).
    pub(in crate::http::pages) fn tag(&self) -> String {
        let nonce: [u8; NONCE] = random();
        let mac = self.mac(&nonce).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([&nonce[..], &mac[..]].concat())
    }

    /// Whether a tag was made with this key; compared in constant time.
    pub(in crate::http::pages) fn made(&self, tag: &str) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(tag) else { return false };
        let Some((nonce, mac)) = bytes.split_at_checked(NONCE) else { return false };
        self.mac(nonce).verify_slice(mac).is_ok()
    }

    fn mac(&self, nonce: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        // The same secret signs nothing else; if it ever does, that is no form.
        mac.update(b"marketplace form\0");
        mac.update(nonce);
        mac
    }
}

impl std::fmt::Debug for FormKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FormKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_of_one_visitor_is_not_anothers() {
        let (mine, yours) = (FormKey::generate(), FormKey::generate());
        let tag = mine.tag();
        assert!(mine.made(&tag) && !yours.made(&tag));
        assert_ne!(tag, mine.tag());
        for bad in ["", "AAAA", &tag[..tag.len() - 1], &tag[NONCE..]] {
            assert!(!mine.made(bad), "{bad}");
        }
    }
}
