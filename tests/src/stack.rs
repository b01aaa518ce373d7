//! `cargo stack`: the real template and the real binaries on a local AWS (`MiniStack`), judged by
//! what the partners recorded.

mod binaries;
mod deployment;
mod gaps;
mod mails;
mod ministack;
mod partners;
mod story;
mod tools;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use deployment::Deployment;
use ministack::MiniStack;
use partners::Partners;
use tools::Tools;

/// Anything that ends a run.
pub type Stopped = Box<dyn Error + Send + Sync>;

/// Deploys, tells the story, judges it, and takes everything down again.
///
/// # Errors
/// What did not hold, in a sentence.
pub async fn run() -> Result<(), Stopped> {
    let bench = Bench::new()?;
    let tools = bench.tools().await?;
    binaries::lay_out(&bench).await?;
    let ministack = MiniStack::start(&bench, &tools).await?;
    bench.say("aws", &format!("local AWS at {}", ministack.url()));
    let partners = Partners::start().await?;
    let told = tell(&bench, &tools, &ministack, &partners).await;
    if told.is_err() {
        ministack.show_logs(&bench).await;
    }
    told
}

async fn tell(
    bench: &Bench,
    tools: &Tools,
    ministack: &MiniStack,
    partners: &Partners,
) -> Result<(), Stopped> {
    let deployment = Deployment::make(bench, tools, ministack, partners).await?;
    bench.say("deployed", &format!("partners' API at {}", deployment.api_url));
    story::tell(bench, &deployment, partners).await?;
    mails::judge(bench, ministack, &deployment).await
}

/// Where a run works, and since when.
#[derive(Debug)]
struct Bench {
    root: PathBuf,
    folder: PathBuf,
    began: Instant,
}

impl Bench {
    fn new() -> Result<Self, Stopped> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .ok_or("the workspace has a root")?
            .to_owned();
        let folder = root.join(".forestall/stack");
        std::fs::create_dir_all(&folder)?;
        Ok(Self { root, folder, began: Instant::now() })
    }

    async fn tools(&self) -> Result<Tools, Stopped> {
        let tools = Tools::ready(&self.folder).await?;
        self.say("tools", "MiniStack and SAM CLI");
        Ok(tools)
    }

    /// One step, one line.
    fn say(&self, step: &str, what: &str) {
        let elapsed = self.began.elapsed();
        println!("{:>4}.{} s  {step:<9} {what}", elapsed.as_secs(), elapsed.subsec_millis() / 100);
    }
}
