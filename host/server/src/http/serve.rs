//! Listening, and stopping without dropping anybody.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

/// How long requests that are under way may go on after the stop.
const GRACE: Duration = Duration::from_secs(10);
/// How long a request's head may take to arrive; also, how long a connection may be idle.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// The largest head of a request, in bytes.
const MAX_HEAD: usize = 32 * 1024;
/// Header fields of one request.
const MAX_FIELDS: usize = 64;
/// Requests at once on one HTTP/2 connection.
const MAX_STREAMS: u32 = 64;
/// How long to wait when no connection can be taken: the process has as many files open as it may.
const RESPITE: Duration = Duration::from_millis(200);

/// A listening server that has not begun to answer.
#[derive(Debug)]
pub struct Serving {
    listener: TcpListener,
    router: Router,
}

/// Takes the address.
///
/// # Errors
/// When it cannot be had.
pub async fn listen(address: SocketAddr, router: Router) -> io::Result<Serving> {
    Ok(Serving { listener: TcpListener::bind(address).await?, router })
}

impl Serving {
    /// The address, with the port that was given if 0 was asked for.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop`, then lets what is under way finish, for a while.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn until(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let (server, connections) = (server(), GracefulShutdown::new());
        let mut stop = std::pin::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, peer)) => connect(&server, &connections, &self.router, stream, peer),
                    Err(error) if is_of_one_connection(&error) => {}
                    Err(error) => {
                        tracing::error!(%error, "no connection can be taken; trying again");
                        tokio::time::sleep(RESPITE).await;
                    }
                },
            }
        }
        drop(self.listener);
        tracing::info!("stopping: no new requests; those under way have {GRACE:?}");
        if tokio::time::timeout(GRACE, connections.shutdown()).await.is_err() {
            tracing::warn!(
                "some requests did not finish in time; what they began is cleaned up at the next start"
            );
        }
        Ok(())
    }
}

/// HTTP/1.1 and HTTP/2, with bounds on what a caller may make us wait for and keep.
fn server() -> Builder<TokioExecutor> {
    let mut server = Builder::new(TokioExecutor::new());
    server
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_FIELDS);
    server
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(MAX_HEAD).unwrap_or(u32::MAX))
        .max_concurrent_streams(MAX_STREAMS)
        .keep_alive_interval(HEAD_TIME);
    server
}

fn connect(
    server: &Builder<TokioExecutor>,
    connections: &GracefulShutdown,
    router: &Router,
    stream: TcpStream,
    peer: SocketAddr,
) {
    // Small answers go out at once, and do not wait for more to fill a packet.
    let _ = stream.set_nodelay(true);
    let router = router.clone();
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let connection = server.serve_connection(TokioIo::new(stream), service).into_owned();
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%peer, %error, "a connection broke");
        }
    });
}

/// Whether only that connection failed, before it was taken.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}
