//! What a client's session knows: it reads statements with the names in them as they are declared.

use super::ask::{Ask, Guard};
use super::client::Shared;
use super::refusal::{TOO_LONG, of_engine, refusal, unreachable};
use super::tables::{Pipeline, Tables};
use crate::engine::{self, SYSTEM_SCHEMA};
use crate::spelling;
use async_trait::async_trait;
use datafusion::error::DataFusionError;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::ast::Statement;
use datafusion_postgres::datafusion_pg_catalog::pg_catalog::context::EmptyContextProvider;
use datafusion_postgres::datafusion_pg_catalog::setup_pg_catalog;
use datafusion_postgres::hooks::QueryHook;
use datafusion_postgres::hooks::set_show::SetShowHook;
use datafusion_postgres::hooks::transactions::TransactionStatementHook;
use datafusion_postgres::{DfSessionService, Parser, pgwire};
use pgwire::api::portal::Format;
use pgwire::api::query::ExtendedQueryHandler as _;
use pgwire::api::results::FieldInfo;
use pgwire::api::stmt::QueryParser;
use pgwire::api::{ClientInfo, Type};
use pgwire::error::PgWireResult;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// What clients may call the database that they connect to; no other name is refused.
pub const DATABASE: &str = "laminar";
/// The schema of source tables, PostgreSQL's name for that.
const PUBLIC: &str = "public";

/// A statement of the library's.
pub type Parsed = (String, Option<(Statement, LogicalPlan)>);

/// Reads the statements of one client.
pub struct Reader {
    pipeline: Arc<Pipeline>,
    resources: Arc<RuntimeEnv>,
    /// Made for the first query: those who are not let in need none.
    session: OnceCell<Session>,
}

/// Where statements are run.
pub struct Session {
    /// The engine's part.
    pub context: Arc<SessionContext>,
    /// The library's part.
    pub service: DfSessionService,
    parser: Arc<Parser>,
}

impl Session {
    fn new(pipeline: &Arc<Pipeline>, resources: &Arc<RuntimeEnv>) -> Result<Self, DataFusionError> {
        let config = engine::config()
            .with_information_schema(true)
            .with_default_catalog_and_schema(DATABASE, PUBLIC);
        let context = SessionContext::new_with_config_rt(config, Arc::clone(resources));
        let catalog = context.catalog(DATABASE);
        let catalog = catalog.expect("a session has a catalog of its own");
        let sources = Tables::Sources(Arc::clone(pipeline));
        catalog.register_schema(PUBLIC, Arc::new(sources))?;
        let system = Tables::System(Arc::clone(pipeline));
        catalog.register_schema(SYSTEM_SCHEMA, Arc::new(system))?;
        setup_pg_catalog(&context, DATABASE, EmptyContextProvider).map_err(|error| *error)?;
        let context = Arc::new(context);
        let hooks: Vec<Arc<dyn QueryHook>> = vec![
            Arc::new(Guard),
            Arc::new(SetShowHook),
            Arc::new(TransactionStatementHook),
            Arc::new(Ask(Arc::clone(pipeline))),
        ];
        let service = DfSessionService::new_with_hooks(Arc::clone(&context), hooks);
        let parser = service.query_parser();
        Ok(Self {
            context,
            service,
            parser,
        })
    }
}

impl Reader {
    /// A client that has just come.
    pub fn new(shared: &Shared) -> Self {
        let computing = shared.computing.clone();
        Self {
            pipeline: Arc::new(Pipeline::new(&shared.endpoint, computing)),
            resources: Arc::clone(&shared.resources),
            session: OnceCell::new(),
        }
    }

    /// Whom it asks.
    pub fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    /// The session, and the query with the names in it as they are declared now.
    pub async fn prepare(&self, sql: &str) -> PgWireResult<(&Session, String)> {
        let is_short = spelling::within_limit(sql);
        is_short.map_err(|failure| refusal(&failure, TOO_LONG))?;
        let looked = self.pipeline.look().await;
        looked.map_err(|failure| unreachable(&failure))?;
        let made = || async { Session::new(&self.pipeline, &self.resources) };
        let session = self.session.get_or_try_init(made).await;
        let session = session.map_err(|error| of_engine(&error))?;
        Ok((session, self.pipeline.fitted(sql)))
    }

    /// The session of a client that has sent a statement.
    pub fn session(&self) -> &Session {
        let session = self.session.get();
        session.expect("statements are read by a session")
    }
}

#[async_trait]
impl QueryParser for Reader {
    type Statement = Parsed;

    async fn parse_sql<C>(
        &self,
        client: &C,
        sql: &str,
        types: &[Option<Type>],
    ) -> PgWireResult<Option<Parsed>>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        let (session, sql) = self.prepare(sql).await?;
        session.parser.parse_sql(client, &sql, types).await
    }

    fn get_parameter_types(&self, statement: &Parsed) -> PgWireResult<Vec<Type>> {
        self.session().parser.get_parameter_types(statement)
    }

    fn get_result_schema(
        &self,
        statement: &Parsed,
        format: Option<&Format>,
    ) -> PgWireResult<Vec<FieldInfo>> {
        self.session().parser.get_result_schema(statement, format)
    }
}
