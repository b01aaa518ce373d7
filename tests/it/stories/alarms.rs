//! What rings while a story is played.

use super::play::{Play, text};
use crate::template::alarms::SENTENCES;

impl Play {
    /// The alarms, each once, with what they are about.
    pub fn alarms(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for logged in self.log.errors() {
            let message = text(&logged["message"]);
            let about =
                text(if logged["alert"].is_null() { &logged["refund"] } else { &logged["alert"] });
            let line = format!("{about} rings: {message}").trim_start().to_owned();
            if SENTENCES.iter().any(|begins| message.starts_with(begins)) && !lines.contains(&line)
            {
                lines.push(line);
            }
        }
        lines
    }
}
