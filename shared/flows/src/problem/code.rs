//! The catalogue of errors: a word for programs, a status, a title.

use lambda_http::http::StatusCode;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $code:literal $status:ident $title:literal;)*) => {
        /// Every error a client can meet; `docs/problems.md` has a heading for each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// The whole catalogue.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word for programs.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The HTTP status.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// The title, the same for every occurrence.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    /// The body is no JSON.
    InvalidJson "INVALID_JSON" BAD_REQUEST "The body is not valid JSON";
    /// The request cannot be understood: a parameter, a header, the shape of the body.
    InvalidRequest "INVALID_REQUEST" BAD_REQUEST "The request cannot be understood";
    /// No key, or one that nobody knows.
    Unauthenticated "UNAUTHENTICATED" UNAUTHORIZED "Authentication is needed";
    /// An organisation's key on a resource of partners.
    PartnerOnly "PARTNER_ONLY" UNAUTHORIZED "Only a partner's key may do this";
    /// A key of a part of a partner on what is of the whole.
    PartnerAdminOnly "PARTNER_ADMIN_ONLY" FORBIDDEN "Only a key of the whole partner may do this";
    /// The key lacks an ability.
    MissingAbility "MISSING_ABILITY" FORBIDDEN "The key lacks the ability";
    /// There is no such thing, or the caller may not see it.
    NotFound "NOT_FOUND" NOT_FOUND "There is no such resource";
    /// The link in a mail is not valid any more.
    LinkExpired "LINK_EXPIRED" GONE "The link has expired";
    /// The resource does not take this method.
    MethodNotAllowed "METHOD_NOT_ALLOWED" METHOD_NOT_ALLOWED "The resource does not take this \
        method";
    /// It does not fit what is under way.
    Conflict "CONFLICT" CONFLICT "The request conflicts with the current state";
    /// The alert is resolved already.
    AlreadyResolved "ALREADY_RESOLVED" CONFLICT "The alert is resolved already";
    /// The deadline for an action has passed.
    DeadlinePassed "DEADLINE_PASSED" CONFLICT "The deadline has passed";
    /// The alert takes no action.
    NotActionable "NOT_ACTIONABLE" CONFLICT "The alert takes no action";
    /// Nobody but the operator can say that the alerts of this descriptor are the organisation's.
    EnrolmentNotAccepted "ENROLMENT_NOT_ACCEPTED" CONFLICT "The network has not accepted the \
        enrolment yet";
    /// Another order has the reference.
    DuplicateReference "DUPLICATE_REFERENCE" CONFLICT "The reference is taken";
    /// Others refer to what is to be deleted.
    InUse "IN_USE" CONFLICT "Others refer to it";
    /// Nobody would be told of alerts that wait for a person.
    LastNotifiedMember "LAST_NOTIFIED_MEMBER" CONFLICT "Nobody would be told of alerts that wait";
    /// A request with this `Idempotency-Key` is being done.
    IdempotencyKeyInUse "IDEMPOTENCY_KEY_IN_USE" CONFLICT "The request is being done";
    /// The `Idempotency-Key` came with another body before.
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
    /// Nobody that we can call holds the payment.
    NoProcessor "NO_PROCESSOR" UNPROCESSABLE_ENTITY "No processor can be called";
    /// Merchants of several organisations.
    MerchantsDifferentOrganisations "MERCHANTS_DIFFERENT_ORGANISATIONS" UNPROCESSABLE_ENTITY "The \
        merchants belong to different organisations";
    /// Enrolments of several types.
    EnrolmentsDifferentTypes "ENROLMENTS_DIFFERENT_TYPES" UNPROCESSABLE_ENTITY "The enrolments \
        are of different types";
    /// A simulation for a LIVE organisation.
    TestModeOnly "TEST_MODE_ONLY" UNPROCESSABLE_ENTITY "Only TEST organisations have simulations";
    /// The offset is past what is counted.
    OffsetTooLarge "OFFSET_TOO_LARGE" UNPROCESSABLE_ENTITY "The offset is too large";
    /// The tenant's own processor does not answer: no fault of ours.
    ProcessorUnavailable "PROCESSOR_UNAVAILABLE" FAILED_DEPENDENCY "The processor does not answer";
    /// Too many requests.
    TooManyRequests "TOO_MANY_REQUESTS" TOO_MANY_REQUESTS "Too many requests";
    /// Our fault.
    InternalError "INTERNAL_ERROR" INTERNAL_SERVER_ERROR "Something went wrong on our side";
    /// Our fault, and it passes.
    Unavailable "UNAVAILABLE" SERVICE_UNAVAILABLE "The service is not available";
}

impl Code {
    /// The problem's type: a reference to its page.
    #[must_use]
    pub fn problem_type(self) -> String {
        format!("/problems/{}", self.as_str().to_ascii_lowercase().replace('_', "-"))
    }
}
