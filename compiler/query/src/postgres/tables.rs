//! A pipeline as tables of the engine. What they are called is looked up before each query; what
//! is in them is fetched when a query is run.

use crate::endpoint::{Endpoint, SYSTEM};
use crate::engine::SYSTEM_SCHEMA;
use crate::failure::Failure;
use crate::spelling;
use crate::stream::Fetched;
use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::{SchemaProvider, Session};
use datafusion::datasource::{MemTable, TableProvider, TableType};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// What a client knows of a pipeline.
#[derive(Debug)]
pub struct Pipeline {
    endpoint: Endpoint,
    /// Where queries about it are computed.
    pub computing: Handle,
    known: Mutex<Known>,
    told: Mutex<BTreeMap<String, BTreeMap<String, String>>>,
}

#[derive(Clone, Debug, Default)]
struct Known {
    /// Tables with their columns.
    declared: BTreeMap<String, Vec<String>>,
    /// Those of them that can be asked.
    kept: BTreeSet<String>,
}

impl Pipeline {
    /// A pipeline of which nothing is known yet.
    pub fn new(endpoint: &Endpoint, computing: Handle) -> Self {
        Self {
            endpoint: endpoint.anew(),
            computing,
            known: Mutex::default(),
            told: Mutex::default(),
        }
    }

    /// Looks which tables there are now.
    pub async fn look(&self) -> Result<(), Failure> {
        let known = self.ask(|endpoint| {
            Ok(Known {
                declared: endpoint.declared()?.clone(),
                kept: endpoint.kept()?,
            })
        });
        *locked(&self.known) = known.await?;
        locked(&self.told).clear();
        Ok(())
    }

    /// A query with the names in it as they are declared. Those about the catalog have names that
    /// are not the pipeline's.
    pub fn fitted(&self, sql: &str) -> String {
        if sql.contains("pg_") || sql.contains("information_schema") {
            return sql.to_owned();
        }
        let known = locked(&self.known);
        let names = known.declared.iter().flat_map(|(table, columns)| {
            let table = std::iter::once(table);
            table.chain(columns).map(String::as_str)
        });
        spelling::fitted(sql, names)
    }

    /// What came with the rows that were fetched since the last look, by table.
    pub fn told(&self) -> BTreeMap<String, BTreeMap<String, String>> {
        locked(&self.told).clone()
    }

    async fn fetch(&self, name: &str) -> Result<Fetched, DataFusionError> {
        let owned = name.to_owned();
        let fetched = self.ask(move |endpoint| endpoint.table(&owned)).await;
        let fetched = fetched.map_err(external)?;
        if !SYSTEM.contains(&name) {
            let about = fetched.about.clone();
            locked(&self.told).insert(name.to_owned(), about);
        }
        Ok(fetched)
    }

    async fn schema(&self, name: String) -> Result<SchemaRef, DataFusionError> {
        let schema = self.ask(move |endpoint| endpoint.schema(&name)).await;
        schema.map(|schema| bare(&schema)).map_err(external)
    }

    /// Asks the pipeline, which may take a while, on a thread that may wait.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Endpoint) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let endpoint = self.endpoint.anew();
        let asked = spawn_blocking(move || question(&endpoint)).await;
        asked.unwrap_or_else(|error| Err(Failure::new(format!("the question broke: {error}"))))
    }
}

/// Columns without what is said about this answer, which the engine would take for a part of them.
fn bare(schema: &Schema) -> SchemaRef {
    Arc::new(Schema::new(schema.fields().clone()))
}

/// Nothing is left half done under a lock.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn external(failure: Failure) -> DataFusionError {
    DataFusionError::External(Box::new(failure))
}

/// Functions that give rows, which the engine asks for as if they were tables.
const FUNCTIONS: [&str; 3] = ["generate_series", "range", "pg_get_keywords"];

/// The tables of one schema.
#[derive(Debug)]
pub enum Tables {
    /// What the pipeline declares.
    Sources(Arc<Pipeline>),
    /// What it tells about itself.
    System(Arc<Pipeline>),
}

impl Tables {
    fn pipeline(&self) -> &Arc<Pipeline> {
        match self {
            Self::Sources(pipeline) | Self::System(pipeline) => pipeline,
        }
    }

    /// The name that the pipeline knows a table by.
    fn full_name(&self, name: &str) -> String {
        match self {
            Self::Sources(_) => name.to_owned(),
            Self::System(_) => format!("{SYSTEM_SCHEMA}.{name}"),
        }
    }
}

#[async_trait]
impl SchemaProvider for Tables {
    fn table_names(&self) -> Vec<String> {
        match self {
            Self::Sources(pipeline) => locked(&pipeline.known).kept.iter().cloned().collect(),
            Self::System(_) => {
                let prefix = format!("{SYSTEM_SCHEMA}.");
                let names = SYSTEM.iter().filter_map(|name| name.strip_prefix(&prefix));
                names.map(str::to_owned).collect()
            }
        }
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>, DataFusionError> {
        let name = self.full_name(name);
        let pipeline = Arc::clone(self.pipeline());
        let is_declared = locked(&pipeline.known).declared.contains_key(&name);
        if !is_declared && FUNCTIONS.contains(&name.as_str()) {
            return Ok(None);
        }
        let schema = pipeline.schema(name.clone()).await?;
        Ok(Some(Arc::new(Table {
            pipeline,
            name,
            schema,
        })))
    }

    async fn table_type(&self, _: &str) -> Result<Option<TableType>, DataFusionError> {
        Ok(Some(TableType::Base))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.table_names().iter().any(|known| known == name)
    }
}

/// A table, whose rows are those of the moment.
#[derive(Debug)]
struct Table {
    pipeline: Arc<Pipeline>,
    name: String,
    schema: SchemaRef,
}

#[async_trait]
impl TableProvider for Table {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let fetched = self.pipeline.fetch(&self.name).await?;
        if fetched.schema.fields() != self.schema.fields() {
            let message = format!("`{}` has other columns than a moment ago", self.name);
            return Err(external(Failure::new(message).help("ask again")));
        }
        let batches = fetched.batches.into_iter();
        let batches = batches
            .map(|batch| RecordBatch::try_new(Arc::clone(&self.schema), batch.columns().to_vec()));
        let batches = batches.collect::<Result<Vec<_>, _>>()?;
        let rows = MemTable::try_new(Arc::clone(&self.schema), vec![batches])?;
        rows.scan(state, projection, filters, limit).await
    }
}
