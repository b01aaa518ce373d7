//! A story on its way: the world it plays in, what was set up, and the table of verbs.

use std::collections::BTreeMap;
use std::pin::Pin;

use jiff::Timestamp;
use partners::Destinations;
use serde_json::{Value, json};
use tests::simulate::ethoca::PushReceipt;
use tests::simulate::serve::serve;
use tests::world::logs::Log;
use tests::world::{Settings, World};
use tokio::task::JoinHandle;
use tracing::instrument::WithSubscriber;

use super::names::Names;
use super::words::Words;
use crate::webhooks::receiver::Receiver;

/// Why a line cannot be played.
pub type Failed = String;
/// A line that is being played.
type Playing<'a> = Pin<Box<dyn Future<Output = Result<(), Failed>> + Send + 'a>>;

/// How Ethoca signs in at the front door.
pub const SIGN_IN: (&str, &str) = ("ethoca", "the vendor's password");

/// A story on its way.
pub struct Play {
    pub world: World,
    pub names: Names,
    /// Where the front door is.
    pub door: String,
    /// Keys of the API by the name of who holds it; the first partner's is `partner`.
    pub keys: BTreeMap<String, String>,
    /// The partner whose things are set up.
    pub partner: String,
    pub partner_id: Value,
    pub shops: Vec<Shop>,
    pub payments: Vec<Paid>,
    pub alerts: Vec<Value>,
    pub rates: BTreeMap<String, u64>,
    /// When the latest payment or order was made.
    pub sold_at: Timestamp,
    pub receipt: Option<PushReceipt>,
    pub answer: Option<(u16, Value)>,
    /// Who hears events.
    pub subscriber: Option<Receiver>,
    /// Whether messages wait in the queues.
    pub held: bool,
    pub log: Log,
    _door: Guard,
}

/// An organisation with what it set up.
#[derive(Debug, Clone, Default)]
pub struct Shop {
    pub name: String,
    pub organisation: String,
    pub merchant: String,
    pub orders: String,
    pub stripe: String,
    pub enrolment: String,
    /// The ruleset that was made last.
    pub ruleset: String,
}

/// A payment at Stripe.
#[derive(Debug, Clone)]
pub struct Paid {
    pub intent: String,
    pub charge: String,
    pub auth_code: String,
}

struct Guard(JoinHandle<()>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Play {
    /// A world with a partner, Ethoca connected and nothing else.
    pub async fn open() -> Self {
        let world =
            World::start(Settings { webhooks: Destinations::Anywhere, ..Settings::default() })
                .await;
        world.stripe.pause_webhooks(true);
        world.connect_ethoca(SIGN_IN.0, SIGN_IN.1).await.expect("a connection");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let door = format!("http://{}", listener.local_addr().expect("its address"));
        let serving = tokio::spawn(serve(listener, world.router()).with_current_subscriber());
        let mut play = Self {
            sold_at: world.clock.now(),
            world,
            names: Names::default(),
            door,
            keys: BTreeMap::new(),
            partner: "partner".into(),
            partner_id: Value::Null,
            shops: Vec::new(),
            payments: Vec::new(),
            alerts: Vec::new(),
            rates: BTreeMap::new(),
            receipt: None,
            answer: None,
            subscriber: None,
            held: false,
            log: Log::default(),
            _door: Guard(serving),
        };
        play.become_partner("partner").await.expect("a partner");
        play
    }

    /// Plays a line, and all that follows from it at once.
    pub async fn act(&mut self, mut words: Words) -> Result<(), Failed> {
        let verb = words.next("a verb")?;
        self.verb(&verb, &mut words).await?;
        words.end()?;
        if !self.held {
            self.world.settle().await;
        }
        Ok(())
    }

    /// The verbs of stories, by who does something.
    /// Not async: what so many futures take on the stack is gone before one of them runs.
    fn verb<'a>(&'a mut self, verb: &str, words: &'a mut Words) -> Playing<'a> {
        match verb {
            "org" => Box::pin(self.org(words)),
            "account" => Box::pin(self.account(words)),
            "enrols" => Box::pin(self.enrol(words)),
            "stripe" => Box::pin(self.stripe(words)),
            "ruleset" => Box::pin(self.ruleset(words)),
            "rules" => Box::pin(self.rules(words)),
            "rate" => Box::pin(self.rate(words)),
            "automation" => Box::pin(self.automation(words)),
            "brakes" => Box::pin(self.brakes(words)),
            "partner" => Box::pin(self.another_partner(words)),
            "key" => Box::pin(self.key(words)),
            "integration" => Box::pin(self.integration(words)),
            "payment" => Box::pin(self.payment(words)),
            "subscription" => Box::pin(self.subscription(words)),
            "merchant" => Box::pin(self.merchant(words)),
            "order" => Box::pin(self.order(words)),
            "orders" => Box::pin(self.orders(words)),
            "ethoca" => Box::pin(self.ethoca(words)),
            "pull" => Box::pin(self.pull()),
            "time" => Box::pin(self.time(words)),
            "queues" => Box::pin(self.queues(words)),
            "person" => Box::pin(self.person(words)),
            "member" => Box::pin(self.member(words)),
            "answers" => Box::pin(self.answers(words)),
            "page" => Box::pin(self.page(words)),
            "get" => Box::pin(self.get(words)),
            "hand" => Box::pin(self.hand(words)),
            "operator" => Box::pin(self.operator(words)),
            "subscriber" => Box::pin(self.subscriber(words)),
            _ => Box::pin(std::future::ready(Err(format!("no story knows the verb `{verb}`")))),
        }
    }

    /// The shop that was set up last.
    pub fn shop(&self) -> Result<&Shop, Failed> {
        self.shops.last().ok_or_else(|| "no org is set up yet".into())
    }

    /// Calls the API as the partner; anything but success fails the story.
    pub async fn make(&self, path: &str, body: &Value) -> Result<Value, Failed> {
        let (status, answer) =
            self.world.call("POST", path, &self.keys[&self.partner], Some(body)).await;
        if (200..300).contains(&status) {
            Ok(answer)
        } else {
            Err(format!("{path} answered {status}: {answer}"))
        }
    }

    /// Makes a partner with a key of its own, which sets things up from now on.
    pub async fn become_partner(&mut self, name: &str) -> Result<(), Failed> {
        let made = self
            .world
            .operate(json!({ "do": "CREATE_PARTNER", "name": name, "mode": "LIVE" }))
            .await?;
        let key = self
            .world
            .operate(json!({ "do": "CREATE_KEY", "partner_id": made["partner_id"] }))
            .await?;
        self.keys.insert(name.to_owned(), text(&key["secret"]));
        name.clone_into(&mut self.partner);
        self.partner_id = made["partner_id"].clone();
        Ok(())
    }
}

/// A JSON value as text without quotes; null as nothing.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
