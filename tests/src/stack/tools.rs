//! The two Python programs a run needs, each in a virtual environment of its own: they pin
//! different botocores.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::Stopped;

const MINISTACK: &str = "ministack[full]==1.5.33";
const SAM: &str = "aws-sam-cli==1.170.0";

/// Where the programs are.
#[derive(Debug)]
pub(super) struct Tools {
    pub(super) ministack: PathBuf,
    pub(super) sam: PathBuf,
}

impl Tools {
    /// Installs what is not there yet.
    pub(super) async fn ready(folder: &Path) -> Result<Self, Stopped> {
        let ministack = environment(&folder.join("ministack"), MINISTACK).await?.join("ministack");
        let sam = environment(&folder.join("sam"), SAM).await?.join("sam");
        Ok(Self { ministack, sam })
    }
}

/// The folder of programs of an environment that holds the package.
async fn environment(place: &Path, package: &str) -> Result<PathBuf, Stopped> {
    let (programs, stamp) = (place.join("bin"), place.join("installed"));
    if std::fs::read_to_string(&stamp).is_ok_and(|held| held == package) {
        return Ok(programs);
    }
    run(Command::new("python3").arg("-m").arg("venv").arg(place)).await?;
    run(Command::new(programs.join("pip")).args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        package,
    ]))
    .await?;
    std::fs::write(stamp, package)?;
    Ok(programs)
}

/// Runs a program to its end; what it said is the error when it fails.
pub(super) async fn run(command: &mut Command) -> Result<String, Stopped> {
    let output = command.kill_on_drop(true).output().await;
    let output = output.map_err(|error| {
        format!("{} cannot be run: {error}", command.as_std().get_program().display())
    })?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(said);
    }
    Err(format!(
        "{:?} failed:\n{said}{}",
        command.as_std(),
        String::from_utf8_lossy(&output.stderr)
    )
    .into())
}
