//! The language server: documents, settings, scheduling, and one file per method in `handlers`. The only layer that knows the protocol's types.
//!
//! Changes of texts are applied before anything is awaited. One thread analyses (`schedule`); every question waits for the analysis of the text it was asked
//! about (`question`) and is computed on a thread of its own. What is older than the newest text is dropped.

mod convert;
mod diagnostics;
mod documents;
mod handlers;
mod input;
pub mod messages;
mod outbox;
mod problems;
mod question;
mod schedule;
mod server;
pub mod settings;
mod state;
mod watch;

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::io::{AsyncRead, AsyncWrite};
use tower_lsp_server::{LspService, Server as Transport};

use input::Input;
use outbox::Outbox;
use server::Server;

/// Requests that may be in work at once. Waiting for an analysis is cheap; what counts is that a change is never kept waiting.
const CONCURRENCY: usize = 256;

/// Serves one client on standard input and output until it says `exit` or goes away.
///
/// # Errors
/// When the system refuses threads.
pub fn serve_stdio(environ: BTreeMap<String, String>) -> io::Result<bool> {
    runtime()?.block_on(async { serve(tokio::io::stdin(), tokio::io::stdout(), environ).await })
}

/// Waits for one client on a port of this machine and serves it.
///
/// # Errors
/// When the port is taken or the system refuses threads.
pub fn serve_port(port: u16, environ: BTreeMap<String, String>, ready: impl FnOnce(u16)) -> io::Result<bool> {
    runtime()?.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        ready(listener.local_addr()?.port());
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let (input, output) = stream.into_split();
        serve(input, output, environ).await
    })
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(2)
        .thread_keep_alive(schedule::REST)
        .enable_all()
        .build()
}

/// Whether the client said goodbye properly.
async fn serve<I, O>(input: I, output: O, environ: BTreeMap<String, String>) -> io::Result<bool>
where
    I: AsyncRead + Unpin,
    O: AsyncWrite,
{
    let (outbox, send) = Outbox::new();
    let sending = tokio::spawn(send);
    let (service, socket) = LspService::build(|client| Server::new(client, outbox, environ))
        .custom_method("werfkit/rendered", Server::rendered)
        .custom_method("werfkit/graph", Server::graph)
        .custom_method("werfkit/explain", Server::explain)
        .finish();
    let state = Arc::clone(service.inner().state());
    schedule::start(Arc::clone(&state))?;
    let (input, ended) = Input::new(input);
    // A question that waits for news would keep the server alive when its client is gone without a word.
    let mut served = pin!(Transport::new(input, output, socket).concurrency_level(CONCURRENCY).serve(service));
    let mut ended = pin!(ended);
    poll_fn(|context| match served.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(()),
        Poll::Pending => ended.as_mut().poll(context).map(|_| ()),
    })
    .await;
    state.queue.end();
    sending.abort();
    Ok(state.said_goodbye())
}
