//! The functions' binaries, laid out as `cargo lambda build` does:
//! `target/lambda/<name>/bootstrap`.

use std::io::ErrorKind;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use super::tools::run;
use super::{Bench, Stopped};

/// Builds all functions in one go and puts each where the template looks for it.
pub(super) async fn lay_out(bench: &Bench) -> Result<(), Stopped> {
    // The whole workspace: with its features unified, nothing that `cargo demo` and `cargo test`
    // built is built again.
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--quiet", "--workspace", "--bins"])
        .current_dir(&bench.root)
        .stdout(Stdio::inherit())
        .stderr(Stdio::inherit());
    if !cargo.kill_on_drop(true).status().await?.success() {
        return Err("The functions do not build.".into());
    }
    let here = std::env::current_exe()?;
    let built = here.parent().ok_or("cargo's folder of binaries")?;
    let names = names(&bench.root)?;
    for name in &names {
        place(&built.join(name), &bench.root.join("target/lambda").join(name)).await?;
    }
    bench.say("build", &format!("{} functions", names.len()));
    Ok(())
}

/// The functions: one folder each.
fn names(root: &Path) -> Result<Vec<String>, Stopped> {
    let folders = std::fs::read_dir(root.join("functions"))?;
    let names = folders.map(|folder| Ok(folder?.file_name().to_string_lossy().into_owned()));
    names.collect()
}

async fn place(binary: &Path, folder: &Path) -> Result<(), Stopped> {
    std::fs::create_dir_all(folder)?;
    let bootstrap = folder.join("bootstrap");
    match std::fs::remove_file(&bootstrap) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    std::fs::copy(binary, &bootstrap)?;
    // a tenth to zip; it comes with the linker
    run(Command::new("strip").arg(&bootstrap)).await.map(drop)
}
