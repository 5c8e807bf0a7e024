//! How a flow reads columns.

use super::expression::{Binding, Code, cast};
use super::flow::FlowContext;
use super::literal;
use super::names::{Scope, Style, shown};
use crate::ir::logical::{
    Metadata, TimeFormat, TimeItem, TimePattern, TimestampFormat, Value, ValueForm,
};
use crate::ir::physical::{Column, Read};
use crate::types::{DataType, TimestampPrecision};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};

/// The constants of a column.
pub(super) struct Constants {
    /// Names the column.
    pub(super) column: Ident,
    /// Its time pattern, if it has one: all flows share it.
    pub(super) pattern: Option<Ident>,
}

impl Constants {
    /// For each column, named within `scope`.
    pub(super) fn declare(columns: &[Column], scope: &mut Scope) -> Vec<Self> {
        let names: Vec<_> = columns
            .iter()
            .map(|column| scope.declare(&column.name, "column", Style::Upper))
            .collect();
        // after all columns, so that those keep the names that they have without patterns
        let mut with_pattern = |(column, name): (&Column, Ident)| Self {
            pattern: pattern(column)
                .map(|_| scope.declare(&format!("{name}_format"), "format", Style::Upper)),
            column: name,
        };
        columns.iter().zip(names).map(&mut with_pattern).collect()
    }

    /// `const SEEN_FORMAT: TimeFormat = …;` where `column` has a pattern.
    pub(super) fn pattern_of(&self, column: &Column) -> Option<TokenStream> {
        let (name, pattern) = (self.pattern.as_ref()?, pattern(column)?);
        let items = pattern.items.iter().map(time_item);
        let doc = format!(" `{}`", shown(&pattern.text));
        Some(quote! {
            #[doc = #doc]
            const #name: TimeFormat = TimeFormat::Pattern(&[#(#items),*]);
        })
    }
}

fn pattern(column: &Column) -> Option<&TimePattern> {
    match &column.read {
        Read::Slot {
            format: Some(TimeFormat::Pattern(pattern)),
            ..
        } => Some(pattern),
        Read::Slot { .. } | Read::Value(_) | Read::Metadata(_) => None,
    }
}

/// Code that reads the column with this index, converted to its type; `nullable` where that is not
/// as the column says.
pub(super) fn read(context: &mut FlowContext<'_>, index: usize, nullable: Option<bool>) -> Code {
    let column = &context.table.columns[index];
    let nullable = nullable.unwrap_or(column.nullable);
    let constants = &context.constants[index];
    match &column.read {
        Read::Value(_) => {
            let values = context.values.expect("the table has values");
            Code::plain(values.read(index), Binding::Atom).with(column.nullable, false)
        }
        Read::Slot { format, form, .. } => {
            let call = match form {
                Some(form) => conversion_of(column.data_type, constants, *form),
                None => conversion(column.data_type, constants, format.as_ref()),
            };
            let required = if nullable {
                quote!()
            } else {
                quote!(.required())
            };
            let tokens = quote!(row.#call #required?);
            let default = column.default.as_ref().map(|default| {
                let default = literal::value(default, column.data_type);
                if nullable {
                    quote!(Some(#default))
                } else {
                    default
                }
            });
            or_default(constants, tokens, default).with(nullable, true)
        }
        Read::Metadata(metadata) => {
            let natural = metadata_value(metadata);
            let code = cast(&natural, metadata.data_type(), column.data_type, || {
                context.sites.at(column.span)
            });
            let Some(default) = &column.default else {
                return code;
            };
            let (value, default) = (code.receiver(), literal::value(default, column.data_type));
            let tokens = quote!(#value.unwrap_or(#default));
            Code::plain(tokens, Binding::Atom).with(false, code.fails)
        }
    }
}

/// The value of a column, or what stands for a missing one.
fn or_default(constants: &Constants, value: TokenStream, default: Option<TokenStream>) -> Code {
    let Some(default) = default else {
        return Code::plain(value, Binding::Atom);
    };
    let constant = &constants.column;
    let tokens = quote!(if row.has(#constant) { #value } else { #default });
    Code::plain(tokens, Binding::Block)
}

/// Code that checks a column and gives its text as the sender wrote it.
pub(super) fn read_text(column: &Column, constants: &Constants) -> TokenStream {
    let Read::Slot { format, .. } = &column.read else {
        panic!("only columns of the payload are passed through");
    };
    let constant = &constants.column;
    let text = match column.data_type {
        DataType::Integer(_) => {
            let integer = literal::rust_type(column.data_type);
            quote!(row.integer_text::<#integer>(#constant)?)
        }
        DataType::Float64 => quote!(row.float64_text(#constant)?),
        DataType::Timestamp(precision) => {
            let format = time_format(format.as_ref(), constants);
            if precision == TimestampPrecision::Nanoseconds {
                quote!(row.timestamp_nanos_text(#constant, #format)?)
            } else {
                let digits = Literal::u8_unsuffixed(precision.digits());
                quote!(row.timestamp_text(#constant, #format, #digits)?)
            }
        }
        DataType::Boolean
        | DataType::Float32
        | DataType::Decimal { .. }
        | DataType::Text
        | DataType::Bytes
        | DataType::Date
        | DataType::Time
        | DataType::Interval
        | DataType::Json
        | DataType::Struct(_)
        | DataType::Array(_) => panic!("lower passes numbers and timestamps through, nothing else"),
    };
    let default = column.default.as_ref();
    let default = default.map(|default| default_text(default, column.data_type));
    or_default(constants, text, default).tokens
}

/// A default as the sender could have written it.
fn default_text(default: &Value, data_type: DataType) -> TokenStream {
    let text = if let Value::Integer(value) = default {
        value.to_string()
    } else if let Value::Float64(value) = default {
        // always with a point or an exponent, as JSON writes it
        format!("{value:?}")
    } else {
        let variant = if data_type == DataType::Timestamp(TimestampPrecision::Nanoseconds) {
            quote!(Nanos)
        } else {
            quote!(Micros)
        };
        let value = literal::value(default, data_type);
        return quote!(Some(TimestampText::#variant(#value)));
    };
    let text = literal::bytes(text.as_bytes());
    quote!(Some(Verbatim(#text)))
}

/// The conversion of a value that is not written as usual.
fn conversion_of(data_type: DataType, constants: &Constants, form: ValueForm) -> TokenStream {
    let constant = &constants.column;
    match form {
        ValueForm::OnOff => quote!(on_off(#constant)),
        ValueForm::Hex => quote!(hex(#constant)),
        ValueForm::NumberOrString if data_type == DataType::Float32 => {
            quote!(float32_or_string(#constant))
        }
        ValueForm::NumberOrString if data_type == DataType::Float64 => {
            quote!(float64_or_string(#constant))
        }
        ValueForm::NumberOrString if matches!(data_type, DataType::Integer(_)) => {
            let integer = literal::rust_type(data_type);
            quote!(integer_or_string::<#integer>(#constant))
        }
        // a DECIMAL takes both in any case
        ValueForm::NumberOrString => conversion(data_type, constants, None),
    }
}

fn conversion(
    data_type: DataType,
    constants: &Constants,
    format: Option<&TimeFormat>,
) -> TokenStream {
    let format = if format.is_some() {
        time_format(format, constants)
    } else {
        // of a nested value without times, which asks for none
        quote!(TimeFormat::Rfc3339)
    };
    conversion_as(data_type, &constants.column, &format)
}

/// The conversion of the value that `column` names, to a type; `format` is how times are written.
pub(super) fn conversion_as(
    data_type: DataType,
    column: &Ident,
    format: &TokenStream,
) -> TokenStream {
    match data_type {
        DataType::Boolean => quote!(boolean(#column)),
        DataType::Integer(_) => {
            let integer = literal::rust_type(data_type);
            quote!(integer::<#integer>(#column))
        }
        DataType::Float32 => quote!(float32(#column)),
        DataType::Float64 => quote!(float64(#column)),
        DataType::Decimal { precision, scale } => {
            let (precision, scale) = (
                Literal::u8_unsuffixed(precision),
                Literal::u8_unsuffixed(scale),
            );
            quote!(decimal::<#scale>(#column, #precision))
        }
        DataType::Text => quote!(text(#column)),
        DataType::Bytes => quote!(bytes(#column)),
        DataType::Timestamp(TimestampPrecision::Nanoseconds) => {
            quote!(timestamp_nanos(#column, #format))
        }
        DataType::Timestamp(precision) => {
            let digits = Literal::u8_unsuffixed(precision.digits());
            quote!(timestamp(#column, #format, #digits))
        }
        DataType::Date => quote!(date(#column)),
        DataType::Time => quote!(time(#column)),
        DataType::Interval => quote!(interval(#column)),
        DataType::Json => quote!(json(#column)),
        DataType::Struct(_) => quote!(object(#column, #format)),
        DataType::Array(_) => quote!(array(#column, #format)),
    }
}

fn time_format(format: Option<&TimeFormat>, constants: &Constants) -> TokenStream {
    let name = match format.expect("a TIMESTAMP of the payload has a format") {
        TimeFormat::Pattern(_) => return constants.pattern.to_token_stream(),
        TimeFormat::Named(TimestampFormat::Rfc3339) => "Rfc3339",
        TimeFormat::Named(TimestampFormat::UnixSeconds) => "UnixSeconds",
        TimeFormat::Named(TimestampFormat::UnixMilliseconds) => "UnixMilliseconds",
        TimeFormat::Named(TimestampFormat::UnixMicroseconds) => "UnixMicroseconds",
        TimeFormat::Named(TimestampFormat::UnixNanoseconds) => "UnixNanoseconds",
    };
    let name = format_ident!("{name}");
    quote!(TimeFormat::#name)
}

pub(super) fn time_item(item: &TimeItem) -> TokenStream {
    let name = match item {
        TimeItem::Literal(text) => {
            let text = literal::text(text);
            return quote!(TimeItem::Literal(#text));
        }
        TimeItem::FractionDigits(digits) => {
            let digits = Literal::u8_unsuffixed(*digits);
            return quote!(TimeItem::FractionDigits(#digits));
        }
        TimeItem::Year => "Year",
        TimeItem::YearOfCentury => "YearOfCentury",
        TimeItem::Month => "Month",
        TimeItem::MonthUnpadded => "MonthUnpadded",
        TimeItem::MonthName => "MonthName",
        TimeItem::MonthAbbreviation => "MonthAbbreviation",
        TimeItem::Day => "Day",
        TimeItem::DayUnpadded => "DayUnpadded",
        TimeItem::DaySpaced => "DaySpaced",
        TimeItem::DayOfYear => "DayOfYear",
        TimeItem::WeekdayName => "WeekdayName",
        TimeItem::WeekdayAbbreviation => "WeekdayAbbreviation",
        TimeItem::Hour => "Hour",
        TimeItem::HourUnpadded => "HourUnpadded",
        TimeItem::HalfDayHour => "HalfDayHour",
        TimeItem::HalfDayHourUnpadded => "HalfDayHourUnpadded",
        TimeItem::HalfDay => "HalfDay",
        TimeItem::Minute => "Minute",
        TimeItem::MinuteUnpadded => "MinuteUnpadded",
        TimeItem::Second => "Second",
        TimeItem::SecondUnpadded => "SecondUnpadded",
        TimeItem::Fraction => "Fraction",
        TimeItem::PointFraction => "PointFraction",
        TimeItem::Offset => "Offset",
        TimeItem::UnixSeconds => "UnixSeconds",
    };
    let name = format_ident!("{name}");
    quote!(TimeItem::#name)
}

/// What the message carries, in its natural type.
pub(super) fn metadata_value(metadata: &Metadata) -> Code {
    let call = match metadata {
        Metadata::Topic => quote!(topic()),
        Metadata::TopicLevel(level) => {
            let level = Literal::u32_unsuffixed(*level);
            quote!(topic_level(#level))
        }
        Metadata::Qos => quote!(qos()),
        Metadata::Retain => quote!(retain()),
        Metadata::Duplicate => quote!(duplicate()),
        Metadata::ReceivedAt => quote!(received_at()),
        Metadata::ContentType => quote!(content_type()),
        Metadata::ResponseTopic => quote!(response_topic()),
        Metadata::CorrelationData => quote!(correlation_data()),
        Metadata::UserProperty(name) => {
            let name = literal::text(name);
            quote!(user_property(#name))
        }
        Metadata::MessageExpiryInterval => quote!(message_expiry_interval()),
    };
    Code::plain(quote!(row.#call), Binding::Atom).with(metadata.can_be_absent(), false)
}
