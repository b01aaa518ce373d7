//! World: the whole system in one process. Every function runs behind its own shell; tables, queues
//! and keys are AWS's own protocols in process; the partners are servers on real sockets.

pub mod bulk;
pub mod canary;
pub mod clock;
pub mod costs;
pub mod door;
pub mod faults;
pub mod filter;
pub mod invariants;
pub mod logs;
pub mod mail_events;
pub mod members;
pub mod pump;
pub mod queues;
mod settings;
pub mod shop;
mod simulators;
pub mod table;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use alert_intake::AlertIntake;
use email_notification::{ConfigurationSets, MailOutbox, MailService};
use flows::secrets::SecretVault;
use flows::{NetworkClients, ProcessorClients};
use operator::OperatorRequest;
use partners::{CallbackConnector, Destinations, WebhookSender};
use queue_relay::StageQueues;
use refund::RefundWorker;
use runtime::invoked::FunctionCall;
use serde_json::Value;
use store::Store;
use webhook_delivery::WebhookWorker;

use crate::aws::LocalAws;
use crate::simulate::ethoca::{Credentials, Ethoca};
use crate::simulate::merchant::Merchant;
use crate::simulate::stripe::Stripe;
use simulators::{Server, Simulators};

pub use clock::Clock;
pub use faults::{Faults, Strike};
pub use queues::{MAIL_EVENTS, MOST_RECEIVES, STAGES, queue_name};
pub use settings::Settings;

/// The table's name in World.
pub const TABLE: &str = "forestall";
/// Whom e-mails come from in World.
const SENDER: &str = "alerts@forestall.example";
/// The configuration sets that e-mails leave by in World.
pub const LIVE_MAILS: &str = "forestall-live";
pub const TEST_MAILS: &str = "forestall-test";

/// The whole system.
#[derive(Clone)]
pub struct World {
    pub clock: Clock,
    pub faults: Faults,
    pub aws: LocalAws,
    pub store: Store,
    pub stripe: Stripe,
    pub ethoca: Ethoca,
    /// A merchant with an endpoint of its own, and where that is.
    pub merchant: Merchant,
    pub callback_url: String,
    /// Where the simulators are.
    pub stripe_url: String,
    pub ethoca_url: String,
    is_sandbox: bool,
    secrets: SecretVault,
    processors: ProcessorClients,
    networks: NetworkClients,
    refunds: RefundWorker,
    queues: StageQueues,
    intake: AlertIntake,
    api: axum::Router,
    desk: WebhookWorker,
    post: MailService,
    _servers: Arc<Vec<Server>>,
}

/// What deliveries need.
fn desk(
    store: &Store,
    secrets: &SecretVault,
    webhooks: Destinations,
    slow_after: Duration,
) -> WebhookWorker {
    let webhooks = WebhookSender::new(webhooks).expect("an HTTP client");
    WebhookWorker { store: store.clone(), secrets: secrets.clone(), webhooks, slow_after }
}

impl World {
    /// Starts World with the given settings.
    ///
    /// # Panics
    /// If something of the machine's is missing: a socket, the data folder.
    pub async fn start(settings: Settings) -> Self {
        let Settings { webhooks, slow_after, .. } = settings;
        let aws = open_aws(&settings.clock, settings.data.as_ref());
        let simulators = Simulators::start(&settings).await;
        let urls = queues::declare(&aws, settings.visibility);
        aws.set_gate(Some(settings.faults.gate()));
        let store = open_store(&aws).await;
        let secrets = SecretVault::new(aws.kms(), "alias/forestall-credentials");
        let http = partners::http_client().expect("an HTTP client");
        let stripe_url = settings.stripe_url.unwrap_or_else(|| simulators.stripe_url.clone());
        let processors = processors(&http, &secrets, stripe_url, webhooks);
        let pace = (settings.waits, settings.rate_limit, webhooks);
        Self {
            networks: NetworkClients::new(http, secrets.clone()),
            refunds: refunds(&store, &processors, settings.claim_seconds, slow_after),
            queues: StageQueues { client: aws.sqs(), urls },
            // a warm function has memory of its own
            intake: AlertIntake { store: open_store(&aws).await, needs_certificate: false },
            api: door::api(open_store(&aws).await, &processors, pace),
            desk: desk(&store, &secrets, webhooks, slow_after),
            post: post(&aws, &store, &secrets, settings.public_url),
            is_sandbox: settings.is_sandbox,
            _servers: Arc::new(simulators.servers),
            ethoca_url: simulators.ethoca_url,
            callback_url: simulators.callback_url,
            merchant: simulators.merchant,
            stripe_url: simulators.stripe_url,
            clock: settings.clock,
            faults: settings.faults,
            aws,
            store,
            stripe: simulators.stripe,
            ethoca: simulators.ethoca,
            secrets,
            processors,
        }
    }

    /// Connects the simulator of Ethoca, with credentials of its own.
    ///
    /// # Errors
    /// The operator function's own refusal.
    pub async fn connect_ethoca(&self, username: &str, password: &str) -> Result<Value, String> {
        // making a key pair takes longer than most tests
        static CREDENTIALS: OnceLock<Credentials> = OnceLock::new();
        let credentials = CREDENTIALS.get_or_init(|| self.ethoca.generate_credentials());
        self.ethoca.register(credentials);
        let command = serde_json::json!({
            "do": "CREATE_CONNECTION", "network": "ETHOCA", "name": "Ethoca",
            "api_url": self.ethoca_url,
            "push_username": username, "push_password": password,
            "consumer_key": credentials.consumer_key,
            "private_key": credentials.private_key_pkcs8_pem, "sandbox": self.is_sandbox
        });
        self.operate(command).await
    }

    /// A new partner of a mode, by its first key's secret.
    ///
    /// # Errors
    /// The operator function's own refusal.
    pub async fn new_partner(&self, name: &str, mode: &str) -> Result<String, String> {
        let partner = self
            .operate(serde_json::json!({ "do": "CREATE_PARTNER", "name": name, "mode": mode }))
            .await?;
        let key = self
            .operate(serde_json::json!({ "do": "CREATE_KEY", "partner_id": partner["partner_id"] }))
            .await?;
        key["secret"]
            .as_str()
            .map(ToOwned::to_owned)
            .ok_or_else(|| "the key has no secret".to_owned())
    }

    /// Carries out an operator's command.
    ///
    /// # Errors
    /// The operator function's own refusal.
    ///
    /// # Panics
    /// If the command is not one.
    pub async fn operate(&self, command: Value) -> Result<Value, String> {
        let order: OperatorRequest =
            serde_json::from_value(command).expect("an operator's command");
        let call = FunctionCall {
            now: self.clock.now(),
            request_id: format!("{:032x}", runtime::random::new_seed().expect("random bits")),
        };
        operator::handle(&self.store, &self.secrets, order, call).await
    }
}

fn refunds(
    store: &Store,
    processors: &ProcessorClients,
    claim_seconds: i64,
    slow_after: Duration,
) -> RefundWorker {
    RefundWorker { store: store.clone(), processors: processors.clone(), claim_seconds, slow_after }
}

fn post(aws: &LocalAws, store: &Store, secrets: &SecretVault, public_url: String) -> MailService {
    let sets = ConfigurationSets { live: LIVE_MAILS.into(), test: TEST_MAILS.into() };
    let outbox = Some(MailOutbox::new(aws.ses(), SENDER.into(), sets));
    MailService { store: store.clone(), secrets: secrets.clone(), outbox, public_url }
}

fn open_aws(clock: &Clock, data: Option<&PathBuf>) -> LocalAws {
    let millis = clock.clone();
    let millis: crate::aws::Clock = Arc::new(move || millis.now().as_millisecond());
    match data {
        Some(dir) => LocalAws::open(dir, millis).expect("the data folder can be used"),
        None => LocalAws::memory(millis),
    }
}

async fn open_store(aws: &LocalAws) -> Store {
    if aws.dynamodb().describe_table().table_name(TABLE).send().await.is_err() {
        table::create_table(&aws.dynamodb(), TABLE).await;
    }
    Store::new(
        aws.dynamodb(),
        TABLE,
        domain::basics::id::text_of(runtime::random::new_seed().expect("random bits")),
    )
}

fn processors(
    http: &reqwest::Client,
    secrets: &SecretVault,
    stripe_url: String,
    webhooks: Destinations,
) -> ProcessorClients {
    ProcessorClients::new(
        http.clone(),
        CallbackConnector::new(webhooks).expect("an HTTP client"),
        secrets.clone(),
        stripe_url,
    )
}
