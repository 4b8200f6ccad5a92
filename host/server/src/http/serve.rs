//! Listening, and stopping without dropping anybody.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;

/// How long requests that are under way may go on after the stop.
const GRACE: Duration = Duration::from_secs(10);

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
        let (stopping, stopped) = tokio::sync::oneshot::channel();
        let stop = async move {
            stop.await;
            tracing::info!("stopping: no new requests; those under way have {GRACE:?}");
            let _ = stopping.send(());
        };
        let serve = axum::serve(self.listener, self.router).with_graceful_shutdown(stop);
        tokio::select! {
            done = serve => done,
            () = async {
                let _ = stopped.await;
                tokio::time::sleep(GRACE).await;
            } => {
                tracing::warn!("some requests did not finish in time; what they began is cleaned up at the next start");
                Ok(())
            }
        }
    }
}
