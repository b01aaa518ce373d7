//! Where the local AWS is unlike AWS, made good from outside, so that the template stays what AWS needs.

use serde_json::json;

use super::Stopped;
use super::ministack::MiniStack;

/// AWS lets whoever has `sqs:SendMessage` send batches; `MiniStack` asks for a permission that AWS does not know.
pub(super) async fn let_batches_be_sent(ministack: &MiniStack) -> Result<(), Stopped> {
    let relay = ministack.configuration("forestall-queue-relay").await?;
    let role = relay["Role"].as_str().and_then(|arn| arn.rsplit('/').next()).ok_or("The relay has no role.")?;
    let queues = ["matching", "ruleset-evaluation", "refund", "vendor-callback", "webhook-delivery"]
        .map(|stage| format!("arn:aws:sqs:us-east-1:000000000000:forestall-{stage}"));
    let statement = json!({ "Effect": "Allow", "Action": "sqs:SendMessageBatch", "Resource": queues });
    let policy = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    let form = [
        ("Action", "PutRolePolicy"),
        ("Version", "2010-05-08"),
        ("RoleName", role),
        ("PolicyName", "Batches"),
        ("PolicyDocument", &policy),
    ];
    ministack.call("iam", &form).await
}
