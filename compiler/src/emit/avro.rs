//! Code that reads Avro data along its schema: what is needed is kept, all else skipped.

use super::literal;
use super::names::{Scope, Style};
use crate::avro::{Field, Named, Schema, Type, branch_name};
use crate::ir::logical::PathStep;
use crate::types::DataType;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use std::collections::BTreeMap;

/// A value that is needed.
pub(super) struct Wanted<'a> {
    /// Where it is kept.
    pub(super) field: &'a Ident,
    /// Its column.
    pub(super) column: usize,
    /// Whether it is kept as an `Option`.
    pub(super) nullable: bool,
}

/// The needed values by their places.
type Places<'a> = BTreeMap<&'a [PathStep], Wanted<'a>>;

/// What reads a message.
pub(super) struct Decoded {
    /// The types that are named.
    pub(super) statics: TokenStream,
    /// The statements that read all values that are wanted.
    pub(super) statements: TokenStream,
    /// The schema as a whole, a record.
    pub(super) whole: Option<TokenStream>,
}

/// What reads all `wanted` values of a message; where the whole message `is_told` to whoever asks,
/// with its schema.
pub(super) fn decoding(
    schema: &Schema,
    wanted: &Places<'_>,
    is_told: bool,
    items: &mut Scope,
) -> Decoded {
    let mut decoding = Decoding {
        schema,
        wanted,
        items,
        named: BTreeMap::new(),
        statics: TokenStream::new(),
        fixed: 0,
    };
    let value = [Field {
        name: "value".to_owned(),
        field_type: schema.root.clone(),
    }];
    let fields = schema.fields(&schema.root).unwrap_or(&value);
    let statements = decoding.record(fields, &[]);
    let rest = decoding.skipped();
    let whole = is_told.then(|| decoding.whole(fields));
    Decoded {
        statics: decoding.statics,
        statements: quote!(#statements #rest),
        whole,
    }
}

struct Decoding<'a, 's> {
    schema: &'a Schema,
    wanted: &'a Places<'a>,
    items: &'s mut Scope,
    /// The statics of named types.
    named: BTreeMap<String, Ident>,
    statics: TokenStream,
    /// Bytes to skip that no statement skips yet.
    fixed: usize,
}

impl Decoding<'_, '_> {
    /// Reads a record whose fields' places start with `path`.
    fn record(&mut self, fields: &[Field], path: &[PathStep]) -> TokenStream {
        let mut statements = TokenStream::new();
        for field in fields {
            let path = [path, &[PathStep::Key(field.name.clone())]].concat();
            statements.extend(self.field(&field.field_type, &path));
        }
        statements
    }

    fn field(&mut self, of: &Type, path: &[PathStep]) -> TokenStream {
        let wanted = self.wanted;
        let whole = wanted.get(path);
        let is_within = |other: &&[PathStep]| other.len() > path.len() && other.starts_with(path);
        let within: Vec<_> = wanted.keys().copied().filter(is_within).collect();
        if whole.is_none() && within.is_empty() {
            return self.skip(of, path);
        }
        let mut statements = self.skipped();
        if let Some(whole) = whole {
            let (field, value) = (whole.field, self.value(of, whole));
            if within.is_empty() {
                statements.extend(quote!(let #field = #value;));
                return statements;
            }
            // it is read once as a whole and once for its parts
            statements.extend(quote! {
                let #field = {
                    let mut ahead = *avro;
                    let avro = &mut ahead;
                    #value
                };
            });
        }
        if let Some((record, branch)) = of.optional() {
            let fields = self.schema.fields(record).expect("only records have parts");
            let inner = self.record(fields, path);
            let rest = self.skipped();
            let branch = Literal::u32_unsuffixed(branch);
            let names: Vec<_> = within.iter().map(|path| wanted[path].field).collect();
            let none = names.iter().map(|_| quote!(None));
            statements.extend(quote! {
                let (#(#names,)*) = if avro.branch(2)? == #branch {
                    #inner
                    #rest
                    (#(#names,)*)
                } else {
                    (#(#none,)*)
                };
            });
            return statements;
        }
        let fields = self.schema.fields(of).expect("only records have parts");
        statements.extend(self.record(fields, path));
        statements
    }

    /// Skips a value, or remembers to.
    fn skip(&mut self, of: &Type, path: &[PathStep]) -> TokenStream {
        let width = match of {
            Type::Null => Some(0),
            Type::Boolean => Some(1),
            Type::Float => Some(4),
            Type::Double => Some(8),
            Type::Named(name) => match self.schema.named(name) {
                Named::Fixed(size) | Named::Decimal { size, .. } => Some(*size),
                Named::Uuid => Some(16),
                Named::Record(_) | Named::Enum(_) => None,
            },
            _ => None,
        };
        if let Some(width) = width {
            self.fixed += width;
            return TokenStream::new();
        }
        let before = self.skipped();
        let skip = match of {
            Type::Int
            | Type::Long
            | Type::Date
            | Type::TimeMillis
            | Type::TimeMicros
            | Type::TimestampMillis
            | Type::TimestampMicros
            | Type::TimestampNanos => quote!(avro.skip_long()?;),
            Type::Bytes | Type::String | Type::Decimal { .. } => {
                quote!(avro.skip_bytes_or_string()?;)
            }
            other => {
                let name = match path.last() {
                    Some(PathStep::Key(name)) => name,
                    Some(PathStep::Index(_)) | None => "schema",
                };
                let of = self.shared(other, name);
                quote!(avro.skip(&#of)?;)
            }
        };
        quote!(#before #skip)
    }

    /// What is to be skipped before the next value is read.
    fn skipped(&mut self) -> TokenStream {
        match std::mem::take(&mut self.fixed) {
            0 => TokenStream::new(),
            width => {
                let width = Literal::usize_unsuffixed(width);
                quote!(avro.skip_fixed(#width)?;)
            }
        }
    }

    /// The value as it is kept.
    fn value(&mut self, of: &Type, wanted: &Wanted<'_>) -> TokenStream {
        if let Some((other, branch)) = of.optional() {
            let value = self.present(other, wanted);
            let branch = Literal::u32_unsuffixed(branch);
            return quote!(if avro.branch(2)? == #branch { Some(#value) } else { None });
        }
        let json = crate::avro::data_type(self.schema, of) == (DataType::Json, true);
        if json {
            let of = self.shared(of, &wanted.field.to_string());
            return quote!(avro.json_or_null(&#of)?);
        }
        let value = self.present(of, wanted);
        if wanted.nullable {
            quote!(Some(#value))
        } else {
            value
        }
    }

    /// A value that is not null.
    fn present(&mut self, of: &Type, wanted: &Wanted<'_>) -> TokenStream {
        match of {
            Type::Boolean => quote!(avro.boolean()?),
            Type::Int => quote!(avro.int()?),
            Type::Long => quote!(avro.long()?),
            Type::Float => quote!(avro.float()?),
            Type::Double => quote!(avro.double()?),
            Type::Bytes => quote!(avro.bytes()?),
            Type::String => quote!(avro.string()?),
            Type::Date => quote!(avro.date()?),
            Type::TimeMillis => quote!(avro.time_millis()?),
            Type::TimeMicros => quote!(avro.time_micros()?),
            Type::TimestampMillis => quote!(avro.timestamp_millis()?),
            Type::TimestampMicros => quote!(avro.timestamp_micros()?),
            Type::TimestampNanos => quote!(avro.timestamp_nanos()?),
            Type::Decimal { precision, scale } => {
                let (precision, scale) = digits(*precision, *scale);
                quote!(avro.decimal::<#scale>(#precision)?)
            }
            Type::Null | Type::Map(_) | Type::Union(_) => {
                let of = self.shared(of, &wanted.field.to_string());
                quote!(avro.json(&#of)?)
            }
            Type::Array(_) => self.nested(of, wanted),
            Type::Named(name) => match self.schema.named(name) {
                Named::Fixed(size) => {
                    let size = Literal::usize_unsuffixed(*size);
                    quote!(avro.fixed(#size)?)
                }
                Named::Decimal {
                    size,
                    precision,
                    scale,
                } => {
                    let size = Literal::usize_unsuffixed(*size);
                    let (precision, scale) = digits(*precision, *scale);
                    quote!(avro.fixed_decimal::<#scale>(#size, #precision)?)
                }
                Named::Uuid => quote!(avro.fixed_uuid()?),
                Named::Enum(symbols) => {
                    let symbols = symbols.iter().map(|symbol| literal::text(symbol));
                    quote!(avro.symbol(&[#(#symbols),*])?)
                }
                Named::Record(_) => self.nested(of, wanted),
            },
        }
    }

    /// A STRUCT or an array, or JSON where it holds more of its own kind.
    fn nested(&mut self, of: &Type, wanted: &Wanted<'_>) -> TokenStream {
        let is_json = crate::avro::data_type(self.schema, of).0 == DataType::Json;
        let of = self.shared(of, &wanted.field.to_string());
        if is_json {
            return quote!(avro.json(&#of)?);
        }
        let column = Literal::usize_unsuffixed(wanted.column);
        quote!(avro.nested(&#of, #column)?.ok_or(Reason::Avro)?)
    }

    /// The static that holds a type; one that has no name gets `name`.
    fn shared(&mut self, of: &Type, name: &str) -> Ident {
        if let Type::Named(name) = of {
            return self.named_constant(name);
        }
        let value = self.constant(of);
        let ident = self
            .items
            .declare(&format!("{name}_type"), "schema", Style::Upper);
        self.statics
            .extend(quote!(static #ident: avro::Type = #value;));
        ident
    }

    /// The type as the runtime knows it.
    fn constant(&mut self, of: &Type) -> TokenStream {
        match of {
            Type::Null => quote!(avro::Type::Null),
            Type::Boolean => quote!(avro::Type::Boolean),
            Type::Int => quote!(avro::Type::Int),
            Type::Long => quote!(avro::Type::Long),
            Type::Float => quote!(avro::Type::Float),
            Type::Double => quote!(avro::Type::Double),
            Type::Bytes => quote!(avro::Type::Bytes),
            Type::String => quote!(avro::Type::String),
            Type::Date => quote!(avro::Type::Date),
            Type::TimeMillis => quote!(avro::Type::TimeMillis),
            Type::TimeMicros => quote!(avro::Type::TimeMicros),
            Type::TimestampMillis => quote!(avro::Type::TimestampMillis),
            Type::TimestampMicros => quote!(avro::Type::TimestampMicros),
            Type::TimestampNanos => quote!(avro::Type::TimestampNanos),
            Type::Decimal { precision, scale } => {
                let (precision, scale) = digits(*precision, *scale);
                quote!(avro::Type::Decimal { precision: #precision, scale: #scale })
            }
            Type::Array(items) => {
                let items = self.constant(items);
                quote!(avro::Type::Array(&#items))
            }
            Type::Map(values) => {
                let values = self.constant(values);
                quote!(avro::Type::Map(&#values))
            }
            Type::Union(branches) => {
                let branches: Vec<_> = branches
                    .iter()
                    .map(|branch| {
                        let (name, of) =
                            (literal::text(branch_name(branch)), self.constant(branch));
                        quote!((#name, #of))
                    })
                    .collect();
                quote!(avro::Type::Union(&[#(#branches),*]))
            }
            Type::Named(name) => {
                let name = self.named_constant(name);
                quote!(avro::Type::Of(&#name))
            }
        }
    }

    /// A record of these fields.
    fn whole(&mut self, fields: &[Field]) -> TokenStream {
        let fields = fields.iter().map(|field| {
            let name = literal::text(&field.name);
            let of = self.constant(&field.field_type);
            quote!((#name, #of))
        });
        let fields: Vec<_> = fields.collect();
        quote!(avro::Type::Record(&[#(#fields),*]))
    }

    /// The static of a named type, which may hold itself.
    fn named_constant(&mut self, name: &str) -> Ident {
        if let Some(known) = self.named.get(name) {
            return known.clone();
        }
        let ident = self.items.declare(name, "schema", Style::Upper);
        self.named.insert(name.to_owned(), ident.clone());
        let value = match self.schema.named(name) {
            Named::Fixed(size) => {
                let size = Literal::usize_unsuffixed(*size);
                quote!(avro::Type::Fixed(#size))
            }
            Named::Decimal {
                size,
                precision,
                scale,
            } => {
                let size = Literal::usize_unsuffixed(*size);
                let (precision, scale) = digits(*precision, *scale);
                quote! {
                    avro::Type::FixedDecimal { size: #size, precision: #precision, scale: #scale }
                }
            }
            Named::Uuid => quote!(avro::Type::FixedUuid),
            Named::Enum(symbols) => {
                let symbols = symbols.iter().map(|symbol| literal::text(symbol));
                quote!(avro::Type::Enum(&[#(#symbols),*]))
            }
            Named::Record(fields) => self.whole(fields),
        };
        self.statics
            .extend(quote!(static #ident: avro::Type = #value;));
        ident
    }
}

fn digits(precision: u8, scale: u8) -> (Literal, Literal) {
    (
        Literal::u8_unsuffixed(precision),
        Literal::u8_unsuffixed(scale),
    )
}
