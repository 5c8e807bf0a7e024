//! What SET says, as a constant: what is as by default is not written.

use super::literal::text;
use crate::ir::settings::{LogFormat, LogLevel, Settings};
use proc_macro2::TokenStream;
use quote::quote;

/// The value of the specification's `settings`.
pub(super) fn settings(settings: &Settings) -> TokenStream {
    if *settings == Settings::default() {
        return quote!(SettingsSpec::DEFAULT);
    }
    let level = (settings.log_level != LogLevel::default()).then(|| {
        let level = level(settings.log_level);
        quote!(log_level: #level,)
    });
    let format = (settings.log_format != LogFormat::default()).then(|| {
        let format = format(settings.log_format);
        quote!(log_format: #format,)
    });
    let listen = settings.control_listen.as_ref().map(|listen| {
        let listen = text(listen);
        quote!(control_listen: Some(#listen),)
    });
    let token = settings.control_token.as_ref().map(|token| {
        let token = text(token);
        quote!(control_token: Some(#token),)
    });
    let tls = settings.control_tls.as_ref().map(|pair| {
        let (cert, key) = (text(&pair.cert), text(&pair.key));
        quote!(control_tls: Some(KeyPairSpec { cert: #cert, key: #key }),)
    });
    quote!(SettingsSpec { #level #format #listen #token #tls ..SettingsSpec::DEFAULT })
}

/// The types that [`settings`] names.
pub(super) fn imports(settings: &Settings) -> Vec<&'static str> {
    let mut names = vec!["SettingsSpec"];
    if settings.log_level != LogLevel::default() {
        names.push("LogLevel");
    }
    if settings.log_format != LogFormat::default() {
        names.push("LogFormat");
    }
    if settings.control_tls.is_some() {
        names.push("KeyPairSpec");
    }
    names
}

fn level(level: LogLevel) -> TokenStream {
    match level {
        LogLevel::Error => quote!(LogLevel::Error),
        LogLevel::Warn => quote!(LogLevel::Warn),
        LogLevel::Info => quote!(LogLevel::Info),
        LogLevel::Debug => quote!(LogLevel::Debug),
    }
}

fn format(format: LogFormat) -> TokenStream {
    match format {
        LogFormat::Text => quote!(LogFormat::Text),
        LogFormat::Json => quote!(LogFormat::Json),
    }
}
