use aws_sdk_kms::Client;
use aws_sdk_kms::operation::decrypt::DecryptError;
use aws_sdk_kms::primitives::Blob;
use tests::aws::LocalAws;

use super::{clock, directory, in_memory};

#[tokio::test]
async fn only_the_same_context_opens_a_secret() {
    let kms = in_memory().kms();
    let sealed = seal(&kms, "org_1", b"sk_test_1").await;
    assert_eq!(open(&kms, "org_1", &sealed).await.expect("the same context"), b"sk_test_1");
    let refused = open(&kms, "org_2", &sealed).await.expect_err("another context");
    assert!(refused.is_invalid_ciphertext_exception(), "{refused:?}");
    let refused = open(&kms, "org_1", b"no ciphertext").await.expect_err("not a ciphertext");
    assert!(refused.is_invalid_ciphertext_exception(), "{refused:?}");
}

#[tokio::test]
async fn the_key_survives_a_restart() {
    let dir = directory("keys");
    let aws = LocalAws::open(&dir, clock().1).expect("a new directory");
    let sealed = seal(&aws.kms(), "org_1", b"sk_test_1").await;
    drop(aws);
    let aws = LocalAws::open(&dir, clock().1).expect("the same directory");
    assert_eq!(open(&aws.kms(), "org_1", &sealed).await.expect("the key is there"), b"sk_test_1");
    std::fs::remove_dir_all(dir).expect("the directory goes");
}

async fn seal(kms: &Client, organisation: &str, secret: &[u8]) -> Vec<u8> {
    let call =
        kms.encrypt().key_id("alias/credentials").encryption_context("organisation", organisation);
    let done = call.plaintext(Blob::new(secret)).send().await.expect("it is encrypted");
    done.ciphertext_blob.expect("a ciphertext").into_inner()
}

async fn open(kms: &Client, organisation: &str, sealed: &[u8]) -> Result<Vec<u8>, DecryptError> {
    let call = kms
        .decrypt()
        .encryption_context("organisation", organisation)
        .ciphertext_blob(Blob::new(sealed));
    let done = call.send().await.map_err(aws_sdk_kms::error::SdkError::into_service_error)?;
    Ok(done.plaintext.expect("a plaintext").into_inner())
}
