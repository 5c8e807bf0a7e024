//! One client: what it sends goes to the library with the names in it as they are declared, and
//! comes back as statements to run.

use super::ask;
use super::login::{Login, Password};
use super::reader::{Parsed, Reader};
use crate::endpoint::Endpoint;
use async_trait::async_trait;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ParamValues;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::LogicalPlan;
use datafusion_postgres::arrow_pg::datatypes::df::deserialize_parameters_with_server_types;
use datafusion_postgres::pgwire;
use futures::{Sink, SinkExt as _};
use pgwire::api::cancel::DefaultCancelHandler;
use pgwire::api::portal::Portal;
use pgwire::api::query::{ExtendedQueryHandler, SimpleQueryHandler};
use pgwire::api::results::Response;
use pgwire::api::stmt::QueryParser as _;
use pgwire::api::store::PortalStore;
use pgwire::api::{ClientInfo, ClientPortalStore, ConnectionManager, NoopHandler, Type};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::PgWireBackendMessage;
use pgwire::messages::extendedquery::Execute;
use pgwire::messages::response::TransactionStatus;
use std::fmt::Debug;
use std::sync::Arc;
use tokio::runtime::Handle;

/// Rows that are handed over at a time where a client asks for some: it asks for more then.
const ROWS_AT_A_TIME: i32 = 10_000;

/// What all clients share.
#[derive(Debug)]
pub struct Shared {
    /// Where the pipeline is asked.
    pub endpoint: Endpoint,
    /// What clients must know.
    pub password: Option<Password>,
    /// What their queries may take, together.
    pub resources: Arc<RuntimeEnv>,
    /// Who can be told to stop.
    pub connections: Arc<ConnectionManager>,
    /// Where their queries are computed.
    pub computing: Handle,
}

/// A client, as the library sees it: who answers what it sends.
pub struct Handlers {
    /// Queries.
    pub client: Arc<Client>,
    /// The beginning.
    pub login: Arc<Login>,
    /// The wish that another client's query ends.
    pub cancel: Arc<DefaultCancelHandler>,
    /// Files, of which there are none here.
    pub copy: Arc<NoopHandler>,
}

impl Handlers {
    /// A client that has just come; where there are too many already, to be told so.
    pub fn new(shared: &Arc<Shared>, is_full: bool) -> Self {
        let connections = &shared.connections;
        let login = if is_full {
            Login::Full
        } else {
            Login::new(shared.password.as_ref(), connections)
        };
        Self {
            client: Arc::new(Client {
                reader: Arc::new(Reader::new(shared)),
            }),
            login: Arc::new(login),
            cancel: Arc::new(DefaultCancelHandler::new(Arc::clone(connections))),
            copy: Arc::new(NoopHandler),
        }
    }
}

/// Runs what a client sends.
pub struct Client {
    reader: Arc<Reader>,
}

#[async_trait]
impl SimpleQueryHandler for Client {
    async fn do_query<C>(&self, client: &mut C, query: &str) -> PgWireResult<Vec<Response>>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let (session, sql) = self.reader.prepare(query).await?;
        SimpleQueryHandler::do_query(&session.service, client, &sql).await
    }
}

#[async_trait]
impl ExtendedQueryHandler for Client {
    type Statement = Parsed;
    type QueryParser = Reader;

    fn query_parser(&self) -> Arc<Reader> {
        Arc::clone(&self.reader)
    }

    /// The library makes room for all rows that are asked for, whatever the number.
    async fn on_execute<C>(&self, client: &mut C, mut message: Execute) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Parsed>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        message.max_rows = message.max_rows.clamp(0, ROWS_AT_A_TIME);
        self._on_execute(client, message).await
    }

    async fn do_query<C>(
        &self,
        client: &mut C,
        portal: &Portal<Parsed>,
        max_rows: usize,
    ) -> PgWireResult<Response>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Parsed>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let session = self.reader.session();
        let is_failed = client.transaction_status() == TransactionStatus::Error;
        let plan = match &portal.statement.statement.1 {
            Some((statement, plan)) if ask::is_query(statement) && !is_failed => plan,
            _ => {
                let service = &session.service;
                return ExtendedQueryHandler::do_query(service, client, portal, max_rows).await;
            }
        };
        let parameters = self.parameters(portal, plan)?;
        let plan = plan.clone().replace_params_with_values(&parameters);
        let plan = plan.map_err(|error| PgWireError::ApiError(Box::new(error)))?;
        let pipeline = self.reader.pipeline();
        let context = &session.context;
        let answer = ask::answer(pipeline, context, plan, client.metadata());
        let (batches, notes) = answer.await?;
        for note in notes {
            client.send(ask::notice(note)).await?;
        }
        let rows = ask::rows(batches, &portal.result_column_format, client.metadata())?;
        Ok(Response::Query(rows))
    }
}

impl Client {
    /// What stands for `$1`, `$2`, … in their order.
    fn parameters(&self, portal: &Portal<Parsed>, plan: &LogicalPlan) -> PgWireResult<ParamValues> {
        let types = plan.get_parameter_types();
        let types = types.map_err(|error| PgWireError::ApiError(Box::new(error)))?;
        let mut types: Vec<(String, Option<DataType>)> = types.into_iter().collect();
        types.sort_by_key(|(name, _)| name.trim_start_matches('$').parse::<u32>().ok());
        let inferred: Vec<_> = types.iter().map(|(_, found)| found.as_ref()).collect();
        let told = self
            .reader
            .get_parameter_types(&portal.statement.statement)?;
        let told: Vec<Option<&Type>> = told.iter().map(Some).collect();
        deserialize_parameters_with_server_types(portal, &inferred, &told)
    }
}
