//! The input of a server, and when it ended.
//!
//! In: what the client sends. Out: the same, and a word when there will be no more. Never: reading ahead.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::oneshot;

/// How long answers may still be sent when no more questions can come: somebody may have closed one pipe only.
const GRACE: Duration = Duration::from_secs(2);

/// An input that tells its end.
pub struct Input<I> {
    inner: I,
    ended: Option<oneshot::Sender<()>>,
}

impl<I> Input<I> {
    /// The input, and what is told a moment after its end, or after it is dropped.
    pub fn new(inner: I) -> (Self, oneshot::Receiver<()>) {
        let (ended, told) = oneshot::channel();
        (Self { inner, ended: Some(ended) }, told)
    }

    fn tell(&mut self) {
        let Some(ended) = self.ended.take() else { return };
        let later = move || {
            thread::sleep(GRACE);
            // Nobody listens when everything ended by itself.
            _ = ended.send(());
        };
        // Without a thread the sender is dropped, which tells at once.
        drop(thread::Builder::new().name("grace".to_owned()).spawn(later));
    }
}

impl<I> Drop for Input<I> {
    fn drop(&mut self) {
        self.tell();
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Input<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let had_room = buffer.remaining() > 0;
        let polled = Pin::new(&mut self.inner).poll_read(context, buffer);
        let is_end = match &polled {
            Poll::Ready(Ok(())) => had_room && buffer.filled().len() == before,
            Poll::Ready(Err(_)) => true,
            Poll::Pending => false,
        };
        if is_end {
            self.tell();
        }
        polled
    }
}
