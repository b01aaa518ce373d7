//! What is logged in World, watched for card numbers and for errors.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, Once, PoisonError};

use domain::basics::card::has_card_number;
use serde_json::Value;
use tracing::Subscriber;
use tracing_subscriber::fmt::MakeWriter;

use super::canary;

static LEAKS: Mutex<Vec<String>> = Mutex::new(Vec::new());
static WATCH: Once = Once::new();

/// Watches everything that is logged from now on, as the functions' own shell would write it. Where
/// another subscriber was set before, that one stays.
pub fn watch() {
    WATCH.call_once(|| {
        if tracing::subscriber::set_global_default(Log::default().subscriber()).is_err() {
            eprintln!("logs are not watched for card numbers: they go elsewhere");
        }
    });
}

/// The lines that held a card number.
#[must_use]
pub fn leaks() -> Vec<String> {
    LEAKS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// What is logged while its subscriber is the current one.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<Mutex<Vec<Value>>>);

impl Log {
    /// Who writes it.
    #[must_use]
    pub fn subscriber(&self) -> impl Subscriber + Send + Sync {
        tracing_subscriber::fmt()
            .json()
            .with_max_level(tracing::Level::INFO)
            .with_writer(self.clone())
            .finish()
    }

    /// The fields of each error, the first first.
    #[must_use]
    pub fn errors(&self) -> Vec<Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let logged: Value = serde_json::from_str(&text).unwrap_or_default();
        if logged["level"] == "ERROR" {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(logged["fields"].clone());
        }
        if canary::texts(&canary::read(&text))
            .iter()
            .any(|told| has_card_number(told) || canary::holds(told))
        {
            LEAKS.lock().unwrap_or_else(PoisonError::into_inner).push(text.into_owned());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
