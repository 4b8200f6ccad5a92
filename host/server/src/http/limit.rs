//! How many calls one caller may make: a token bucket (GCRA) for each address, and one for each token.
//!
//! Every call is charged to its address, before anything is looked up, so guessing tokens is slow; a call with a
//! good token is charged to the token as well, which is what a client behind a shared address is told of.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use super::Problem;

/// Calls a minute for each token, unless the operator says otherwise.
const DEFAULT_RATE: NonZeroU32 = NonZeroU32::new(1_200).expect("1,200 is not 0");
/// An address may be that of many: it has this many times a token's calls.
const ADDRESS_SHARE: NonZeroU32 = NonZeroU32::new(4).expect("4 is not 0");
/// Of a minute's calls, the part that may come all at once.
const BURST: u32 = 4;
/// How often buckets that have filled up again are forgotten.
const FORGET: Duration = Duration::from_secs(60);

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// How many calls a minute a token may make; an address may make four times as many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// As many as there are.
    Unlimited,
    /// At most so many.
    PerMinute(NonZeroU32),
}

impl Default for Rate {
    fn default() -> Self {
        Self::PerMinute(DEFAULT_RATE)
    }
}

impl std::str::FromStr for Rate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "unlimited" => Ok(Self::Unlimited),
            number => number
                .parse()
                .map(Self::PerMinute)
                .map_err(|_| "write how many calls a minute, from 1, or `unlimited`"),
        }
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unlimited => f.write_str("unlimited"),
            Self::PerMinute(calls) => calls.fmt(f),
        }
    }
}

/// The buckets of a server. Cheap to clone.
#[derive(Clone)]
pub(super) struct Limiter {
    buckets: Option<Arc<Buckets>>,
    /// Whether a proxy in front tells who calls.
    behind_proxy: bool,
}

struct Buckets {
    tokens: Bucket<String>,
    addresses: Bucket<IpAddr>,
    since: Instant,
    /// Seconds after `since` at which full buckets were last forgotten.
    forgot: AtomicU64,
}

struct Bucket<K: std::hash::Hash + Eq + Clone> {
    name: &'static str,
    quota: Quota,
    limiter: RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>,
}

/// What is left in a bucket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left {
    name: &'static str,
    quota: Quota,
    calls: u32,
}

impl Limiter {
    pub(super) fn new(rate: Rate, behind_proxy: bool) -> Self {
        let buckets = match rate {
            Rate::Unlimited => None,
            Rate::PerMinute(rate) => Some(Arc::new(Buckets {
                tokens: Bucket::new("token", rate),
                addresses: Bucket::new("address", rate.saturating_mul(ADDRESS_SHARE)),
                since: Instant::now(),
                forgot: AtomicU64::new(0),
            })),
        };
        Self { buckets, behind_proxy }
    }

    /// Charges a call to a token that was found good.
    pub(super) fn charge_token(&self, id: &str) -> Result<Option<Left>, Problem> {
        self.buckets.as_ref().map(|buckets| buckets.tokens.charge(&id.to_owned())).transpose()
    }

    fn charge_address(&self, request: &Request) -> Result<Option<Left>, Problem> {
        let Some(buckets) = &self.buckets else { return Ok(None) };
        buckets.forget();
        // Requests that did not come over the network have no address, and no limit.
        let Some(address) = self.address(request) else { return Ok(None) };
        buckets.addresses.charge(&address).map(Some)
    }

    /// Who calls: the connection's other end or, behind a proxy, whom that proxy names. Proxies append, so only the
    /// last name is the proxy's own word; those before it are the caller's.
    fn address(&self, request: &Request) -> Option<IpAddr> {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        if !self.behind_proxy {
            return peer.map(network);
        }
        let named = request.headers().get_all("x-forwarded-for").iter().next_back();
        let named = named.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
        named.or(peer).map(network)
    }
}

/// What one subscriber has: an address of IPv4, or the 2^64 addresses of an IPv6 network (RFC 6177), each of which
/// would else be a bucket of its own.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

impl Buckets {
    /// Forgets the buckets that are full again, now and then: they would pile up for ever.
    fn forget(&self) {
        let now = self.since.elapsed().as_secs();
        let last = self.forgot.load(Ordering::Relaxed);
        if now.saturating_sub(last) >= FORGET.as_secs()
            && self.forgot.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            self.tokens.limiter.retain_recent();
            self.addresses.limiter.retain_recent();
        }
    }
}

impl<K: std::hash::Hash + Eq + Clone> Bucket<K> {
    fn new(name: &'static str, per_minute: NonZeroU32) -> Self {
        let burst = NonZeroU32::new(per_minute.get() / BURST).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_minute(per_minute).allow_burst(burst);
        Self { name, quota, limiter: RateLimiter::dashmap(quota).with_middleware() }
    }

    fn charge(&self, key: &K) -> Result<Left, Problem> {
        let left = |calls| Left { name: self.name, quota: self.quota, calls };
        match self.limiter.check_key(key) {
            Ok(state) => Ok(left(state.remaining_burst_capacity())),
            Err(refusal) => {
                let wait = refusal.wait_time_from(DefaultClock::default().now());
                let seconds = wait.as_secs() + 1;
                metrics::counter!("marketplace_rate_limited_total", "by" => self.name).increment(1);
                let detail = format!("too many calls of this {}; come back in {seconds} s", self.name);
                let mut headers = HeaderMap::new();
                left(0).state(&mut headers);
                headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail).headers(headers))
            }
        }
    }
}

impl Left {
    /// As draft-ietf-httpapi-ratelimit-headers has it: `q` calls in `w` seconds, `r` left, all of them again in `t`.
    pub(super) fn state(self, headers: &mut HeaderMap) {
        let Self { name, quota, calls } = self;
        let burst = quota.burst_size().get();
        let seconds = |calls: u32| (quota.replenish_interval() * calls).as_secs_f64().ceil();
        let policy = format!("\"{name}\";q={burst};w={}", seconds(burst));
        let limit = format!("\"{name}\";r={calls};t={}", seconds(burst.saturating_sub(calls)));
        for (header, value) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, limit)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(header, value);
            }
        }
    }
}

/// Charges every call to its address.
pub(super) async fn limit(
    State(limiter): State<Limiter>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let left = limiter.charge_address(&request)?;
    let mut response = next.run(request).await;
    // What is said of the token is nearer to the caller.
    if let (Some(left), false) = (left, response.headers().contains_key(RATE_LIMIT)) {
        left.state(response.headers_mut());
    }
    Ok(response)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_ipv6_is_one_caller() {
        let a = network("2001:db8::1".parse().unwrap());
        assert_eq!(a, network("2001:db8::ffff:1".parse().unwrap()));
        assert_ne!(a, network("2001:db8:0:1::1".parse().unwrap()));
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1".parse::<IpAddr>().unwrap());
    }

    #[test]
    fn behind_a_proxy_only_its_own_word_counts() {
        let request = |forwarded: &str| {
            let mut request = Request::builder()
                .header("x-forwarded-for", forwarded)
                .body(axum::body::Body::empty())
                .unwrap();
            request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 1))));
            request
        };
        let behind = Limiter::new(Rate::default(), true);
        assert_eq!(behind.address(&request("198.51.100.7, 203.0.113.5")), "203.0.113.5".parse().ok());
        assert_eq!(behind.address(&request("nonsense")), "10.0.0.1".parse().ok());
        let open = Limiter::new(Rate::default(), false);
        assert_eq!(open.address(&request("203.0.113.5")), "10.0.0.1".parse().ok());
    }

    #[test]
    fn a_bucket_is_emptied_and_says_when_to_come_back() {
        let limiter = Limiter::new("8".parse().unwrap(), false);
        assert_eq!(limiter.charge_token("a").unwrap().unwrap().calls, 1);
        limiter.charge_token("a").unwrap();
        assert!(limiter.charge_token("a").is_err());
        assert!(limiter.charge_token("b").is_ok(), "each has a bucket of its own");
        assert!("0".parse::<Rate>().is_err() && "many".parse::<Rate>().is_err());
    }
}
