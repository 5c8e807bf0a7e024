//! Who may ask.

use async_trait::async_trait;
use datafusion_postgres::pgwire;
use futures::Sink;
use pgwire::api::auth::noop::NoopStartupHandler;
use pgwire::api::auth::sasl::SASLAuthStartupHandler;
use pgwire::api::auth::sasl::scram::{
    SCRAM_ITERATIONS, ScramAuth, gen_salted_password, random_nonce,
};
use pgwire::api::auth::{
    AuthSource, DefaultServerParameterProvider, LoginInfo, Password as Salted, StartupHandler,
};
use pgwire::api::{ClientInfo, ConnectionManager};
use pgwire::error::{ErrorInfo, PgWireError, PgWireResult};
use pgwire::messages::{PgWireBackendMessage, PgWireFrontendMessage};
use std::fmt;
use std::sync::Arc;

/// The pipeline's token as it is asked for: SCRAM-SHA-256 (RFC 7677), by which it does not go over
/// the line. Any user name is taken.
#[derive(Clone)]
pub struct Password(Arc<Salted>);

impl Password {
    /// Computed once, since it is meant to take its time.
    pub fn new(token: &str) -> Self {
        let salt = random_nonce().into_bytes();
        let salted = gen_salted_password(token, &salt, SCRAM_ITERATIONS);
        Self(Arc::new(Salted::new(Some(salt), salted)))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

#[async_trait]
impl AuthSource for Password {
    async fn get_password(&self, _: &LoginInfo) -> PgWireResult<Salted> {
        Ok(Salted::clone(&self.0))
    }
}

/// How a connection begins.
pub enum Login {
    /// Everyone is let in.
    Open(Open),
    /// Those who know the token.
    Password(Box<SASLAuthStartupHandler<DefaultServerParameterProvider>>),
    /// Nobody, for now.
    Full,
}

/// The beginning without a password.
pub struct Open(Arc<ConnectionManager>);

impl NoopStartupHandler for Open {
    fn connection_manager(&self) -> Option<Arc<ConnectionManager>> {
        Some(Arc::clone(&self.0))
    }
}

impl Login {
    /// The beginning of one connection.
    pub fn new(password: Option<&Password>, connections: &Arc<ConnectionManager>) -> Self {
        let connections = Arc::clone(connections);
        match password {
            None => Self::Open(Open(connections)),
            Some(password) => {
                let parameters = Arc::new(DefaultServerParameterProvider::default());
                let handler = SASLAuthStartupHandler::new(parameters)
                    .with_scram(ScramAuth::new(Arc::new(password.clone())))
                    .with_connection_manager(connections);
                Self::Password(Box::new(handler))
            }
        }
    }
}

#[async_trait]
impl StartupHandler for Login {
    async fn on_startup<C>(
        &self,
        client: &mut C,
        message: PgWireFrontendMessage,
    ) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::Error: fmt::Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        match self {
            Self::Open(open) => open.on_startup(client, message).await,
            Self::Password(asking) => asking.on_startup(client, message).await,
            Self::Full => {
                let text = "too many clients at once".to_owned();
                let info = ErrorInfo::new("FATAL".to_owned(), "53300".to_owned(), text);
                Err(PgWireError::UserError(Box::new(info)))
            }
        }
    }
}
