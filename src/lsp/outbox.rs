//! What goes from the server to the client besides answers: one queue, so that it arrives in the order in which it was meant.

use std::future::Future;
use std::pin::Pin;

use tokio::sync::mpsc;

type Message = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The sending end.
#[derive(Clone, Debug)]
pub struct Outbox(mpsc::UnboundedSender<Message>);

impl Outbox {
    /// A queue and the task that empties it.
    pub fn new() -> (Self, impl Future<Output = ()>) {
        let (sender, mut receiver) = mpsc::unbounded_channel::<Message>();
        let empty = async move {
            while let Some(message) = receiver.recv().await {
                message.await;
            }
        };
        (Self(sender), empty)
    }

    /// Sends a message after all that were sent before.
    pub fn send(&self, message: impl Future<Output = ()> + Send + 'static) {
        // After the end of the connection nobody listens.
        let _ = self.0.send(Box::pin(message));
    }
}
