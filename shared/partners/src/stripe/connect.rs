//! Refunds of payments that Stripe Connect split between a platform and a seller.

use domain::sale::ProcessorPayment;

use super::StripeClient;

impl StripeClient {
    /// Returns the parameters by which platform and seller each give back their share.
    ///
    /// Stripe refuses the whole refund where nothing was transferred or no fee was taken; therefore
    /// each parameter is set only for a payment with that share. A seller's own key cannot give
    /// back a platform's fee. The fee of a destination charge is returned only with the transfer.
    pub(super) fn split_terms(&self, payment: &ProcessorPayment) -> Vec<&'static str> {
        let settings = self.seat.connect;
        let reverses = settings.reverse_transfer && payment.is_transferred;
        let is_platforms =
            reverses || (!payment.is_transferred && self.connected_account(payment).is_some());
        let gives_fee =
            settings.refund_application_fee && payment.has_application_fee && is_platforms;
        let terms = [(reverses, "reverse_transfer"), (gives_fee, "refund_application_fee")];
        terms.into_iter().filter(|(wanted, _)| *wanted).map(|(_, name)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::account::ConnectRefunds;
    use domain::basics::id::{IntegrationId, OrganisationId};

    use super::*;
    use crate::SecretText;
    use crate::stripe::AccountContext;

    fn stripe(connect: ConnectRefunds) -> StripeClient {
        let seat = AccountContext {
            organisation: OrganisationId::from_seed(1),
            integration: IntegrationId::from_seed(2),
            merchant: None,
            account: Some("acct_own".into()),
            connected: None,
            connect,
        };
        StripeClient::new(
            reqwest::Client::new(),
            "http://stripe.invalid",
            SecretText::new("sk_test_1"),
            seat,
        )
    }

    fn payment(account: &str, is_transferred: bool, has_application_fee: bool) -> ProcessorPayment {
        let bare = ProcessorPayment::new_minimal(
            IntegrationId::from_seed(2),
            Some(account.into()),
            "pi_1".into(),
            None,
        );
        ProcessorPayment { is_transferred, has_application_fee, ..bare }
    }

    #[test]
    fn each_side_gives_back_what_it_has_and_no_other_is_asked() {
        let both: &[&str] = &["reverse_transfer", "refund_application_fee"];
        for (account, transferred, fee, terms) in [
            ("acct_own", false, false, &[][..]),
            ("acct_own", true, true, both),
            ("acct_own", true, false, &both[..1]),
            ("acct_seller", false, true, &both[1..]), // a direct charge, by the platform's key
            // a direct charge, by the seller's own key
            ("acct_own", false, true, &[][..]),
        ] {
            assert_eq!(
                stripe(ConnectRefunds::default()).split_terms(&payment(account, transferred, fee)),
                terms,
                "{account} {transferred}"
            );
        }
    }

    #[test]
    fn the_settings_leave_the_seller_or_the_platform_its_share() {
        let terms = |reverse_transfer, refund_application_fee| {
            stripe(ConnectRefunds { reverse_transfer, refund_application_fee })
                .split_terms(&payment("acct_own", true, true))
        };
        assert_eq!(terms(true, false), ["reverse_transfer"]);
        assert_eq!((terms(false, true).len(), terms(false, false).len()), (0, 0));
    }
}
