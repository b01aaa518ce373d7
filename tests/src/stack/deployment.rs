//! `infra/template.yaml`, deployed by SAM CLI with the configuration of `samconfig.toml`.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use tokio::process::Command;

use super::ministack::MiniStack;
use super::partners::Partners;
use super::tools::{Tools, run};
use super::{Bench, Stopped, gaps, mails};

/// A stack that is up.
pub(super) struct Deployment<'a> {
    ministack: &'a MiniStack,
    operator: String,
    pub(super) api_url: String,
    pub(super) push_url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    output_key: String,
    output_value: String,
}

impl<'a> Deployment<'a> {
    /// Deploys the template, with the simulators in the partners' place.
    pub(super) async fn make(
        bench: &Bench,
        tools: &Tools,
        ministack: &'a MiniStack,
        partners: &Partners,
    ) -> Result<Self, Stopped> {
        let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
        let mut sam = sam(bench, tools);
        sam.args([
            "deploy",
            "--config-env",
            "local",
            "--no-progressbar",
            "--parameter-overrides",
            "VendorAuth=BASIC_ONLY",
            "KeepData=no",
        ]);
        sam.args(["ReservedConcurrency=no", "QueueTransport=ANY"]);
        sam.args([
            format!("Architecture={architecture}"),
            format!("StripeApiUrl={}", partners.stripe_url),
            "RateLimitPerMinute=0".to_owned(),
            format!("EmailSender={}", mails::SENDER),
        ]);
        let said = run(ministack.known_to(&mut sam)).await?;
        std::fs::write(bench.folder.join("deploy.log"), said)?;
        gaps::let_batches_be_sent(ministack).await?;
        gaps::let_mails_be_sent(ministack).await?;
        mails::let_mails_leave(ministack).await?;
        Self::found(bench, tools, ministack).await
    }

    /// The operator carries out a command.
    pub(super) async fn operator(&self, command: &Value) -> Result<Value, Stopped> {
        self.ministack.invoke(&self.operator, command).await
    }

    async fn found(
        bench: &Bench,
        tools: &Tools,
        ministack: &'a MiniStack,
    ) -> Result<Self, Stopped> {
        let mut sam = sam(bench, tools);
        sam.args(["list", "stack-outputs", "--stack-name", "forestall", "--output", "json"]);
        let outputs: Vec<Output> = serde_json::from_str(&run(ministack.known_to(&mut sam)).await?)?;
        let outputs: HashMap<_, _> =
            outputs.into_iter().map(|output| (output.output_key, output.output_value)).collect();
        let output = |name: &str| {
            outputs.get(name).ok_or_else(|| format!("The stack has no output {name}."))
        };
        // By path: `*.localhost` is not resolved everywhere.
        let api = |id: &str| format!("{}/_aws/execute-api/{id}", ministack.url());
        let (partners, vendors) = (output("PartnerApiId")?, output("VendorApiId")?);
        let push_url = format!("{}/vendors/ethoca/alerts", api(vendors));
        Ok(Self {
            ministack,
            operator: output("OperatorFunction")?.clone(),
            api_url: api(partners),
            push_url,
        })
    }
}

fn sam(bench: &Bench, tools: &Tools) -> Command {
    let mut sam = Command::new(&tools.sam);
    sam.current_dir(&bench.root).env("SAM_CLI_TELEMETRY", "0");
    sam
}
