//! The query on the tables that it names.

use crate::endpoint::{Endpoint, SYSTEM};
use crate::failure::Failure;
use crate::range;
use crate::spelling;
use crate::stream::Fetched;
use datafusion::arrow::array::RecordBatch;
use datafusion::catalog::MemorySchemaProvider;
use datafusion::common::TableReference;
use datafusion::config::Dialect;
use datafusion::datasource::MemTable;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::sqlparser::ast;
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use futures::StreamExt as _;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};

/// The largest answer, in bytes as the engine counts them, which counts what rows share for each.
const MOST_BYTES: usize = 256 << 20;
/// What a batch takes beside its arrays, about, in bytes.
const BATCH_BYTES: usize = 512;
/// What sorting, grouping and joining may take on the way to it, in bytes.
const MOST_WORKING_BYTES: usize = 1 << 30;

/// The schema of the system's tables.
pub const SYSTEM_SCHEMA: &str = "system";

/// What answers queries.
#[derive(Debug)]
pub struct Engine {
    runtime: Runtime,
}

/// The rows of a query.
#[derive(Debug)]
pub struct Answer {
    /// One batch at least.
    pub batches: Vec<RecordBatch>,
    /// What whoever reads the rows should know.
    pub notes: Vec<String>,
}

impl Engine {
    /// An engine.
    pub fn new() -> Self {
        let built = Builder::new_current_thread().enable_all().build();
        Self {
            runtime: built.expect("the system gives a file descriptor for events"),
        }
    }

    /// The answer to a query.
    pub fn answer(&self, endpoint: &Endpoint, statement: Statement) -> Result<Answer, Failure> {
        let resources = resources().map_err(|error| explained(&error))?;
        let context = SessionContext::new_with_config_rt(config(), resources);
        let tables = context.state().resolve_table_references(&statement);
        let tables = tables.map_err(|error| explained(&error))?;
        let mut fetched = BTreeMap::new();
        for reference in &tables {
            let name = full_name(reference);
            // a table of the same name goes first
            let is_function = context.state().table_functions().contains_key(&name);
            if is_function && !endpoint.declared()?.contains_key(&name) {
                continue;
            }
            let table = endpoint.table(&name)?;
            register(&context, reference, &table).map_err(|error| explained(&error))?;
            if !is_system(reference) {
                fetched.insert(name, table);
            }
        }
        let answered = self.runtime.block_on(run(&context, statement, &fetched));
        answered.map_err(|error| with_left_out(explained(&error), &error, &fetched))
    }
}

/// The queries of a text, with the names in them as the pipeline declares them.
pub fn statements(endpoint: &Endpoint, sql: &str) -> Result<VecDeque<Statement>, Failure> {
    let statements = parsed(sql)?;
    let state = SessionContext::new_with_config(config()).state();
    let mut references = Vec::new();
    for statement in &statements {
        let found = state.resolve_table_references(statement);
        references.extend(found.map_err(|error| explained(&error))?);
    }
    if references.iter().all(is_system) {
        return Ok(statements);
    }
    let declared = endpoint.declared()?;
    let names = declared.iter().flat_map(|(table, columns)| {
        let table = std::iter::once(table);
        table.chain(columns).map(String::as_str)
    });
    parsed(&spelling::fitted(sql, names))
}

/// How the engine reads queries.
pub fn config() -> SessionConfig {
    let mut config = SessionConfig::new();
    config.options_mut().sql_parser.dialect = Dialect::PostgreSQL;
    // so little data is not worth dividing
    config.with_target_partitions(1)
}

fn parsed(sql: &str) -> Result<VecDeque<Statement>, Failure> {
    spelling::within_limit(sql)?;
    let statements = DFParser::parse_sql_with_dialect(sql, &PostgreSqlDialect {});
    let statements = statements.map_err(|error| explained(&error))?;
    if !statements.iter().all(is_query) {
        let failure = Failure::new("a pipeline is asked, and nothing else is done here");
        return Err(failure.help("`SELECT …`, or EXPLAIN in front of it"));
    }
    if statements.is_empty() {
        return Err(Failure::new("there is no query").help("`laminarc query \"SELECT …\"`"));
    }
    Ok(statements)
}

fn is_query(statement: &Statement) -> bool {
    match statement {
        Statement::Statement(statement) => matches!(**statement, ast::Statement::Query(_)),
        Statement::Explain(explain) => is_query(&explain.statement),
        Statement::CreateExternalTable(_) | Statement::CopyTo(_) | Statement::Reset(_) => false,
    }
}

async fn run(
    context: &SessionContext,
    statement: Statement,
    fetched: &BTreeMap<String, Fetched>,
) -> Result<Answer, DataFusionError> {
    let plan = context.state().statement_to_plan(statement).await?;
    only_reads(&plan)?;
    let (batches, asked) = answered(context, plan).await?;
    let notes = fetched
        .iter()
        .flat_map(|(name, table)| range::notes(name, &table.about, asked.get(name).copied()));
    Ok(Answer {
        notes: notes.collect(),
        batches,
    })
}

/// Whether a plan only reads, whatever a query could bring along.
pub fn only_reads(plan: &LogicalPlan) -> Result<(), DataFusionError> {
    let options = SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false);
    options.verify_plan(plan)
}

/// The rows of a plan, one batch at least, and the earliest times that it asks its tables for.
pub async fn answered(
    context: &SessionContext,
    plan: LogicalPlan,
) -> Result<(Vec<RecordBatch>, BTreeMap<String, i64>), DataFusionError> {
    let rows = context.execute_logical_plan(plan).await?;
    let asked = range::asked(&rows.clone().into_optimized_plan()?);
    let schema = Arc::new(rows.schema().as_arrow().clone());
    let mut stream = rows.execute_stream().await?;
    let (mut batches, mut bytes) = (Vec::new(), 0);
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        bytes += batch.get_array_memory_size() + BATCH_BYTES;
        if bytes > MOST_BYTES {
            let most = MOST_BYTES >> 20;
            let message = format!("the answer is larger than {most} MiB: ask for fewer rows");
            return Err(DataFusionError::ResourcesExhausted(message));
        }
        batches.push(batch);
    }
    if batches.is_empty() {
        batches.push(RecordBatch::new_empty(schema));
    }
    Ok((batches, asked))
}

/// What queries may take: memory, but no files.
pub fn resources() -> Result<Arc<RuntimeEnv>, DataFusionError> {
    let no_files = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
    let builder = RuntimeEnvBuilder::new().with_memory_limit(MOST_WORKING_BYTES, 1.0);
    builder.with_disk_manager_builder(no_files).build_arc()
}

fn register(
    context: &SessionContext,
    reference: &TableReference,
    table: &Fetched,
) -> Result<(), DataFusionError> {
    let rows = MemTable::try_new(Arc::clone(&table.schema), vec![table.batches.clone()])?;
    if is_system(reference) {
        let catalog = context.catalog("datafusion");
        let catalog = catalog.expect("a session has a catalog of its own");
        if catalog.schema(SYSTEM_SCHEMA).is_none() {
            let schema = Arc::new(MemorySchemaProvider::new());
            catalog.register_schema(SYSTEM_SCHEMA, schema)?;
        }
    }
    context.register_table(reference.clone(), Arc::new(rows))?;
    Ok(())
}

/// The name that the pipeline knows a table by.
fn full_name(reference: &TableReference) -> String {
    match reference.schema() {
        Some(schema) => format!("{schema}.{}", reference.table()),
        None => reference.table().to_owned(),
    }
}

fn is_system(reference: &TableReference) -> bool {
    SYSTEM.contains(&full_name(reference).as_str())
}

/// The engine's mistakes in our words.
pub fn explained(error: &DataFusionError) -> Failure {
    if let DataFusionError::External(inner) = error.find_root()
        && let Some(ours) = inner.downcast_ref::<Failure>()
    {
        return ours.clone();
    }
    let said = error.strip_backtrace();
    let said = ["Error during planning: ", "SQL error: ", "Schema error: "]
        .iter()
        .fold(said.as_str(), |said, prefix| {
            said.strip_prefix(prefix).unwrap_or(said)
        });
    let said = said
        .strip_prefix("ParserError(\"")
        .and_then(|said| said.strip_suffix("\")"))
        .unwrap_or(said);
    Failure::new(said.trim_end_matches('.'))
}

/// Points out columns that a table declares and its answer does not have.
fn with_left_out(
    failure: Failure,
    error: &DataFusionError,
    fetched: &BTreeMap<String, Fetched>,
) -> Failure {
    let said = error.to_string();
    for (name, table) in fetched {
        let left_out = table.about.get("laminar.history.columns_left_out");
        let mut left_out = left_out.into_iter().flat_map(|names| names.split(", "));
        if let Some(column) = left_out.find(|column| said.contains(column)) {
            return failure.help(format!(
                "`{column}` of `{name}` is a generated column: only the pipeline computes it"
            ));
        }
    }
    failure
}
