//! Connections that a handler can break: cut at once, cut in the middle, or gone silent.

use axum::{
    body::Body,
    extract::{ConnectInfo, FromRequestParts, connect_info::Connected},
    http::request::Parts,
    response::Response,
    serve::{IncomingStream, Listener},
};
use std::{
    convert::Infallible,
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    Whole,
    /// So many bytes are still written, then the connection breaks.
    CutAfter(usize),
    /// So many bytes are still written, then nothing more comes.
    SilentAfter(usize),
}

/// A handler's grip on the connection it answers on.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    plan: Arc<Mutex<Plan>>,
}

impl Default for Wire {
    fn default() -> Self {
        Self { plan: Arc::new(Mutex::new(Plan::Whole)) }
    }
}

impl Wire {
    fn set(&self, plan: Plan) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = plan;
    }

    /// The caller sees the connection end without a byte of an answer.
    pub(super) fn cut(&self) -> Response {
        self.set(Plan::CutAfter(0));
        Response::new(Body::empty())
    }

    /// The caller gets this many bytes of the answer, headers included, then the end.
    pub(super) fn cut_after(&self, bytes: usize) {
        self.set(Plan::CutAfter(bytes));
    }

    /// The caller gets this many bytes of the answer, headers included, then silence.
    pub(super) fn silent_after(&self, bytes: usize) {
        self.set(Plan::SilentAfter(bytes));
    }
}

impl<S: Sync> FromRequestParts<S> for Wire {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let found = parts.extensions.get::<ConnectInfo<Self>>();
        Ok(found.map(|info| info.0.clone()).unwrap_or_default())
    }
}

/// A listener whose connections can be broken.
#[derive(Debug)]
pub(super) struct Gate(pub(super) TcpListener);

impl Listener for Gate {
    type Io = Tap;
    type Addr = Wire;

    async fn accept(&mut self) -> (Tap, Wire) {
        let (stream, _) = Listener::accept(&mut self.0).await;
        let wire = Wire::default();
        (Tap { stream, wire: wire.clone() }, wire)
    }

    fn local_addr(&self) -> io::Result<Wire> {
        Ok(Wire::default())
    }
}

impl Connected<IncomingStream<'_, Gate>> for Wire {
    fn connect_info(stream: IncomingStream<'_, Gate>) -> Self {
        stream.remote_addr().clone()
    }
}

/// One connection.
#[derive(Debug)]
pub(super) struct Tap {
    stream: TcpStream,
    wire: Wire,
}

impl AsyncRead for Tap {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Tap {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let plan = *self.wire.plan.lock().unwrap_or_else(PoisonError::into_inner);
        let room = match plan {
            Plan::Whole => return Pin::new(&mut self.stream).poll_write(context, bytes),
            Plan::CutAfter(0) => return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
            // Nobody wakes this write: the connection ends when the caller closes it.
            Plan::SilentAfter(0) => return Poll::Pending,
            Plan::CutAfter(room) | Plan::SilentAfter(room) => room.min(bytes.len()),
        };
        match Pin::new(&mut self.stream).poll_write(context, &bytes[..room]) {
            Poll::Ready(Ok(written)) => {
                self.wire.set(match plan {
                    Plan::SilentAfter(room) => Plan::SilentAfter(room.saturating_sub(written)),
                    Plan::CutAfter(room) => Plan::CutAfter(room.saturating_sub(written)),
                    Plan::Whole => Plan::Whole,
                });
                Poll::Ready(Ok(written))
            }
            other @ (Poll::Ready(Err(_)) | Poll::Pending) => other,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
