//! `laminarc query`: asks a running pipeline in SQL.
//!
//! A pipeline's tables are fetched from its control endpoint as Apache Arrow, those that the query
//! names and no others; the query itself runs here, so that it costs the pipeline nothing but the
//! answer. The engine is Apache `DataFusion`, which neither pipelines nor the compiler are to pay
//! for: hence a program of its own, which `laminarc query` finds.

mod arguments;
mod endpoint;
mod engine;
mod failure;
mod nearest;
mod output;
mod postgres;
mod range;
mod session;
mod spelling;
mod stream;
mod trust;

use arguments::Arguments;
use clap::Parser as _;
use endpoint::Endpoint;
use failure::Failure;
use std::io::{self, IsTerminal as _, Read as _};
use std::process::ExitCode;
use std::thread;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let thread = thread::Builder::new().stack_size(spelling::STACK_BYTES);
    let run = thread
        .spawn(move || run(&arguments))
        .map(thread::JoinHandle::join);
    match run {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        Ok(Ok(Err(failure))) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
        // it has said why
        Ok(Err(_)) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: no thread: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let tls = trust::trust(arguments.ca.as_deref())?;
    let endpoint = Endpoint::new(&arguments.addr, arguments.token.as_deref(), tls)?;
    if let Some(address) = &arguments.serve_postgres {
        let certificate = arguments
            .tls_cert
            .as_deref()
            .zip(arguments.tls_key.as_deref());
        return postgres::serve(&endpoint, address, certificate);
    }
    match &arguments.sql {
        Some(sql) if sql == "-" => answer(&endpoint, &read_input()?, arguments),
        Some(sql) => answer(&endpoint, sql, arguments),
        None if io::stdin().is_terminal() => session::run(&endpoint, arguments),
        None => answer(&endpoint, &read_input()?, arguments),
    }
}

fn read_input() -> Result<String, Failure> {
    let mut sql = String::new();
    let read = io::stdin().read_to_string(&mut sql);
    read.map_err(|error| Failure::new(format!("cannot read standard input: {error}")))?;
    Ok(sql)
}

/// Answers a text of one query or more, which `;` stands between.
fn answer(endpoint: &Endpoint, sql: &str, arguments: &Arguments) -> Result<(), Failure> {
    session::answer(&engine::Engine::new(), endpoint, sql, arguments)
}
