//! The command line.

use clap::{Parser, ValueEnum};
use std::path::PathBuf;

/// Asks a running pipeline in SQL: its system tables, and the last messages of its source tables.
#[derive(Debug, Parser)]
#[command(name = "laminarc query", bin_name = "laminarc query", version)]
pub struct Arguments {
    /// The query; `-` is standard input. Without one, queries are asked for
    // one may begin with a comment
    #[arg(allow_hyphen_values = true)]
    pub sql: Option<String>,
    /// Where the pipeline listens (`SET control.listen`)
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:9898")]
    pub addr: String,
    /// What the pipeline asks for (`SET control.token`)
    #[arg(long, env = "LAMINAR_CONTROL_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// Answers psql, Grafana and other clients of PostgreSQL here, until it is stopped: at a port
    /// of this machine alone, or at HOST:PORT
    #[arg(long, value_name = "ADDR", conflicts_with_all = ["sql", "format"])]
    pub serve_postgres: Option<String>,
    /// What such clients are shown, who then have to speak TLS: a chain of certificates, a PEM file
    #[arg(long, value_name = "FILE", requires_all = ["serve_postgres", "tls_key"])]
    pub tls_cert: Option<PathBuf>,
    /// The key of that: a PEM file
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Whose certificates are trusted where the pipeline speaks TLS: a PEM file
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// How rows are printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// How rows are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table, for a person
    Table,
    /// CSV with the names of the columns in front
    Csv,
    /// A JSON object on each line
    Json,
}
