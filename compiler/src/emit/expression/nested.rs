//! What reaches into nested values.

use super::code::{Applied, Binding, Code, Null, lift1};
use super::{Expressions, mentions};
use crate::emit::column::conversion_as;
use crate::emit::literal;
use crate::ir::logical::{Access, CompareOperator, Expr};
use crate::types::{DataType, IntegerType};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

impl Expressions<'_> {
    pub(super) fn access(&mut self, access: Access, operands: &[Expr], expr: &Expr) -> Code {
        let first = self.value(&operands[0]);
        match access {
            Access::Field(field) => {
                let name = match operands[0].data_type {
                    DataType::Struct(of) => literal::text(&of.fields()[field].name),
                    other => unreachable!("a field of {other}"),
                };
                let part = |value: &TokenStream| quote!(#value.field(#name));
                found(&first, part, expr.data_type)
            }
            Access::Element => {
                let subscript = self.value(&operands[1]);
                let both = pair(&first, &subscript);
                let read = reading(expr.data_type);
                let tokens = quote!(match #both {
                    Some((array, subscript)) => array.element(subscript).read(#read)?,
                    None => None,
                });
                Code::plain(tokens, Binding::Block).with(true, true)
            }
            Access::Cardinality => lift1(&first, Null::Stays, |array| {
                let array = array.receiver();
                Applied::value(quote!(#array.cardinality()), Binding::Atom)
            }),
            Access::Length => lift1(&first, Null::Stays, |array| {
                let array = array.receiver();
                Applied::value(quote!(#array.length()), Binding::Atom).or_missing()
            }),
            Access::Any(op) => {
                let array = self.value(&operands[1]);
                any(op, &first, &array, operands[0].data_type)
            }
        }
    }

    /// A nested value as it is written; it is none where a part of it is not of its type.
    pub(in crate::emit) fn checked(&mut self, expr: &Expr) -> Code {
        let value = self.value(expr);
        let data_type = type_constant(expr.data_type);
        if !value.nullable {
            let value = value.receiver();
            let tokens = quote!(#value.checked(&#data_type)?);
            return Code::plain(tokens, Binding::Atom).with(false, true);
        }
        let value = value.receiver();
        let tokens = quote!(#value.map(|value| value.checked(&#data_type)).transpose()?);
        Code::plain(tokens, Binding::Atom).with(true, true)
    }
}

/// A part of a nested value, converted to `data_type`.
fn found(
    value: &Code,
    part: impl FnOnce(&TokenStream) -> TokenStream,
    data_type: DataType,
) -> Code {
    let read = reading(data_type);
    let tokens = if value.nullable {
        let (whole, part) = (&value.tokens, part(&quote!(value)));
        quote!(match #whole {
            Some(value) => #part.read(#read)?,
            None => None,
        })
    } else {
        let part = part(&value.receiver());
        quote!(#part.read(#read)?)
    };
    let binding = if value.nullable {
        Binding::Block
    } else {
        Binding::Atom
    };
    Code::plain(tokens, binding).with(true, true)
}

/// Two values, both of them or none.
fn pair(first: &Code, second: &Code) -> TokenStream {
    let (left, right) = (first.optional().receiver(), second.optional().tokens);
    quote!(#left.zip(#right))
}

/// The closure that reads a part as a column of `data_type`. What it reads from is not called
/// `row`: a flow that has no use for the message's own row is to be told from one that has.
pub(in crate::emit) fn reading(data_type: DataType) -> TokenStream {
    let (value, format) = (format_ident!("value"), format_ident!("format"));
    let call = conversion_as(data_type, &value, &quote!(#format));
    if mentions(&call, &format) {
        quote!(|inner, value, format| inner.#call)
    } else {
        quote!(|inner, value, _| inner.#call)
    }
}

fn any(op: CompareOperator, left: &Code, array: &Code, data_type: DataType) -> Code {
    let read = reading(data_type);
    let op = match op {
        CompareOperator::Equal => quote!(==),
        CompareOperator::NotEqual => quote!(!=),
        CompareOperator::Less => quote!(<),
        CompareOperator::LessOrEqual => quote!(<=),
        CompareOperator::Greater => quote!(>),
        CompareOperator::GreaterOrEqual => quote!(>=),
    };
    let (left, array) = (left.optional().tokens, array.optional().tokens);
    let tokens = quote!({
        let (left, array) = (#left, #array);
        match array {
            Some(array) => array.any(left, #read, |left, right| left #op right)?,
            None => None,
        }
    });
    Code::plain(tokens, Binding::Block).with(true, true)
}

/// `Type::…`, what the runtime needs to know of a type.
pub(in crate::emit) fn type_constant(data_type: DataType) -> TokenStream {
    match data_type {
        DataType::Boolean => quote!(Type::Boolean),
        DataType::Integer(integer) => {
            let name = match integer {
                IntegerType::Int8 => "Int8",
                IntegerType::Int16 => "Int16",
                IntegerType::Int32 => "Int32",
                IntegerType::Int64 => "Int64",
                IntegerType::UInt8 => "UInt8",
                IntegerType::UInt16 => "UInt16",
                IntegerType::UInt32 => "UInt32",
                IntegerType::UInt64 => "UInt64",
            };
            let name = format_ident!("{name}");
            quote!(Type::#name)
        }
        DataType::Float32 => quote!(Type::Float32),
        DataType::Float64 => quote!(Type::Float64),
        DataType::Decimal { precision, scale } => {
            let (precision, scale) = (
                Literal::u8_unsuffixed(precision),
                Literal::u8_unsuffixed(scale),
            );
            quote!(Type::Decimal(#precision, #scale))
        }
        DataType::Text => quote!(Type::Text),
        DataType::Bytes => quote!(Type::Bytes),
        DataType::Timestamp(precision) => {
            let digits = Literal::u8_unsuffixed(precision.digits());
            quote!(Type::Timestamp(#digits))
        }
        DataType::Date => quote!(Type::Date),
        DataType::Time => quote!(Type::Time),
        DataType::Interval => quote!(Type::Interval),
        DataType::Json => quote!(Type::Json),
        DataType::Struct(of) => {
            let fields = of.fields().iter().map(|field| {
                let (name, data_type) =
                    (literal::text(&field.name), type_constant(field.data_type));
                quote!((#name, #data_type))
            });
            quote!(Type::Struct(&[#(#fields),*]))
        }
        DataType::Array(of) => {
            let element = type_constant(of.element());
            quote!(Type::Array(&#element))
        }
    }
}
