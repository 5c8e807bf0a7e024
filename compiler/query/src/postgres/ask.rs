//! What is run of what clients send: queries. Settings and transactions are taken note of by the
//! library, since clients make them without being asked; nothing comes of them.

use super::refusal::{BROKEN, READ_ONLY, TIMEOUT, of_engine, refusal};
use super::tables::Pipeline;
use crate::engine;
use crate::failure::Failure;
use crate::range;
use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::common::{DFSchema, ParamValues};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{EmptyRelation, LogicalPlan};
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::Statement as EngineStatement;
use datafusion::sql::sqlparser::ast::{Set, Statement};
use datafusion_postgres::arrow_pg::datatypes::{arrow_schema_to_pg_fields, encode_recordbatch};
use datafusion_postgres::hooks::{HookClient, QueryHook};
use datafusion_postgres::pgwire;
use futures::stream;
use pgwire::api::ClientInfo;
use pgwire::api::portal::Format;
use pgwire::api::results::{QueryResponse, Response, Tag};
use pgwire::error::{ErrorInfo, PgWireError, PgWireResult};
use pgwire::messages::PgWireBackendMessage;
use pgwire::types::format::FormatOptions;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::AbortHandle;

/// How long a query may take; a client may set less (`statement_timeout`).
const LONGEST: Duration = Duration::from_mins(5);
/// Where the library keeps that.
const TIMEOUT_KEY: &str = "statement_timeout_ms";

/// Keeps away what would get to the library's own handling of settings.
#[derive(Debug)]
pub struct Guard;

/// Runs queries, and refuses all else that is left.
#[derive(Debug)]
pub struct Ask(pub Arc<Pipeline>);

/// A query, or its plan.
pub fn is_query(statement: &Statement) -> bool {
    match statement {
        Statement::Query(_) => true,
        Statement::Explain { statement, .. } => is_query(statement),
        _ => false,
    }
}

/// The rows of a plan, and what is to be said about them.
pub async fn answer(
    pipeline: &Pipeline,
    context: &SessionContext,
    plan: LogicalPlan,
    metadata: &HashMap<String, String>,
) -> PgWireResult<(Vec<RecordBatch>, Vec<String>)> {
    let asked = metadata.get(TIMEOUT_KEY).and_then(|text| text.parse().ok());
    let longest = asked.map_or(LONGEST, Duration::from_millis).min(LONGEST);
    let context = context.clone();
    let computed = pipeline.computing.spawn(async move {
        let answered = engine::answered(&context, plan).await;
        answered.map_err(|error| of_engine(&error))
    });
    // whoever does not wait for it any more wants it to end
    let _ended = Ended(computed.abort_handle());
    let Ok(answered) = tokio::time::timeout(longest, computed).await else {
        let message = format!("the query took longer than {} ms", longest.as_millis());
        return Err(refusal(&Failure::new(message), TIMEOUT));
    };
    let answered = answered.unwrap_or_else(|error| {
        let failure = Failure::new(format!("the engine broke: {error}"));
        Err(refusal(&failure, BROKEN))
    });
    let (batches, asked) = answered?;
    let told = pipeline.told();
    let notes = told
        .iter()
        .flat_map(|(name, about)| range::notes(name, about, asked.get(name).copied()));
    Ok((batches, notes.collect()))
}

/// Ends what is computed when it is dropped, as soon as that pauses.
struct Ended(AbortHandle);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Rows as a client takes them.
pub fn rows(
    batches: Vec<RecordBatch>,
    format: &Format,
    metadata: &HashMap<String, String>,
) -> PgWireResult<QueryResponse> {
    let options = Arc::new(FormatOptions::from_client_metadata(metadata));
    let schema = batches[0].schema();
    let fields = Arc::new(arrow_schema_to_pg_fields(&schema, format, Some(options))?);
    let of_each = Arc::clone(&fields);
    let encoded = batches.into_iter().map(move |batch| {
        // an encoder is not to be shared between threads, its rows are
        encode_recordbatch(Arc::clone(&of_each), batch).collect::<Vec<_>>()
    });
    Ok(QueryResponse::new(fields, stream::iter(encoded.flatten())))
}

/// A word beside an answer.
pub fn notice(text: String) -> PgWireBackendMessage {
    let info = ErrorInfo::new("NOTICE".to_owned(), "00000".to_owned(), text);
    PgWireBackendMessage::NoticeResponse(info.into())
}

async fn planned(context: &SessionContext, statement: &Statement) -> PgWireResult<LogicalPlan> {
    let statement = EngineStatement::Statement(Box::new(statement.clone()));
    let planned = context.state().statement_to_plan(statement).await;
    let checked = planned.and_then(|plan| engine::only_reads(&plan).map(|()| plan));
    checked.map_err(|error: DataFusionError| of_engine(&error))
}

/// What is said of statements that are no queries; None for those that clients clean up with.
fn otherwise(statement: &Statement) -> PgWireResult<Tag> {
    match statement {
        Statement::Discard { .. } => Ok(Tag::new("DISCARD ALL")),
        Statement::Deallocate { .. } => Ok(Tag::new("DEALLOCATE")),
        Statement::Reset(_) => Ok(Tag::new("RESET")),
        _ => {
            let failure = Failure::new("a pipeline is asked, and nothing else is done here");
            let failure = failure.help("SELECT, or EXPLAIN in front of it");
            Err(refusal(&failure, READ_ONLY))
        }
    }
}

/// The plan of a statement that gives no rows.
fn nothing() -> LogicalPlan {
    LogicalPlan::EmptyRelation(EmptyRelation {
        produce_one_row: false,
        schema: Arc::new(DFSchema::empty()),
    })
}

/// A setting of the engine, which is not the client's.
fn is_of_engine(statement: &Statement) -> bool {
    let Statement::Set(Set::SingleAssignment { variable, .. }) = statement else {
        return false;
    };
    let first = variable.0.first().and_then(|part| part.as_ident());
    first.is_some_and(|first| first.value.eq_ignore_ascii_case("datafusion"))
}

fn guarded(statement: &Statement) -> Option<PgWireError> {
    let failure = Failure::new("settings of the engine are not changed here");
    is_of_engine(statement).then(|| refusal(&failure, READ_ONLY))
}

#[async_trait]
impl QueryHook for Guard {
    async fn handle_simple_query(
        &self,
        statement: &Statement,
        _: &SessionContext,
        _: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        guarded(statement).map(Err)
    }

    async fn handle_extended_parse_query(
        &self,
        statement: &Statement,
        _: &SessionContext,
        _: &(dyn ClientInfo + Send + Sync),
    ) -> Option<PgWireResult<LogicalPlan>> {
        guarded(statement).map(Err)
    }

    async fn handle_extended_query(
        &self,
        _: &Statement,
        _: &LogicalPlan,
        _: &ParamValues,
        _: &SessionContext,
        _: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        // it was refused when it was parsed
        None
    }
}

impl Ask {
    async fn simple(
        &self,
        statement: &Statement,
        context: &SessionContext,
        client: &mut dyn HookClient,
    ) -> PgWireResult<Response> {
        if !is_query(statement) {
            return otherwise(statement).map(Response::Execution);
        }
        let plan = planned(context, statement).await?;
        let answered = answer(&self.0, context, plan, client.metadata()).await?;
        let (batches, notes) = answered;
        for note in notes {
            client.send_message(notice(note)).await?;
        }
        let rows = rows(batches, &Format::UnifiedText, client.metadata())?;
        Ok(Response::Query(rows))
    }
}

#[async_trait]
impl QueryHook for Ask {
    async fn handle_simple_query(
        &self,
        statement: &Statement,
        context: &SessionContext,
        client: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        Some(self.simple(statement, context, client).await)
    }

    async fn handle_extended_parse_query(
        &self,
        statement: &Statement,
        context: &SessionContext,
        _: &(dyn ClientInfo + Send + Sync),
    ) -> Option<PgWireResult<LogicalPlan>> {
        Some(if is_query(statement) {
            planned(context, statement).await
        } else {
            otherwise(statement).map(|_| nothing())
        })
    }

    /// Queries do not come here, since how their rows are to be written is not known here.
    async fn handle_extended_query(
        &self,
        statement: &Statement,
        _: &LogicalPlan,
        _: &ParamValues,
        _: &SessionContext,
        _: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        Some(otherwise(statement).map(Response::Execution))
    }
}
