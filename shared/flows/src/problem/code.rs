//! The catalogue of errors: a code for programs, a status, a title.

use lambda_http::http::StatusCode;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $code:literal $status:ident $title:literal;)*) => {
        /// The errors that a client can receive; `docs/problems.md` has a heading for each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All codes of the catalogue.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Returns the code for programs.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// Returns the HTTP status.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// Returns the title, the same for every occurrence.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    /// The body is not JSON.
    InvalidJson "INVALID_JSON" BAD_REQUEST "The body is not valid JSON";
    /// The request cannot be parsed: a parameter, a header, or the shape of the body.
    InvalidRequest "INVALID_REQUEST" BAD_REQUEST "The request cannot be understood";
    /// The API key is missing or unknown.
    Unauthenticated "UNAUTHENTICATED" UNAUTHORIZED "Authentication is needed";
    /// An organisation's key was used on a partner's resource.
    PartnerOnly "PARTNER_ONLY" UNAUTHORIZED "Only a partner's key may do this";
    /// A key for a part of a partner was used on a resource of the whole partner.
    PartnerAdminOnly "PARTNER_ADMIN_ONLY" FORBIDDEN "Only a key of the whole partner may do this";
    /// The key lacks an ability.
    MissingAbility "MISSING_ABILITY" FORBIDDEN "The key lacks the ability";
    /// The resource does not exist, or the caller may not see the resource.
    NotFound "NOT_FOUND" NOT_FOUND "There is no such resource";
    /// The link in an e-mail has expired.
    LinkExpired "LINK_EXPIRED" GONE "The link has expired";
    /// The resource does not take this method.
    MethodNotAllowed "METHOD_NOT_ALLOWED" METHOD_NOT_ALLOWED "The resource does not take this \
        method";
    /// The request conflicts with work in progress.
    Conflict "CONFLICT" CONFLICT "The request conflicts with the current state";
    /// The alert is resolved already.
    AlreadyResolved "ALREADY_RESOLVED" CONFLICT "The alert is resolved already";
    /// The deadline for an action has passed.
    DeadlinePassed "DEADLINE_PASSED" CONFLICT "The deadline has passed";
    /// The alert takes no action.
    NotActionable "NOT_ACTIONABLE" CONFLICT "The alert takes no action";
    /// Only the operator can confirm that the alerts of this descriptor belong to the organisation.
    EnrolmentNotAccepted "ENROLMENT_NOT_ACCEPTED" CONFLICT "The network has not accepted the \
        enrolment yet";
    /// Another order has the reference.
    DuplicateReference "DUPLICATE_REFERENCE" CONFLICT "The reference is taken";
    /// Other resources refer to the resource to delete.
    InUse "IN_USE" CONFLICT "Others refer to it";
    /// No member would be notified of alerts that wait for a person.
    LastNotifiedMember "LAST_NOTIFIED_MEMBER" CONFLICT "Nobody would be told of alerts that wait";
    /// A request with this `Idempotency-Key` is in progress.
    IdempotencyKeyInUse "IDEMPOTENCY_KEY_IN_USE" CONFLICT "The request is being done";
    /// The `Idempotency-Key` was used with another body before.
    IdempotencyKeyReused "IDEMPOTENCY_KEY_REUSED" UNPROCESSABLE_ENTITY "The Idempotency-Key was \
        used for another request";
    /// The body is too large.
    BodyTooLarge "BODY_TOO_LARGE" PAYLOAD_TOO_LARGE "The body is too large";
    /// The body is of another media type than the resource takes.
    UnsupportedMediaType "UNSUPPORTED_MEDIA_TYPE" UNSUPPORTED_MEDIA_TYPE "The body is of another \
        media type";
    /// Fields are wrong; `errors` names each.
    ValidationFailed "VALIDATION_FAILED" UNPROCESSABLE_ENTITY "Fields are not valid";
    /// The query has a parameter that the route does not take.
    UnknownParameter "UNKNOWN_PARAMETER" UNPROCESSABLE_ENTITY "The route does not take the \
        parameter";
    /// The body holds a card number.
    CardNumberRefused "CARD_NUMBER_REFUSED" UNPROCESSABLE_ENTITY "Card numbers are refused";
    /// The alert has no sale, and the request names none.
    TransactionRequired "TRANSACTION_REQUIRED" UNPROCESSABLE_ENTITY "The transaction must be named";
    /// No callable processor has the payment.
    NoProcessor "NO_PROCESSOR" UNPROCESSABLE_ENTITY "No processor can be called";
    /// Merchants of several organisations.
    MerchantsDifferentOrganisations "MERCHANTS_DIFFERENT_ORGANISATIONS" UNPROCESSABLE_ENTITY "The \
        merchants belong to different organisations";
    /// Enrolments of several types.
    EnrolmentsDifferentTypes "ENROLMENTS_DIFFERENT_TYPES" UNPROCESSABLE_ENTITY "The enrolments \
        are of different types";
    /// A simulation for a LIVE organisation.
    TestModeOnly "TEST_MODE_ONLY" UNPROCESSABLE_ENTITY "Only TEST organisations have simulations";
    /// The offset is beyond the counted rows.
    OffsetTooLarge "OFFSET_TOO_LARGE" UNPROCESSABLE_ENTITY "The offset is too large";
    /// The tenant's own processor does not answer; our service works.
    ProcessorUnavailable "PROCESSOR_UNAVAILABLE" FAILED_DEPENDENCY "The processor does not answer";
    /// Too many requests.
    TooManyRequests "TOO_MANY_REQUESTS" TOO_MANY_REQUESTS "Too many requests";
    /// An internal error.
    InternalError "INTERNAL_ERROR" INTERNAL_SERVER_ERROR "Something went wrong on our side";
    /// A transient internal error.
    Unavailable "UNAVAILABLE" SERVICE_UNAVAILABLE "The service is not available";
}

impl Code {
    /// Returns the problem's type: a reference to the problem's page.
    #[must_use]
    pub fn problem_type(self) -> String {
        format!("/problems/{}", self.as_str().to_ascii_lowercase().replace('_', "-"))
    }
}
