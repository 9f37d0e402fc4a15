//! Messages of SNS and SQS, which hold the notification of S3 as a text.
//!
//! A notification may be wrapped twice: SNS passes it on to a queue, whose messages a function
//! receives. Each layer is one text inside the other, so a text that is no longer than its envelope
//! ends the unwrapping.
//!
//! ```json
//! {"Messages": [{"MessageId": "1", "Body": "{\"Records\": […]}"}]}
//! {"Type": "Notification", "TopicArn": "arn:aws:sns:…", "Message": "{\"Records\": […]}"}
//! {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": "{\"Records\": […]}"}}]}
//! {"Records": [{"eventSource": "aws:sqs", "messageId": "1", "body": "{\"Records\": […]}"}]}
//! ```

use serde::Deserialize;

/// A message, as its members show.
#[derive(Deserialize)]
struct Envelope {
    /// The output of `receive-message`.
    #[serde(rename = "Messages")]
    messages: Option<Vec<Message>>,
    #[serde(flatten)]
    message: Message,
}

/// One message of a queue or a topic.
#[derive(Deserialize)]
struct Message {
    #[serde(rename = "TopicArn")]
    topic: Option<String>,
    #[serde(rename = "Message")]
    published: Option<String>,
    #[serde(rename = "ReceiptHandle", alias = "receiptHandle")]
    receipt: Option<String>,
    #[serde(rename = "Body", alias = "body")]
    body: Option<String>,
    /// The message of a topic, in an event of AWS Lambda.
    #[serde(rename = "Sns")]
    notification: Option<Published>,
}

/// The part of a Lambda event with the message of a topic.
#[derive(Deserialize)]
struct Published {
    #[serde(rename = "Message")]
    message: String,
}

impl Message {
    /// Returns the text of the message.
    ///
    /// `Message` and `Body` are common words. They count only beside the member that every real
    /// message has: the topic, or the receipt.
    fn content(self) -> Option<String> {
        let published = self.published.filter(|_| self.topic.is_some());
        let received = self.body.filter(|_| self.receipt.is_some());
        published.or(received).or_else(|| self.notification.map(|inner| inner.message))
    }
}

/// Returns the texts that a message or a list of messages holds; `None` if the text is none.
pub(super) fn content(text: &str) -> Option<Vec<String>> {
    // The names cost less to look for than the text to parse.
    const NAMES: [&str; 5] = ["\"Message\"", "\"Messages\"", "\"Body\"", "\"body\"", "\"Sns\""];
    if !NAMES.iter().any(|name| text.contains(name)) {
        return None;
    }
    let envelope: Envelope = serde_json::from_str(text).ok()?;
    match envelope.messages {
        Some(messages) => Some(messages.into_iter().filter_map(Message::content).collect()),
        None => envelope.message.content().map(|text| vec![text]),
    }
}
