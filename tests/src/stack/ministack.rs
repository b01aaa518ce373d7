//! `MiniStack`: a local AWS that runs the functions as plain processes and enforces their own
//! policies.

use std::fs::File;
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::process::{Child, Command};
use tokio::time::sleep;

use super::tools::Tools;
use super::{Bench, Stopped};

/// How long it may take to start.
const START: Duration = Duration::from_mins(1);

/// How many lines of the functions' logs are shown when a run fails.
const TAIL: usize = 40;

/// A running local AWS; it and every function in it end with this value.
#[derive(Debug)]
pub(super) struct MiniStack {
    process: Child,
    port: u16,
    http: reqwest::Client,
}

impl MiniStack {
    /// Starts it on a free port and waits until it answers.
    pub(super) async fn start(bench: &Bench, tools: &Tools) -> Result<Self, Stopped> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = File::create(bench.folder.join("ministack.log"))?;
        let mut command = Command::new(&tools.ministack);
        command
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .process_group(0)
            .current_dir(&bench.folder);
        command
            .env("GATEWAY_PORT", port.to_string())
            .env("BIND_HOST", "127.0.0.1")
            .env("TMPDIR", fresh_temporary(bench)?);
        let process = as_local(command.env("AUTH", "true"), port).spawn()?;
        let mut started =
            Self { process, port, http: reqwest::Client::builder().no_proxy().build()? };
        started.wait().await?;
        Ok(started)
    }

    /// Its endpoint.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A command that takes this for AWS.
    pub(super) fn known_to<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        as_local(command, self.port)
    }

    /// Invokes a function and gives its answer.
    pub(super) async fn invoke(&self, function: &str, payload: &Value) -> Result<Value, Stopped> {
        let url = format!("{}/2015-03-31/functions/{function}/invocations", self.url());
        let answer = self
            .http
            .post(url)
            .header("authorization", signed_for("lambda"))
            .json(payload)
            .send()
            .await?;
        let (status, failed) =
            (answer.status(), answer.headers().contains_key("x-amz-function-error"));
        let body: Value = serde_json::from_str(&answer.text().await?)?;
        if failed || !status.is_success() {
            Err(format!("{function} answered {status}: {body}").into())
        } else {
            Ok(body)
        }
    }

    /// How a function is configured.
    pub(super) async fn configuration(&self, function: &str) -> Result<Value, Stopped> {
        let url = format!("{}/2015-03-31/functions/{function}/configuration", self.url());
        let answer = self
            .http
            .get(url)
            .header("authorization", signed_for("lambda"))
            .send()
            .await?
            .error_for_status()?;
        Ok(serde_json::from_str(&answer.text().await?)?)
    }

    /// Calls a service that takes forms.
    pub(super) async fn call(&self, service: &str, form: &[(&str, &str)]) -> Result<(), Stopped> {
        let request =
            self.http.post(self.url()).header("authorization", signed_for(service)).form(form);
        request.send().await?.error_for_status().map(drop).map_err(Into::into)
    }

    /// Calls a service that takes JSON at paths.
    pub(super) async fn post(
        &self,
        service: &str,
        path: &str,
        body: &Value,
    ) -> Result<(), Stopped> {
        let request = self
            .http
            .post(format!("{}{path}", self.url()))
            .header("authorization", signed_for(service))
            .json(body);
        request.send().await?.error_for_status().map(drop).map_err(Into::into)
    }

    /// What is at an address.
    pub(super) async fn page(&self, url: &str) -> Result<String, Stopped> {
        Ok(self.http.get(url).send().await?.error_for_status()?.text().await?)
    }

    /// Keeps what the functions logged, and shows the end of it.
    pub(super) async fn show_logs(&self, bench: &Bench) {
        let lines = self
            .logs()
            .await
            .unwrap_or_else(|error| vec![format!("The functions' logs cannot be had: {error}")]);
        let file = bench.folder.join("functions.log");
        if let Err(error) = std::fs::write(&file, lines.join("\n")) {
            eprintln!("{} cannot be written: {error}", file.display());
        }
        lines.iter().rev().take(TAIL).rev().for_each(|line| eprintln!("{line}"));
        eprintln!("All of it: {} and ministack.log beside it.", file.display());
    }

    async fn logs(&self) -> Result<Vec<String>, Stopped> {
        let request =
            self.http.post(self.url()).header("x-amz-target", "Logs_20140328.FilterLogEvents");
        let request = request
            .header("authorization", signed_for("logs"))
            .header("content-type", "application/x-amz-json-1.1");
        let body = json!({ "logGroupName": "/forestall/forestall", "limit": 10_000 }).to_string();
        let answer = request.body(body).send().await?.text().await?;
        let answer: Value = serde_json::from_str(&answer)?;
        let messages = answer["events"].as_array().ok_or_else(|| answer.to_string())?.iter();
        let lines = messages
            .map(|event| event["message"].as_str().unwrap_or_default().trim_end().to_owned());
        // the functions' own lines, not Lambda's
        Ok(lines.filter(|line| line.starts_with('{')).collect())
    }

    async fn wait(&mut self) -> Result<(), Stopped> {
        let health = format!("{}/_ministack/health", self.url());
        let begun = std::time::Instant::now();
        while begun.elapsed() < START {
            if let Some(ended) = self.process.try_wait()? {
                return Err(format!(
                    "MiniStack ended by itself ({ended}): see .forestall/stack/ministack.log"
                )
                .into());
            }
            if self.http.get(&health).send().await.is_ok_and(|answer| answer.status().is_success())
            {
                return Ok(());
            }
            sleep(Duration::from_millis(100)).await;
        }
        Err(format!(
            "MiniStack did not answer within {} s: see .forestall/stack/ministack.log",
            START.as_secs()
        )
        .into())
    }
}

impl Drop for MiniStack {
    /// Ends its process group: the functions are processes of their own.
    fn drop(&mut self) {
        let Some(leader) = self.process.id() else { return };
        let ended = std::process::Command::new("kill")
            .args(["-KILL", "--", &format!("-{leader}")])
            .status();
        if !ended.is_ok_and(|status| status.success()) {
            eprintln!("MiniStack (process group {leader}) may still run.");
        }
    }
}

/// `MiniStack` looks at whose key it is, not at the signature.
fn signed_for(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, \
         SignedHeaders=host, Signature=0"
    )
}

/// No profile or credential of the person who runs this gets in.
fn as_local(command: &mut Command, port: u16) -> &mut Command {
    let own = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"];
    for name in own {
        command.env_remove(name);
    }
    command
        .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"))
        .env("AWS_DEFAULT_REGION", "us-east-1");
    command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    command.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
}

/// A folder for what it unpacks, emptied of the last run.
fn fresh_temporary(bench: &Bench) -> Result<PathBuf, Stopped> {
    let folder = bench.folder.join("tmp");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
