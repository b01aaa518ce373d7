//! Alerts on their way out: pushed to a merchant's URL, or only raised for the next pull.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::memory::Channel;
use super::{Ethoca, wire};

/// Ethoca gives a push receiver 30 seconds.
const PUSH_TIMEOUT: Duration = Duration::from_secs(30);

/// What a push came to.
#[derive(Debug, Clone, Serialize)]
pub struct PushReceipt {
    /// The status answered; 0 where no answer came.
    pub status: u16,
    /// The answer's body, or why none came.
    pub body: String,
    /// The alerts that the answer acknowledged.
    pub acknowledged: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Answer {
    acknowledgements: Vec<Value>,
}

#[derive(Debug, Deserialize)]
struct Body {
    alerts: Vec<Box<RawValue>>,
}

impl Ethoca {
    /// Makes alerts known and pushes them in one call with Basic authentication.
    ///
    /// # Panics
    /// Never: a JSON value always has a text.
    pub async fn push(
        &self,
        url: &str,
        username: &str,
        password: &str,
        alerts: Vec<Value>,
    ) -> PushReceipt {
        let alerts = alerts
            .iter()
            .map(|alert| to_raw_value(alert).expect("a JSON value has a text"))
            .collect();
        self.push_as_written(url, username, password, alerts).await
    }

    /// Pushes a body byte by byte as given, such as a fixture; alerts in it that have an id are
    /// known from then on.
    pub async fn push_text(
        &self,
        url: &str,
        username: &str,
        password: &str,
        body: &str,
    ) -> PushReceipt {
        if let Ok(body) = serde_json::from_str::<Body>(body) {
            self.keep(&body.alerts, 1);
        }
        self.deliver(url, username, password, body.to_owned()).await
    }

    /// Makes an alert known without pushing it: only a pull finds it.
    ///
    /// # Panics
    /// Never: a JSON value always has a text.
    pub fn raise(&self, alert: &Value) {
        self.raise_as_written(&[to_raw_value(alert).expect("a JSON value has a text")]);
    }

    pub(super) fn raise_as_written(&self, alerts: &[Box<RawValue>]) {
        self.keep(alerts, 0);
    }

    pub(super) async fn push_as_written(
        &self,
        url: &str,
        username: &str,
        password: &str,
        alerts: Vec<Box<RawValue>>,
    ) -> PushReceipt {
        self.keep(&alerts, 1);
        let texts: Vec<&str> = alerts.iter().map(|alert| alert.get()).collect();
        self.deliver(url, username, password, format!("{{\"alerts\":[{}]}}", texts.join(","))).await
    }

    fn keep(&self, alerts: &[Box<RawValue>], pushes: u32) {
        let now = self.now();
        self.change(|memory| {
            for alert in alerts {
                if let Some(alert_id) = wire::text_field(alert, "alertId") {
                    memory.remember(&alert_id, alert.clone(), now).pushes += pushes;
                }
            }
        });
    }

    async fn deliver(
        &self,
        url: &str,
        username: &str,
        password: &str,
        body: String,
    ) -> PushReceipt {
        let http = self.inner.http.get_or_init(|| {
            reqwest::Client::builder().no_proxy().build().expect("a plain HTTP client")
        });
        let request = http.post(url).timeout(PUSH_TIMEOUT).basic_auth(username, Some(password));
        let request = request.header("content-type", "application/json").body(body);
        let answered = match request.send().await {
            Ok(response) => (response.status().as_u16(), response.text().await),
            Err(error) => (0, Err(error)),
        };
        match answered {
            (status, Ok(body)) => {
                PushReceipt { status, acknowledged: self.hear(status, &body), body }
            }
            (_, Err(error)) => {
                PushReceipt { status: 0, body: format!("{error:?}"), acknowledged: Vec::new() }
            }
        }
    }

    /// Only a 200 acknowledges, and only the alerts it names with SUCCESS.
    fn hear(&self, status: u16, body: &str) -> Vec<String> {
        let answer: Answer = if status == 200 {
            serde_json::from_str(body).unwrap_or_default()
        } else {
            Answer::default()
        };
        let succeeded = answer.acknowledgements.iter().filter(|one| one["status"] == "SUCCESS");
        let named: Vec<String> =
            succeeded.filter_map(|one| one["alertId"].as_str().map(str::to_owned)).collect();
        let now = self.now();
        self.change(|memory| {
            named.into_iter().filter(|id| memory.acknowledge(id, Channel::Push, now)).collect()
        })
    }
}
